#!/usr/bin/env python3
"""Run every suite and sum up; what `make test` ends with.

    run.py [SUITE…]      all of them, or those whose names begin with one of the words

A suite is a command whose last line is 'N passed, N failed'. Its whole output is in build/test/<suite>.log; what
failed is printed. The last line here is the sum; exit status 1 if anything failed.
"""
import concurrent.futures
import glob
import hashlib
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RECORDED = "../shared/conformance"
MEMORY = ["fixtures/demo/platform", "fixtures/layout/two_stores/in", "fixtures/content/json_manifests/in",
          "fixtures/diag/KT-507_collision/in"]
LIMIT = 1800  # seconds for a suite, so that a hang is a failure

# name, command; {san} is the build with sanitizers, {system} the one with the installed libraries.
SUITES = [
    ("unit", ["unit", "build/release/tests"]),
    ("unit-san", ["unit", "build/san/tests"]),
    ("fixtures", ["python3", "tests/fixtures.py", "build/kratree"]),
    ("fixtures-san", ["python3", "tests/fixtures.py", "build/san/kratree"]),
    ("fixtures-system", ["python3", "tests/fixtures.py", "build/release-system/kratree"]),
    ("cli", ["python3", "tests/cli.py", "build/kratree"]),
    ("cli-san", ["python3", "tests/cli.py", "build/san/kratree"]),
    ("validate", ["python3", "tests/validate.py", "build/kratree"]),
    ("validate-san", ["python3", "tests/validate.py", "build/san/kratree"]),
    ("mistakes", ["python3", "tests/mistakes.py", "build/kratree"]),
    ("mistakes-san", ["python3", "tests/mistakes.py", "build/san/kratree"]),
    ("mutations", ["python3", "tests/mutations.py", "build/kratree", "1:300"]),
    ("mutations-san", ["python3", "tests/mutations.py", "build/san/kratree", "1:150"]),
    ("same-bytes", ["python3", "tests/same_bytes.py", "build/kratree"]),
    ("lives", ["python3", "tests/lives.py", "build/kratree"]),
    ("lives-san", ["python3", "tests/lives.py", "build/san/kratree"]),
    ("round-trip", ["python3", "tests/round_trip.py", "build/kratree"]),
    ("kills", ["python3", "tests/kills.py", "build/kratree"]),
    ("kills-san", ["python3", "tests/kills.py", "build/san/kratree", "20"]),
    ("push-git", ["python3", "tests/push_git.py", "build/kratree"]),
    ("push-git-san", ["python3", "tests/push_git.py", "build/san/kratree", "--quick"]),
    ("documents", ["python3", "tests/documents.py", "build/kratree"]),
    ("diff", ["python3", "tests/diff.py", "build/kratree"]),
    ("diff-san", ["python3", "tests/diff.py", "build/san/kratree"]),
    ("explain", ["python3", "tests/explain.py", "build/kratree"]),
    ("explain-san", ["python3", "tests/explain.py", "build/san/kratree"]),
    ("packages", ["python3", "tests/packages.py", "build/kratree"]),
    ("completion", ["python3", "tests/completion.py", "build/kratree"]),
    ("manual", ["sh", "tests/manual.sh", "build/kratree"]),
    ("diagnostics", ["python3", "tests/diagnostics.py", "build/kratree"]),
    ("schema", ["python3", "tests/schema_judge.py", "build/kratree"]),
    ("zip", ["python3", "tests/zip.py", "build/release/tests/test_emit_zip", "build/release/tests/test_emit_unzip"]),
    ("headers", ["sh", "tests/headers.sh", *os.environ.get("COMPILE", "cc -Iinclude -Isrc/core -Isrc").split()]),
    ("purity", ["sh", "tests/purity.sh", "build/release/src/core", "build/wasm/kratree.wasm"]),
    ("wasm", ["sh", "tests/wasm.sh", "build/wasm/kratree.wasm", "build/wasm/linked.wasm"]),
    ("wasm-api", ["node", "tests/wasm_api.mjs", "build/wasm/kratree.wasm"]),
    ("wasm-types", ["node", "tests/wasm_types.mjs", "build/wasm/kratree.wasm"]),
    ("wasm-bytes", ["node", "tests/wasm_equals_native.mjs", "build/kratree"]),
    ("page", ["node", "tests/web/run.mjs"]),
    ("install", ["sh", "tests/install.sh", "source"]),
    ("install-system", ["sh", "tests/install.sh", "system"]),
    ("push-s3", ["python3", "tests/push_s3.py", "build/kratree-push-s3", "build/kratree"]),
    ("push-s3-san", ["python3", "tests/push_s3.py", "build/san/kratree-push-s3", "build/kratree", "300"]),
    ("memory", ["sh", "tests/memory.sh", "build/kratree", *MEMORY]),
]
if os.path.isdir(os.path.join(ROOT, RECORDED)):
    SUITES += [
        ("recorded", [f"{RECORDED}/run.py", "build/kratree", "2026-08", "2025-03", "public", "dumps", "life", "yaml"]),
        ("recorded-san", [f"{RECORDED}/run.py", "build/san/kratree", "2026-08", "2025-03", "public", "dumps", "life"]),
        ("validate-recorded", ["python3", "tests/validate_recorded.py", "build/kratree", RECORDED]),
    ]

