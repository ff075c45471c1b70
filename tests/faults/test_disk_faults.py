"""A disk that fails at any call: a clear error and exit 1, nothing acknowledged that is not there, nothing lost.

Each command runs again and again under disk_shim.cc, which lets one call fail: the first of its kind, the second, and so on until
the command no longer makes so many. After each failure the registry is opened as it is left, checked, and the command repeated.

$KENSHO_FAULTS: how many places of each kind of failure are tried, spread over the command (2; `all`: every one).
"""

import collections
import concurrent.futures
import errno
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import disk_model
import recording
from recording import support

PLACES = os.environ.get("KENSHO_FAULTS", "2")
CONFIG = support.EXAMPLE / "registry.toml"
ROWS = 300
Fault = collections.namedtuple("Fault", "kind code how")
FAULTS = [Fault("write", errno.EIO, "once"), Fault("write", errno.ENOSPC, "stuck"), Fault("write", errno.ENOSPC, "full"),
          Fault("write", 0, "short"), Fault("sync", errno.EIO, "once"), Fault("sync", errno.EIO, "stuck"),
          Fault("rename", errno.EIO, "once"), Fault("create", errno.ENOSPC, "once"), Fault("create", errno.ENOSPC, "stuck"),
          Fault("create", errno.EMFILE, "once"), Fault("truncate", errno.EIO, "once"), Fault("unlink", errno.EIO, "stuck")]
KIND_OF = {"W": "write", "F": "sync", "S": "sync", "R": "rename", "C": "create", "M": "create", "T": "truncate",
           "U": "unlink", "D": "unlink"}


