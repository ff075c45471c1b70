#!/usr/bin/env python3
"""Writes days.csv: dates and their distance from 1970-01-01 by Python's datetime (proleptic Gregorian).

Run in this folder: python3 make_days.py
"""
import datetime, random

random.seed(20240401)
epoch = datetime.date(1970, 1, 1).toordinal()
edges = ["0001-01-01", "1582-10-15", "1600-02-29", "1873-01-01", "1899-12-31", "1900-02-28", "1900-03-01", "1969-12-31",
         "1970-01-01", "1999-12-31", "2000-02-29", "2024-02-29", "2100-02-28", "2100-03-01", "9999-12-31"]
ordinals = {datetime.date.fromisoformat(edge).toordinal() for edge in edges}
while len(ordinals) < 400:
    ordinals.add(random.randint(1, datetime.date.max.toordinal()))
with open("days.csv", "w", newline="\n") as out:
    out.write("iso,days_since_1970\n")
    for ordinal in sorted(ordinals):
        out.write(f"{datetime.date.fromordinal(ordinal).isoformat()},{ordinal - epoch}\n")
