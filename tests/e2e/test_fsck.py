"""Every kind of damage, made in a real registry's files: fsck names it, says what it means and what to do.

A kind without a case here fails the last test.
"""

import hashlib
import hmac
import json
import os
import pathlib
import pty
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

import support
from test_tamper import Flipped, stamp_pages, with_sqlite

LEAF_DOMAIN = b"kensho journal leaf v1\n"
DAMAGE = support.ROOT / "src" / "app" / "damage.cc"


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def sealed_anew(row):
    """Commitment and leaf of an entry, as src/journal/commitment.h describes them."""
    sealed = f'{{"payload":{row["payload"]},"reason":{quoted(row["reason"])},"subject":{quoted(row["subject"])}}}'
    commitment = hmac.new(row["secret"], sealed.encode(), hashlib.sha256).digest()
    header = (f'{{"actor":{quoted(row["actor"])},"commitment":"{commitment.hex()}","kind":{quoted(row["kind"])},'
              f'"organisation":{quoted(row["organisation"])},"seq":{row["seq"]},"time_us":{row["time_us"]}}}')
    return commitment, hashlib.sha256(LEAF_DOMAIN + header.encode()).digest()


class FsckTest(support.KenshoTest):
    tested = set()

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(holder.cleanup)
        cls.original = support.make_example(support.EXAMPLE, pathlib.Path(holder.name) / "original")

    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(shutil.copytree(self.original, self.folder / "home"))
        self.journal = self.home / "journal.sqlite"

    def sql(self, *statements):
        with_sqlite(self.journal, *statements)
        stamp_pages(self.journal)

    def ask(self, question):
        connection = sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute(question).fetchone()
        finally:
            connection.close()

    def replace_entry(self, seq, **changes):
        """Changes an entry and makes commitment and leaf fit: all a forger can do without the signing key."""
        row = {**self.ask(f"SELECT * FROM entry WHERE seq = {seq}"), **changes}
        row["commitment"], row["leaf"] = sealed_anew(row)
        connection = sqlite3.connect(self.journal)
        connection.execute(f"UPDATE entry SET {', '.join(f'{name} = :{name}' for name in row)} WHERE seq = :seq", row)
        connection.commit()
        connection.close()
        stamp_pages(self.journal)

    def findings(self):
        outcome = self.exits(1, "fsck", self.home, "--json")
        found = json.loads(outcome.out)["findings"]
        self.assertTrue(found, self.told(outcome))
        text = self.exits(1, "fsck", self.home).out
        for finding in found:
            for words in (f'{finding["place"]}: {finding["problem"]}\n', f'  Means:  {finding["meaning"]}\n',
                          f'  To do:  {finding["remedy"]}\n'):
                self.assertIn(words, text)
        return found

    def finds(self, kind, place, problem, **entries):
        """One finding of the kind, with these words, and no other."""
        found = self.findings()
        self.assertEqual(len(found), 1, found)
        return self.is_among(found, kind, place, problem, **entries)

    def finds_also(self, kind, place, problem, **entries):
        """The same beside other findings."""
        found = self.findings()
        self.assertGreater(len(found), 1, found)
        return self.is_among(found, kind, place, problem, **entries)

    def is_among(self, found, kind, place, problem, **entries):
        matching = [finding for finding in found if finding["kind"] == kind]
        self.assertEqual(len(matching), 1, found)
        finding = matching[0]
        self.assertRegex(finding["place"], place)
        self.assertRegex(finding["problem"], problem)
        self.assertEqual(finding.get("first_entry"), entries.get("first"), finding)
        self.assertEqual(finding["further_entries"], entries.get("further", 0), finding)
        FsckTest.tested.add(kind)
        return finding

    def explains(self, finding, meaning, remedy):
        self.assertIn(meaning, finding["meaning"])
        self.assertIn(remedy, finding["remedy"])

    def entries(self):
        return self.ask("SELECT size FROM head")[0]


