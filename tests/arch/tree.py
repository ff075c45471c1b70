"""The files of a checkout, found without git: a checkout may be a copy or an unpacked archive."""
import fnmatch, os, pathlib, re, sys


def root_from_arguments():
    return pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")


def files(root):
    """Paths relative to root, sorted, without what .gitignore names (plain names and globs, no negation)."""
    ignore = root / ".gitignore"
    patterns = [line.strip("/ ") for line in ignore.read_text().splitlines()] if ignore.exists() else []
    patterns = [p for p in patterns if p and not p.startswith("#")] + [".git"]

    def kept(names):
        return [n for n in names if not any(fnmatch.fnmatch(n, p) for p in patterns)]

    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = kept(folders)
        found += [(pathlib.Path(folder) / n).relative_to(root).as_posix() for n in kept(names)]
    return sorted(found)


def text(path):
    """The text of a file, or None if it holds something else."""
    content = path.read_bytes()
    try:
        return None if b"\0" in content else content.decode()
    except UnicodeDecodeError:
        return None


def is_test(path):
    """Tests, and what only tests include: it lies in a folder called testing or has _test_ in its name."""
    return path.startswith("tests/") or bool(re.search(r"/testing/|_test_\w+\.h$|_(test|bench|fuzz)\.cc$", path))


def finish(errors, summary):
    print("\n".join(errors) or summary)
    sys.exit(bool(errors))
