#!/usr/bin/env python3
"""What the real Kratix refused is an error at its line, what it accepted is none.

    tests/validate_recorded.py KRATREE CONFORMANCE

Every recorded case is validated as exactly its version of Kratix: those of single runs, the public ones, the print-outs
and the steps of the lives. Of a refusal the object's own document, or its captured folder, must be where the
finding is.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

REFUSED = ("parse", "schema", "strict", "admission", "workcreator")
ERROR = re.compile(r"^(.*?):(?:(\d+):(?:\d+:)?)? error: .* \[(KT-\d{3})\]$")
# What kratree refuses and Kratix does not see: two writers of one path, a path that no tree can hold (SPEC N-6, L-30 …
# L-35), and scheduling that stops (S-6, S-31). A case of its own says so in its name.
SCHEDULED = {"KT-401", "KT-404", "KT-405", "KT-407"}
WRITTEN = re.compile(r"KT-5\d\d")


def cases(top):
    """Folder, manifests, version of Kratix."""
    for version in ("2026-08", "2025-03"):
        for plan in sorted((top / version).glob("*/*/want.plan.json")):
            yield plan.parent, version
    for plan in sorted((top / "public").glob("*/want.plan.json")):
        yield plan.parent, "2026-08"
    for folder in sorted((top / "dumps").iterdir()):
        yield folder, "2026-08"
    for step in sorted((top / "life").glob("*/*/in")):
        yield step.parent, "2026-08"


def validate(program, folder, version):
    command = [program, "validate", "in", "--kratix-version", version, "--color", "never"]
    if (folder / "outputs").is_dir():
        command += ["--outputs", "outputs"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=300, stdin=subprocess.DEVNULL)
    found = [match.groups() for match in map(ERROR.match, done.stdout.decode("utf-8", "replace").split("\n")) if match]
    return done.returncode, found, done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")


def documents(path):
    """First and last line and text of each document of a file."""
    start, lines = 1, path.read_text(encoding="utf-8", errors="replace").split("\n")
    for number, line in enumerate(lines + ["---"], 1):
        if line.startswith("---") or line.startswith("- apiVersion"):
            yield start, number, "\n".join(lines[start - 1:number])
            start = number


def is_there(folder, refusal, errors):
    """Whether one of the errors is where the refused object is."""
    kind, _, name = refusal["object"].partition("/")
    if refusal["phase"] in ("workcreator", "parse"):
        return any(refusal["object"] in file for file, _, _ in errors)
    for file, line, _ in errors:
        for first, last, text in documents(folder / file) if line else ():
            if first <= int(line) <= last and name.split("/")[-1] in text and kind in text:
                return True
    return False


def problems(program, folder, version):
    status, errors, text = validate(program, folder, version)
    diags = folder / "want.diag.json"
    said = json.loads(diags.read_text()) or [] if diags.exists() else []
    refused = [d for d in said if d["phase"] in REFUSED]
    if "life" in folder.parts and not errors:  # refused because of what an earlier step was
        refused = []
    if status not in (0, 1) or (status == 1) != bool(errors):
        yield f"exit status {status} with {len(errors)} errors: {text[-300:]}"
    if refused and not errors:
        yield f"nothing is said of {refused[0]['object']}"
    for refusal in refused:
        if errors and not is_there(folder, refusal, errors):
            yield f"no error is at {refusal['object']}: {errors}"
    foreign = [e for e in errors if e[2] not in SCHEDULED and not WRITTEN.match(e[2])]
    if foreign and not refused:
        yield f"accepted, but {foreign}"


def judge(program, case):
    try:
        return list(problems(program, *case))
    except subprocess.TimeoutExpired:
        return ["no end after 60 s"]


def main(program, top):
    program, top = str(pathlib.Path(program).resolve()), pathlib.Path(top).resolve()
    every = list(cases(top))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda case: judge(program, case), every))
    for (folder, _), found in zip(every, results):
        for problem in found:
            print(f"FAIL {folder.relative_to(top)}: {problem}")
    failed = sum(bool(found) for found in results)
    print(f"{len(every) - failed} passed, {failed} failed")
    return 1 if failed or not every else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
