#!/usr/bin/env python3
"""Zips that we write, read by others: Python's zipfile and, where installed, unzip.

    tests/zip.py build/release/tests/test_emit_zip
"""
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile

SAMPLES = [("small", 0), ("small", 6), ("many", 0), ("many", 6), ("big", 6)]


def problems(program, name, level):
    data = subprocess.run([program, "write", name, str(level)], stdout=subprocess.PIPE, check=True).stdout
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if archive.testzip() is not None:
            yield f"zipfile finds {archive.testzip()} damaged"
        if names != sorted(names, key=str.encode):
            yield "names are not in byte order"
        if name == "many" and len(names) != 70000:
            yield f"{len(names)} entries, not 70000"
        if name == "small" and archive.read("gitstatestore/a/b/é.yaml") != b"y" * 3000:
            yield "content differs"
        for info in archive.infolist()[:10]:
            if info.date_time != (1980, 1, 1, 0, 0, 0) or info.external_attr >> 16 != 0o100644:
                yield f"{info.filename} has another time or mode"
    if shutil.which("unzip"):
        with tempfile.NamedTemporaryFile(suffix=".zip") as file:
            file.write(data)
            file.flush()
            done = subprocess.run(["unzip", "-tqq", file.name], capture_output=True, text=True)
            if done.returncode != 0:
                yield f"unzip: {done.stdout}{done.stderr}"


def main():
    passed = failed = 0
    for name, level in SAMPLES:
        found = list(problems(sys.argv[1], name, level))
        for problem in found:
            print(f"FAIL {name} at level {level}: {problem}")
        failed += bool(found)
        passed += not found
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
