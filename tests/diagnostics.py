#!/usr/bin/env python3
"""docs/diagnostics.md against the codes, the fixtures and the program.

    tests/diagnostics.py PROGRAM

Every code of src/core/base/codes.h has a page, with its severity and title; a page has paragraphs and a cure. What stands
in a block is true:

    ```text       a message: a line of some want.diag, for the same code ("…" stands for what was left out)
    ```yaml       lines of one file of the fixture that gives it, in this order
    ```console    what the program says to the lines that begin with $, in an empty directory

`kratree explain CODE` shows the page.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "diagnostics.md"
CODES = ROOT / "src" / "core" / "base" / "codes.h"
FIXTURES = ROOT / "fixtures"

CODE = re.compile(r'X\(KT_\w+,\s*"(KT-\d{3})",\s*KT_(\w+),\s*\\?\s*"((?:[^"\\]|\\.)*)"')
HEAD = re.compile(r"^### (KT-\d{3}) (error|warning|note): (.*)$", re.M)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")


def read_pages():
    """code -> (severity, title, text), in the order of the file."""
    parts = HEAD.split(read(PAGES))
    return [(parts[i], parts[i + 1], parts[i + 2], parts[i + 3].split("\n## ")[0]) for i in range(1, len(parts), 4)]


def diagnostics():
    """(fixture, line) for each message of each want.diag."""
    for path in sorted(FIXTURES.rglob("want.diag")):
        for line in read(path).split("\n"):
            if re.search(r"\[KT-\d{3}\]$", line):
                yield path.parent, line


def same_message(shown, line):
    """Whether `shown` is the line of a fixture: without the folder in/, and "…" for what was left out."""
    pattern = ".*".join(re.escape(piece) for piece in shown.split("…"))
    return re.fullmatch(r"(in/)?" + pattern, line) is not None


def is_subsequence(lines, file):
    rest = iter(line.strip() for line in file)
    return all(any(fits(line.strip(), other) for other in rest) for line in lines)


def fits(line, other):
    return other.startswith(line[:-1]) if line.endswith("…") else line == other


def files_of(fixture):
    return [path for path in sorted(fixture.rglob("*")) if path.is_file()]


def check_codes(pages):
    known = {code: (severity.lower(), title) for code, severity, title in CODE.findall(read(CODES))}
    yield known != {}, "the codes of codes.h are found"
    ids = [page[0] for page in pages]
    yield ids == sorted(set(ids)), "pages stand in the order of their codes, once each"
    for code in sorted(known.keys() - set(ids)):
        yield False, f"{code} has no page: write '### {code} {known[code][0]}: {known[code][1]}' in docs/diagnostics.md"
    for code, severity, title, text in pages:
        want = known.get(code, ("unknown", "not in codes.h"))
        yield (severity, title) == want, f"the head of {code} is '{want[0]}: {want[1]}'"
        prose = BLOCK.sub("", text)
        yield len(re.findall(r"\S.*?(?:\n\n|\n*\Z)", prose, re.S)) >= 2, f"{code} says what it means, and why"
        yield "\n**Cure.** " in text, f"{code} has a cure"
        yield len(text.encode()) < 4000, f"the page of {code} is short enough for a string of C"


def check_message(code, block, found):
    """The fixtures that say it."""
    shown = block.strip()
    where = [fixture for fixture, line in found if line.endswith(f"[{code}]") and same_message(shown, line)]
    return where, (bool(where), f"{code}: a fixture says '{shown}'")


def check_console(code, block, program):
    lines = block.strip().split("\n")
    script = "\n".join(line[2:] for line in lines if line.startswith("$ "))
    with tempfile.TemporaryDirectory() as temp:
        bin_dir = pathlib.Path(temp) / ".bin"
        bin_dir.mkdir()
        (bin_dir / "kratree").symlink_to(program)
        path = f"{bin_dir}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(["sh", "-c", script], cwd=temp, env={"PATH": path, "LC_ALL": "C"}, timeout=300,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False)
    said = done.stdout.decode().split("\n")
    for line in lines:
        if not line.startswith("$ "):
            yield line in said, f"{code}: the program says '{line}', not {said}"


def check_examples(pages, program):
    found = list(diagnostics())
    for code, _, _, text in pages:
        blocks = BLOCK.findall(text)
        fixtures = []
        for kind, block in blocks:
            if kind == "text":
                more, result = check_message(code, block, found)
                fixtures += more
                yield result
            elif kind == "console":
                yield from check_console(code, block, program)
        for kind, block in blocks:
            if kind == "yaml":
                lines = block.rstrip("\n").split("\n")
                yield (any(is_subsequence(lines, read(file).split("\n")) for f in fixtures for file in files_of(f)),
                       f"{code}: the lines of its example stand in the fixture")
            elif kind not in ("text", "console"):
                yield False, f"{code}: a block of {kind}"


def words(text):
    return re.sub(r"\s+", " ", text).strip()


def check_explain(pages, program):
    for code, severity, title, text in pages:
        for word in (code, code[3:], code.lower()):
            done = subprocess.run([program, "explain", word], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            said = done.stdout.decode("utf-8", "replace")
            yield done.returncode == 0 and said.startswith(f"{code} {severity}: {title}\n"), f"explain {word} shows its page"
        cure = words(text.split("**Cure.** ")[1])
        yield "Cure: " + cure in words(said), f"explain {code} tells the cure"
    listed = subprocess.run([program, "explain", "--codes"], stdout=subprocess.PIPE, check=False).stdout.decode()
    yield [line.split()[0] for line in listed.splitlines()] == [page[0] for page in pages], "explain --codes lists all codes"


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    pages = read_pages()
    passed = failed = 0
    for fine, what in [*check_codes(pages), *check_examples(pages, program), *check_explain(pages, program)]:
        passed += fine
        failed += not fine
        if not fine:
            print(f"FAIL {what}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
