#!/usr/bin/env python3
"""The same manifests give the same bytes, whatever lies around them.

usage: tests/same_bytes.py [PROGRAM]      PROGRAM defaults to build/kratree

For every input (the demo and the fixtures) the zip must not change with the order in which a folder lists its files,
--jobs, locale, time zone, umask or working directory, and not from one run to the next; the directory must hold
what the zip holds, and the module build/wasm/kratree.wasm must agree. An input without a mistake may also be cut into
its documents and put together in any order, under any names."""
import glob
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(ROOT, "build/kratree")
MODULE = os.path.join(ROOT, "tests/same_bytes_wasm.mjs")  # build/wasm/kratree.wasm, one process for all

# What may differ around a run: environment, umask, arguments.
SURROUNDINGS = [
    ({"LC_ALL": "C", "TZ": "UTC"}, 0o022, ["--jobs=1"]),
    ({"LC_ALL": "C", "TZ": "UTC"}, 0o022, ["--jobs=1"]),
    ({"LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Kathmandu"}, 0o077, ["--jobs=2"]),
    ({"LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns"}, 0o000, ["--jobs=7"]),
    ({"LANG": "", "MALLOC_PERTURB_": "170"}, 0o027, []),
]


def inputs():
    found = [os.path.join(ROOT, "fixtures/demo/platform")]
    for folder in sorted(glob.glob(os.path.join(ROOT, "fixtures/*/*/in"))):
        found.append(folder)
    return found


def digest(data):
    return hashlib.sha256(data).hexdigest()


def run(args, cwd, env, umask):
    full = {k: v for k, v in os.environ.items() if not k.startswith(("KRATREE_", "LC_", "LANG", "TZ"))}
    full.update(env)
    return subprocess.run(args, cwd=cwd, env=full, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300,
                          preexec_fn=lambda: os.umask(umask))


def zip_of(folder, cwd, path, surroundings):
    """(exit status, digest of the zip, diagnostics) of one run."""
    env, umask, args = surroundings
    got = run([PROGRAM, "render", path, "--keep-going", "--out", "-", *args], cwd, env, umask)
    return got.returncode, digest(got.stdout), got.stdout


def shuffled_copy(folder, into, seed):
    """The same files, made in another order, so that the file system lists them in another one."""
    files = [os.path.join(f, n) for f, _, names in os.walk(folder) for n in names]
    folders = [f for f, _, _ in os.walk(folder)]
    order = random.Random(seed)
    order.shuffle(files)
    for path in folders:
        os.makedirs(os.path.join(into, os.path.relpath(path, folder)), exist_ok=True)
    for path in files:
        shutil.copy2(path, os.path.join(into, os.path.relpath(path, folder)), follow_symlinks=False)


def documents_of(folder):
    """Every YAML document of the folder's files, captured output left out."""
    for above, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f != "outputs"]
        for path in (os.path.join(above, n) for n in names if n.endswith((".yaml", ".yml"))):
            with open(path, "rb") as file:
                yield from re.split(rb"^---[^\n]*\n", file.read(), flags=re.M)


def reordered_copy(folder, into, seed):
    """The same documents, in other files and another order; other files stay."""
    shutil.copytree(folder, into, symlinks=True)
    for above, folders, names in os.walk(into):
        folders[:] = [f for f in folders if f != "outputs"]
        for n in names:
            if n.endswith((".yaml", ".yml")):
                os.remove(os.path.join(above, n))
    documents = [d for d in documents_of(folder) if d.strip()]
    order = random.Random(seed)
    order.shuffle(documents)
    for number, part in enumerate((documents[::2], documents[1::2])):
        with open(os.path.join(into, f"{order.randrange(1000)}-{number}.yaml"), "wb") as file:
            file.write(b"---\n".join(d if d.endswith(b"\n") else d + b"\n" for d in part))


def check_order(name, folder, work, first):
    """What is applied in order (I-22a) may differ where something is refused or said twice, so only clean inputs."""
    quiet = run([PROGRAM, "render", folder, "--out", "-"], ROOT, {}, 0o022)
    if quiet.returncode != 0 or b"warning" in quiet.stderr or not any(d.strip() for d in documents_of(folder)):
        return True
    for seed in (3, 4):
        copy = os.path.join(work, f"order{seed}")
        reordered_copy(folder, copy, seed)
        got = zip_of(copy, ROOT, copy, SURROUNDINGS[0])
        if got[:2] != first[:2]:
            return fail(name, f"documents in another order: exit {got[0]}, zip differs: {got[1] != first[1]}")
    return True


def fail(name, what):
    print(f"FAILED {name}: {what}")
    return False


def check_runs(name, folder, work, module):
    first = zip_of(folder, ROOT, os.path.relpath(folder, ROOT), SURROUNDINGS[0])
    for i, surroundings in enumerate(SURROUNDINGS[1:], 1):
        got = zip_of(folder, ROOT, os.path.relpath(folder, ROOT), surroundings)
        if got[:2] != first[:2]:
            return fail(name, f"surroundings {i}: exit {got[0]}, want {first[0]}; zip differs: {got[1] != first[1]}")
    for seed in (1, 2):
        copy = os.path.join(work, f"copy{seed}", "in")
        shuffled_copy(folder, copy, seed)
        for cwd, path in ((os.path.dirname(copy), "in"), (copy, "."), ("/", copy)):
            got = zip_of(copy, cwd, path, SURROUNDINGS[seed + 1])
            if got[:2] != first[:2]:
                return fail(name, f"copy {seed} as {path}: exit {got[0]}, want {first[0]}")
    return (check_order(name, folder, work, first) and check_directory(name, folder, work, first)
            and check_wasm(name, folder, module, first))


def check_directory(name, folder, work, first):
    if first[0] == 2:
        return True
    out, archive = os.path.join(work, "out"), os.path.join(work, "first.zip")
    with open(archive, "wb") as file:
        file.write(first[2])
    got = run([PROGRAM, "render", folder, "--keep-going", "--out", out], ROOT, {}, 0o022)
    if got.returncode == 2:  # names that a file system does not hold
        return True
    with zipfile.ZipFile(archive) as z:
        want = {n: z.read(n) for n in z.namelist()}
    have = {}
    for above, _, names in os.walk(out):
        for n in names:
            path = os.path.join(above, n)
            with open(path, "rb") as file:
                have[os.path.relpath(path, out)] = file.read()
    return have == want or fail(name, "the directory is not the zip")


def check_wasm(name, folder, module, first):
    if first[0] == 2:
        return True
    module.stdin.write(json.dumps(["--keep-going", folder]) + "\n")
    module.stdin.flush()
    got = json.loads(module.stdout.readline())
    if got["status"] != first[0]:
        return fail(name, f"wasm: exit {got['status']}, want {first[0]} {got.get('error', '')}")
    return got["sha256"] == first[1] or fail(name, "wasm wrote another zip")


def main():
    global PROGRAM
    if len(sys.argv) > 1:
        PROGRAM = os.path.abspath(sys.argv[1])
    passed = failed = 0
    with subprocess.Popen(["node", MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as module:
        for folder in inputs():
            with tempfile.TemporaryDirectory(prefix="kratree-same-") as work:
                fine = check_runs(os.path.relpath(folder, ROOT), folder, work, module)
            passed, failed = passed + fine, failed + (not fine)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