# Slow suites, and what they are about besides the tests, the build and the public headers. While nothing of that has
# changed since a suite passed, it is not run again; where CI or ALL is set, or a suite is named, everything is run.
ABOUT = {
    "kills": ["src/store", "src/cli"],
    "kills-san": ["src/store", "src/cli"],
    "push-git": ["src/push", "src/store", "src/cli", "fixtures/life"],
    "push-git-san": ["src/push", "src/store", "src/cli", "fixtures/life"],
    "push-s3": ["src/push", "src/store", "src/cli"],
    "push-s3-san": ["src/push", "src/store", "src/cli"],
    "packages": ["src/cli", "wasm", "action.yml", "package.json", "pyproject.toml", ".pre-commit-hooks.yaml",
                 "README.md"],
    "completion": ["src/cli"],
    "schema": ["src/core/model", "src/core/yaml"],
    "page": ["web", "wasm", "src/core/emit", "fixtures/examples"],
    "explain-san": ["src/core/emit", "src/cli"],
    "memory": ["src/core/base", "src/core/tree", "src/core/emit"],
}
ABOUT_ALL = ["tests", "packaging", "include", "Makefile"]

COUNT = re.compile(r"^(\d+) passed, (\d+) failed$")


def execute(command):
    """Output and whether the command ended well; the sanitizers say where."""
    environment = {**os.environ, "UBSAN_OPTIONS": "print_stacktrace=1"}
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired as expired:
        return (expired.stdout or b"").decode("utf-8", "replace") + f"\nFAIL no end after {LIMIT} s\n", False
    except OSError as error:
        return f"FAIL {error}\n", False
    return done.stdout.decode("utf-8", "replace"), done.returncode == 0


def run_counted(command):
    """A suite that counts by itself."""
    text, well = execute(command)
    lines = text.strip().split("\n")
    found = COUNT.match(lines[-1])
    if not found:
        return 0, 1, text + "FAIL the suite ended without saying how many passed\n"
    passed, failed = map(int, found.groups())
    if not well and not failed:
        return passed, 1, text + "FAIL the suite failed after its last line\n"
    return passed, failed, text


def run_program(program):
    """One program of unit tests: cmocka's own count."""
    text, well = execute([program])
    passed = sum(int(n) for n in re.findall(r"^\[  PASSED  \] (\d+) test\(s\)\.$", text, re.M))
    failed = sum(int(n) for n in re.findall(r"^\[  FAILED  \] [^\n]*?(\d+) test\(s\)", text, re.M))
    if not well and not failed:
        failed, text = 1, text + f"FAIL {program} ended before its count\n"
    if well and not passed:
        failed, text = 1, text + f"FAIL {program} ran no test\n"
    return passed, failed, text