class Command:
    """A command, the registry before it, and what it makes of it."""

    def __init__(self, base, name, prepare, arguments):
        self.name, self.arguments = name, arguments
        self.start = pathlib.Path(base, name)
        self.start.mkdir()
        for step in prepare:
            done = recording.run(*(self.placed(argument, self.start) for argument in step))
            assert done.returncode == 0, done.stderr
        self.before = self.size(self.start)
        self.calls, self.after = self.count_calls(base)

    @staticmethod
    def placed(argument, folder):
        return folder / "home" if argument == "HOME" else argument

    def run(self, folder, **settings):
        arguments = [self.placed(argument, folder) for argument in self.arguments]
        return recording.run(*arguments, env=recording.shimmed(DISK_ROOT=folder, **settings))

    @staticmethod
    def size(folder):
        return len(recording.entries_of(folder / "home")[0]) if (folder / "home").exists() else 0

    def count_calls(self, base):
        """How many calls of each kind the command makes, and how many entries there are then."""
        folder = pathlib.Path(shutil.copytree(self.start, pathlib.Path(base, self.name + "-counted")))
        trace = pathlib.Path(base, self.name + ".trace")
        done = self.run(folder, DISK_TRACE=trace)
        assert done.returncode == 0, done.stderr
        kinds = [KIND_OF[record.op] for record in disk_model.read_trace(trace) if record.op in KIND_OF]
        return collections.Counter(kinds), self.size(folder)

    def places(self, fault):
        """The calls that are to fail, counted from 1; all of them, or some spread over the command."""
        calls = self.calls[fault.kind]
        if PLACES == "all" or calls <= int(PLACES):
            return range(1, calls + 1)
        wanted = int(PLACES)
        return sorted({1 + place * (calls - 1) // max(1, wanted - 1) for place in range(wanted)})


class DiskFaults(support.KenshoTest):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-faults-")
        cls.addClassCleanup(holder.cleanup)
        cls.base = base = pathlib.Path(holder.name)
        mapping = base / "mapping.toml"
        mapping.write_text(recording.MAPPING)
        early, late = (recording.write_cases(base / f"cases{first}.csv", first, ROWS) for first in (0, ROWS))
        init = ("init", "HOME", "--config", CONFIG)
        seal = ("study", "seal", "HOME", support.EXAMPLE / "protocol.toml")
        imported = [("import", "HOME", file, "--mapping", mapping) for file in (early, late)]
        study = ("study", "run", "HOME", "transplant-outcomes", "--record")
        cls.commands = [Command(base, "init", [], init),
                        Command(base, "seal", [init], seal),
                        Command(base, "import", [init, imported[0]], imported[1]),
                        Command(base, "study", [init, seal, imported[0]], study),
                        Command(base, "publish", [init, imported[0], ("publish", "HOME")], ("publish", "HOME"))]

    def test_every_failure_is_told_and_loses_nothing(self):
        cases = [(command, fault, place) for command in self.commands for fault in FAULTS
                 for place in command.places(fault)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            told = [problem for problem in pool.map(lambda case: self.tried(*case), cases) if problem]
        print(f"{len(cases)} failures tried, {len(told)} answered wrongly", flush=True)
        self.assertFalse(told, "\n".join(told))

    def tried(self, command, fault, place):
        """Tries one failure; what went wrong, or nothing."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.base))
        try:
            shutil.copytree(command.start, folder, dirs_exist_ok=True)
            self.try_one(command, fault, place, folder)
            return None
        except AssertionError as problem:
            return f"{command.name}, {fault.kind} call {place} fails, errno {fault.code}, {fault.how}: {problem}"
        finally:
            shutil.rmtree(folder)

    def try_one(self, command, fault, place, folder):
        fired = folder / "fired"
        done = command.run(folder, DISK_FAIL=":".join(map(str, (fault.kind, place, fault.code, fault.how))),
                           DISK_FIRED=fired)
        self.assertTrue(fired.exists(), "the failure never came")
        said = f"exit {done.returncode}, out {done.stdout[:300]!r}, err {done.stderr[:300]!r}"
        self.assertIn(done.returncode, (0, 1), said)
        if fault.how == "short":
            self.assertEqual(done.returncode, 0, said)  # a write that takes a part only is no failure
        if done.returncode == 1:
            self.assertRegex(done.stderr, r"^kensho: \S", said)
            self.assertTrue(done.stdout == "" or command.name == "study", said)
        self.check_left(command, done.returncode == 0, folder / "home", said)
        again = command.run(folder)
        if again.returncode != 0:  # an act that is one of its kind was done already, and says so
            self.assertRegex(again.stderr, "is there already|is sealed already", "the same again")
        self.check_end(command, folder / "home")

    def check_left(self, command, acknowledged, home, said):
        """What the failure left: whole, and with everything that was acknowledged."""
        if not home.exists():
            self.assertEqual((command.name, acknowledged), ("init", False), said)
            return
        self.says(self.must("register", home, CONFIG), "0 registered")
        entries = self.fsck(home)
        if acknowledged:
            self.assertEqual(entries, command.after, said)
        self.assertLessEqual(command.before, entries, said)
        self.assertLessEqual(entries, command.after, said)
        if command.name == "publish" or (home / "site").exists():
            self.verify(home / "site")

    def check_end(self, command, home):
        """After the same command again: done once, whatever happened before."""
        entries = self.fsck(home)
        self.assertGreaterEqual(entries, command.after)
        if command.name != "publish":  # a publication is an act of its own each time
            self.assertEqual(entries, command.after)
        reports, participants = recording.reports_of(home)
        self.assertEqual(reports, participants)

    def test_an_answer_that_cannot_be_written_is_no_success(self):
        home, mapping = self.folder / "home", self.base / "mapping.toml"
        self.must("init", home, "--config", CONFIG)
        cases = recording.write_cases(self.folder / "cases.csv", 0, 10)
        for arguments in (["import", home, cases, "--mapping", mapping], ["fsck", home], ["--version"]):
            with open("/dev/full", "w", encoding="ascii") as full:
                done = subprocess.run([support.program(), *map(str, arguments)], stdout=full, stderr=subprocess.PIPE,
                                      text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 1, arguments)
            self.assertIn("the output could not be written", done.stderr)
        self.fsck(home)
        self.assertEqual(recording.reports_of(home), (10, 10))

    def test_a_clock_that_goes_back_puts_nothing_before_what_was(self):
        home, mapping = self.folder / "home", self.base / "mapping.toml"
        day_s = 86_400
        offsets = (0, day_s, -day_s, -400 * day_s, 0)
        for number, offset in enumerate(offsets):
            env = recording.shimmed(CLOCK_OFFSET_S=offset)
            if number == 0:
                done = recording.run("init", home, "--config", CONFIG, env=env)
            else:
                cases = recording.write_cases(self.folder / f"cases{number}.csv", number * 10, 10)
                done = recording.run("import", home, cases, "--mapping", mapping, env=env)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.fsck(home)
        with recording.journal_of(home) as connection:
            times = [time for (time,) in connection.execute("SELECT time_us FROM entry ORDER BY seq")]
        self.assertEqual(times, sorted(times))
        self.assertGreater(times[-1] - times[0], (day_s - 600) * 1_000_000, "the clock never went forward: nothing was tested")
        done = recording.run("publish", home, env=recording.shimmed(CLOCK_OFFSET_S=-day_s))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.verify(home / "site")


if __name__ == "__main__":
    unittest.main()
