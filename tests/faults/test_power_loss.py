"""A power cut at any moment: what was acknowledged is there, nothing is twice, the public log never forks.

One life of a registry is recorded (recording.py). Each seed picks a moment of it, keeps what was synced and a random part of
what was not (disk_model.py), lets the program recover from that disk, and looks at everything it was told.

$KENSHO_POWER_SEEDS: how many (40; the full run: 1000). $KENSHO_POWER_SEED: one seed alone, its disk kept and named.
"""

import concurrent.futures
import copy
import json
import os
import pathlib
import random
import shutil
import tempfile
import unittest

import disk_model
import recording
from recording import support

SEEDS = int(os.environ.get("KENSHO_POWER_SEEDS", "40"))
ONE_SEED = os.environ.get("KENSHO_POWER_SEED")
CONFIG = support.EXAMPLE / "registry.toml"
BATCHES = (1, 3, 255, 40, 700)  # beside, on and across the borders of tiles; the last is larger than a page cache of WAL


def record_life(folder):
    """Everything a registry does that writes, each command to its end."""
    life = recording.Recording(folder)
    mapping = pathlib.Path(folder, "mapping.toml")
    mapping.write_text(recording.MAPPING)
    life.do("init", life.home, "--config", CONFIG)
    more = pathlib.Path(folder, "more.toml")
    more.write_text(more_masters())
    life.do("register", life.home, more)
    life.do("study", "seal", life.home, support.EXAMPLE / "protocol.toml")
    first = 0
    for number, rows in enumerate(BATCHES):
        if number == 3:
            life.do("publish", life.home)
        cases = recording.write_cases(pathlib.Path(folder, f"cases{number}.csv"), first, rows)
        life.do("import", life.home, cases, "--mapping", mapping)
        first += rows
    life.do("study", "run", life.home, "transplant-outcomes", "--record")
    life.do("publish", life.home)
    return life


def more_masters():
    """The example's configuration with one more institution."""
    return CONFIG.read_text() + """
[[institution]]
id = "one-more"
name = { en = "One more", ja = "One more" }
place = { en = "Elsewhere", ja = "Elsewhere" }
"""


def record_server(folder):
    """A server under load, its public log written on a thread of its own, and what the operator does around it."""
    life = recording.Recording(folder)
    life.do("init", life.home, "--config", CONFIG)
    added = life.do("client", "add", life.home, "clinic", "--organisation", "osu", "--json")
    life.serve(json.loads(added)["token"], senders=8, reports=50)
    life.do("publish", life.home)
    return life


class Moment:
    """One seed: a disk after the cut, and what was acknowledged and shown before it."""

    def __init__(self, seed, position, found, answers, shown):
        self.seed, self.position, self.found = seed, position, found
        self.answers = copy.copy(answers)
        self.shown = shown  # size of the last checkpoint a reader could have seen

    def has_answered(self, what):
        """Whether a command that fits was acknowledged."""
        return any(map(what, self.answers.commands[:self.answers.answered + 1]))


