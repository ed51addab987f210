#!/usr/bin/env python3
"""Mistakes that people make, one at a time, in a platform without any, and what validate says of each.

    tests/mistakes.py KRATREE [--update] [WORD…]      WORD picks mistakes by their titles or files

Each file in tests/mistakes/ is a list of them:

    === the path of a Destination is empty
    -  path: clusters/dev
    +  path: ""
    platform.yaml:31:9: error: path field is required [KT-301]
      in Destination/dev, spec.path
      help: add spec.path; / is the root of the State Store (I-20, V-1)

The lines behind - are those of platform.yaml that the lines behind + replace, the first such ones; + alone appends, and a
line "@" begins another change. "$" gives arguments, "<" the file whose lines of + follow, and stands for captured output
where it begins with outputs/. "!" is a line of shell that is run with what is changed so far, before the changes below
it, such as kratree lock. "%" is one whose diagnostics are looked at, in place of those of kratree validate.
What follows is said, exactly. --update writes what is said now; read the diff like code.

Every code of `kratree explain --codes` is shown by a mistake, or stands in ELSEWHERE with a reason.
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "mistakes"
BASE = (FOLDER / "platform.yaml").read_text(encoding="utf-8")
SHOWN = re.compile(r"^ *\d* \|.*\n|^\n", re.M)  # the lines of the manifest
ESCAPES = {"\\t": "\t", "\\x01": "\x01", "\\xfc": "\udcfc"}  # what no editor shows well
# The platform has no captured output, on purpose: its pipelines are not what is looked at.
QUIET = "severity: {KT-410: off}\n"
SAID = re.compile(r"^\S.*\[KT-\d{3}\]\n(?:  \S.*\n)*", re.M)  # a diagnostic; commands have more to say
SHELL = 'kratree() { "$PROGRAM" "$@"; }\n'
SERVER = "takes an adapter, and mostly a server"
# What no mistake in a platform or on a command line can show: code, reason, and what shows it.
ELSEWHERE = {
    "KT-607": ("takes two runs at one time", "tests/kills.py"),
    "KT-608": ("takes a run that is killed", "tests/cli.py"),
    "KT-648": ("takes a system without memory", "tests/unit/test_cli_console.c"),
    "KT-649": ("takes a mistake in the program", "tests/unit/test_cli_console.c"),
    **{f"KT-{n}": (SERVER, "tests/push_git.py") for n in range(900, 918) if n not in (911, 915)},
    **{f"KT-{n}": (SERVER, "tests/push_s3.py") for n in range(930, 935)},
}


class Mistake:
    def __init__(self, path, text):
        self.path, lines = path, text.split("\n")
        self.title = lines[0]
        marks = [i for i, line in enumerate(lines[1:], 1) if line[:1] and line[0] in "-+@$<!%"]
        last = marks[-1] + 1 if marks else 1
        self.head, self.want = lines[:last], "\n".join(lines[last:]).strip("\n")
        self.args, self.problem, self.command = [], None, None
        self.platform, self.files, self.steps = BASE, {".kratree.yaml": QUIET}, []
        self.edit(lines[1:last])

    def edit(self, lines):
        old, new, target = [], [], "platform.yaml"
        for line in lines + ["@"]:
            if line[0] == "-":
                old.append(line[1:] + "\n")
            elif line[0] == "+":
                new.append(line[1:] + "\n")
            else:
                self.change("".join(old), "".join(new), target)
                old, new, target = [], [], line[1:].strip() if line[0] == "<" else "platform.yaml"
                self.args += line[1:].split() if line[0] == "$" else []
            if line[0] == "!":
                self.steps.append(({"platform.yaml": self.platform, **self.files}, line[1:]))
                self.files = {}
            elif line[0] == "%":
                self.command = line[1:]

    def change(self, old, new, target):
        for written, meant in ESCAPES.items():
            new = new.replace(written, meant)
        if target != "platform.yaml":
            self.files[target] = new
        elif old and old not in self.platform:
            self.problem = f"the platform has no lines\n{old}"
        else:
            self.platform = self.platform.replace(old, new, 1) if old else self.platform + new

    def said(self, program):
        with tempfile.TemporaryDirectory(prefix="kratree-mistake-") as temp:
            written = {}
            for files, command in self.steps:
                write(temp, files, written)
                done = run_shell(program, temp, command)
                if done.returncode != 0:
                    return f"{command.strip()}: {done.stderr.decode('utf-8', 'surrogateescape')}"
            write(temp, {"platform.yaml": self.platform, **self.files}, written)
            if self.command:
                said = run_shell(program, temp, self.command).stderr.decode("utf-8", "surrogateescape")
                return "".join(SAID.findall(said)).strip("\n")
            done = run(temp, [program, "validate", "--color", "never", *self.args])
            text = SHOWN.sub("", done.stdout.decode("utf-8", "surrogateescape"))
            if done.returncode not in (0, 1) and not text:
                text = done.stderr.decode("utf-8", "surrogateescape")
            return text.strip("\n")


def write(folder, files, written):
    """Those that the mistake has changed since; what commands have made of the others stays."""
    for name, content in files.items():
        if written.get(name) == content:
            continue
        written[name] = content
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8", "surrogateescape"))


def run(folder, command, **variables):
    return subprocess.run(command, cwd=folder, timeout=300, capture_output=True, stdin=subprocess.DEVNULL,
                          env={**os.environ, **variables})


def run_shell(program, folder, line):
    # not in KRATREE_…, which are flags
    return run(folder, ["sh", "-c", SHELL + line], PROGRAM=program, LC_ALL="C")


def load():
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        _, *parts = re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)
        found += [Mistake(path, part) for part in parts]
    return found


def judge(mistake, program):
    if mistake.problem:
        return mistake.problem
    said = mistake.said(program)
    if said == mistake.want and said:
        return None
    return "\n".join(difflib.unified_diff(mistake.want.split("\n"), said.split("\n"), "want", "said", lineterm="")) or "nothing is said"


def codes_not_shown(every, program):
    """What is wrong with the codes that the program knows: (code, why)."""
    codes = re.findall(r"^KT-\d{3}", run(ROOT, [program, "explain", "--codes"]).stdout.decode(), re.M)
    shown = set(re.findall(r"\[(KT-\d{3})\]$", "".join(m.want + "\n" for m in every), re.M))
    for code in sorted(set(codes) - shown - ELSEWHERE.keys()):
        yield code, "no mistake shows it, and ELSEWHERE has no reason"
    for code, (reason, where) in ELSEWHERE.items():
        if code not in codes or code in shown:
            yield code, "ELSEWHERE names what is no code, or what a mistake shows"
        elif not reason or not any(name in (ROOT / where).read_text(encoding="utf-8") for name in names_of(code)):
            yield code, f"{where} does not show it"
    if not codes:
        yield "KT-101", "explain --codes lists no code"


def names_of(code):
    """A code, and what the source calls it."""
    table = (ROOT / "src/core/base/codes.h").read_text(encoding="utf-8")
    return [code, *re.findall(rf'X\((KT_\w+),\s*"{code}"', table)]


def update(mistakes, program):
    for path in sorted({m.path for m in mistakes}):
        head = re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)[0]
        parts = ["=== " + "\n".join(m.head) + "\n" + m.said(program) + "\n" for m in mistakes if m.path == path]
        path.write_text(head + "\n".join(parts), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    program, every = str(options.program.resolve()), load()
    if options.update:
        update(every, program)
    chosen = [m for m in every if not options.words or any(w in m.title or w in m.path.name for w in options.words)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda m: judge(m, program), chosen))
    for mistake, problem in zip(chosen, results):
        if problem:
            print(f"FAIL {mistake.path.name}: {mistake.title}\n    " + problem.replace("\n", "\n    "))
    failed = sum(bool(problem) for problem in results)
    if not options.words:
        wrong = list(codes_not_shown(every, program))
        for code, why in wrong:
            print(f"FAIL {code}: {why}")
        failed += len(wrong)
        results += wrong
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
