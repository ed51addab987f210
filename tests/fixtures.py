#!/usr/bin/env python3
"""Runs the fixtures: manifests in, a tree and diagnostics out.

    tests/fixtures.py build/kratree [--update] [NAME…]

NAME is a part of a fixture's path ("place/", "KT-507"). --update writes what kratree does now; read the diff
like code. A fixture is a directory below fixtures/ with

    ABOUT       one line: the rule that it shows
    in/         what is rendered
    outputs/    captured pipeline output, if any
    have/       what the target directory holds before, if not absent
    args        more arguments, one a line, if any
    kratree.yaml the configuration, if any
    command     the command to run, if not render: validate, whose findings are compared without the lines of the
                manifests that it shows, and which writes nothing
    want/       the files that must be there afterwards; without it, nothing may be written
    want.diag   the diagnostics that must stand on standard error, exactly; absent: none (the summary
                behind them is for people, and not looked at)
    want.exit   the exit status, if not 0

Each is rendered several times, since the result depends on nothing else: into a directory, again into the
same one (nothing may be touched), as a zip, with the JSON report (checked against its schema), from
elsewhere and under another umask, time zone, locale and number of jobs, and with its files named in
reverse order. Of all fixtures together it is asked that every diagnostic code is shown by one.
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

import report

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
LIFE = FIXTURES / "life"  # those are for lives.py
CODES = ROOT / "src" / "core" / "base" / "codes.h"
TIMEOUT = 300  # seconds for one run; without end is what is meant
MANIFESTS = (".yaml", ".yml", ".json")

# Codes that no fixture can show, and the test that does.
ELSEWHERE = {
    "KT-418": "tests/unit/test_plan_forecast.c",
    "KT-606": "tests/unit/test_store_directory.c",
    "KT-607": "tests/unit/test_store_faults.c",
    "KT-608": "tests/unit/test_store_faults.c",
    **{f"KT-{number}": "tests/unit/test_emit_unzip.c" for number in range(610, 615)},
    "KT-615": "tests/diff.py",
    **{f"KT-{number}": "tests/cli.py" for number in range(640, 648)},
    "KT-651": "tests/cli.py",
    "KT-648": "tests/unit/test_cli_console.c",
    "KT-649": "tests/unit/test_cli_console.c",
    "KT-900": "tests/unit/test_model_secret.c",
    **{f"KT-{number}": "tests/push_git.py" for number in range(901, 918)},
    **{f"KT-{number}": "tests/unit/test_push_problem.c" for number in range(930, 935)},
}

# The summary begins with a blank line after errors, else with what was done.
SUMMARY = re.compile(r"^(?:$|(?:wrote|same|differs) .* State Store|(?:fine|wrong) .* manifest)", re.M)
# What validate shows of a manifest.
SHOWN = re.compile(r"^ *\d* \|.*\n|^\n", re.M)

USUAL = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
UNUSUAL = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu", "HOME": "/nonexistent"}


def read(path, default=""):
    return path.read_text(encoding="utf-8", errors="surrogateescape") if path.is_file() else default


def files_below(top):
    """The files below a directory by path: bytes, or the target of a symbolic link."""
    found = {}
    for folder, folders, names in os.walk(top):
        for name in names + [n for n in folders if os.path.islink(os.path.join(folder, n))]:
            path = os.path.join(folder, name)
            link = os.path.islink(path)
            found[os.path.relpath(path, top)] = "-> " + os.readlink(path) if link else pathlib.Path(path).read_bytes()
    return found


def stamps_below(top):
    return {p: (s.st_ino, s.st_mtime_ns) for p in files_below(top) for s in [os.lstat(os.path.join(top, p))]}


class Fixture:
    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(FIXTURES))
        self.args = read(path / "args").splitlines()
        self.command = read(path / "command", "render").strip()
        self.exit = int(read(path / "want.exit", "0"))
        self.diag = read(path / "want.diag")
        self.want = files_below(path / "want") if (path / "want").is_dir() else {}
        self.have = path / "have" if (path / "have").exists() else None

    def manifests(self):
        """The files of in/ to be named one by one; none where that is not the same as naming in/."""
        found = []
        for folder, folders, names in os.walk(self.path / "in"):
            if any(n.startswith(".") or n in ("outputs", "node_modules") for n in folders + names):
                return []
            found += [os.path.relpath(os.path.join(folder, n), self.path) for n in names if n.endswith(MANIFESTS)]
        return sorted(found)


class Run:
    """One call of kratree: exit status, standard error, what is at `out` afterwards."""

    def __init__(self, program, fixture, out, inputs=("in",), cwd=None, env=None, umask=0o022, more=()):
        outputs = fixture.path / "outputs"
        base = fixture.path if cwd else pathlib.Path()
        command = [str(program), fixture.command, *(str(base / i) for i in inputs)]
        if outputs.is_dir():
            command += ["--outputs", str(base / "outputs")]
        if (fixture.path / "kratree.yaml").is_file():
            command += ["--config", str(base / "kratree.yaml")]
        if fixture.command == "render":
            command += ["--out", str(out)]
        command += ["--color", "never", *more, *fixture.args]
        done = subprocess.run(command, cwd=cwd or fixture.path, env=env or USUAL, umask=umask, timeout=TIMEOUT,
                              stdin=subprocess.DEVNULL, capture_output=True)
        self.exit = done.returncode
        self.stdout = done.stdout
        self.diag = SUMMARY.split(done.stderr.decode("utf-8", "surrogateescape").replace(str(out), "out"))[0]
        if fixture.command == "validate":
            self.diag = SHOWN.sub("", done.stdout.decode("utf-8", "surrogateescape")) + self.diag
        self.files = files_below(out) if os.path.isdir(out) and not os.path.islink(out) else {}


def compare_files(title, want, have):
    for path in sorted(want.keys() | have.keys()):
        if path not in have:
            yield f"{title}: {path} is missing"
        elif path not in want:
            yield f"{title}: {path} is not wanted"
        elif want[path] != have[path]:
            yield f"{title}: {path} differs\n" + difference(want[path], have[path])


def difference(want, have):
    texts = [v.decode("utf-8", "backslashreplace") if isinstance(v, bytes) else v for v in (want, have)]
    lines = difflib.unified_diff(*(t.splitlines(keepends=True) for t in texts), "want", "have")
    return "".join("    " + (line if line.endswith("\n") else line + "\n") for line in list(lines)[:40]).rstrip("\n")


def files_of_zip(path):
    if not path.exists():
        return {}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def prepare(fixture, out):
    if fixture.have and fixture.have.is_dir():
        shutil.copytree(fixture.have, out, symlinks=True)
    elif fixture.have:
        shutil.copy(fixture.have, out)


def check_first(fixture, run):
    if run.exit != fixture.exit:
        yield f"exit status {run.exit}, not {fixture.exit}"
    if run.diag != fixture.diag:
        yield "standard error differs\n" + difference(fixture.diag, run.diag)
    want = fixture.want
    if not want and fixture.have and fixture.have.is_dir():
        want = files_below(fixture.have)
    yield from compare_files("tree", want, run.files)


def check_repeated(fixture, first, program, temp):
    """A second run into the same directory."""
    before = stamps_below(temp / "out")
    again = Run(program, fixture, temp / "out")
    yield from compare_files("second run", first.files, again.files)
    if before != stamps_below(temp / "out"):
        yield "second run: files were touched that are the same"
    if (again.exit, again.diag) != (first.exit, first.diag):
        yield "second run: another exit status or other diagnostics"


def check_zip(fixture, first, program, temp):
    out = temp / "out.zip"
    run = Run(program, fixture, out, more=["-o", f"json={temp / 'report.json'}"])
    yield from compare_files("zip", first.files, files_of_zip(out))
    if run.exit != first.exit:
        yield f"zip: exit status {run.exit}, not {first.exit}"
    if not (temp / "report.json").exists():
        yield "JSON report: there is none"
    else:
        yield from (f"JSON report: {line}" for line in report.report_problems(read(temp / "report.json"))[:5])


def check_elsewhere(fixture, first, program, temp):
    run = Run(program, fixture, temp / "elsewhere", cwd=temp, env=UNUSUAL, umask=0o077, more=["--jobs", "7"])
    yield from compare_files("elsewhere", first.files, run.files)
    if run.exit != first.exit:
        yield f"elsewhere: exit status {run.exit}, not {first.exit}"
    run = Run(program, fixture, temp / "serial", env=UNUSUAL, more=["--jobs", "1"])
    yield from compare_files("one job", first.files, run.files)
    if run.diag != first.diag:
        yield "one job: standard error differs\n" + difference(first.diag, run.diag)


def check_reversed(fixture, first, program, temp):
    names = fixture.manifests()
    if len(names) < 2 or "[KT-1" in first.diag:  # a file that is named must parse
        return
    run = Run(program, fixture, temp / "reversed", inputs=names[::-1])
    yield from compare_files("reverse order", first.files, run.files)


def problems(fixture, program, temp):
    prepare(fixture, temp / "out")
    first = Run(program, fixture, temp / "out")
    yield from check_first(fixture, first)
    if "--check" in fixture.args or first.exit > 1:  # nothing is written
        return
    if not fixture.have:
        if fixture.command == "render":
            yield from check_zip(fixture, first, program, temp)
        yield from check_elsewhere(fixture, first, program, temp)
        yield from check_reversed(fixture, first, program, temp)
    yield from check_repeated(fixture, first, program, temp)


def judge(fixture, program):
    with tempfile.TemporaryDirectory(prefix="kratree-fixture-") as temp:
        try:
            return list(problems(fixture, program, pathlib.Path(temp)))
        except subprocess.TimeoutExpired:
            return [f"no answer in {TIMEOUT} s"]


def write_or_remove(path, text, default):
    if text == default:
        path.unlink(missing_ok=True)
    else:
        path.write_text(text, encoding="utf-8", errors="surrogateescape")


def update(fixture, program):
    with tempfile.TemporaryDirectory(prefix="kratree-fixture-") as temp:
        out = pathlib.Path(temp) / "out"
        prepare(fixture, out)
        run = Run(program, fixture, out)
        want = fixture.path / "want"
        shutil.rmtree(want, ignore_errors=True)
        untouched = fixture.have and fixture.have.is_dir() and run.files == files_below(fixture.have)
        if run.files and not untouched:
            shutil.copytree(out, want, symlinks=True)
        write_or_remove(fixture.path / "want.diag", run.diag, "")
        write_or_remove(fixture.path / "want.exit", f"{run.exit}\n", "0\n")


def missing_codes(fixtures):
    """Codes that no fixture shows."""
    lives = [read(path) for path in LIFE.rglob("want.diag")]
    shown = set(re.findall(r"\[(KT-\d{3})\]$", "".join([f.diag for f in fixtures] + lives), re.M))
    for code in sorted(set(re.findall(r'"(KT-\d{3})"', CODES.read_text())) - shown):
        test = ELSEWHERE.get(code)
        if not test:
            yield f"no fixture shows {code}"
        elif code not in read(ROOT / test):
            yield f"{test} does not show {code}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--update", action="store_true", help="write what kratree does now")
    options = parser.parse_args()
    program = options.program.resolve()
    every = [Fixture(about.parent) for about in sorted(FIXTURES.rglob("ABOUT")) if LIFE not in about.parents]
    chosen = [f for f in every if not options.names or any(name in f.name for name in options.names)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        if options.update:
            list(pool.map(lambda f: update(f, program), chosen))
            print(f"{len(chosen)} updated")
            return 0
        results = list(pool.map(lambda f: judge(f, program), chosen))
    for fixture, found in zip(chosen, results):
        for problem in found:
            print(f"FAIL {fixture.name}: {problem}")
    failed = sum(bool(found) for found in results)
    passed = len(chosen) - failed
    if not options.names:
        codes = list(missing_codes(every))
        for problem in codes:
            print(f"FAIL codes: {problem}")
        failed += len(codes)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
