"""A registry that can forget: after a withdrawal nothing is used, after an erasure not one byte is left.

$KENSHO_KILLS: how often an erasure is killed (6). $KENSHO_SEED: another choice of people and moments.
"""

import fcntl
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

import support
from test_tamper import stamp_pages, with_sqlite

PEOPLE = 400
LONG_VARIABLES = 300  # of some: their payloads go over many pages
KILLS = int(os.environ.get("KENSHO_KILLS", "6"))
SEED = int(os.environ.get("KENSHO_SEED", "20250601"))
REASON = "asked for it by letter"


def secret_text(person, place):
    """A text that stands nowhere else, and neither do its halves."""
    return hashlib.sha256(f"{person}/{place}".encode()).hexdigest()[:32]


def name_of(place):
    return f"{hashlib.sha256(f'name {place}'.encode()).hexdigest()[:14]}-pt"


def mapping(registers, variables):
    measures = "".join(f'[[baseline]]\nvariable = "note_{place}"\ncolumn = "n{place}"\ntype = "text"\nrequired = false\n'
                       for place in range(variables))
    return ('format = 1\n[therapy]\nvalue = "allogeneic-bmt"\n[institution]\nvalue = "osu"\n[participant]\n'
            f'column = "id"\nregisters = {"true" if registers else "false"}\n'
            + ('[treatment]\ndate = { column = "treated_on" }\n' if registers else "") + measures)


def table(people, variables, filled, start=0, treated=True):
    """A file with one row a person; `filled(place)` says how many of the variables a person has."""
    head = ["id", *(["treated_on"] if treated else []), *(f"n{place}" for place in range(variables))]
    lines = [",".join(head)]
    for place in people:
        known = [secret_text(place, start + number) for number in range(filled(place))]
        cells = [name_of(place), *([f"2024-01-{place % 28 + 1:02}"] if treated else []), *known]
        lines.append(",".join(cells + [""] * (len(head) - len(cells))))
    return "\n".join(lines) + "\n"


def stored_keys(home, name):
    """The keys of all entries about a person, read by SQLite from a copy."""
    with tempfile.TemporaryDirectory() as folder:
        for file in ("journal.sqlite", "journal.sqlite-wal"):
            if (home / file).exists():
                shutil.copy(home / file, folder)
        connection = sqlite3.connect(os.path.join(folder, "journal.sqlite"))
        try:
            return [key for (key,) in connection.execute("SELECT secret FROM entry WHERE subject = ?", [name])]
        finally:
            connection.close()


def long_of(place):
    return LONG_VARIABLES if place % 9 == 0 else 3 + place % 20


class RegistryWithPeople(support.KenshoTest):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(holder.cleanup)
        base = cls.base = pathlib.Path(holder.name)
        cls.filled = base / "home"
        order = list(range(PEOPLE))
        random.Random(SEED).shuffle(order)  # not in the order of ids: the views' pages split in the middle
        (base / "new.toml").write_text(mapping(True, LONG_VARIABLES))
        (base / "later.toml").write_text(mapping(False, 30))
        (base / "new.csv").write_text(table(order, LONG_VARIABLES, long_of))
        random.Random(SEED + 1).shuffle(order)
        (base / "later.csv").write_text(table(order, 30, lambda place: 30, LONG_VARIABLES, treated=False))
        for command in (["init", cls.filled, "--config", support.EXAMPLE / "registry.toml"],
                        ["import", cls.filled, base / "new.csv", "--mapping", base / "new.toml"],
                        ["import", cls.filled, base / "later.csv", "--mapping", base / "later.toml"]):
            made = support.kensho(*command)
            assert made.code == 0, made.err

    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(shutil.copytree(self.filled, self.folder / "home"))

    def about(self, place, reason=REASON):
        return ["--institution", "osu", "--participant", name_of(place), "--reason", reason]

    def erase_command(self, place):
        return ["erase", self.home, *self.about(place)]

    def secrets_of(self, place):
        """Everything of a person that may be found nowhere."""
        keys = stored_keys(self.home, name_of(place))
        self.assertGreaterEqual(len(keys), 2)
        noted = (*range(long_of(place)), *range(LONG_VARIABLES, LONG_VARIABLES + 30))
        texts = [secret_text(place, number).encode() for number in noted]
        # A text can lie across the border of two pages: its halves are looked for too.
        halves = [half for text in texts for half in (text[:16], text[16:])]
        pieces = [key[at:at + 8] for key in keys for at in range(0, 32, 8)]
        return [name_of(place).encode(), *halves, *pieces, *(key.hex().encode() for key in keys)]

    def files_with(self, secrets, folder=None):
        """Names of files that hold one of the secrets."""
        found = set()
        for path in support.files_below(folder or self.home):
            content = path.read_bytes()
            found.update(path.name for secret in secrets if secret in content)
        return found


