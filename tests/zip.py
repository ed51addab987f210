#!/usr/bin/env python3
"""Zips that we write, read by others: Python's zipfile and unzip. Zips that others write, read by us:
zipfile, with everything it can do, git archive and, where installed, zip.

    tests/zip.py build/release/tests/test_emit_zip build/release/tests/test_emit_unzip
"""
import hashlib
import io
import os
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
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        done = subprocess.run(["unzip", "-tqq", file.name], capture_output=True, text=True)
        if done.returncode != 0:
            yield f"unzip: {done.stdout}{done.stderr}"


FILES = {"a/b.yaml": b"one: 1\n" * 500, "a/empty": b"", "é/ü.yaml": b"x", "z.bin": bytes(range(256)) * 40}


class Stream(io.RawIOBase):
    """Cannot be sought in: sizes go into data descriptors."""

    def __init__(self):
        super().__init__()
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.data += data
        return len(data)


def zipfile_zip(method=zipfile.ZIP_DEFLATED, stream=False, zip64=False, comment=b""):
    out = Stream() if stream else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("folder/", b"")
        for name, content in FILES.items():
            with archive.open(zipfile.ZipInfo(name) if method == zipfile.ZIP_STORED else name, "w",
                              force_zip64=zip64) as file:
                file.write(content)
        archive.comment = comment
    return bytes(out.data) if stream else out.getvalue()


def on_disk(*commands):
    """What commands, run in a folder with FILES, leave in x.zip one folder up."""
    with tempfile.TemporaryDirectory() as tmp:
        for name, content in FILES.items():
            os.makedirs(os.path.dirname(f"{tmp}/in/{name}"), exist_ok=True)
            with open(f"{tmp}/in/{name}", "wb") as file:
                file.write(content)
        for command in commands:
            subprocess.run(command, cwd=f"{tmp}/in", check=True, stdout=subprocess.DEVNULL)
        with open(f"{tmp}/x.zip", "rb") as file:
            return file.read()


def foreign_zips():
    yield "zipfile", zipfile_zip()
    yield "zipfile, stored", zipfile_zip(zipfile.ZIP_STORED)
    yield "zipfile to a stream", zipfile_zip(stream=True)
    yield "zipfile with zip64 fields", zipfile_zip(zip64=True)
    yield "zipfile, zip64 to a stream", zipfile_zip(stream=True, zip64=True)
    yield "zipfile with a comment", zipfile_zip(comment=b"hello PK\x05\x06 hello")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]
    yield "git archive", on_disk(["git", "init", "-q"], ["git", "add", "."], [*git, "commit", "-qm", "x"],
                                 ["git", "archive", "--format=zip", "-o", "../x.zip", "HEAD"])
    yield "zip", on_disk(["zip", "-qr", "../x.zip", "."])
    yield "zip, stored", on_disk(["zip", "-q0r", "../x.zip", "."])


def listed(program, data):
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        return subprocess.run([program, "read", file.name], stdout=subprocess.PIPE, check=True).stdout.decode()


def many_entries(program):
    """70,000 entries need zip64 for their number."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for i in range(70000):
            archive.writestr(f"{i:05}", b"")
    return len(listed(program, out.getvalue()).splitlines())


def reading(program):
    want = "".join(f"{len(content)} {hashlib.sha256(content).hexdigest()} {name}\n"
                   for name, content in sorted(FILES.items(), key=lambda item: item[0].encode()))
    for name, data in foreign_zips():
        have = listed(program, data)
        yield name, [] if have == want else [f"read as\n{have}"]
    count = many_entries(program)
    yield "zipfile, many entries", [] if count == 70000 else [f"{count} entries, not 70000"]
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(100 << 20))
    have = listed(program, bomb.getvalue())
    yield "a bomb", [] if "KT-614" in have else [have]


def main():
    passed = failed = 0
    for name, found in reading(sys.argv[2]):
        for problem in found:
            print(f"FAIL {name}, read by us: {problem}")
        failed += bool(found)
        passed += not found
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
