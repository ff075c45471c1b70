#!/usr/bin/env python3
"""Inputs of the fuzzed parsers: run them all once, let libFuzzer look for more, keep what it found.

  fuzz.py replay PROGRAM [NAME...]         every input of tests/fuzz/NAME.corpus once
  fuzz.py run PROGRAM WORK SECONDS [NAME]  libFuzzer from those inputs on; finds are left in WORK/NAME
  fuzz.py keep PROGRAM WORK NAME...        writes the fewest, smallest finds of WORK/NAME into NAME.corpus

A corpus is a text file, an input a line: `file PATH` (a file of this repository, or all below a folder),
`text "JSON string"`, `base64 BYTES`; `word "JSON string"` is no input but a word for libFuzzer's dictionary.
"""
import base64, concurrent.futures, hashlib, json, os, pathlib, re, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOUND = "# found by libFuzzer, minimised: each reaches code that no line above reaches"
KEPT_BYTES_MAX, KEPT_INPUT_BYTES_MAX, INPUT_BYTES_MAX = 40_000, 600, 20_000


def files_of(path):
    found = ROOT / path
    if not found.exists():
        sys.exit(f"fuzz: {path} does not exist")
    return [found] if found.is_file() else sorted(p for p in found.rglob("*") if p.is_file())


def read_corpus(name):
    """The inputs of a target, as bytes, and the words for its dictionary."""
    inputs, words = [], []
    for number, line in enumerate((HERE / f"{name}.corpus").read_text(encoding="utf-8").splitlines(), 1):
        kind, _, rest = line.partition(" ")
        if not line or line.startswith("#"):
            continue
        if kind == "file":
            inputs += [path.read_bytes() for path in files_of(rest)]
        elif kind == "text":
            inputs.append(json.loads(rest).encode())
        elif kind == "base64":
            inputs.append(base64.b64decode(rest, validate=True))
        elif kind == "word":
            words.append(json.loads(rest).encode())
        else:
            sys.exit(f"fuzz: {name}.corpus line {number}: '{kind}' is none of file, text, base64, word")
    return inputs, words


def unpack(name, folder):
    """Writes the inputs below `folder`, named by their hash as libFuzzer does; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs, _ = read_corpus(name)
    for content in inputs:
        (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)
    return len(inputs)


def line_of(content):
    """The line of a corpus that stands for these bytes: readable where they are."""
    try:
        text = content.decode()
        if text.isprintable() or all(c.isprintable() or c in "\r\n\t" for c in text):
            return "text " + json.dumps(text, ensure_ascii=not text.isascii())
    except UnicodeDecodeError:
        pass
    return "base64 " + base64.b64encode(content).decode()


def targets(program, wanted):
    listed = subprocess.run([program, "--list"], capture_output=True, text=True, check=True).stdout.split()
    orphans = {path.stem for path in HERE.glob("*.corpus")} - set(listed)
    if orphans or set(wanted) - set(listed):
        sys.exit(f"fuzz: no such target: {', '.join(sorted(orphans | set(wanted) - set(listed)))}")
    for name in listed:
        if not (HERE / f"{name}.corpus").exists():
            sys.exit(f"fuzz: tests/fuzz/{name}.corpus is missing: give the target at least one real input")
    return wanted or listed


def replay(program, *names):
    failed = False
    for name in targets(program, names):
        with tempfile.TemporaryDirectory() as folder:
            count = unpack(name, pathlib.Path(folder))
            files = sorted(map(str, pathlib.Path(folder).iterdir()))
            done = subprocess.run([program, f"--target={name}", *files], stderr=subprocess.PIPE, check=False)
            print(f"{name}: {count} inputs{'' if done.returncode == 0 else ', FAILED'}")
            if done.returncode != 0:
                failed = True
                report(name, done.stderr.decode(errors="replace"))
    sys.exit(failed)


def report(name, log):
    """Says what the program said last, and the line that keeps the input as a regression."""
    running = re.findall(r"^Running: (.*)$", log, re.M) + re.findall(r"Test unit written to (.*)$", log, re.M)
    print("\n".join(log.splitlines()[-40:]))
    if running and os.path.exists(running[-1]):
        content = pathlib.Path(running[-1]).read_bytes()
        print(f"fuzz: mend it, then add to tests/fuzz/{name}.corpus\n{line_of(content)[:4000]}")


def fuzz_one(program, work, seconds, name):
    """Lets libFuzzer run; returns its log, its exit code."""
    corpus, crashes = work / name / "corpus", work / name / "crashes"
    unpack(name, corpus)
    crashes.mkdir(parents=True, exist_ok=True)
    _, words = read_corpus(name)
    dictionary = work / name / "words"
    dictionary.write_text("".join('"' + "".join(f"\\x{b:02X}" for b in word) + '"\n' for word in words))
    command = [program, f"--target={name}", corpus, f"-artifact_prefix={crashes}/", *([f"-dict={dictionary}"] if words else []),
               f"-max_total_time={seconds}", f"-max_len={INPUT_BYTES_MAX}", "-timeout=10", "-rss_limit_mb=2048",
               "-print_final_stats=1", "-use_value_profile=1"]
    done = subprocess.run(list(map(str, command)), capture_output=True, check=False)
    log = done.stderr.decode(errors="replace")
    (work / name / "log").write_text(log)
    return log, done.returncode


def run(program, work, seconds, *names):
    work, failed = pathlib.Path(work), []
    names = targets(program, names)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {name: pool.submit(fuzz_one, program, work, int(seconds), name) for name in names}
        for name, future in running.items():
            log, code = future.result()
            stat = lambda key: int(next(iter(re.findall(rf"stat::{key}:\s+(\d+)", log)), 0))
            edges = re.findall(r"cov: (\d+)", log)
            print(f"{name}: {stat('number_of_executed_units')} executions, {stat('average_exec_per_sec')}/s, "
                  f"{edges[-1] if edges else 0} edges, peak {stat('peak_rss_mb')} MB"
                  f"{'' if code == 0 else ', FAILED'}", flush=True)
            if code != 0:
                failed.append(name)
                report(name, log)
    if failed:
        sys.exit(f"fuzz: {', '.join(failed)}: see {work}")


def keep(program, work, *names):
    for name in targets(program, names):
        path = HERE / f"{name}.corpus"
        ours = path.read_text(encoding="utf-8").split(FOUND)[0].rstrip("\n") + "\n"
        path.write_text(ours, encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            base, merged = pathlib.Path(folder, "base"), pathlib.Path(folder, "merged")
            unpack(name, base)
            merged.mkdir()
            before = {p.name for p in base.iterdir()}
            subprocess.run([program, f"--target={name}", "-merge=1", f"-max_len={KEPT_INPUT_BYTES_MAX}", str(base),
                            str(pathlib.Path(work, name, "corpus"))], capture_output=True, check=True)
            found = sorted((p.read_bytes() for p in base.iterdir() if p.name not in before), key=lambda c: (len(c), c))
        lines, size = [], 0
        for line in map(line_of, found):
            size += len(line) + 1
            if size <= KEPT_BYTES_MAX:
                lines.append(line)
        if lines:
            path.write_text("\n".join([ours, FOUND, *lines]) + "\n", encoding="utf-8")
        print(f"{name}: {len(found)} found, {len(lines)} kept")


if __name__ == "__main__":
    commands = {"replay": replay, "run": run, "keep": keep}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