class PowerLoss:
    """The tests of one recorded life; `record` makes it."""

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="kensho-power-")
        cls.addClassCleanup(holder.cleanup)
        cls.base = pathlib.Path(holder.name)
        cls.life = cls.record(cls.base)
        cls.records = cls.life.records()
        cls.leaves, cls.size, cls.checkpoint = recording.entries_of(cls.life.home)

    def test_the_recording_is_complete(self):
        """Playing every record makes the very files that are there: no call escaped the shim."""
        disk, answers = disk_model.Disk(self.life.disk), recording.Answers(self.life.commands)
        for record in self.records:
            disk.play(record)
            answers.follow(record)
        whole = {path: content for path, content in disk.whole().items() if content != "folder"}
        real = {str(path.relative_to(self.life.disk)): path.read_bytes()
                for path in support.files_below(self.life.disk)}
        self.assertEqual(sorted(whole), sorted(real))
        for path, content in real.items():
            self.assertEqual(whole[path], content, path)
        self.assertEqual((answers.size, answers.answered), (self.size, len(self.life.commands) - 1))

    def test_every_seed_recovers(self):
        seeds = [int(ONE_SEED)] if ONE_SEED else range(SEEDS)
        positions = {seed: self.choose(seed) for seed in seeds}
        disk, answers, played, shown = disk_model.Disk(self.life.disk), recording.Answers(self.life.commands), 0, 0
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            running = []
            for seed in sorted(seeds, key=positions.get):
                for record in self.records[played:positions[seed]]:
                    disk.play(record)
                    answers.follow(record)
                    shown = self.shown_after(record, disk, shown)
                played = positions[seed]
                running.append(pool.submit(self.recover, Moment(seed, played, disk.after_cut(seed), answers, shown)))
                if len(running) % 16 == 0:
                    concurrent.futures.wait(running)  # the disks of a thousand moments do not fit in memory
            told = [problem for future in running if (problem := future.result())]
        states = len({position for position in positions.values()})
        print(f"{type(self).__name__}: {len(seeds)} seeds at {states} of {len(self.records)} recorded moments, "
              f"{len(told)} failed", flush=True)
        self.assertFalse(told, "\n".join(told[:5]))

    def choose(self, seed):
        """A moment: anywhere, beside a sync, or right behind an answer. The number of records before the cut."""
        dice = random.Random(f"moment {seed}")
        style = dice.choice(("anywhere", "sync", "answer"))
        places = [number for number, record in enumerate(self.records)
                  if style == "anywhere" or record.op in ("FS" if style == "sync" else "AN")]
        return dice.choice(places) + dice.randint(0, 1)

    def shown_after(self, record, disk, shown):
        """The size of the checkpoint that a reader of the public log sees from now on."""
        path = f"{self.life.home}/log/checkpoint"
        if record.op != "R" or record.to not in (path, str(self.life.home)):
            return shown
        return int(disk.whole()["home/log/checkpoint"].decode().split("\n")[1])

    def recover(self, moment):
        """Recovers and checks; what went wrong, or nothing."""
        folder = tempfile.mkdtemp(prefix=f"seed{moment.seed}-", dir=None if ONE_SEED else self.base)
        try:
            disk_model.make(moment.found, folder)
            self.check(moment, pathlib.Path(folder, "home"))
            return None
        except AssertionError as problem:
            return (f"KENSHO_POWER_SEED={moment.seed}: cut before record {moment.position}, "
                    f"acknowledged: {moment.answers}, shown: {moment.shown}: {problem}")
        finally:
            if ONE_SEED:
                print(f"the disk of seed {ONE_SEED}: {folder}")
            else:
                shutil.rmtree(folder)

    def check(self, moment, home):
        if not home.exists():
            self.assertEqual(moment.answers.size, 0, "the registry is gone")
            self.must("init", home, "--config", CONFIG)  # nothing was made, so it can be made now
            self.fsck(home)
            return
        # What the init of this life wrote is what the masters of it would write again: nothing.
        self.says(self.must("register", home, CONFIG), "0 registered")
        entries = self.fsck(home)
        leaves, size, checkpoint = recording.entries_of(home)
        self.assertEqual(entries, size)
        self.assertGreaterEqual(size, moment.answers.size, "acknowledged entries are lost")
        self.assertGreaterEqual(size, moment.shown, "entries of a checkpoint that readers saw are lost")
        self.assertEqual(leaves, self.leaves[:size], "other entries than were accepted")
        self.assertEqual((home / "log" / "checkpoint").read_text(), checkpoint, "the public log lags behind")
        if size == self.size:
            self.assertEqual(checkpoint, self.checkpoint)
        if (home / "site").exists() or moment.has_answered(lambda command: command.makes_site):
            self.verify(home / "site")
        self.check_more(moment, home, size)


class PowerLossOfCommands(PowerLoss, support.KenshoTest):
    record = staticmethod(record_life)

    def check_more(self, moment, home, size):
        """For some: every command again. Nothing comes twice, and the end is the same."""
        if moment.seed % 4 != 0:
            return
        for command in self.life.commands[1:]:
            if command.arguments[0] in ("register", "import"):
                self.must(*(home if argument == self.life.home else argument for argument in command.arguments))
        self.must("publish", home)
        self.fsck(home)
        leaves, _, _ = recording.entries_of(home)
        self.assertEqual(leaves[:size], self.leaves[:size])
        self.assertEqual(recording.reports_of(home), (sum(BATCHES), sum(BATCHES)))
        self.verify(home / "site")


class PowerLossOfServer(PowerLoss, support.KenshoTest):
    record = staticmethod(record_server)

    def check_more(self, moment, home, size):
        """A client that was added is known; the server starts, and an import goes on."""
        if moment.has_answered(lambda command: command.arguments[0] == "client"):
            self.says(self.must("client", "list", home), "clinic")
        if moment.seed % 4 != 0:
            return
        with support.Server(home, "--accept"):
            pass
        mapping = home.parent / "mapping.toml"
        mapping.write_text(recording.MAPPING)
        self.must("import", home, recording.write_cases(home.parent / "cases.csv", 0, 5), "--mapping", mapping)
        self.assertEqual(self.fsck(home), size + 6)


if __name__ == "__main__":
    unittest.main()
