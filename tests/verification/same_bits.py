#!/usr/bin/env python3
"""Runs methods of the engine with two builds of the program and says which answers differ in a bit.

usage: same_bits.py PROGRAM PROGRAM     e.g. build/dev/kensho build/clang/kensho
Exits 1 where an answer differs. A difference between compilers is no fault by itself: the C library's exp and log are the
same, but a compiler may order the operations of one expression differently.
"""
import json
import pathlib
import subprocess
import sys

DATA = pathlib.Path(__file__).resolve().parents[1] / "reference" / "r" / "data"
LUNG = "--time time --event dead --indicator dead=status:2"
COMMANDS = [
    ("lung", f"kaplan_meier {LUNG} --group sex"), ("lung", f"log_rank {LUNG} --group sex"),
    ("lung", f"rmst {LUNG} --group sex --horizon 600"),
    ("lung", f"cox {LUNG} --formula", "~ age + sex + ph.ecog"),
    ("lung", f"cox {LUNG} --ties exact --formula", "~ age + sex"),
    ("lung", f"cox_zph {LUNG} --formula", "~ age + sex + ph.ecog"),
    ("lung", f"concordance {LUNG} --marker age"),
    ("lung", f"parametric_survival {LUNG} --family weibull --formula", "~ age + sex"),
    ("melanoma", "fine_gray --time time --cause status --formula", "~ age + thickness"),
    ("melanoma", "gray_test --time time --cause status --group sex"),
    ("birthwt", "logistic --formula", "low ~ age + lwt + smoke"),
    ("birthwt", "firth_logistic --formula", "low ~ age + lwt + smoke"),
    ("birthwt", "linear_model --formula", "bwt ~ age + lwt + smoke"),
    ("epil", "negative_binomial --formula", "y ~ base + age"), ("epil", "poisson --formula", "y ~ base + age"),
    ("anorexia", "ancova --group Treat --formula", "Postwt ~ Prewt + Treat"),
    ("fev_data", "mmrm --subject USUBJID --visit AVISIT --arm ARMCD --formula", "FEV1 ~ RACE + SEX + ARMCD*AVISIT"),
    ("fev_data", "mmrm --subject USUBJID --visit AVISIT --df kenward_roger --covariance toeph --formula",
     "FEV1 ~ ARMCD*AVISIT"),
    ("sleepstudy", "mixed_model --subject Subject --slope Days --formula", "Reaction ~ Days"),
    ("respiratory", "gee --cluster id --family binomial --formula", "outcome ~ treat + age"),
    ("anorexia", "t_test --value Postwt --paired Prewt"), ("anorexia", "wilcoxon --value Postwt --paired Prewt"),
    ("anorexia", "bootstrap --value Postwt"),
]


def answer(program, data, words, *formula):
    done = subprocess.run([program, "stat", *words.split(), *formula, "--data", DATA / f"{data}.csv", "--json"],
                          capture_output=True, text=True)
    return done.returncode, done.stdout if done.returncode == 0 else done.stderr


def main():
    first, second = sys.argv[1:3]
    differ = 0
    for command in COMMANDS:
        one, other = answer(first, *command), answer(second, *command)
        name = " ".join(command[1:])
        if one[0] != 0:
            print(f"FAILS  {name}: {one[1].strip()}")
        elif one != other:
            differ += 1
            print(f"differ {name}: {difference(json.loads(one[1]), json.loads(other[1])):.1e}")
    print(f"{len(COMMANDS) - differ} of {len(COMMANDS)} answers have the same bits")
    sys.exit(differ > 0)


def difference(one, other):
    """The largest relative difference of two documents' numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return max((difference(one[key], other.get(key)) for key in one), default=0)
    if isinstance(one, list) and isinstance(other, list):
        return max((difference(a, b) for a, b in zip(one, other)), default=0)
    if isinstance(one, float) and isinstance(other, (int, float)):
        return abs(one - other) / (abs(one) or 1)
    return 0


main()
