"""One recorded life of a registry: commands run under disk_shim.cc, and what they acknowledged."""

import contextlib
import dataclasses
import http.client
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading

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
    answers: bool  # what it prints is its answer; else only its end is one

    @property
    def makes_site(self):
        return self.arguments[0] == "publish"


class Recording:
    """Runs commands in `folder`/disk and keeps what they did and said."""

    def __init__(self, folder):
        self.disk = pathlib.Path(folder, "disk")
        self.disk.mkdir()
        self.home = self.disk / "home"
        self.trace = pathlib.Path(folder, "trace")
        self.commands = []

    def environment(self):
        return shimmed(DISK_ROOT=self.disk, DISK_TRACE=self.trace)

    def do(self, *arguments):
        """Runs one command to its end; it has to succeed. Gives what it printed."""
        self.mark(len(self.commands))
        done = run(*arguments, env=self.environment())
        if done.returncode != 0:
            raise AssertionError(f"{arguments} exits {done.returncode}: {done.stderr}")
        self.commands.append(Command([*arguments], len(entries_of(self.home)[0]), arguments[:2] != ("study", "run")))
        self.mark(-1)
        return done.stdout

    def serve(self, token, senders, reports):
        """A server that takes reports from so many senders at the same time, so many of each."""
        with support.Server(self.home, "--accept", env=self.environment()) as server:
            threads = [threading.Thread(target=send_reports, args=(server.port, token, f"s{sender}", reports))
                       for sender in range(senders)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def mark(self, command):
        with open(self.trace, "ab") as file:
            file.write(disk_model.marker(json.dumps(command).encode()))

    def records(self):
        return disk_model.read_trace(self.trace)


def send_reports(port, token, sender, count):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    for number in range(count):
        body = {"therapy": "allogeneic-bmt", "institution": "osu", "participant": f"{sender}-{number}",
                "registers": True, "treatment": {"number": "1", "date": "2026-01-05"}}
        connection.request("POST", "/api/v1/cases", json.dumps(body), {**headers, "Idempotency-Key": f"{sender}-{number}"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 201:
            raise AssertionError(f"report {number} of {sender} is answered {answer.status}")
    connection.close()


class Answers:
    """What was acknowledged so far, following the records of a trace."""

    def __init__(self, commands):
        self.commands = commands
        self.running = None
        self.answered = -1  # the last command that was
        self.size = 0  # entries that are acknowledged, or covered by an acknowledged receipt

    def follow(self, record):
        if record.op == "X":
            command = json.loads(record.data)
            if command < 0:
                self.take(self.running)
            self.running = command if command >= 0 else None
        elif record.op == "A" and self.running is not None and self.commands[self.running].answers:
            self.take(self.running)
        elif record.op == "N":
            for size in re.findall(rb'"checkpoint_size":(\d+)', record.data):
                self.size = max(self.size, int(size))

    def take(self, command):
        self.answered = command
        self.size = max(self.size, self.commands[command].size)

    def __str__(self):
        last = self.commands[self.answered].arguments[0] if self.answered >= 0 else "nothing"
        return f"{last}, {self.size} entries"
