"""One recorded life of a registry: commands run under disk_shim.cc, and what they acknowledged."""

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import disk_model  # noqa: E402
import support  # noqa: E402

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
variable = "remark"
column = "remark"
"""


def shim():
    path = os.environ.get("KENSHO_DISK_SHIM", "")
    if not os.path.exists(path):
        raise SystemExit(f"set KENSHO_DISK_SHIM to the built shim (it is '{path}')")
    return os.path.abspath(path)


def shimmed(**settings):
    """The environment of a program that runs under the shim. A sanitizer must not mind who comes first."""
    return {**os.environ, "LD_PRELOAD": shim(), "ASAN_OPTIONS": "verify_asan_link_order=0",
            **{key: str(value) for key, value in settings.items()}}


def run(*arguments, env=None):
    return subprocess.run([support.program(), *map(str, arguments)], env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=support.RUN_SECONDS_MAX, check=False)


def write_cases(path, first, rows):
    """A file of new participants, numbered on from `first`."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("id,treated_on,remark\n")
        file.writelines(f"p{n},2026-01-{n % 28 + 1:02},{'remark ' * 9}{n}\n" for n in range(first, first + rows))
    return path


@contextlib.contextmanager
def journal_of(home):
    """The journal's database, from a copy: SQLite makes files beside one that it only reads, too."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("journal.sqlite", "journal.sqlite-wal"):
            if pathlib.Path(home, name).exists():
                shutil.copy(pathlib.Path(home, name), folder)
        with contextlib.closing(sqlite3.connect(os.path.join(folder, "journal.sqlite"))) as connection:
            yield connection


def entries_of(home):
    """The leaves in order, and size and checkpoint of the signed head."""
    with journal_of(home) as connection:
        leaves = [leaf for (leaf,) in connection.execute("SELECT leaf FROM entry ORDER BY seq")]
        return (leaves, *connection.execute("SELECT size, checkpoint FROM head").fetchone())


def reports_of(home):
    """How many case reports there are, and about how many participants."""
    with journal_of(home) as connection:
        return connection.execute("SELECT count(*), count(DISTINCT subject) FROM entry"
                                  " WHERE kind = 'case.reported'").fetchone()


@dataclasses.dataclass
class Command:
    arguments: list
    size: int  # of the journal when it had ended
    site: bool  # whether it made the site
    answers: bool  # what it prints is its answer; else only its end is one


class Recording:
    """Runs commands in `folder`/disk and keeps what they did and said."""

    def __init__(self, folder):
        self.disk = pathlib.Path(folder, "disk")
        self.disk.mkdir()
        self.home = self.disk / "home"
        self.trace = pathlib.Path(folder, "trace")
        self.commands = []

    def do(self, *arguments):
        """Runs one command to its end; it has to succeed."""
        self.mark(len(self.commands))
        done = run(*arguments, env=shimmed(DISK_ROOT=self.disk, DISK_TRACE=self.trace))
        if done.returncode != 0:
            raise AssertionError(f"{arguments} exits {done.returncode}: {done.stderr}")
        self.commands.append(Command([*arguments], len(entries_of(self.home)[0]), arguments[0] == "publish",
                                     arguments[:2] != ("study", "run")))
        self.mark(-1)

    def mark(self, command):
        with open(self.trace, "ab") as file:
            file.write(disk_model.marker(json.dumps(command).encode()))

    def records(self):
        return disk_model.read_trace(self.trace)


def acknowledged(records, commands):
    """The last command that had answered before the end of the records, or None."""
    running, answered = None, None
    for record in records:
        if record.op == "X":
            command = json.loads(record.data)
            if command < 0:
                answered = running
            running = command if command >= 0 else None
        elif record.op == "A" and running is not None and commands[running].answers:
            answered = running
    return None if answered is None else commands[answered]
