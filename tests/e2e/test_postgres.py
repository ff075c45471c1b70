"""A registry whose journal is in PostgreSQL: the same numbers and pages, the same promises.

$KENSHO_KILLS: how often an import is killed (6). $KENSHO_SEED: another choice of moments.
"""

import json
import os
import pathlib
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

import support

KILLS = int(os.environ.get("KENSHO_KILLS", "6"))
SEED = int(os.environ.get("KENSHO_SEED", "20250601"))
ROWS = 20_000
MAPPING = """\
format = 1
[therapy]
value = "allogeneic-bmt"
[institution]
value = "osu"
[participant]
column = "id"
registers = true
[treatment]
date = { column = "treated_on" }
"""
# What differs between any two registries, whatever keeps them: hashes, keys, signatures and moments.
VARYING = [(rb"[0-9a-f]{64}", b"<hash>"), (rb"[A-Za-z0-9+/]{40,}={0,2}", b"<base64>"),
           (rb"\+[0-9a-f]{8}\+", b"+<id>+"), (rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?", b"<moment>"),
           (rb'"time_us": ?\d+', b'"time_us":<us>')]


def without_varying(content):
    for pattern, name in VARYING:
        content = re.sub(pattern, name, content)
    return content


class PostgresTest(support.KenshoTest):
    """One server for all; each test has a database of its own."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(support.PostgresServer())

    def setUp(self):
        super().setUp()
        self.database = self.id().rsplit(".", 1)[1][:60]
        self.server.sql(f"CREATE DATABASE {self.database} TEMPLATE template0")
        self.url = self.server.url(self.database)

    def sql(self, text):
        return self.server.sql(text, self.database)

    def make_registry(self, name="home"):
        home = self.folder / name
        self.must("init", home, "--config", support.EXAMPLE / "registry.toml", "--database", self.url)
        return home

    def number_of(self, home):
        return re.search(r'registry = "(\d+)"', (home / "database.toml").read_text())[1]

    def cases(self, rows=ROWS, prefix="p"):
        (self.folder / "mapping.toml").write_text(MAPPING)
        with open(self.folder / "cases.csv", "w", encoding="utf-8") as file:
            file.write("id,treated_on\n")
            file.writelines(f"{prefix}{row},2026-01-{row % 28 + 1:02}\n" for row in range(rows))
        return [self.folder / "cases.csv", "--mapping", self.folder / "mapping.toml"]

    def entries(self, home):
        outcome = support.kensho("fsck", home, "--json")
        report = json.loads(outcome.out)
        self.assertEqual(report["findings"], [], self.told(outcome))
        return report["entries"]


class Example(PostgresTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(holder.cleanup)
        base = pathlib.Path(holder.name)
        cls.home = support.make_example(support.EXAMPLE, base / "postgres", cls.server.url())
        cls.other = support.make_example(support.EXAMPLE, base / "sqlite")

    def test_the_published_numbers_are_those_of_the_other_engine(self):
        ours, theirs = (json.loads((home / "result.json").read_text()) for home in (self.home, self.other))
        self.assertGreater(len(ours["analyses"]), 1)
        self.assertEqual(ours["analyses"], theirs["analyses"])
        self.assertEqual(ours["dataset"], theirs["dataset"])
        self.assertEqual(ours["gate"], theirs["gate"])

    def test_the_site_is_byte_for_byte_that_of_the_other_engine_but_for_hashes_keys_and_moments(self):
        ours, theirs = (support.files_below(home / "site") for home in (self.home, self.other))
        names = [path.relative_to(self.home / "site") for path in ours]
        self.assertEqual(names, [path.relative_to(self.other / "site") for path in theirs])
        pages = [name for name in names if name.suffix == ".html"]
        self.assertGreater(len(pages), 10)
        for name in names:
            if name.suffix == ".tlog-proof":
                continue  # hashes and nothing else
            with self.subTest(file=str(name)):
                self.assertEqual(without_varying((self.home / "site" / name).read_bytes()),
                                 without_varying((self.other / "site" / name).read_bytes()))

    def test_every_command_works(self):
        self.fsck(self.home)
        self.verify(self.home / "site")
        offers = json.loads(self.must("classify", self.home, "--json").out)
        self.assertEqual(offers, json.loads(self.must("classify", self.other, "--json").out))
        run = self.must("study", "run", self.home, "transplant-outcomes")
        self.assertEqual(run.out, (self.home / "result.json").read_text())
        self.must("fsck", self.home, "--rebuild-views")
        self.says(self.must("register", self.home, support.EXAMPLE / "registry.toml"), "0 registered")
        self.must("migrate", self.home)
        self.fsck(self.home)

    def test_the_simulated_example_is_made_there_too(self):
        home = support.make_example(support.ROOT / "examples" / "knee-osteoarthritis", self.folder / "knee", self.url)
        self.fsck(home)
        self.verify(home / "site")

    def test_the_folder_holds_keys_log_and_site_and_the_url_is_the_operators_alone(self):
        self.assertFalse((self.home / "journal.sqlite").exists())
        mode = stat.S_IMODE((self.home / "database.toml").stat().st_mode)
        self.assertEqual(mode, 0o600)

    def test_reports_over_http_end_up_in_it(self):
        run = subprocess.run([sys.executable, str(support.ROOT / "tests" / "e2e" / "test_submit.py")],
                             env={**os.environ, "KENSHO_DATABASE": self.url}, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, timeout=500, check=False)
        self.assertEqual(run.returncode, 0, run.stdout[-3000:])


class Promises(PostgresTest):
    def test_an_import_killed_at_any_moment_is_there_or_not(self):
        moments = random.Random(SEED)
        arguments = self.cases()
        begin = time.monotonic()
        self.must("import", self.make_registry("whole"), *arguments)
        whole_seconds = time.monotonic() - begin
        killed = 0
        for kill in range(KILLS):
            home = self.make_registry(f"home{kill}")
            before = self.entries(home)
            process = support.start("import", home, *arguments)
            late = kill % 2 == 1
            try:
                process.communicate(timeout=moments.uniform(0.8 if late else 0, 1.05) * whole_seconds if kill else 0)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                killed += 1
            with self.subTest(kill=kill):
                self.assertIn(self.entries(home), (before, before + ROWS + 1))
                self.must("import", home, *arguments)  # waits for the server to notice, and brings it to its end
                self.assertEqual(self.fsck(home), before + ROWS + 1)
        self.assertGreater(killed, 0, "no kill came in time: nothing was tested")

    def test_what_was_acknowledged_outlives_a_crash_of_the_server(self):
        home = self.make_registry()
        self.must("import", home, *self.cases(500))
        count = self.fsck(home)
        process = support.start("import", home, *self.cases(ROWS, "q"))
        time.sleep(0.3)
        self.server.stop(signal.SIGQUIT)
        _, told = process.communicate()
        if process.returncode != 0:
            self.assertIn(b"PostgreSQL", told[-1000:])
        self.exits(1, "fsck", home)
        self.server.start()
        self.assertIn(self.entries(home), (count, count + ROWS + 1))
        self.must("register", home, support.EXAMPLE / "registry.toml")
        self.fsck(home)

    def test_a_changed_row_is_found_and_the_entry_named(self):
        home = self.make_registry()
        self.must("import", home, *self.cases(20))
        self.fsck(home)
        where = f"WHERE registry = {self.number_of(home)} AND seq = 15"
        self.sql(f"CREATE TABLE kept AS SELECT * FROM kensho.entry {where}")
        self.addCleanup(self.sql, "DROP TABLE kept")
        for change in ("payload = replace(payload, '2026-01', '2027-01')", "subject = 'somebody'", "reason = 'why not'",
                       "actor = 'nobody'", "time_us = time_us + 1", "kind = 'other.kind'", "secret = commitment",
                       "commitment = leaf", "leaf = commitment", "payload = NULL", "secret = NULL",
                       "payload = NULL, secret = NULL, subject = NULL, reason = NULL"):
            with self.subTest(change):
                self.sql(f"UPDATE kensho.entry SET {change} {where}")
                self.says(self.exits(1, "fsck", home), "entry 15")
                self.sql(f"DELETE FROM kensho.entry {where}; INSERT INTO kensho.entry SELECT * FROM kept")
        self.fsck(home)
        self.sql(f"DELETE FROM kensho.entry {where}")
        self.says(self.exits(1, "fsck", home), "entry 15: is missing")

    def test_a_changed_view_is_found_and_made_anew(self):
        home = self.make_registry()
        self.must("import", home, *self.cases(20))
        self.sql(f"UPDATE kensho.participant SET treated = false WHERE registry = {self.number_of(home)} "
                        "AND participant = 'p7'")
        outcome = self.exits(1, "fsck", home)
        self.says(outcome, "view 'participant'")
        self.assertNotIn("p7", outcome.out + outcome.err)
        self.must("fsck", home, "--rebuild-views")
        self.fsck(home)

    def test_a_flipped_byte_in_a_table_is_found(self):
        home = self.make_registry()
        self.must("import", home, *self.cases(200))
        path = self.server.folder / "data" / self.sql("SELECT pg_relation_filepath('kensho.entry')")
        self.sql("CHECKPOINT")
        self.server.stop()
        self.addCleanup(self.server.start)
        whole = path.read_bytes()
        at = whole.index(b"allogeneic-bmt", len(whole) // 2)
        path.write_bytes(whole[:at] + b"A" + whole[at + 1:])
        self.server.start()
        self.says(self.exits(1, "fsck", home), "PostgreSQL: invalid page in block")
        self.server.stop()
        path.write_bytes(whole)
        self.server.start()
        self.fsck(home)

    def test_a_copy_of_the_folder_cannot_write_beside_it(self):
        home = self.make_registry()
        copy = pathlib.Path(shutil.copytree(home, self.folder / "copy"))
        arguments = self.cases(100_000)
        process = support.start("import", home, *arguments)
        time.sleep(0.5)
        refused = support.kensho("register", copy, support.EXAMPLE / "registry.toml")
        process.communicate()
        self.assertEqual(process.returncode, 0)
        if refused.code != 0:  # otherwise the import was quicker than the lock's patience
            self.says(refused, "another process is writing to this registry")
        self.must("register", copy, support.EXAMPLE / "registry.toml")

    def test_what_was_erased_is_in_no_table_file(self):
        home = self.make_registry()
        arguments = self.cases(300)
        name = "zz-remarkable-name"
        table = self.folder / "cases.csv"
        table.write_text(table.read_text().replace("p123,", f"{name},"))
        self.must("import", home, *arguments)
        outcome = self.must("erase", home, "--institution", "osu", "--participant", name, "--reason", "asked by letter")
        self.says(outcome, "Not searched: the files of the PostgreSQL server")
        self.fsck(home)
        self.sql("CHECKPOINT")
        holding = [path for path in (self.server.folder / "data").rglob("*")
                   if path.is_file() and name.encode() in path.read_bytes()]
        self.assertEqual([path for path in holding if path.parent.name != "pg_wal"], [])

    def test_no_password_is_shown(self):
        for url in ("postgresql://kensho:s3cret@127.0.0.1:1/none", "postgresql://kensho:s3cret@/none?host=%2Fnowhere",
                    "postgresql://kensho:s3 cret@host/none", "mysql://kensho:s3cret@host/none"):
            with self.subTest(url):
                home = self.folder / "refused"
                outcome = self.exits(1, "init", home, "--config", support.EXAMPLE / "registry.toml", "--database", url)
                self.assertNotIn("s3cret", outcome.out + outcome.err)
                self.assertNotIn("s3 cret", outcome.out + outcome.err)
                self.assertFalse(home.exists())
        self.exits(2, "init", home, "--config", support.EXAMPLE / "registry.toml", "--accept-data-loss")

    def test_a_server_that_can_lose_data_is_refused_unless_told(self):
        with support.PostgresServer(full_page_writes="off") as careless:
            command = ["init", self.folder / "home", "--config", support.EXAMPLE / "registry.toml", "--database", careless.url()]
            self.says(self.exits(1, *command), "full_page_writes is off")
            self.must(*command, "--accept-data-loss")
            self.fsck(self.folder / "home")


if __name__ == "__main__":
    unittest.main()
