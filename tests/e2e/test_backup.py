"""What survives the machine: backups taken at any moment, damaged, restored, and rid of who was erased.

$KENSHO_KILLS: how often a backup and a restore are killed (6; the full run: 20). $KENSHO_QUICK: a smaller
file. $KENSHO_SEED: another choice of moments.
"""

import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

import backup_reader
import support

QUICK = bool(os.environ.get("KENSHO_QUICK"))
ROWS = 5_000 if QUICK else 20_000
KILLS = int(os.environ.get("KENSHO_KILLS", "6"))
SEED = int(os.environ.get("KENSHO_SEED", "20250601"))

MAPPING = """\
format = 1
[therapy]
value = "allogeneic-bmt"
[institution]
value = "osu"
[participant]
column = "id"
registers = true
[[baseline]]
variable = "age_years"
column = "age"
type = "integer"
"""


def stored_entries(home):
    """Every entry as SQLite itself reads it."""
    connection = sqlite3.connect(f"file:{home / 'journal.sqlite'}?mode=ro", uri=True)
    try:
        return connection.execute("SELECT seq, time_us, actor, organisation, kind, commitment, leaf, secret,"
                                  " subject, reason, payload FROM entry ORDER BY seq").fetchall()
    finally:
        connection.close()


class BackupTest(support.KenshoTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.home, self.to, self.key = (self.folder / name for name in ("home", "backup", "key"))
        self.must("backup-key", self.key)
        (self.folder / "mapping.toml").write_text(MAPPING)

    def init(self):
        self.must("init", self.home, "--config", support.EXAMPLE / "registry.toml")

    def cases(self, prefix, rows):
        """The arguments that import this many new participants."""
        file = self.folder / f"{prefix}.csv"
        with open(file, "w", encoding="utf-8") as out:
            out.write("id,age\n")
            out.writelines(f"{prefix}{row},{row % 100}\n" for row in range(rows))
        return ["import", self.home, file, "--mapping", self.folder / "mapping.toml"]

    def backup(self, *more):
        told = self.must("backup", self.home, "--to", self.to, "--key-file", self.key, "--json", *more)
        return json.loads(told.out)

    def check(self):
        return json.loads(self.must("backup", "--check", self.to, "--key-file", self.key, "--json").out)

    def restore(self, name="restored", *more):
        home = self.folder / name
        self.must("restore", self.to, "--key-file", self.key, "--to", home, *more)
        return home

    def opened(self):
        return backup_reader.Backup(self.to, self.key)


class Life(BackupTest):
    def test_a_restored_registry_gives_the_same_answers(self):
        support.make_example(support.EXAMPLE, self.home)
        self.backup()

        restored = self.restore()

        self.assertEqual(support.journal_digest(restored), support.journal_digest(self.home))
        for name in ("site", "log", "keys"):
            self.assertEqual(support.tree_digest(restored / name), support.tree_digest(self.home / name), name)
        self.assertEqual((restored / "keys/log.key").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.fsck(restored), self.fsck(self.home))
        self.verify(restored / "site")
        protocol = json.loads((self.home / "result.json").read_text())["protocol"]["id"]
        results = []
        for home in (self.home, restored):
            result = self.folder / f"{home.name}.json"
            self.must("study", "run", home, protocol, "--out", result)
            results.append(result.read_bytes())
        self.assertEqual(*results)
        self.assertEqual(self.must("classify", restored, "--json").out, self.must("classify", self.home, "--json").out)
        self.must("publish", restored)
        self.verify(restored / "site")
        self.fsck(restored)

    def test_a_reader_outside_the_program_finds_what_the_journal_holds(self):
        support.make_example(support.EXAMPLE, self.home)
        self.backup()

        opened = self.opened()

        self.assertEqual(list(opened.entries()), stored_entries(self.home))
        files = opened.files()
        self.assertIn("keys/log.key", files)
        for path, content in files.items():
            self.assertEqual(content, (self.home / path).read_bytes(), path)
        self.assertEqual(opened.manifest["head"]["checkpoint"], (self.home / "log/checkpoint").read_text())
        for path in support.files_below(self.to):
            for word in (b"allogeneic", b"case.reported", b"kensho.registry"):
                self.assertFalse(word in path.read_bytes(), f"{path} shows {word}")

    def test_nothing_of_an_erased_person_is_in_the_next_backup(self):
        self.init()
        self.must(*self.cases("Otohime-", 6_000))
        self.backup()
        name = b"Otohime-77\""
        held = [index for index, chunk in enumerate(self.opened().chunks()) if name in chunk]
        self.assertEqual(held, [0], "the search finds who is there")
        before = [chunk["file"]["name"] for chunk in self.opened().manifest["chunks"]]

        self.must("erase", self.home, "--institution", "osu", "--participant", "Otohime-77", "--reason", "asked")
        told = self.backup()

        self.assertEqual((told["chunks_rewritten"], told["erased"]), (1, 1))
        self.assertFalse((self.to / "data" / before[0]).exists())
        content = b"".join(self.opened().chunks()) + b"".join(self.opened().files().values())
        self.assertFalse(name in content, "the erased person is in the backup")
        self.assertTrue(b"Otohime-78\"" in content, "the search finds who is still there")
        restored = self.restore()
        self.fsck(restored)
        self.assertEqual(stored_entries(restored), stored_entries(self.home))

    def test_a_copy_of_a_superseded_chunk_stays_closed(self):
        """The key of a chunk that was rewritten is nowhere any more, whoever kept the file."""
        self.init()
        self.must(*self.cases("p", 50))
        self.backup()
        old = self.opened().manifest
        file = old["chunks"][0]["file"]
        copy = (self.to / "data" / file["name"]).read_bytes()
        place = f"kensho backup 1 chunk {old['backup']} 0 {file['generation']}".encode()
        self.assertIn(b"\"p7\"", backup_reader.open_stream(copy, bytes.fromhex(file["key"]), place))
        self.must("erase", self.home, "--institution", "osu", "--participant", "p7", "--reason", "asked")
        self.backup()

        manifest = self.opened().manifest

        self.assertNotIn(file["key"], json.dumps(manifest))
        for chunk in manifest["chunks"]:
            with self.assertRaises(backup_reader.Unreadable):
                backup_reader.open_stream(copy, bytes.fromhex(chunk["file"]["key"]), place)

    def test_a_second_backup_writes_only_what_changed(self):
        self.init()
        self.must(*self.cases("a", 20_000))
        first = self.backup()
        names = {path.name for path in (self.to / "data").iterdir()}
        self.must(*self.cases("b", 10))

        second = self.backup()
        idle = self.backup()

        self.assertEqual(second["chunks_written"], 1)
        self.assertLess(second["bytes_written"], first["bytes_written"] / 4)
        kept = names & {path.name for path in (self.to / "data").iterdir()}
        self.assertEqual(len(kept), first["chunks"] - 1 + 1, "all but the chunk that was not full")
        self.assertEqual((idle["changed"], idle["bytes_written"]), (False, 0))


class Damage(BackupTest):
    def test_a_flipped_byte_anywhere_is_named_and_restores_nothing(self):
        support.make_example(support.EXAMPLE, self.home)
        self.must(*self.cases("a", 5_000))
        self.backup()
        for path in support.files_below(self.to):
            if path.name == "lock":
                continue
            good = path.read_bytes()
            for at in sorted({0, len(good) - 1, *(self.random.randrange(len(good)) for _ in range(4))}):
                with self.subTest(file=path.name, at=at):
                    path.write_bytes(good[:at] + bytes([good[at] ^ 1 << self.random.randrange(8)]) + good[at + 1:])
                    found = self.exits(1, "backup", "--check", self.to, "--key-file", self.key)
                    self.says(found, path.name)
            refused = self.exits(1, "restore", self.to, "--key-file", self.key, "--to", self.folder / "r")
            self.says(refused, path.name)
            self.assertEqual(list(self.folder.glob("r*")), [])
            path.write_bytes(good)
        self.assertEqual(self.check()["damages"], [])

    def test_a_lost_chunk_is_named_with_what_is_still_whole(self):
        self.init()
        self.must(*self.cases("a", 10_000))
        self.backup()
        lost = self.opened().manifest["chunks"][1]["file"]["name"]
        (self.to / "data" / lost).unlink()

        refused = self.exits(1, "restore", self.to, "--key-file", self.key, "--to", self.folder / "r")

        self.says(refused, f"entries 4096 to 8191 (data/{lost})", "5915 of 10011 entries are whole")
        self.assertFalse((self.folder / "r").exists())

    def test_a_damaged_journal_never_takes_the_place_of_a_good_backup(self):
        self.init()
        self.must(*self.cases("a", 6_000))
        self.backup()
        before = support.tree_digest(self.to)
        self.must(*self.cases("b", 10))
        with sqlite3.connect(self.home / "journal.sqlite") as connection:
            connection.execute("UPDATE entry SET payload = replace(payload, 'b3', 'b4') WHERE seq = 6014")

        refused = self.exits(1, "backup", self.home, "--to", self.to, "--key-file", self.key)

        self.says(refused, "entry 6014")
        self.assertEqual(support.tree_digest(self.to), before)

    def test_what_is_asked_wrongly_is_refused(self):
        self.init()
        self.backup()
        other = self.folder / "other"
        self.must("backup-key", other)
        self.says(self.exits(1, "restore", self.to, "--key-file", other, "--to", self.folder / "r"), "not with the one given")
        self.says(self.exits(1, "backup-key", other), "never written over")
        self.says(self.exits(1, "restore", self.to, "--key-file", self.key, "--to", self.home), "there is something already")
        shutil.copy(self.key, self.home / "keys" / "backup")
        inside = self.exits(1, "backup", self.home, "--to", self.to, "--key-file", self.home / "keys" / "backup")
        self.says(inside, "must not be in")
        self.says(self.exits(1, "backup", self.home, "--to", self.home / "b", "--key-file", self.key), "must not be in")
        os.chmod(other, 0o644)
        self.says(self.exits(1, "backup", "--check", self.to, "--key-file", other), "chmod 600")
        self.exits(2, "backup", self.home, "--key-file", self.key)
        self.exits(2, "backup", self.home, "--check", self.to, "--key-file", self.key)
        self.exits(2, "backup", "--key-file", self.key)

    def test_a_new_key_closes_the_backup_to_the_old_one(self):
        self.init()
        self.backup()
        new = self.folder / "new"
        self.must("backup-key", new)
        self.backup("--new-key-file", new)
        self.exits(1, "backup", "--check", self.to, "--key-file", self.key)
        self.must("backup", "--check", self.to, "--key-file", new)


class Crash(BackupTest):
    def kill_after(self, seconds, *arguments):
        """Starts the program and kills it with SIGKILL; true if it still ran then."""
        process = support.start(*arguments)
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        return process.returncode == -signal.SIGKILL

    def test_a_backup_killed_at_any_moment_leaves_the_old_one_or_the_new_one(self):
        self.init()
        self.must(*self.cases("a", 2_000))
        self.backup()
        old = self.check()["entries"]
        self.assertTrue(b"\"a9\"" in b"".join(self.opened().chunks()), "the search finds who is there")
        self.must(*self.cases("b", ROWS))
        self.must("erase", self.home, "--institution", "osu", "--participant", "a9", "--reason", "asked")
        new = self.fsck(self.home)
        whole = self.folder / "whole"
        shutil.copytree(self.to, whole)
        command = ["backup", self.home, "--to", self.to, "--key-file", self.key]
        begin = time.monotonic()
        self.must(*command)
        seconds = time.monotonic() - begin
        killed = 0
        for kill in range(KILLS):
            moment = self.random.uniform(0.1, 1.0) * seconds if kill > 0 else 0.01
            with self.subTest(kill=kill, seconds=round(moment, 3)):
                shutil.rmtree(self.to)
                shutil.copytree(whole, self.to)
                killed += self.kill_after(moment, *command)
                self.assertIn(self.check()["entries"], (old, new))
                if kill % 2 == 0:
                    self.assertIn(self.fsck(self.restore(f"after{kill}")), (old, new))
                self.backup()
                self.assertEqual(self.check()["entries"], new)
                self.assertFalse(b"\"a9\"" in b"".join(self.opened().chunks()), "erased, and in the backup")
                self.assertEqual(len(list((self.to / "data").iterdir())), len(self.opened().manifest["chunks"]) + 1)
                self.assertFalse((self.to / "unfinished").exists())
        self.assertGreater(killed, 0, "no kill came in time: nothing was tested")

    def test_a_first_backup_killed_at_any_moment_can_be_made_again(self):
        self.init()
        self.must(*self.cases("a", ROWS))
        entries = self.fsck(self.home)
        for kill in range(KILLS):
            moment = self.random.uniform(0, 0.4)
            with self.subTest(kill=kill, seconds=round(moment, 3)):
                shutil.rmtree(self.to, ignore_errors=True)
                self.kill_after(moment, "backup", self.home, "--to", self.to, "--key-file", self.key)
                self.backup()
                self.assertEqual(self.check()["whole_entries"], entries)

    def test_a_restore_killed_at_any_moment_is_there_or_not(self):
        self.init()
        self.must(*self.cases("a", ROWS))
        entries = self.fsck(self.home)
        self.backup()
        restored = self.folder / "restored"
        begin = time.monotonic()
        self.restore()
        seconds = time.monotonic() - begin
        killed = 0
        for kill in range(KILLS):
            moment = self.random.uniform(0.1, 1.0) * seconds if kill > 0 else 0.01
            with self.subTest(kill=kill, seconds=round(moment, 3)):
                shutil.rmtree(restored, ignore_errors=True)
                killed += self.kill_after(moment, "restore", self.to, "--key-file", self.key, "--to", restored)
                if not restored.exists():
                    self.restore()
                self.assertEqual(self.fsck(restored), entries)
        self.assertGreater(killed, 0, "no kill came in time: nothing was tested")

    def test_backups_while_an_import_runs_are_each_whole(self):
        self.init()
        before = self.fsck(self.home)
        process = support.start(*self.cases("a", ROWS))
        sizes = []
        while process.poll() is None:
            self.backup()
            sizes.append(self.check()["whole_entries"])
        process.communicate()
        self.assertEqual(process.returncode, 0)
        self.backup()
        sizes.append(self.check()["whole_entries"])
        self.assertEqual(sorted(set(sizes)), [before, before + ROWS + 1])
        self.assertEqual(self.fsck(self.restore()), before + ROWS + 1)

    def test_backups_while_people_are_erased_can_all_be_restored(self):
        self.init()
        self.must(*self.cases("a", 12_000))
        for round_number in range(4):
            person = f"a{self.random.randrange(12_000)}"
            erasing = support.start("erase", self.home, "--institution", "osu", "--participant", person, "--reason", "asked")
            while True:
                ended = erasing.poll() is not None
                self.backup()
                if ended:
                    break
            out, err = erasing.communicate()
            self.assertEqual(erasing.returncode, 0, err)
            self.fsck(self.restore(f"round{round_number}"))
            self.assertFalse(f"\"{person}\"".encode() in b"".join(self.opened().chunks()), "erased, and in the backup")


class Scale(BackupTest):
    @unittest.skipIf(support.is_sanitized(), "a sanitizer multiplies memory")
    def test_memory_does_not_grow_with_the_journal(self):
        self.init()
        small = self.must("backup", self.home, "--to", self.to, "--key-file", self.key)
        small_restore = self.must("restore", self.to, "--key-file", self.key, "--to", self.folder / "small")
        self.must(*self.cases("a", ROWS))
        large = self.must("backup", self.home, "--to", self.to, "--key-file", self.key)
        large_restore = self.must("restore", self.to, "--key-file", self.key, "--to", self.folder / "large")
        self.assertLess(large.rss_mib - small.rss_mib, 30, self.told(large))
        self.assertLess(large_restore.rss_mib - small_restore.rss_mib, 100, self.told(large_restore))


if __name__ == "__main__":
    unittest.main()
