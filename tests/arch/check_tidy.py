#!/usr/bin/env python3
"""Fail on what the style page rules out and a pattern can find; every message says what to do instead."""
import os, re, tree

BLOB_BYTES_MAX = 256 * 1024
LEFTOVER = "FIX" + "ME"  # written in two parts, so that this file passes its own check

# (pattern, which files, what to do instead). A file is given by its path from the root.
BANNED = [
    (r"\bstd::expected\b", "code", "use Result (base/result.h): g++ 12 with an older clang cannot read it"),
    (r"\bstd::(ranges::)?views\b", "code", "write the loop, or use an algorithm of std::ranges"),
    (r"\bassert\s*\(", "code", "use ENSURE (base/check.h), which stays on in the shipped program"),
    (r"\b(v?(f|s|sn|as|d)?printf|f?puts)\s*\(", "quiet code", "use fmt::format, and leave printing to cli and base/log"),
    (r"\bgetenv\s*\(", "code outside wiring", "take the value as a parameter; only cli and wiring read the environment"),
    (r"\bSELECT\s+\*", "sql", "name the columns"),
    (r"[^\x00-\x7F]", "statements", "keep statements ASCII; text for people lives in catalog/i18n"),
    (rf"\b{LEFTOVER}\b", "all", "finish it, or open an issue and write TODO(#number)"),
    (r"(?<![\w.~})-])/(work|tmp|root|home)/", "all", "no path of one machine: derive it, or ask for a temporary folder"),
]


def is_code(path):
    return path.startswith("src/") and path.endswith((".h", ".cc")) and not tree.is_test(path)


def is_ours(path):
    """Not the data that others wrote and tests read."""
    return not (path.startswith("tests/reference/") and path.endswith((".csv", ".json", ".tsv", ".txt")))


SCOPES = {
    "all": is_ours,
    "code": is_code,
    "statements": is_code,
    "quiet code": lambda path: is_code(path) and not path.startswith(("src/cli/", "src/base/log", "src/base/check.")),
    "code outside wiring": lambda path: is_code(path) and not path.startswith(("src/cli/", "src/wiring/")),
    "sql": lambda path: path.endswith(".sql") or is_code(path),
}


def statement_of(line):
    """A line without its comment, where the field's own words may stand, and without sets of code points (U"...")."""
    return re.sub(r"""U(["']).*?\1""", "", re.sub(r"(^|\s)//.*", "", line))


def banned_tokens(path, content):
    rules = [(re.compile(p), scope, advice) for p, scope, advice in BANNED if SCOPES[scope](path)]
    for number, line in enumerate(content.splitlines(), 1):
        for pattern, scope, advice in rules:
            if found := pattern.search(statement_of(line) if scope == "statements" else line):
                yield f"{path}:{number}: {found[0]}: {advice}"


def words_of(line):
    """The words of a line in lower case; identifiers are taken apart: KneeScore, knee_score -> knee, score."""
    return {w.lower() for w in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", line)}


def read_words(root):
    """(single words, phrases) of words_not_in_src.txt."""
    path = root / "tests/arch/words_not_in_src.txt"
    lines = path.read_text().lower().splitlines() if path.exists() else []
    entries = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    return {e for e in entries if e.isalpha()}, {e for e in entries if not e.isalpha()}


def named_knowledge(path, content, words):
    single, phrases = words
    for number, line in enumerate(content.splitlines(), 1):
        if re.search(r"//.*\b(18|19|20)\d\d\b", line):
            continue  # a comment with a year cites a paper, whose title or journal may name anything
        found = words_of(line) & single | {p for p in phrases if p in line.lower()}
        for word in sorted(found):
            yield f"{path}:{number}: {word}: countries, diseases and instruments are data: name them in catalog/, not in src/"


def unbuilt_tests(root, paths):
    """A test outside the modules of layers.txt is compiled by nobody."""
    layers = root / "src/layers.txt"
    modules = re.findall(r"^([a-z0-9_/]+):", layers.read_text(), re.M) if layers.exists() else []
    for path in paths:
        if not path.endswith("_test.cc"):
            continue
        folder = path.rsplit("/", 1)[0]
        in_module = any(f"{folder}/".startswith(f"src/{m}/") for m in modules)
        if not in_module and not (root / folder / "CMakeLists.txt").exists():
            yield f"{path}: no module of src/layers.txt holds this test: nothing builds it"


def dead_links(root, path, content):
    """Relative links, and paths in `code`, that lead nowhere. An all-capitals part such as NAME is a placeholder."""
    prose = re.sub(r"^```.*?^```", "", content, flags=re.M | re.S)
    links = [(root / path).parent / target for target in re.findall(r"\]\((?!\w+:)([^)#\s]+)", prose)]
    code = re.findall(r"`((?:src|tests|docs|cmake|catalog|examples|bench|sql|web|\.ci)/[\w./-]+)`", prose)
    links += [root / target for target in code if not re.search(r"(^|/)[A-Z_]+(/|$)", target)]
    for target in links:  # `src/base/json` stands for its .h and .cc
        if not target.exists() and not target.with_name(target.name + ".h").exists():
            yield f"{path}: {os.path.relpath(target, root)} does not exist"


def wrong_bits(root, path, content):
    executable = os.access(root / path, os.X_OK)
    if content is not None and content.startswith("#!") and not executable:
        yield f"{path}: starts with #! but is not executable: chmod +x"
    if executable and (content is None or not content.startswith("#!")):
        yield f"{path}: is executable but is no script: chmod -x"


def large_blobs(root, path):
    size = (root / path).stat().st_size
    if size > BLOB_BYTES_MAX and not path.startswith(("catalog/", "examples/", "tests/")):
        yield f"{path}: {size} bytes; more than {BLOB_BYTES_MAX} belongs in catalog/, examples/ or tests/"


def decision_records(root, paths):
    numbers = {}
    for path in paths:
        if not path.startswith("docs/adr/") or not path.endswith(".md"):
            continue
        name = re.fullmatch(r"docs/adr/(\d{4})-[a-z0-9-]+\.md", path)
        if not name:
            yield f"{path}: a decision record is called NNNN-title-in-words.md"
        elif name[1] in numbers:
            yield f"{path}: number {name[1]} is taken by {numbers[name[1]]}"
        elif name[1] not in (root / path).read_text().split("\n", 1)[0]:
            yield f"{path}: the first line must carry the number {name[1]}"
        if name:
            numbers.setdefault(name[1], path)


def main():
    root = tree.root_from_arguments()
    paths, words = tree.files(root), read_words(root)
    errors = [*unbuilt_tests(root, paths), *decision_records(root, paths)]
    for path in paths:
        content = tree.text(root / path)
        errors += [*large_blobs(root, path), *wrong_bits(root, path, content)]
        if content is None:
            continue
        errors += banned_tokens(path, content)
        if path.startswith("src/") and not tree.is_test(path):
            errors += named_knowledge(path, content, words)
        if path.endswith(".md"):
            errors += dead_links(root, path, content)
    tree.finish(errors, f"tidy: {len(paths)} files, nothing banned")


main()
