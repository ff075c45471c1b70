#!/usr/bin/env python3
"""Fail if a file or a function is over its budget, or has too many parameters.

A larger one is listed in oversize.txt as `path lines` or `path:function lines`; the number may only shrink.
Blocks behind a macro, such as a TEST_CASE, count with their file only: ctags does not see them.
"""
import json, shutil, subprocess, sys, tree

FILE_WARN, FILE_HARD, TEST_FILE_HARD, FUNCTION_HARD, PARAMETERS_HARD = 400, 600, 900, 70, 6
CODE = (".h", ".cc", ".py", ".sql", ".js", ".css")
TAGGED = (".h", ".cc", ".py")


def functions(root, paths):
    """(path, name, first line, lines, parameters) of every function ctags finds."""
    command = ["ctags", "--languages=C++,Python", "--langmap=C++:.h.cc", "--kinds-C++=f", "--kinds-Python=fm",
               "--fields=NFneS", "--output-format=json", "-L", "-", "-f", "-"]
    out = subprocess.run(command, cwd=root, input="\n".join(paths), text=True, capture_output=True, check=True).stdout
    for tag in map(json.loads, out.splitlines()):
        lines = tag.get("end", tag["line"]) - tag["line"] + 1
        yield tag["path"], tag["name"], tag["line"], lines, parameter_count(tag.get("signature", "()"))


def parameter_count(signature):
    depth, commas, empty = 0, 0, True
    for letter in signature:
        depth += (letter in "([{<") - (letter in ")]}>")
        if depth == 0:
            break  # the closing parenthesis; a qualifier such as const may follow
        commas += letter == "," and depth == 1
        empty = empty and letter in "( "
    return 0 if empty or signature.startswith("(void)") else commas + 1


def read_ratchet(root):
    """What oversize.txt allows: {thing: lines}."""
    path = root / "tests/arch/oversize.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = [line.rsplit(maxsplit=1) for line in lines if line.strip() and not line.startswith("#")]
    return {thing: int(count) for thing, count in pairs}


def judge(thing, place, lines, limit, allowed, errors):
    """Compares one file or function with its budget or with its entry in oversize.txt."""
    entry = allowed.pop(thing, None)
    if entry is None and lines > limit:
        errors.append(f"{place}: {lines} lines, the budget is {limit}: split it by idea")
    elif entry is not None and lines > entry:
        errors.append(f"{place}: {lines} lines, oversize.txt allows {entry}: it may only shrink")
    elif entry is not None and lines <= limit:
        errors.append(f"oversize.txt: {thing} now fits its budget: delete its line")
    elif entry is not None and lines < entry:
        errors.append(f"oversize.txt: {thing} shrank to {lines} lines: lower its number")


def main():
    if not shutil.which("ctags"):
        sys.exit("check_size: ctags is not here. Run: apt-get install universal-ctags")
    root, errors = tree.root_from_arguments(), []
    allowed = read_ratchet(root)
    paths = [p for p in tree.files(root) if p.endswith(CODE) and p.startswith(("src/", "tests/", "sql/", "web/", "bench/"))
             and not p.startswith("tests/reference/")]
    for path in paths:
        lines = len((root / path).read_bytes().splitlines())
        judge(path, path, lines, TEST_FILE_HARD if tree.is_test(path) else FILE_HARD, allowed, errors)
        if FILE_WARN < lines <= FILE_HARD and not tree.is_test(path):
            print(f"{path}: warning: {lines} lines, think of splitting it at {FILE_WARN}")
    count = 0
    for path, name, line, lines, parameters in functions(root, [p for p in paths if p.endswith(TAGGED)]):
        count += 1
        judge(f"{path}:{name}", f"{path}:{line}: {name}", lines, FUNCTION_HARD, allowed, errors)
        if parameters > PARAMETERS_HARD:
            errors.append(f"{path}:{line}: {name} has {parameters} parameters, the limit is {PARAMETERS_HARD}: group them in a struct")
    errors += [f"oversize.txt: {thing} does not exist" for thing in allowed]
    tree.finish(errors, f"size: {len(paths)} files, {count} functions within their budgets")


main()
