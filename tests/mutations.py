#!/usr/bin/env python3
"""Manifests that nobody would write, from a seed, and every report of every command that looks at them.

usage: tests/mutations.py [PROGRAM] [SEED[:COUNT]]      PROGRAM defaults to build/kratree, SEED:COUNT to 1:120

Each mutant is a fixture in which some of the bytes, lines, values or branches were changed, copied, swapped or replaced
by what is hostile: deep, long, markup, control characters, patterns without end. Whatever it is, a command ends in time
with 0, 1 or 2 and without a word of a sanitizer; each report can be read by what reads its format, and no text of the
manifests becomes markup or reaches the terminal as a command. What fails is left behind, with the line to run it."""
import concurrent.futures
import glob
import html.parser
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(ROOT, "build/kratree")
SECONDS = 120  # for one run, with sanitizers, on a busy machine; without end is what is meant

HOSTILE = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "]]>", "--><b>", "&lt;", "'", "|", "`", "```", "a\\nb",
    "::error file=x::y", "%0A::warning::z", "\x1b[31mred", "\u202e\u2066", "\u0085", "[x](javascript:alert(1))", "$(id)",
    "../../etc", "a/b", "", "~", "n", "yes", ".inf", ".nan", "0x1F", "1e999", "-0", "9" * 400, "2026-11-28", "=", "<<",
    "(a+)+$", "(?=a)*", "\\p{L}{0,1000}", "(" * 300, "[a-", "x" * 5000, "\U0001f600" * 80,
    "&a [*a]", "*nobody", "!!binary x", "!!str", "{{ .Values.x }}", "{" * 200, "[" * 200 + "]" * 200,
    "{type: object, properties: {spec: {type: object, properties: {a: {pattern: '(a*)*b', type: string}}}}}",
    "null", "[]", "{}", "[{}]", "{a: {b: {c: d}}}", "apiVersion: v1",
]
MARKUP = re.compile(r"<script>alert|<img src=x|<b>", re.I)
COMMAND = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")


def seeds():
    folders = [os.path.join(ROOT, "fixtures/demo/platform"), *sorted(glob.glob(os.path.join(ROOT, "fixtures/*/*/in")))]
    return [f for f in folders if sum(os.path.getsize(p) for p in manifests(f)) < 64 * 1024 and manifests(f)]


def manifests(folder):
    return sorted(p for p in glob.glob(os.path.join(folder, "**/*"), recursive=True)
                  if os.path.isfile(p) and p.endswith((".yaml", ".yml", ".json")))


# ---- Mutations: each takes the lines of a file and changes them in place -----------------------------------------


def value(rng, lines):
    at = rng.randrange(len(lines))
    key, colon, _ = lines[at].partition(": ")
    lines[at] = key + (colon or ": ") + rng.choice([str, json.dumps, lambda s: f"'{s}'"])(rng.choice(HOSTILE))


def key(rng, lines):
    at = rng.randrange(len(lines))
    lines[at] = re.sub(r"[\w.$/-]+:", lambda m: json.dumps(rng.choice(HOSTILE)) + ":", lines[at], count=1)


def swap(rng, lines):
    one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]


def copy(rng, lines):
    start = rng.randrange(len(lines))
    lines[start:start] = lines[start:start + rng.randrange(1, 12)] * rng.choice([1, 1, 2, 50])


def drop(rng, lines):
    start = rng.randrange(len(lines))
    del lines[start:start + rng.choice([1, 1, 2, 5])]


def indent(rng, lines):
    start = rng.randrange(len(lines))
    for at in range(start, min(len(lines), start + rng.randrange(1, 9))):
        lines[at] = "  " + lines[at] if rng.random() < 0.5 else lines[at][2:]


def word(rng, lines):
    words = re.findall(r"[\w.-]+", " ".join(lines))
    at = rng.randrange(len(lines))
    if words:
        lines[at] = re.sub(r"[\w.-]+", lambda m: rng.choice(words) if rng.random() < 0.4 else m[0], lines[at])


def character(rng, lines):
    at = rng.randrange(len(lines))
    place = rng.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:place] + rng.choice("\t\x00\x7f\ufeff\udcff\u2028{}[]&*!|>%@`'\"#:-,?~=\r") + lines[at][place:]


def bomb(rng, lines):
    at = rng.randrange(len(lines))
    name, depth = lines[at].partition(":")[0], rng.choice([3, 8, 30])
    lines[at] = f"{name}: [&a0 [x, x]" + "".join(f", &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, depth)) + "]"


