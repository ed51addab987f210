#!/usr/bin/env python3
"""Run every suite and sum up; what `make test` ends with.

    run.py [SUITE…]      all of them, or those whose names begin with one of the words

A suite is a command whose last line is 'N passed, N failed'. Its whole output is in build/test/<suite>.log; what
failed is printed. The last line here is the sum; exit status 1 if anything failed.
"""
import concurrent.futures
import glob
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


def run_suite(name, command):
    start = time.monotonic()
    passed, failed, text = run_unit(command[1]) if command[0] == "unit" else run_counted(command)
    with open(os.path.join(ROOT, "build/test", name + ".log"), "w", encoding="utf-8") as log:
        log.write(text)
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
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, seconds, passed, failed, text in pool.map(lambda suite: run_suite(*suite), chosen):
            told = f"{passed} passed" + (f", {failed} failed" if failed else "")
            print(f"  {name:<16} {told:<28} {seconds:7.1f} s", flush=True)
            if failed:
                print("\n".join(failures(text)) + f"\n    all of it: build/test/{name}.log", flush=True)
            totals = [totals[0] + passed, totals[1] + failed]
    print(f"{totals[0]} passed, {totals[1]} failed")
    return 1 if totals[1] or not totals[0] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
