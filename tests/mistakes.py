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
where it begins with outputs/. What follows is said, exactly. --update writes what is said now; read the diff like code.
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
# The platform has no captured output, on purpose: its pipelines are not what is looked at.
# What no editor shows well.
ESCAPES = {"\\t": "\t", "\\x01": "\x01", "\\xfc": "\udcfc"}
QUIET = "severity: {KT-410: off}\n"


# What needs another kind of run than this one: a lock, a print-out, a large platform, a directory to write. Each has a
# fixture or a test of its own: tests/fixtures.py asks for one of every code.
ELSEWHERE = {*(f"KT-{n}" for n in range(415, 429)), "KT-512", "KT-513", "KT-707"}


class Mistake:
    def __init__(self, path, text):
        self.path, lines = path, text.split("\n")
        self.title = lines[0]
        marks = [i for i, line in enumerate(lines[1:], 1) if line[:1] and line[0] in "-+@$<"]
        last = marks[-1] + 1 if marks else 1
        self.head, self.want = lines[:last], "\n".join(lines[last:]).strip("\n")
        self.args, self.files, self.problem = [], {}, None
        self.platform = self.edit(lines[1:last])

    def edit(self, lines):
        text, old, new, target = BASE, [], [], None
        for line in lines + ["@"]:
            if line[0] == "-":
                old.append(line[1:] + "\n")
            elif line[0] == "+":
                new.append(line[1:] + "\n")
            else:
                text = self.change(text, "".join(old), "".join(new), target)
                old, new, target = [], [], line[1:].strip() if line[0] == "<" else None
                self.args += line[1:].split() if line[0] == "$" else []
        return text

    def change(self, text, old, new, target):
        for written, meant in ESCAPES.items():
            new = new.replace(written, meant)
        if target:
            self.files[target] = new
            return text
        if old and old not in text:
            self.problem = f"the platform has no lines\n{old}"
        return text.replace(old, new, 1) if old else text + new

    def said(self, program):
        with tempfile.TemporaryDirectory(prefix="kratree-mistake-") as temp:
            for name, content in {"platform.yaml": self.platform, ".kratree.yaml": QUIET, **self.files}.items():
                path = pathlib.Path(temp, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.encode("utf-8", "surrogateescape"))
            done = subprocess.run([program, "validate", "--color", "never", *self.args], cwd=temp, timeout=60,
                                  capture_output=True, stdin=subprocess.DEVNULL)
            text = SHOWN.sub("", done.stdout.decode("utf-8", "surrogateescape"))
            if done.returncode not in (0, 1) and not text:
                text = done.stderr.decode("utf-8", "surrogateescape")
            return text.strip("\n")


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
        shown = set(re.findall(r"\[(KT-\d+)\]$", "".join(m.want + "\n" for m in every), re.M)) | ELSEWHERE
        codes = set(re.findall(r'"(KT-(?:[1-58]\d\d|70\d|66\d))"', (ROOT / "src/core/base/codes.h").read_text()))
        for code in sorted(codes - shown):
            print(f"FAIL no mistake shows {code}")
        failed += len(codes - shown)
        results += [None] * len(codes - shown)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