MUTATIONS = [value, value, value, key, key, swap, copy, drop, indent, word, word, word, character, bomb]


def mutate(rng, source, into):
    shutil.copytree(source, into, symlinks=True)
    # None of the fixture's own configuration: what is looked at should not be ignored.
    for path in rng.sample(manifests(into), min(2, len(manifests(into)))):
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            lines = file.read().split("\n")
        for _ in range(rng.choice([1, 1, 2, 3, 8])):
            lines = lines or [""]
            rng.choice(MUTATIONS)(rng, lines)
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write("\n".join(lines))


# ---- What reads the reports ------------------------------------------------------------------------------------------


def strict_json(text):
    json.loads(text, parse_constant=lambda name: (_ for _ in ()).throw(ValueError(name)))


def plain(text):
    found = COMMAND.search(text)
    assert not found, f"{found[0]!r} reaches the reader"


def unified(text):
    """The lines of a file are shown as they are, or git could not apply them."""
    plain("\n".join(line for line in text.splitlines() if line[:1] not in ("+", "-", " ") or line[:3] in ("+++", "---")))


def annotations(text):
    plain(text)
    for line in text.splitlines():
        assert re.match(r"::(error|warning|notice) |.* more .* not shown: ", line), f"no annotation: {line[:200]}"


def no_markup(text):
    found = MARKUP.search(text)
    assert not found, f"{found[0]!r} is markup"


def markdown(text):
    no_markup(re.sub(r"(?ms)^(`{3,}).*?^\1$|(`+)[^`\n].*?\2", "", text))


def page(text):
    no_markup(text)
    html.parser.HTMLParser().feed(text)


READERS = {"text": plain, "json": strict_json, "sarif": strict_json, "gitlab": strict_json, "github": annotations,
           "junit": xml.etree.ElementTree.fromstring, "markdown": markdown, "html": page}
COMMANDS = [
    ("validate", ["text", "json", "sarif", "github", "gitlab", "junit"]),
    ("explain", ["text", "json", "markdown", "html"]),
    ("diff", ["text", "json", "markdown"]),
]


def look(folder, command, formats, more):
    """None, or what is wrong with one run."""
    outputs = [a for f in formats for a in ("-o", f"{f}=out.{f}")]
    args = [command, "in", *more, *outputs]
    line = f"cd {folder} && {PROGRAM} {' '.join(args)}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KRATREE_")}
    try:
        done = subprocess.run([PROGRAM, *args], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"{line}\n  no end in {SECONDS} s"
    said = done.stderr.decode(errors="replace")
    if done.returncode not in (0, 1, 2) or "Sanitizer" in said or "runtime error" in said:
        return f"{line}\n  exit status {done.returncode}\n{said[-2000:]}"
    for name in formats:
        path = os.path.join(folder, f"out.{name}")
        if not os.path.exists(path):
            if done.returncode != 2:
                return f"{line}\n  no report {name}\n{said[-2000:]}"
            continue
        reader = unified if (command, name) == ("diff", "text") else READERS[name]
        try:
            with open(path, encoding="utf-8", newline="") as file:
                reader(file.read())
        except (AssertionError, ValueError, xml.etree.ElementTree.ParseError) as error:
            return f"{line}\n  {name}: {error}"
        os.remove(path)
    return None


def judge(seed, sources):
    rng = random.Random(seed)
    source = rng.choice(sources)
    folder = os.path.join(TEMP, str(seed))
    os.mkdir(folder)
    mutate(rng, source, os.path.join(folder, "in"))
    os.mkdir(os.path.join(folder, "tree"))
    said = [look(folder, command, formats, ["--against", "tree"] if command == "diff" else [])
            for command, formats in COMMANDS]
    wrong = [what for what in said if what]
    if not wrong:
        shutil.rmtree(folder)
    return f"mutant {seed} of {os.path.relpath(source, ROOT)}\n" + "\n".join(wrong) if wrong else None


def main():
    global PROGRAM, TEMP
    PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else PROGRAM
    first, _, count = (sys.argv[2] if len(sys.argv) > 2 else "1:120").partition(":")
    TEMP = tempfile.mkdtemp(prefix="kratree-mutations-")
    sources, failed, numbers = seeds(), 0, range(int(first), int(first) + int(count or 1))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for wrong in pool.map(lambda seed: judge(seed, sources), numbers):
            if wrong:
                failed += 1
                print(wrong)
    if not failed:
        shutil.rmtree(TEMP)
    print(f"{len(numbers) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
