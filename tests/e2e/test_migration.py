"""What an older version of the program left is opened by this one, and nothing in it changes its meaning.

$KENSHO_KILLS: how often a migration is killed (6). $KENSHO_SEED: another choice of moments.
"""

import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import unittest

import support
from test_tamper import stamp_pages, with_sqlite

OLD = support.ROOT / "tests" / "fixtures" / "registry-0.1.0"
ENTRIES = 26  # as 0.1.0 itself said
KILLS = int(os.environ.get("KENSHO_KILLS", "6"))
SEED = int(os.environ.get("KENSHO_SEED", "20250601"))
# The schema of 0.1.0: what its two tables hold must not change when it is opened.
COLUMNS = ("seq, time_us, actor, organisation, kind, commitment, leaf, secret, subject, reason, payload",
           "only_one, size, time_us, frontier, checkpoint")


def content(home):
    """Every value of the journal's own tables, read by SQLite itself from a copy."""
    copy = home.with_name(home.name + "-copy.sqlite")
    shutil.copy(home / "journal.sqlite", copy)
    connection = sqlite3.connect(copy)
    try:
        return [connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()
                for columns, table in zip(COLUMNS, ("entry", "head"))]
    finally:
        connection.close()
        copy.unlink()


class Migration(support.KenshoTest):
    def setUp(self):
        super().setUp()
        self.home = pathlib.Path(shutil.copytree(OLD, self.folder / "home"))
        self.journal = self.home / "journal.sqlite"
        self.key = json.loads((OLD / "site" / "manifest.json").read_text())["key"]

    def refused(self, *command, parts):
        outcome = self.exits(1, *command)
        self.says(outcome, *parts)
        return outcome

    def tamper(self, *statements):
        """Changes the file as an administrator could who also knows the page checksums."""
        with_sqlite(self.journal, *statements)
        stamp_pages(self.journal)

    def test_reading_says_how_to_migrate_and_writes_nothing(self):
        before = self.journal.read_bytes()
        for command in (["fsck", self.home], ["classify", self.home], ["study", "run", self.home, "transplant-outcomes"]):
            with self.subTest(command[0]):
                self.refused(*command, parts=["older version", "kensho migrate"])
        self.assertEqual(self.journal.read_bytes(), before)

    def test_migrated_it_holds_what_it_held_and_is_clean(self):
        before = content(self.home)
        self.must("migrate", self.home)
        self.assertEqual(content(self.home), before)
        self.assertEqual(self.fsck(self.home), ENTRIES)
        connection = sqlite3.connect(self.journal)
        applied = connection.execute("SELECT number, name FROM migration ORDER BY number").fetchall()
        connection.close()
        self.assertEqual([number for number, _ in applied], list(range(1, len(applied) + 1)))
        self.assertEqual(applied[0][1], "0001_journal")
        once = self.journal.read_bytes()
        self.must("migrate", self.home)
        self.assertEqual(self.journal.read_bytes(), once, "migrated again, something was written")

    def test_old_proofs_and_checkpoints_still_verify(self):
        self.must("verify", OLD / "site", "--key", self.key)
        checkpoint = (OLD / "log" / "checkpoint").read_text()
        self.must("migrate", self.home)
        self.assertEqual((self.home / "log" / "checkpoint").read_text(), checkpoint)
        self.must("verify", self.home / "site", "--key", self.key)
        known = json.loads(self.must("import", self.home, OLD.with_name(OLD.name + "-cases.csv"), "--mapping",
                                     support.EXAMPLE / "mapping.toml", "--json").out)
        self.assertEqual((known["known_before"], known["rows"]), (True, 12))

    def test_it_is_written_to_like_any_other(self):
        self.must("register", self.home, support.EXAMPLE / "registry.toml")  # migrates: it writes
        self.must("publish", self.home)
        self.assertGreater(self.fsck(self.home), ENTRIES)
        self.must("verify", self.home / "site", "--key", self.key)
        self.must("verify", OLD / "site", "--key", self.key)

    def test_a_migration_that_was_altered_or_is_unknown_is_refused(self):
        self.must("migrate", self.home)
        changes = {
            "UPDATE migration SET sha256 = 'ff' WHERE number = 2": ["migration 2", "0002_views_version"],
            "UPDATE migration SET name = '0001_other' WHERE number = 1": ["migration 1", "0001_other"],
            "INSERT INTO migration (number, name, sha256) VALUES (99, '0099_future', 'ff')": ["0099_future", "newer version"],
        }
        migrated = self.journal.read_bytes()
        for change, parts in changes.items():
            with self.subTest(change):
                self.journal.write_bytes(migrated)
                self.tamper(change)
                tampered = self.journal.read_bytes()
                self.refused("fsck", self.home, parts=parts)
                self.refused("migrate", self.home, parts=parts)
                self.assertEqual(self.journal.read_bytes(), tampered)

    def test_a_file_that_no_version_made_is_refused(self):
        self.tamper("ALTER TABLE entry ADD COLUMN more TEXT")
        self.refused("migrate", self.home, parts=["table 'entry'", "not the one that any version"])

    def test_views_of_another_version_are_made_anew(self):
        self.must("migrate", self.home)
        self.tamper("UPDATE views_version SET sha256 = 'older'", "DROP TABLE participant",
                    "CREATE TABLE of_an_older_version (x)")
        self.refused("fsck", self.home, parts=["older version", "kensho migrate"])
        self.must("migrate", self.home)
        self.assertEqual(self.fsck(self.home), ENTRIES)
        connection = sqlite3.connect(self.journal)
        tables = {name for name, in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        connection.close()
        self.assertNotIn("of_an_older_version", tables)
        self.assertIn("participant", tables)

    def test_killed_at_any_moment_it_is_migrated_or_not(self):
        moments = random.Random(SEED)
        before = content(self.home)
        for kill in range(KILLS):
            shutil.rmtree(self.home)
            shutil.copytree(OLD, self.home)
            process = support.start("migrate", self.home)
            try:
                process.communicate(timeout=moments.uniform(0, 0.05) if kill > 0 else 0)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
            with self.subTest(kill=kill):
                self.must("migrate", self.home)
                self.assertEqual(self.fsck(self.home), ENTRIES)
                self.assertEqual(content(self.home), before)


if __name__ == "__main__":
    unittest.main()
