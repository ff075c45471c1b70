#!/usr/bin/env python3
"""A PostgreSQL server of a test's own: made in a temporary folder, on a socket there, gone at the end.

As a program: prints the URL of an empty database and runs until its standard input ends, so that nothing stays behind
when the test that started it dies. Arguments are settings, such as fsync=off. Tests in Python use the class.
$KENSHO_POSTGRES_BIN: the folder of initdb and postgres, where it is not the newest that Debian installed.
"""

import contextlib
import glob
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

START_SECONDS_MAX = 60


def version_of(path):
    return [int(number) for number in re.findall(r"\d+", path)]


def binaries():
    """The folder of the server's programs. Ends the program where there is none: these tests are never skipped."""
    found = os.environ.get("KENSHO_POSTGRES_BIN") or max(glob.glob("/usr/lib/postgresql/*/bin"), key=version_of, default="")
    if found and os.access(os.path.join(found, "initdb"), os.X_OK):
        return pathlib.Path(found)
    sys.exit("PostgreSQL is not here. Run: apt-get install postgresql, or set KENSHO_POSTGRES_BIN to the folder of initdb")


def other_user():
    """PostgreSQL does not run as root: whom it runs as then."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


class PostgresServer:
    """Runs from the start of the block to its end. `settings` are as in postgresql.conf."""

    def __init__(self, **settings):
        self.bin = binaries()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kensho-pg-"))
        self.settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder),
                         "max_connections": "30", **settings}
        self.user = other_user()
        self.process = None

    def __enter__(self):
        try:
            self.make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *problem):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self):
        if self.user:
            os.chown(self.folder, self.user["user"], self.user["group"])
        made = subprocess.run(
            [self.bin / "initdb", "--pgdata", self.folder / "data", "--username=kensho", "--auth=trust", "--encoding=UTF8",
             "--locale=C", "--no-sync", "--data-checksums"],
            cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **self.user)
        if made.returncode != 0:
            sys.exit(f"initdb failed:\n{made.stdout}")

    def start(self):
        """Starts it, unless it runs already."""
        if self.process is not None and self.process.poll() is None:
            return
        command = ["setpriv", "--pdeathsig", "QUIT", self.bin / "postgres", "-D", self.folder / "data"]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.user)
        give_up = time.monotonic() + START_SECONDS_MAX
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > give_up:
                sys.exit(f"PostgreSQL does not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.05)

    def is_ready(self):
        return subprocess.run([self.bin / "pg_isready", "-q", "-h", self.folder], check=False).returncode == 0

    def stop(self, with_signal=signal.SIGINT):
        """Ends the server: SIGINT as an administrator would, SIGQUIT as a crash."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(with_signal)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def url(self, database="postgres"):
        return f"postgresql://kensho@/{database}?host={urllib.parse.quote(str(self.folder), safe='')}"

    def sql(self, text, database="postgres"):
        """Runs SQL as the administrator; the answer without decoration, columns separated by |."""
        done = subprocess.run([self.bin / "psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", self.url(database), "-c", text],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"psql: {done.stderr}")
        return done.stdout.rstrip("\n")


def main():
    settings = dict(argument.split("=", 1) for argument in sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt), PostgresServer(**settings) as server:
        print(server.url(), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
