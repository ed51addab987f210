#!/usr/bin/env python3
"""Kills renders with SIGKILL, and runs two at once.

    tests/kills.py build/kratree [KILLS]

A platform is rendered over the directory of an earlier one that differs in most files, and killed at a system call of
its first thread that is drawn with a fixed seed, before or after it. Then the directory is the old tree, the new one, or
has a journal; and the next run makes it the new tree and leaves nothing of its own. Also where the directory was absent,
and with a lock. Last, two
renders write into one directory at once: it ends as one of the two trees.
"""
import ctypes
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from harness import STORE_AND_DESTINATION

JOURNAL, STAGE = ".kratree-journal", ".kratree-stage"
TIMEOUT = 300  # seconds for one run; without end is what is meant
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = [ctypes.c_long] * 4
PTRACE_TRACEME, PTRACE_SYSCALL = 0, 24

PROMISE = """\
---
apiVersion: platform.kratix.io/v1alpha1
kind: Promise
metadata: {name: p%(n)d}
spec:
  destinationSelectors: [{matchLabels: {env: dev}}]
  dependencies:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: p%(n)d, namespace: default}, data: {version: "%(version)s"}}
"""


def platform(numbers, version):
    """Every third Promise is the same in all versions."""
    return STORE_AND_DESTINATION + "".join(PROMISE % {"n": n, "version": version if n % 3 else "0"} for n in numbers)


def tree_of(top):
    """Path: content; nothing for an absent directory."""
    return {os.path.relpath(path, top): path.read_bytes()
            for path in (pathlib.Path(folder, name) for folder, _, names in os.walk(top) for name in names)}


def be_traced():
    if LIBC.ptrace(PTRACE_TRACEME, 0, 0, 0) != 0:
        os._exit(99)


def run_traced(command, cwd, at_stop):
    """Stops before and after each system call; `at_stop(number, process)` may kill it there. Returns the exit status."""
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # that does not work while traced
    process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=environment, preexec_fn=be_traced)
    stops = -1  # the first one is the program itself
    while True:
        _, status = os.waitpid(process.pid, 0)
        if not os.WIFSTOPPED(status):
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode
        stops += 1
        at_stop(stops, process)
        number = os.WSTOPSIG(status)
        LIBC.ptrace(PTRACE_SYSCALL, process.pid, 0, 0 if number == signal.SIGTRAP else number)


