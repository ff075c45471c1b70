"""What the black-box tests share: run the program, make registries, look into their files from outside."""

import collections
import functools
import hashlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "bone-marrow-transplant"
RUN_SECONDS_MAX = 120

sys.path.insert(0, str(ROOT / "tests"))
from postgres_server import PostgresServer  # noqa: E402, F401  (beside the C++ tests, which start it too)

Outcome = collections.namedtuple("Outcome", "code out err seconds rss_mib command")


def program():
    """The program under test: $KENSHO, as ctest sets it."""
    path = os.environ.get("KENSHO", "")
    if not os.access(path, os.X_OK):
        raise SystemExit(f"set KENSHO to the built program (it is '{path}')")
    return os.path.abspath(path)


@functools.cache
def is_sanitized():
    """Whether the program carries a sanitizer, which multiplies its memory and time."""
    content = pathlib.Path(program()).read_bytes()
    return b"__asan_init" in content or b"__tsan_init" in content


def start(*arguments, **options):
    """The program as a running process, its output in pipes. The caller ends it."""
    command = [program(), *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **options)


def kensho(*arguments, seconds_max=RUN_SECONDS_MAX):
    """Runs the program to its end: exit code, both outputs as text, time, and the most memory it held."""
    begin = time.monotonic()
    process = start(*arguments)
    outputs = [b"", b""]

    def drain(index, pipe):
        outputs[index] = pipe.read()

    threads = [threading.Thread(target=drain, args=item)
               for item in enumerate((process.stdout, process.stderr))]
    killer = threading.Timer(seconds_max, process.kill)
    for thread in [*threads, killer]:
        thread.start()
    _, status, usage = os.wait4(process.pid, 0)
    killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    for thread in threads:
        thread.join()
    process.stdout.close()
    process.stderr.close()
    out, err = (text.decode("utf-8", "backslashreplace") for text in outputs)
    return Outcome(process.returncode, out, err, time.monotonic() - begin, usage.ru_maxrss / 1024,
                   " ".join(map(str, arguments)))


def journal_digest(home):
    """SHA-256 over every stored value of every entry, read by SQLite itself from a copy of the file."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("journal.sqlite", "journal.sqlite-wal"):
            if (pathlib.Path(home) / name).exists():
                shutil.copy(pathlib.Path(home) / name, folder)
        connection = sqlite3.connect(os.path.join(folder, "journal.sqlite"))
        try:
            digest = hashlib.sha256()
            for table in ("entry ORDER BY seq", "head"):
                for row in connection.execute(f"SELECT * FROM {table}"):
                    digest.update(repr(row).encode())
            return digest.hexdigest()
        finally:
            connection.close()


def tree_digest(folder):
    """SHA-256 over names and contents of all files below a folder."""
    digest = hashlib.sha256()
    for path in files_below(folder):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def files_below(folder):
    return sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file())


def make_example(example, home, database=""):
    """Makes an example's registry with its own script; in PostgreSQL where a database is given."""
    made = subprocess.run([str(example / "make"), str(home)],
                          env={**os.environ, "KENSHO": program(), "KENSHO_DATABASE": database},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=300, check=False)
    if made.returncode != 0:
        raise AssertionError(f"{example.name}/make exits {made.returncode}:\n{made.stdout}")
    return home


def examples():
    """Every example that can make its registry."""
    return [folder for folder in sorted((ROOT / "examples").iterdir()) if os.access(folder / "make", os.X_OK)]


def database_options():
    """Options of `kensho init` for the database that $KENSHO_DATABASE asks for."""
    database = os.environ.get("KENSHO_DATABASE", "")
    return ["--database", database] if database else []


class Server:
    """`kensho serve`, or another command that serves, until the end of the block; port 0: a free one."""

    def __init__(self, home, *options, command=("serve",), port=0, **process):
        self.process = start(*command, home, "--port", port, *options, **process)
        told = self.process.stdout.readline().decode()
        if "http://" not in told:
            self.process.kill()
            raise AssertionError(f"serve says {told!r}, {self.process.communicate()[1].decode()!r}")
        self.url = told.split()[-1].rstrip("/")
        self.port = int(self.url.rsplit(":", 1)[1])
        self.log = []
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True)
        self.reader.start()

    def stop(self):
        """Asks it to end: exit code, what it said last, seconds it took."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        seconds = time.monotonic() - begin
        self.reader.join()
        return code, self.process.stdout.read().decode(), seconds

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        if self.process.poll() is None:
            self.stop()
        self.process.stdout.close()
        self.process.stderr.close()


class KenshoTest(unittest.TestCase):
    """A test with a folder of its own and words for what the program must do."""

    maxDiff = 4000

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="kensho-e2e-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def must(self, *arguments, **options):
        """Runs the program, which has to succeed."""
        return self.exits(0, *arguments, **options)

    def exits(self, code, *arguments, **options):
        """Runs the program, which has to end with this code."""
        outcome = kensho(*arguments, **options)
        self.assertEqual(outcome.code, code, self.told(outcome))
        return outcome

    def says(self, outcome, *parts):
        """Both outputs together have to hold every part."""
        for part in parts:
            self.assertIn(part, outcome.out + outcome.err, self.told(outcome))

    @staticmethod
    def told(outcome):
        return (f"\n$ kensho {outcome.command}\nexit {outcome.code} after {outcome.seconds:.2f} s\n"
                f"out: {outcome.out[:1500]}\nerr: {outcome.err[:1500]}")

    def fsck(self, home):
        """The registry has to be clean; returns the number of entries."""
        outcome = self.must("fsck", home, "--json")
        report = json.loads(outcome.out)
        self.assertEqual(report["findings"], [], self.told(outcome))
        self.assertEqual(report["entries"], report["log_entries"], "the public log lags behind the journal")
        return report["entries"]

    def verify(self, site):
        """The published site has to be as it was sealed; returns the report."""
        outcome = self.must("verify", site, "--json")
        report = json.loads(outcome.out)
        self.assertEqual(report["findings"], [], self.told(outcome))
        return report