class Erasure(RegistryWithPeople):
    def test_nothing_of_a_person_is_left_in_any_byte(self):
        for place in (0, 9, 100, 207, 399):
            with self.subTest(place=place):
                self.must("withdraw", self.home, *self.about(place, f"letter from {name_of(place)}"))
                secrets = self.secrets_of(place)
                self.assertIn("journal.sqlite", self.files_with(secrets), "the search finds nothing at all")
                outcome = self.must(*self.erase_command(place), "--json")
                self.assertEqual(len(json.loads(outcome.out)["erased"]), 3)
                self.assertNotIn(name_of(place), outcome.out + outcome.err)
                self.assertEqual(self.files_with(secrets), set())
        others = self.secrets_of(1)
        self.assertIn("journal.sqlite", self.files_with(others), "somebody else went too")
        self.fsck(self.home)

    def test_what_a_killed_erasure_leaves_can_be_brought_to_its_end(self):
        begin = time.monotonic()
        self.must(*self.erase_command(5))
        whole_seconds = time.monotonic() - begin
        moments = random.Random(SEED)
        killed = 0
        for kill in range(KILLS):
            place = 20 + kill
            secrets = self.secrets_of(place)
            process = support.start(*self.erase_command(place))
            try:
                process.communicate(timeout=moments.uniform(0.2, 1) * whole_seconds if kill else 0)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
            killed += process.returncode == -signal.SIGKILL
            report = json.loads(support.kensho("fsck", self.home, "--json").out)
            for finding in report["findings"]:
                self.assertIn("kensho fsck --scrub", finding["problem"])
            if report["findings"] and kill % 2:
                self.must("fsck", self.home, "--scrub")
            else:  # 1: it was done to its end before the kill
                self.assertIn(support.kensho(*self.erase_command(place)).code, (0, 1))
            if name_of(place).encode() in (self.home / "journal.sqlite").read_bytes():
                self.must(*self.erase_command(place))
            self.assertEqual(self.files_with(secrets), set())
            self.fsck(self.home)
        self.assertGreater(killed, 0, "no kill came in time: nothing was tested")

    def test_proofs_receipts_and_older_checkpoints_hold(self):
        self.must("publish", self.home)
        old = shutil.copytree(self.home / "site", self.folder / "old")
        checkpoint = (self.home / "log" / "checkpoint").read_text()
        leaves = self.leaves()
        self.must(*self.erase_command(9))
        entries = self.fsck(self.home)
        self.assertEqual(self.leaves()[:len(leaves)], leaves)
        self.verify(old)  # the proof of an older checkpoint
        self.must("publish", self.home)
        self.verify(self.home / "site")
        self.assertEqual(self.fsck(self.home), entries + 2)
        self.assertNotEqual((self.home / "log" / "checkpoint").read_text(), checkpoint)

    def leaves(self):
        connection = sqlite3.connect(f"file:{self.home}/journal.sqlite?mode=ro", uri=True)
        try:
            return connection.execute("SELECT seq, time_us, actor, kind, commitment, leaf FROM entry ORDER BY seq").fetchall()
        finally:
            connection.close()

    def test_the_person_does_not_come_back_with_the_next_file(self):
        self.must(*self.erase_command(7))
        before = support.journal_digest(self.home)
        again = self.must("import", self.home, self.base / "new.csv", "--mapping", self.base / "new.toml")
        self.says(again, "imported before")
        newer = self.folder / "newer.csv"
        newer.write_text(table([7, PEOPLE + 1], LONG_VARIABLES, long_of))
        command = ["import", self.home, newer, "--mapping", self.base / "new.toml"]
        self.says(self.exits(1, *command), "line 2", "was erased from the registry", "nothing was imported")
        self.assertEqual(support.journal_digest(self.home), before)
        newer.write_text(table([PEOPLE + 1], LONG_VARIABLES, long_of))
        self.must(*command)
        self.fsck(self.home)

    def test_damage_is_told_from_erasure(self):
        self.must(*self.erase_command(7))
        connection = sqlite3.connect(self.home / "journal.sqlite")
        seq, = connection.execute("SELECT min(seq) FROM entry WHERE subject = ?", [name_of(8)]).fetchone()
        connection.close()
        with_sqlite(self.home / "journal.sqlite",
                    f"UPDATE entry SET secret = NULL, subject = NULL, reason = NULL, payload = NULL WHERE seq = {seq}")
        stamp_pages(self.home / "journal.sqlite")
        outcome = self.exits(1, "fsck", self.home)
        self.says(outcome, f"entry {seq}: its sealed part is missing and no erasure names it")

    def test_what_cannot_be_is_refused_and_changes_nothing(self):
        self.must(*self.erase_command(7))
        before = support.journal_digest(self.home)
        osu = ["--institution", "osu"]
        for command, code, said in (
                (["erase", self.home, *self.about(7)], 1, "was erased before"),
                (["withdraw", self.home, *self.about(7)], 1, "was erased before"),
                (["erase", self.home, *self.about(PEOPLE + 5)], 1, "no participant with this id"),
                (["erase", self.home, "--institution", "alfred", "--participant", name_of(8), "--reason", "r"], 1,
                 "no participant with this id is registered at institution 'alfred'"),
                (["erase", self.home, *self.about(8, f"letter of {name_of(8)}")], 1, "the reason names the participant"),
                (["erase", self.home, *self.about(8, "")], 1, "needs a reason"),
                (["erase", self.home, *osu, "--participant", "not an id", "--reason", "r"], 1, "must be an id"),
                (["erase", self.home, *osu, "--participant", "-", "--reason", "r"], 1, "standard input is empty"),
                (["erase", self.home, *osu, "--reason", "r"], 2, "--participant"),
                (["withdraw", self.home, *self.about(8), "--date", "2999-01-01"], 1, "after today"),
                (["withdraw", self.home, *self.about(8), "--date", "soon"], 1, "--date must be a date"),
                (["erase", self.folder / "none", *self.about(8)], 1, "there is no registry")):
            with self.subTest(said=said):
                outcome = self.exits(code, *command)
                self.says(outcome, said)
                for place in (7, 8):
                    self.assertNotIn(name_of(place), outcome.out + outcome.err)
        self.assertEqual(support.journal_digest(self.home), before)
        self.fsck(self.home)

    def test_an_entry_that_the_views_miss_stops_the_erasure(self):
        with_sqlite(self.home / "journal.sqlite", "DELETE FROM participant_entry WHERE seq = (SELECT max(seq) FROM entry WHERE "
                    f"subject = '{name_of(8)}')")
        stamp_pages(self.home / "journal.sqlite")
        self.says(self.exits(1, *self.erase_command(8)), "kensho fsck --rebuild-views")
        self.assertEqual(len(stored_keys(self.home, name_of(8))), 2)
        self.must("fsck", self.home, "--rebuild-views")
        self.must(*self.erase_command(8))
        self.fsck(self.home)

    def test_an_id_can_come_from_standard_input(self):
        command = [support.program(), "erase", str(self.home), "--institution", "osu", "--participant", "-", "--reason", "r"]
        done = subprocess.run(command, input=name_of(3) + "\n", text=True, capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.fsck(self.home)

    def test_while_another_process_writes_nothing_is_erased(self):
        # As a running import does: the lock is what every writer holds to its end.
        with open(self.home / "lock", "r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for command in ("erase", "withdraw"):
                self.says(self.exits(1, command, self.home, *self.about(8)), "another process is writing")
        self.fsck(self.home)
        self.assertEqual(len(stored_keys(self.home, name_of(8))), 2)

    def test_a_registry_that_may_only_be_read_is_not_changed(self):
        if os.geteuid() == 0:
            self.skipTest("as root every file can be written")
        for path in [self.home, *self.home.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        self.addCleanup(lambda: [path.chmod(0o755) for path in [self.home, *self.home.rglob("*")]])
        before = support.tree_digest(self.home)
        self.exits(1, *self.erase_command(8))
        self.assertEqual(support.tree_digest(self.home), before)

    def test_a_reader_that_does_not_end_delays_the_overwriting_and_is_told(self):
        connection = sqlite3.connect(f"file:{self.home}/journal.sqlite?mode=ro", uri=True, isolation_level=None)
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM entry").fetchone()
        secrets = self.secrets_of(9)
        self.says(self.exits(1, *self.erase_command(9)), "the entries are erased, but free space")
        self.says(self.exits(1, "fsck", self.home), "kensho fsck --scrub")
        connection.close()
        self.must("fsck", self.home, "--scrub")
        self.assertEqual(self.files_with(secrets), set())
        self.fsck(self.home)


class FullDisk(RegistryWithPeople):
    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("mounting a small file system needs root")
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        if not self.mount("size=64m"):
            self.skipTest("a small file system cannot be mounted here")
        self.addCleanup(lambda: subprocess.run(["umount", str(self.disk)], check=False))
        self.home = self.disk / "home"

    def mount(self, options):
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.disk)],
                              stderr=subprocess.DEVNULL, check=False)
        return done.returncode == 0

    def test_whatever_little_room_there_is_all_or_nothing_is_erased_and_it_can_be_finished(self):
        size_kib = sum(path.stat().st_size for path in support.files_below(self.filled)) // 1024
        told = set()
        for free_kib in (0, 8, 16, 32, 64, 128, 256, size_kib // 2, size_kib, 3 * size_kib):
            with self.subTest(free_kib=free_kib):
                shutil.rmtree(self.home, ignore_errors=True)
                shutil.copytree(self.filled, self.home)
                secrets = self.secrets_of(9)
                state = os.statvfs(self.disk)
                used_kib = (state.f_blocks - state.f_bfree) * state.f_frsize // 1024
                self.assertTrue(self.mount(f"remount,size={used_kib + free_kib}k"))
                outcome = support.kensho(*self.erase_command(9))
                self.assertTrue(self.mount("remount,size=64m"))
                self.assertIn(outcome.code, (0, 1), self.told(outcome))
                erased = json.loads(support.kensho("fsck", self.home, "--json").out)["erased"]
                told.add((outcome.code, erased))
                self.assertIn(erased, (0, 2), self.told(outcome))
                if outcome.code == 1:
                    self.says(outcome, "kensho: ")
                    self.must(*self.erase_command(9))
                self.assertEqual(self.files_with(secrets), set())
                self.fsck(self.home)
        self.assertIn((1, 0), told, "it never failed before the transaction")
        self.assertIn((1, 2), told, "it never failed between transaction and overwriting")
        self.assertIn((0, 2), told)


class Studies(support.KenshoTest):
    """On the example's real data: what a withdrawal and an erasure change in results and on the site."""

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(holder.cleanup)
        cls.made = support.make_example(support.EXAMPLE, pathlib.Path(holder.name) / "home")

    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(shutil.copytree(self.made, self.folder / "home"))
        self.recorded = (self.home / "result.json").read_bytes()
        self.size = json.loads(self.recorded)["checkpoint"]["size"]
        self.about = ["--institution", "osu", "--participant", "bmt-001", "--reason", REASON]

    def study(self, *options):
        out = self.folder / "result.json"
        self.must("study", "run", self.home, "transplant-outcomes", "--out", out, *options)
        return out.read_bytes()

    def test_after_a_withdrawal_only_new_checkpoints_are_without_the_person(self):
        before = json.loads(self.recorded)
        self.must("withdraw", self.home, *self.about)
        self.assertEqual(self.study("--checkpoint", self.size), self.recorded)
        after = json.loads(self.study())
        self.assertEqual(after["dataset"]["treated"], before["dataset"]["treated"])
        self.assertEqual(after["dataset"]["withdrawn"], 1)
        self.assertEqual(after["follow_up"]["due"], before["follow_up"]["due"])
        self.assertEqual(after["follow_up"]["complete"], before["follow_up"]["complete"] - 1)
        self.assertNotIn("warnings", after)
        self.must("publish", self.home)
        self.verify(self.home / "site")
        self.assertTrue(self.pages_saying("Took back their consent", "en"))
        self.assertTrue(self.pages_saying("同意を撤回した人", "ja"))

    def test_after_an_erasure_every_checkpoint_is_and_says_so(self):
        self.must("erase", self.home, *self.about)
        prefix = self.folder / "report"
        again = json.loads(self.study("--checkpoint", self.size, "--html", prefix))
        self.assertEqual(again["warnings"], [{"code": "entries_erased", "count": 1}])
        self.assertEqual(again["dataset"]["treated"], json.loads(self.recorded)["dataset"]["treated"] - 1)
        self.assertIn("Some of the records behind this result were erased since",
                      pathlib.Path(f"{prefix}.en.html").read_text())
        self.assertIn("その後に消去されています", pathlib.Path(f"{prefix}.ja.html").read_text())
        now = json.loads(self.study())
        self.assertNotIn("warnings", now)  # nothing of this checkpoint was erased after it
        self.assertEqual(now["dataset"]["erased"], 1)
        self.must("publish", self.home)
        self.verify(self.home / "site")
        self.assertTrue(self.pages_saying("Erased from the registry", "en"))
        self.assertTrue(self.pages_saying("登録から消去された人", "ja"))
        self.fsck(self.home)

    def pages_saying(self, words, language):
        return [page for page in (self.home / "site" / language).rglob("*.html") if words in page.read_text()]

    def test_a_result_recorded_before_stays_recorded(self):
        self.must("erase", self.home, *self.about)
        connection = sqlite3.connect(f"file:{self.home}/journal.sqlite?mode=ro", uri=True)
        payload, = connection.execute("SELECT payload FROM entry WHERE kind = 'study.recorded'").fetchone()
        connection.close()
        self.assertEqual(json.loads(payload)["result"].encode(), self.recorded)


if __name__ == "__main__":
    unittest.main()
