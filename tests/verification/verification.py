#!/usr/bin/env python3
"""docs/verification.md: what the tests of the engine measured against each reference.

usage: verification.py MEASURED PAGE          fails where a row is missing or has lost digits
       verification.py MEASURED PAGE --write  writes the page

MEASURED holds a line for each comparison (see verify() in src/stats/testing): method, data set, quantity, reference,
number of values, digits required, digits found. The last line of a comparison counts.
"""
import math
import pathlib
import re
import sys

DIGITS_CAP = 14  # beyond, the last bits differ between compilers and C libraries
SLACK = 0.5  # of a digit, for the same reason
HEAD = """# Verification

Made by the tests (`./dev verification`); `./dev test` fails when a row loses a digit or is gone. **Digits** is the worst
agreement, over all values of the row, with the reference: -log10 of the relative difference (absolute where the reference
is 0), cut to a whole number and at {cap}. **Required** is what the test itself demands. Where a reference stops before its
optimum, or prints few digits, its column says so and the digits are its, not ours.

{rows} comparisons, {values} values, {methods} methods.
"""


def measured(path):
    rows = {}
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        method, data, quantity, reference, count, required, digits = line.split("\t")
        rows[method, data, quantity, reference] = (int(count), float(required), float(digits))
    return rows


def whole(digits):
    return min(DIGITS_CAP, math.floor(digits))


def table(rows):
    lines, last = [], None
    for (method, data, quantity, reference), (count, required, digits) in sorted(rows.items()):
        if method != last:
            lines += ["", f"## {method}", "", "| data set | quantity | reference | values | required | digits |",
                      "|---|---|---|--:|--:|--:|"]
            last = method
        lines.append(f"| {data} | {quantity} | {reference} | {count} | {required:g} | {whole(digits)} |")
    return lines


def page(rows):
    head = HEAD.format(cap=DIGITS_CAP, rows=len(rows), values=f"{sum(row[0] for row in rows.values()):,}",
                       methods=len({key[0] for key in rows}))
    return head + "\n".join(table(rows)) + "\n"


def documented(path):
    rows, method = {}, None
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            method = line[3:]
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if method and len(cells) == 6 and re.fullmatch(r"\d+", cells[5]):
            rows[method, cells[0], cells[1], cells[2]] = int(cells[5])
    return rows


def complaints(found, expected):
    for key, digits in expected.items():
        if key not in found:
            yield f"{' / '.join(key)}: documented, but no test compared it"
        elif found[key][2] < digits - SLACK:
            yield f"{' / '.join(key)}: {found[key][2]:.1f} digits, {digits} documented"
    for key in found.keys() - expected.keys():
        yield f"{' / '.join(key)}: compared, but not in docs/verification.md"


def main():
    rows = measured(sys.argv[1])
    if sys.argv[3:] == ["--write"]:
        pathlib.Path(sys.argv[2]).write_text(page(rows), encoding="utf-8")
        print(f"{sys.argv[2]}: {len(rows)} comparisons")
        return
    problems = sorted(complaints(rows, documented(sys.argv[2])))
    for problem in problems:
        print(problem)
    if problems:
        sys.exit("verification: if this is meant, ./dev verification writes the page anew")
    print(f"verification: {len(rows)} comparisons hold")


main()