class World:
    def __init__(self, program, temp):
        self.program, self.temp, self.out = program, pathlib.Path(temp), pathlib.Path(temp, "out")
        self.passed = self.failed = 0
        self.want, self.new_lock = {}, b""
        for name, numbers in (("old", range(0, 60)), ("new", range(0, 70)), ("other", range(0, 70)), ("less", range(10, 70))):
            (self.temp / name).mkdir()
            (self.temp / name / "platform.yaml").write_text(platform(numbers, name), encoding="ascii")
            self.restore(None)
            assert self.render(name).returncode == 0
            self.want[name] = tree_of(self.out)
        self.restore(None)
        self.prepare("old")
        self.took = self.measure()
        self.stops = {}

    def command(self, name, lock=False):
        return [self.program, "render", name, "--out", "out", "-q"] + (["--lock", "lock"] if lock else [])

    def start(self, name, lock=False):
        return subprocess.Popen(self.command(name, lock), cwd=self.temp, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def render(self, name, lock=False):
        return subprocess.run(self.command(name, lock), cwd=self.temp, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=TIMEOUT, check=False)

    def restore(self, kept):
        """The directory and the lock as they were kept; None: neither."""
        for path in (self.out, self.temp / ".kratree-out"):
            shutil.rmtree(path, ignore_errors=True)
        (self.temp / "lock").unlink(missing_ok=True)
        if kept:
            shutil.copytree(kept / "out", self.out)
            shutil.copy(kept / "lock", self.temp / "lock")

    def prepare(self, name):
        """Render with a lock, and keep what came out."""
        kept = self.temp / f"kept-{name}"
        if not kept.exists():
            done = self.render(name, lock=True)
            assert done.returncode == 0, done.stderr
            kept.mkdir()
            shutil.copytree(self.out, kept / "out")
            shutil.copy(self.temp / "lock", kept / "lock")
        return kept

    def measure(self):
        self.restore(self.prepare("old"))
        begin = time.monotonic()
        assert self.render("less", lock=True).returncode == 0
        self.new_lock = (self.temp / "lock").read_bytes()
        return time.monotonic() - begin

    def check(self, condition, what):
        self.passed += bool(condition)
        self.failed += not condition
        if not condition:
            print(f"FAIL {what}")

    def is_clean(self):
        return not any((self.out / name).exists() for name in (JOURNAL, STAGE)) and \
            not (self.temp / ".kratree-out").exists()

    def stops_of(self, to, absent, lock):
        """For each stop of a whole run, whether there is a journal."""
        if (to, absent, lock) not in self.stops:
            self.restore(None if absent else self.prepare("old"))
            seen = []
            status = run_traced(self.command(to, lock), self.temp, lambda *_: seen.append((self.out / JOURNAL).exists()))
            assert status == 0 and len(seen) > 100, f"a traced run ends with {status} after {len(seen)} stops"
            self.stops[to, absent, lock] = seen
        return self.stops[to, absent, lock]

    def kill(self, number, share, absent, lock):
        """At that share of all stops, or of those with a journal."""
        to = "less" if lock else "new"  # what is gone is known with a lock only
        stops = self.stops_of(to, absent, lock)
        chosen = [n for n, journal in enumerate(stops) if journal] if number % 4 else []
        stop = (chosen or range(len(stops)))[int((len(chosen) or len(stops)) * share)]
        self.restore(None if absent else self.prepare("old"))
        status = run_traced(self.command(to, lock), self.temp, lambda n, process: n == stop and process.kill())
        what = f"kill {number} at stop {stop}"
        self.check(status == -signal.SIGKILL, f"{what}: it was not killed: {status}")
        return self.look_and_complete(what, to, absent, lock)

    def kill_by_clock(self, number, share, absent, lock):
        """Where tracing is forbidden: it may come too late."""
        to = "less" if lock else "new"
        self.restore(None if absent else self.prepare("old"))
        process = self.start(to, lock)
        time.sleep(self.took * share)
        process.kill()
        process.communicate()
        return self.look_and_complete(f"kill {number} after {self.took * share:.3f} s", to, absent, lock)

    def look_and_complete(self, what, to, absent, lock):
        """Whether there is a journal."""
        journal, have = (self.out / JOURNAL).exists(), tree_of(self.out)
        have = {path: text for path, text in have.items() if not path.startswith(STAGE + "/")}
        before = {} if absent else self.want["old"]
        self.check(journal or have in (before, self.want[to]), f"{what}: a part of the tree, and no journal")
        if journal:
            told = subprocess.run(self.command(to, lock) + ["--check"], cwd=self.temp, capture_output=True, text=True,
                                  timeout=TIMEOUT, check=False)
            self.check(told.returncode == 1 and (self.out / JOURNAL).exists(), f"{what}: --check is silent {told}")
        done = self.render(to, lock)
        self.check(done.returncode == 0, f"{what}: the next run failed: {done.stdout}{done.stderr}")
        self.check(tree_of(self.out) == self.want[to], f"{what}: the next run did not make the new tree")
        self.check(self.is_clean(), f"{what}: something is left: {os.listdir(self.temp)} {os.listdir(self.out)}")
        if lock and not absent:
            self.check((self.temp / "lock").read_bytes() == self.new_lock, f"{what}: the lock is another")
        return journal

    def both(self, what, first, second, pause, absent):
        self.restore(None if absent else self.prepare("old"))
        processes = [self.start(first)]
        time.sleep(pause)
        processes.append(self.start(second))
        said = [process.communicate(timeout=TIMEOUT)[0] for process in processes]
        codes = [process.returncode for process in processes]
        fine = all(code == 0 or "KT-607" in text for code, text in zip(codes, said)) and 0 in codes
        self.check(fine, f"{what}: {codes} {said}")
        self.check(tree_of(self.out) in (self.want[first], self.want[second]), f"{what}: a mixture of the two")
        self.check(self.is_clean(), f"{what}: something is left: {os.listdir(self.temp)}")


def main(program, kills):
    draw = random.Random(20260801)
    with tempfile.TemporaryDirectory(prefix="kratree-kills-") as temp:
        world = World(os.path.abspath(program), temp)
        journals, traced = 0, run_traced(["true"], temp, lambda *_: None) == 0
        for i in range(kills):
            kill = world.kill if traced else world.kill_by_clock
            journals += kill(i, draw.uniform(0, 0.98), absent=i % 5 == 4, lock=i % 2 == 1)
        if traced:
            world.check(journals >= kills // 4, f"only {journals} of {kills} kills were in the middle of writing")
        for i in range(12):
            order = ("new", "other") if i % 2 else ("other", "new")
            world.both(f"two at once, {i}", *order, world.took * draw.uniform(0, 0.8) * (i > 3), absent=i % 3 == 2)
        print(f"{kills} kills {'at system calls' if traced else 'by the clock'}, {journals} with a journal")
    print(f"{world.passed} passed, {world.failed} failed")
    return 1 if world.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 40))