class Journal(FsckTest):
    def test_bytes_of_the_file(self):
        with Flipped(self.journal, 3 * 4096 + 100):
            found = [one for one in self.findings() if one["kind"] == "file_bytes"]
            self.assertRegex(found[0]["problem"], r"page 4 \(bytes 12288-16383\)")
            self.explains(found[0], "the disk is failing", "restore the journal from a backup")
            FsckTest.tested.add("file_bytes")

    def test_entries_that_were_taken_out(self):
        self.sql("DELETE FROM entry WHERE seq IN (20, 21, 40)")
        finding = self.finds("entry_lost", "^entry 20$", "^is missing in the journal", first=20, further=2)
        self.explains(finding, "An accepted entry was lost", "a backup that holds the entry")
        self.says(self.exits(1, "fsck", self.home), "entry 20: is missing", "The views were not compared")

    def test_entries_that_were_changed(self):
        self.sql("UPDATE entry SET payload = replace(payload, '\"age_years\":\"', '\"age_years\":\"1') "
                 "WHERE seq BETWEEN 20 AND 24")
        finding = self.finds("entry_changed", "^entry 20$", "payload or key is not what was committed to",
                             first=20, further=4)
        self.explains(finding, "changed after it was accepted", "find out who can write to the file")

    def test_an_entry_that_was_replaced_together_with_its_commitment(self):
        row = self.ask("SELECT payload FROM entry WHERE seq = 20")
        changed = row["payload"].replace('"age_years":"', '"age_years":"1')
        self.assertNotEqual(changed, row["payload"])
        self.replace_entry(20, payload=changed)
        finding = self.finds("entry_replaced", "^journal$", "the public log holds another leaf of entry 20", first=20)
        self.explains(finding, "together with its commitment", "Restore the journal from a backup")

    def test_entries_nobody_accepted(self):
        size = self.entries()
        for place in (size, size + 1):
            self.sql(f"INSERT INTO entry SELECT {place}, time_us, actor, organisation, kind, commitment, leaf, secret, "
                     f"subject, reason, payload FROM entry WHERE seq = {size - 1}")
        finding = self.finds("entry_unaccepted", f"^entry {size}$", "beyond the end", first=size, further=1)
        self.explains(finding, "added without acceptance", "Restore the journal from a backup")

    def test_an_entry_before_its_time(self):
        self.replace_entry(20, time_us=self.ask("SELECT time_us FROM entry WHERE seq = 19")[0] - 1)
        finding = self.finds_also("time_reversed", "^entry 20$", "its time lies before", first=20)
        self.explains(finding, "in the order in which they were accepted", "mend that one")

    def test_an_entry_this_program_cannot_read(self):
        self.replace_entry(20, payload='{"a":"newer"}')
        finding = self.finds_also("payload_unreadable", "^entry 20$", "'therapy' is missing",
                             first=20)
        self.explains(finding, "a newer version of the program", "Use the version of the program")

    def test_the_edge_of_the_tree(self):
        self.sql("UPDATE head SET frontier = zeroblob(length(frontier))")
        finding = self.finds("tree_edge", "^journal$", "the tree's edge in its head")
        self.explains(finding, "the next entry would be put into another tree", "Accept nothing more")

    def test_a_checkpoint_that_was_changed(self):
        self.sql("UPDATE head SET checkpoint = replace(checkpoint, 'a', 'b')")
        finding = self.finds("checkpoint_altered", "checkpoint in the journal", "note|signature|key")
        self.explains(finding, "The signed checkpoint was changed", "restore it from a backup")

    def test_another_signing_key(self):
        key = self.home / "keys" / "log.key"
        name, seed = key.read_text().split("\n")[:2]
        key.write_text(f"{name}\n{hashlib.sha256(seed.encode()).hexdigest()}\n")
        found = self.findings()
        self.assertEqual([one["kind"] for one in found], ["foreign_key"] * 2, found)
        self.assertEqual([one["place"] for one in found], ["checkpoint in the journal", "log/checkpoint"])
        self.explains(found[0], "The signing key in keys/log.key is another one", "own key back from a backup")
        FsckTest.tested.add("foreign_key")


