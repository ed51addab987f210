#!/usr/bin/env python3
"""Runs the lives: one platform after the other, rendered into one directory with one lock.

    tests/lives.py build/kratree [--update] [NAME…]

A life is a directory below fixtures/life/ with an ABOUT (the rule that it shows) and steps 1/, 2/, …:

    in/         the whole platform of that step; what an earlier step had and this one has not was deleted
    outputs/    captured pipeline output, if any
    args        more arguments, one a line, if any
    lock        replaces the lock before the run, if it is there
    put/        files to put into the directory before the run, if any
    want/       what is in the directory afterwards
    want.lock   the lock afterwards; without it, that of the step before
    want.diag   the diagnostics that must stand on standard error; absent: none
    want.exit   the exit status, if not 0

After each step a second run must change nothing, --check must find nothing to do, and a life whose manifests are
written in the opposite order must have the same directory and the same lock. --update writes what kratree does now.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import fixtures as one
from fixtures import compare_files, difference, files_below, read, stamps_below, write_or_remove

LIVES = one.FIXTURES / "life"


class Step:
    def __init__(self, path):
        self.path = path
        self.args = read(path / "args").splitlines()
        self.exit = int(read(path / "want.exit", "0"))
        self.diag = read(path / "want.diag")
        self.want = files_below(path / "want") if (path / "want").is_dir() else {}


class World:
    """The directory and the lock of one life."""

    def __init__(self, program, temp):
        self.program, self.temp = program, pathlib.Path(temp)
        self.out, self.lock = self.temp / "out", self.temp / "kratree.lock"

    def prepare(self, step):
        if (step.path / "lock").exists():
            shutil.copy(step.path / "lock", self.lock)
        if (step.path / "put").is_dir():
            shutil.copytree(step.path / "put", self.out, dirs_exist_ok=True)

    def run(self, step, manifests=None, more=()):
        command = [str(self.program), "render", str(manifests or "in")]
        if (step.path / "outputs").is_dir():
            command += ["--outputs", "outputs"]
        command += ["--color", "never", "--out", str(self.out), "--lock", str(self.lock), *step.args, *more]
        done = subprocess.run(command, cwd=step.path, env=one.USUAL, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=one.TIMEOUT)
        text = done.stderr.decode("utf-8", "surrogateescape").replace(str(self.temp) + "/", "")
        return done.returncode, one.SUMMARY.split(text)[0]

    def state(self):
        return files_below(self.out), read(self.lock)


def turned_round(step, temp):
    """The step's manifests with their documents in the opposite order."""
    shutil.rmtree(temp / "in", ignore_errors=True)
    for path in sorted((step.path / "in").rglob("*.yaml")):
        copy = temp / "in" / path.relative_to(step.path / "in")
        copy.parent.mkdir(parents=True, exist_ok=True)
        documents = read(path).split("\n---\n")
        copy.write_text("\n---\n".join(d.rstrip("\n") for d in documents[::-1]) + "\n", encoding="utf-8")
    return temp / "in"


def check_step(world, step, lock):
    exit_status, diag = world.run(step)
    if exit_status != step.exit:
        yield f"exit status {exit_status}, not {step.exit}"
    if diag != step.diag:
        yield "standard error differs\n" + difference(step.diag, diag)
    yield from compare_files("tree", step.want, files_below(world.out))
    if read(world.lock) != lock:
        yield "lock differs\n" + difference(lock, read(world.lock))


def check_again(world, step):
    before, stamps = world.state(), stamps_below(world.out)
    again = world.run(step)
    if before != world.state() or stamps != stamps_below(world.out):
        yield "a second run changes something"
    if again[0] != step.exit:
        yield f"the second run ends with {again[0]}"
    if "--locked" not in step.args and step.exit < 2 and world.run(step, more=["--check"])[0] != step.exit:
        yield "--check finds something to do"
    if before != world.state():
        yield "--check writes"


def check_life(steps, program, temp):
    world, other = World(program, temp / "a"), World(program, temp / "b")
    lock = ""
    for step in steps:
        lock = read(step.path / "want.lock", lock)
        found = []
        for w in (world, other):
            w.temp.mkdir(exist_ok=True)
            w.prepare(step)
        found += check_step(world, step, lock)
        found += check_again(world, step)
        other.run(step, turned_round(step, other.temp))
        if other.state() != world.state():
            found.append("the order of the manifests matters")
        for problem in found:
            yield f"step {step.path.name}: {problem}"
        if found:
            return


def judge(steps, program):
    with tempfile.TemporaryDirectory(prefix="kratree-life-") as temp:
        return list(check_life(steps, program, pathlib.Path(temp)))


def update(steps, program):
    with tempfile.TemporaryDirectory(prefix="kratree-life-") as temp:
        world, lock = World(program, temp), ""
        for step in steps:
            world.prepare(step)
            exit_status, diag = world.run(step)
            shutil.rmtree(step.path / "want", ignore_errors=True)
            if files_below(world.out):
                shutil.copytree(world.out, step.path / "want")
            write_or_remove(step.path / "want.diag", diag, "")
            write_or_remove(step.path / "want.exit", f"{exit_status}\n", "0\n")
            write_or_remove(step.path / "want.lock", read(world.lock), lock)
            lock = read(world.lock)


def steps_of(life):
    return [Step(p) for p in sorted((p for p in life.iterdir() if p.name.isdigit()), key=lambda p: int(p.name))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--update", action="store_true", help="write what kratree does now")
    options = parser.parse_args()
    program = options.program.resolve()
    every = [about.parent for about in sorted(LIVES.glob("*/ABOUT"))]
    chosen = [life for life in every if not options.names or any(name in life.name for name in options.names)]
    work = update if options.update else judge
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda life: work(steps_of(life), program), chosen))
    if options.update:
        print(f"{len(chosen)} updated")
        return 0
    for life, found in zip(chosen, results):
        for problem in found:
            print(f"FAIL {life.name}: {problem}")
    failed = sum(bool(found) for found in results)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