def run_unit(folder):
    wanted = sorted(os.path.basename(path)[:-2] for path in glob.glob(os.path.join(ROOT, "tests/unit/test_*.c")))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda name: run_program(os.path.join(folder, name)), wanted))
    return sum(r[0] for r in results), sum(r[1] for r in results), "".join(r[2] for r in results)


def files_of(paths):
    for path in paths:
        if os.path.isfile(os.path.join(ROOT, path)):
            yield path
        for folder, _, names in os.walk(os.path.join(ROOT, path)):
            found = (os.path.relpath(os.path.join(folder, name), ROOT) for name in names)
            yield from (name for name in found if not name.endswith(".pyc"))


def state_of(name):
    """A digest of what a slow suite is about; None for the others."""
    if name not in ABOUT:
        return None
    digest = hashlib.sha256()
    for path in sorted(set(files_of(ABOUT_ALL + ABOUT[name]))):
        with open(os.path.join(ROOT, path), "rb") as file:
            digest.update(f"{path}\0{hashlib.sha256(file.read()).hexdigest()}\n".encode())
    return digest.hexdigest()


def passed_file(name):
    return os.path.join(ROOT, "build/test", name + ".passed")


def has_passed(name):
    state = state_of(name)
    try:
        with open(passed_file(name), encoding="utf-8") as file:
            return state is not None and file.read() == state
    except OSError:
        return False


def remember(name, state, failed):
    if failed or not state:
        if os.path.exists(passed_file(name)):
            os.remove(passed_file(name))
        return
    with open(passed_file(name), "w", encoding="utf-8") as file:
        file.write(state)


def run_suite(name, command):
    start, state = time.monotonic(), state_of(name)
    passed, failed, text = run_unit(command[1]) if command[0] == "unit" else run_counted(command)
    with open(os.path.join(ROOT, "build/test", name + ".log"), "w", encoding="utf-8") as log:
        log.write(text)
    remember(name, state, failed)
    return name, time.monotonic() - start, passed, failed, text


def failures(text):
    """Lines that begin with FAIL, with the indented ones below; the unit tests' and sanitizers' words for it."""
    kept, inside = [], False
    for line in text.split("\n"):
        if re.match(r"FAIL|\[ *(ERROR|FAILED) *\]|.*(runtime error|ERROR: \w+Sanitizer)", line):
            inside = True
        elif not re.match(r"\s+\S|have |want |.*: error: ", line):
            inside = False
        if inside:
            kept.append("    " + line[:400])
    return kept[:40] or ["    " + line[:400] for line in text.strip().split("\n")[-15:]]


def main(words):
    chosen = [suite for suite in SUITES if not words or any(suite[0].startswith(word) for word in words)]
    if not chosen:
        sys.exit(f"run.py: no suite begins with {' or '.join(words)}; there are {' '.join(name for name, _ in SUITES)}")
    os.makedirs(os.path.join(ROOT, "build/test"), exist_ok=True)
    totals = [0, 0]
    everything = words or os.environ.get("CI") or os.environ.get("ALL")
    unchanged = [] if everything else [suite for suite in chosen if has_passed(suite[0])]
    chosen = [suite for suite in chosen if suite not in unchanged]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        # The slow ones first, so that none of them is alone at the end.
        started = [pool.submit(run_suite, *suite) for suite in sorted(chosen, key=lambda suite: suite[0] not in ABOUT)]
        for name, seconds, passed, failed, text in (one.result() for one in concurrent.futures.as_completed(started)):
            told = f"{passed} passed" + (f", {failed} failed" if failed else "")
            print(f"  {name:<16} {told:<28} {seconds:7.1f} s", flush=True)
            if failed:
                print("\n".join(failures(text)) + f"\n    all of it: build/test/{name}.log", flush=True)
            totals = [totals[0] + passed, totals[1] + failed]
    if unchanged:
        print(f"  unchanged since they passed (ALL=1 runs them): {' '.join(name for name, _ in unchanged)}")
    print(f"{totals[0]} passed, {totals[1]} failed")
    return 1 if totals[1] or not totals[0] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