class Views(FsckTest):
    REMEDY = "kensho fsck HOME --rebuild-views"

    def heals(self):
        self.must("fsck", self.home, "--rebuild-views")
        self.fsck(self.home)

    def test_rows_with_other_values(self):
        seqs = [self.ask(f"SELECT min(registered), count(*) FROM participant WHERE treated = {treated}")
                for treated in (0, 1)]
        self.sql("UPDATE participant SET treated = 1 - treated")
        people = self.ask("SELECT count(*) FROM participant")[0]
        first = min(seq for seq, count in map(tuple, seqs) if count)
        finding = self.finds("view_stale", "^views$", f"view 'participant' has {people} rows with other values",
                             first=first, further=people - 1)
        self.explains(finding, "The view is stale or was changed", self.REMEDY)
        self.heals()

    def test_rows_that_are_gone_and_rows_nobody_made(self):
        gone = self.ask("SELECT registered FROM participant WHERE participant = 'bmt-007'")[0]
        self.sql("DELETE FROM participant WHERE participant = 'bmt-007'",
                 "INSERT INTO participant VALUES ('osu', 'zz', 'allogeneic-bmt', 0, 3), ('', '', '', 0, 0)",
                 "DELETE FROM import_file")
        found = {one["problem"].split("'")[1]: one for one in self.findings()}
        self.assertEqual(set(found), {"participant", "import_file"})
        self.assertEqual(found["participant"]["problem"], "view 'participant' lacks 1 row that the journal makes, has 2 "
                                                          "rows that no entry makes")
        self.assertEqual(found["participant"]["first_entry"], gone)
        self.assertNotIn("bmt-007", json.dumps(list(found.values())), "an id is personal")
        self.heals()

    def test_a_value_of_another_type_is_no_equal_value(self):
        self.sql("UPDATE participant SET registered = CAST(registered AS BLOB) WHERE participant = 'bmt-007'")
        self.finds("view_stale", "^views$", "1 row with other values",
                   first=self.ask("SELECT CAST(CAST(registered AS TEXT) AS INTEGER) FROM participant "
                                  "WHERE participant = 'bmt-007'")[0])
        self.heals()

    def test_every_view_is_compared(self):
        for view in re.findall(r"EXISTS views\.(\w+)", (support.ROOT / "sql/sqlite/views_schema.sql").read_text()):
            with self.subTest(view):
                columns = self.ask(f"SELECT count(*) FROM pragma_table_info('{view}')")[0]
                self.sql(f"INSERT INTO {view} VALUES ({', '.join(['99999'] * columns)})")
                self.finds("view_stale", "^views$", f"view '{view}' has 1 row that no entry makes")
                self.heals()


class Log(FsckTest):
    def test_a_file_of_the_log_and_how_the_log_is_made_anew(self):
        tile = min((self.home / "log" / "tile" / "0").rglob("*"), key=lambda path: (path.is_dir(), str(path)))
        before = support.tree_digest(self.home / "log")
        with Flipped(tile, 40):
            finding = self.finds("log_file", f"^{tile.relative_to(self.home)} entry 1$", "the hash is not that")
            self.explains(finding, "The journal is not affected", "move the folder log/ away")
        shutil.rmtree(self.home / "log")
        self.finds("log_file", "^log/checkpoint$", "cannot open|no such file|not found|missing")
        self.must("fsck", self.home, "--rebuild-views")  # any command that writes
        self.fsck(self.home)
        self.assertEqual(support.tree_digest(self.home / "log"), before, "the log is not what it was")

    def test_a_checkpoint_of_the_log_that_was_changed(self):
        path = self.home / "log" / "checkpoint"
        with Flipped(path, path.stat().st_size - 10):
            finding = self.finds("checkpoint_altered", "^log/checkpoint$", ".")
            self.explains(finding, "The signed checkpoint was changed", "move the folder log/ away")

    def test_a_log_that_proves_more_than_the_journal_holds(self):
        older = self.entries()
        self.must("publish", self.home)
        newer = self.entries()
        shutil.copy(self.original / "journal.sqlite", self.journal)
        finding = self.finds("log_ahead", "^journal$", f"proves {newer} entries, the journal holds {older}",
                             first=older, further=newer - older - 1)
        self.explains(finding, "The public log proves more than the journal holds", "Restore the newest backup")

    def test_two_histories_under_one_key(self):
        size = self.entries()
        self.must("publish", self.home)
        other = pathlib.Path(shutil.copytree(self.original, self.folder / "other"))
        self.must("publish", other)
        self.must("publish", other)
        shutil.copy(other / "journal.sqlite", self.journal)
        ahead = self.entries()
        finding = self.finds("histories_differ", "^public log$",
                             f"two different histories; the public log holds another leaf of entry {size}",
                             first=size, further=1)
        self.assertGreater(ahead, size + 2)
        self.explains(finding, "Two histories were signed with one key", "the copy of the journal that leads to the published")

    def test_a_file_that_cannot_be_read(self):
        path = self.home / "log" / "checkpoint"
        path.unlink()
        path.mkdir()
        finding = self.finds("unfinished", "public log", "this is a folder")
        self.explains(finding, "could not be made to its end", "Mend what the message names")


