#!/usr/bin/env python3
"""Fail if a header of src/ does not compile alone; those of tests are left to the tests.

A header that is the first include of the source or test beside it is compiled first in every build and so
proven; only the others are compiled here, each as a source of one line. Further arguments go to the compiler.
"""
import concurrent.futures, os, re, subprocess, sys, tree

FLAGS = ["-std=c++23", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-x", "c++", "-"]


def proven_by_neighbour(root, header):
    stem = header.removesuffix(".h")
    for neighbour in (f"{stem}.cc", f"{stem}_test.cc"):
        source = tree.text(root / neighbour) if (root / neighbour).exists() else ""
        first = re.search(r'^\s*#\s*include\s+(["<][^">]+)', source, re.M)
        if first and first[1] == '"' + header.removeprefix("src/"):
            return True
    return False


def compile_alone(root, header):
    source = f'#include "{header.removeprefix("src/")}"\n'
    command = [os.environ.get("CXX", "g++"), "-I", "src", *sys.argv[2:], *FLAGS]
    done = subprocess.run(command, cwd=root, input=source, text=True, capture_output=True)
    return done.returncode and f"{header}: does not compile alone\n{done.stderr.rstrip()}"


def main():
    root = tree.root_from_arguments()
    headers = [p for p in tree.files(root) if p.startswith("src/") and p.endswith(".h") and not tree.is_test(p)]
    alone = [h for h in headers if not proven_by_neighbour(root, h)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        errors = [e for e in pool.map(lambda header: compile_alone(root, header), alone) if e]
    tree.finish(errors, f"headers: {len(headers)} stand alone ({len(alone)} compiled here)")


main()
