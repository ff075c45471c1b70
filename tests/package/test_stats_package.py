#!/usr/bin/env python3
"""Installs the statistics library from a build folder, builds the example outside the tree against it, runs it.

usage: test_stats_package.py BUILD
"""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# R 4.2.2, survival 3.5-3: survdiff(Surv(weeks, relapse) ~ treatment)$chisq is 16.7929409892, p 4.168809e-05
EXPECTED = "chi-square 16.792941, p 4.17e-05\n"


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def main():
    build = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        prefix, example = pathlib.Path(folder) / "prefix", pathlib.Path(folder) / "example"
        run("cmake", "--build", build, "--target", "kensho_stats_package")
        run("cmake", "--install", build, "--component", "stats", "--prefix", prefix)
        run("cmake", "-G", "Ninja", "-S", ROOT / "examples" / "stats-library", "-B", example, f"-DCMAKE_PREFIX_PATH={prefix}")
        run("cmake", "--build", example)
        printed = run(example / "log_rank")
        if printed != EXPECTED:
            sys.exit(f"expected {EXPECTED!r}, got {printed!r}")


main()