class Erasures(FsckTest):
    def erase(self):
        """Erases one participant; gives the entry and what it said."""
        row = self.ask("SELECT seq, secret, subject, reason, payload FROM entry WHERE subject = 'bmt-007'")
        institution = json.loads(row["payload"])["institution"]
        self.must("erase", self.home, "--institution", institution, "--participant", "bmt-007", "--reason", "asked")
        self.fsck(self.home)
        return row

    def test_content_that_no_erasure_took(self):
        self.sql("UPDATE entry SET secret = NULL, subject = NULL, reason = NULL, payload = NULL WHERE seq IN (20, 30)")
        finding = self.finds("content_missing", "^entry 20$", "no erasure names it", first=20, further=1)
        self.explains(finding, "destroyed without an erasure", "a backup that holds it")

    def test_content_that_is_there_again(self):
        row = self.erase()
        connection = sqlite3.connect(self.journal)
        connection.execute("UPDATE entry SET secret = ?, subject = ?, reason = ?, payload = ? WHERE seq = ?",
                           [row[name] for name in ("secret", "subject", "reason", "payload", "seq")])
        connection.commit()
        connection.close()
        stamp_pages(self.journal)
        finding = self.finds("erasure_undone", f"^entry {row['seq']}$", "its sealed part is there again",
                             first=row["seq"])
        self.explains(finding, "an older copy was put in its place", "erase the participant again")

    def test_an_erasure_that_names_an_entry_again(self):
        row = self.erase()
        seq = self.ask("SELECT max(seq) FROM entry WHERE kind = 'entries.erased'")[0]
        self.must("publish", self.home)
        later = self.entries() - 1
        erasure = self.ask(f"SELECT payload FROM entry WHERE seq = {seq}")[0]
        self.replace_entry(later, kind="entries.erased", payload=erasure)
        finding = self.finds_also("erasure_repeated", f"^entry {row['seq']}$", f"a second erasure, entry {later}",
                             first=row["seq"])
        self.explains(finding, "An entry is erased once", "report it to the makers")

    def test_an_erasure_that_was_broken_off(self):
        self.sql("INSERT INTO unscrubbed VALUES (20)")
        finding = self.finds("erasure_unfinished", "journal file", "kensho fsck --scrub")
        self.explains(finding, "may still be read", "kensho fsck HOME --scrub")
        self.must("fsck", self.home, "--scrub")
        self.fsck(self.home)


class Progress(FsckTest):
    def shown(self, stderr):
        done = subprocess.run([support.program(), "fsck", str(self.home)], stdout=subprocess.PIPE, stderr=stderr, check=True)
        self.assertIn(b"Clean:", done.stdout)
        return done.stderr

    def test_a_terminal_is_told_what_is_being_checked_and_a_file_is_not(self):
        terminal, end = pty.openpty()
        self.shown(end)
        os.close(end)
        told = os.read(terminal, 65536)
        os.close(terminal)
        self.assertIn(b"checking files", told)
        self.assertIn(b"checking views", told)
        self.assertTrue(told.endswith(b"\x1b[K"), "the line is not wiped at the end")
        self.assertEqual(self.shown(subprocess.PIPE), b"")


class Together(FsckTest):
    def test_every_kind_has_a_case(self):
        kinds = set(re.findall(r'^    \{"(\w+)",', DAMAGE.read_text(), re.MULTILINE))
        self.assertGreater(len(kinds), 15)
        self.assertEqual(kinds - FsckTest.tested, set(), "no case makes this damage")


def load_tests(loader, _, __):
    """The test that looks at what the others did comes last."""
    order = [Journal, Views, Log, Erasures, Progress, Together]
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in order)


if __name__ == "__main__":
    unittest.main()
