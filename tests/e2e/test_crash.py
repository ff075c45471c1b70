"""Nothing acknowledged is lost and nothing half done stays: the program killed at any moment.

$KENSHO_KILLS: how often the import is killed (6; the full run: 20). $KENSHO_QUICK: a smaller file.
$KENSHO_SEED: another choice of moments.
"""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import support

QUICK = bool(os.environ.get("KENSHO_QUICK"))
ROWS = 5_000 if QUICK else 100_000
IMPORT_KILLS = int(os.environ.get("KENSHO_KILLS", "6"))
PUBLISH_KILLS = max(4, IMPORT_KILLS // 2)
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
[treatment]
date = { column = "treated_on" }
[[baseline]]
variable = "age_years"
column = "age"
type = "integer"
"""


def start_and_kill_after(seconds, *arguments):
    """Starts the program and kills it with SIGKILL; true if it still ran then."""
    process = support.start(*arguments)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    return process.returncode == -signal.SIGKILL


class Crash(support.KenshoTest):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        cls.addClassCleanup(holder.cleanup)
        base = pathlib.Path(holder.name)
        cls.opened, cls.cases, cls.mapping = base / "home", base / "cases.csv", base / "mapping.toml"
        cls.mapping.write_text(MAPPING)
        with open(cls.cases, "w", encoding="utf-8") as file:
            file.write("id,treated_on,age\n")
            file.writelines(f"p{row},2026-01-{row % 28 + 1:02},{row % 100}\n" for row in range(ROWS))
        made = support.kensho("init", cls.opened, "--config", support.EXAMPLE / "registry.toml")
        assert made.code == 0, made.err

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.home = pathlib.Path(shutil.copytree(self.opened, self.folder / "home"))
        self.before = self.fsck(self.home)
        self.after = self.before + ROWS + 1  # and the entry that closes the import
        self.command = ["import", self.home, self.cases, "--mapping", self.mapping]

    def restore(self):
        shutil.rmtree(self.home)
        shutil.copytree(self.opened, self.home)

    def healed(self, home=None):
        """Opens for writing, which brings the public log up to date, then counts the entries."""
        home = home or self.home
        known = self.must("register", home, support.EXAMPLE / "registry.toml")
        self.says(known, "0 registered")
        return self.fsck(home)

    def test_an_import_killed_at_any_moment_is_there_or_not(self):
        begin = time.monotonic()
        self.must(*self.command)
        whole_seconds = time.monotonic() - begin
        digest_of_all = self.entries_told()
        killed = 0
        for kill in range(IMPORT_KILLS):
            # Every other one late: that is where entries, checkpoint and log are written.
            early = kill % 2 == 0
            # The first comes at once, so that at least one always comes in time.
            moment = self.random.uniform(0 if early else 0.8, 1.05) * whole_seconds if kill > 0 else 0
            with self.subTest(kill=kill, seconds=round(moment, 3)):
                self.restore()
                killed += start_and_kill_after(moment, *self.command)
                self.assertIn(self.read_entries(), (self.before, self.after), "read before anything heals it")
                self.assertIn(self.healed(), (self.before, self.after))
                if kill % 3 == 0:  # the same file again brings it to its end
                    self.must(*self.command)
                    self.assertEqual(self.fsck(self.home), self.after)
                    self.assertEqual(self.entries_told(), digest_of_all)
        self.assertGreater(killed, 0, "no kill came in time: nothing was tested")

    def read_entries(self):
        """The entries as a reader sees them right after the crash; the public log may lag behind."""
        outcome = support.kensho("fsck", self.home, "--json")
        report = json.loads(outcome.out)
        self.assertLessEqual(report["log_entries"], report["entries"], self.told(outcome))
        self.assertEqual(report["findings"], [], self.told(outcome))
        return report["entries"]

    def entries_told(self):
        """What the import says it did, when asked again."""
        return json.loads(self.must(*self.command, "--json").out)

    def test_a_publication_killed_at_any_moment_leaves_a_whole_site(self):
        home = support.make_example(support.EXAMPLE, self.folder / "published")
        site = home / "site"
        begin = time.monotonic()
        self.must("publish", home)
        whole_seconds = time.monotonic() - begin
        killed = 0
        for kill in range(PUBLISH_KILLS):
            # The first comes at once, so that at least one always comes in time.
            moment = self.random.uniform(0.1, 1.0) * whole_seconds if kill > 0 else 0
            first = kill % 2 == 0  # a first publication, or one over an older site
            with self.subTest(kill=kill, seconds=round(moment, 4), first=first):
                if first:
                    shutil.rmtree(site)
                killed += start_and_kill_after(moment, "publish", home)
                if site.exists():
                    self.verify(site)
                else:
                    self.assertTrue(first, "the old site is gone and the new one not there")
                self.must("publish", home)
                self.verify(site)
                self.fsck(home)
                self.assertEqual(sorted(path.name for path in home.glob("site*")), ["site"])
        self.assertGreater(killed, 0, "no kill came in time: nothing was tested")

    def test_a_registry_killed_while_it_is_made_can_be_made_again(self):
        for kill in range(PUBLISH_KILLS):
            home = self.folder / f"new{kill}"
            moment = self.random.uniform(0, 0.04)
            with self.subTest(kill=kill, seconds=round(moment, 4)):
                start_and_kill_after(moment, "init", home, "--config", support.EXAMPLE / "registry.toml")
                if not home.exists():  # nothing was made, so it can be made now
                    self.must("init", home, "--config", support.EXAMPLE / "registry.toml")
                self.assertEqual(self.healed(home), self.before)
                self.assertEqual([path.name for path in self.folder.glob(f"new{kill}*")], [home.name], "leftovers")


if __name__ == "__main__":
    unittest.main()
