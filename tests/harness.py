"""What suites that look at the program from outside share: running it, checking what it said, running the tests.

A suite imports this module, and in its main() sets PROGRAM and calls run_tests()."""
import contextlib
import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(ROOT, "build/kratree")
DEMO = os.path.join(ROOT, "fixtures/demo/platform")

STORE_AND_DESTINATION = """\
apiVersion: platform.kratix.io/v1alpha1
kind: GitStateStore
metadata: {name: default}
spec: {url: https://git.example.com/a.git, secretRef: {name: s, namespace: default}}
---
apiVersion: platform.kratix.io/v1alpha1
kind: Destination
metadata: {name: dev, labels: {env: dev}}
spec: {path: dev, stateStoreRef: {kind: GitStateStore, name: default}}
"""

PLATFORM = STORE_AND_DESTINATION + """\
---
apiVersion: platform.kratix.io/v1alpha1
kind: Promise
metadata: {name: redis}
spec:
  destinationSelectors: [{matchLabels: {env: dev}}]
  dependencies:
  - {apiVersion: v1, kind: Namespace, metadata: {name: redis}}
"""


class Run:
    def __init__(self, code, out, err):
        self.code, self.raw, self.out, self.err = code, out, out.decode(errors="replace"), err.decode(errors="replace")

    def __repr__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def clean_environment(extra=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith("KRATREE_") and k != "NO_COLOR"}
    env.update(extra or {})
    return env


def run(*args, cwd=".", env=None, stdin=b"", program=None, **more):
    done = subprocess.run([program or PROGRAM, *args], cwd=cwd, env=clean_environment(env), input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, **more)
    return Run(done.returncode, done.stdout, done.stderr)


def write(path, text=PLATFORM):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def check(condition, what="not so"):
    if not condition:
        raise AssertionError(what)


def check_run(got, code, out=None, err=None):
    check(got.code == code, f"want exit {code}, got {got}")
    for text, part in ((got.out, out), (got.err, err)):
        if part == "":
            check(text == "", f"want silence, got {got}")
        elif part is not None:
            check(part in text, f"want {part!r} in {got}")


@contextlib.contextmanager
def inside(directory):
    before = os.getcwd()
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)


def tree_of(directory):
    """Every file below: path -> bytes."""
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, directory)] = file.read()
    return found


def on_terminal(*args, cwd=".", env=None, columns=80):
    """Run with stdout and stderr on one terminal of that width; returns the exit status and the text."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.execve(PROGRAM, [PROGRAM, *args], clean_environment({"TERM": "xterm", **(env or {})}))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    text = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), text.decode().replace("\r\n", "\n")


def run_tests(names, prefix, words=(), folder=str):
    """Run the functions of `names` that begin with test_ and whose name has one of the words, if there are any, each in a
    fresh directory, as a `folder`; the exit status."""
    tests = [(name, test) for name, test in names.items()
             if name.startswith("test_") and (not words or any(word in name for word in words))]
    failed = 0
    for name, test in tests:
        directory = tempfile.mkdtemp(prefix=f"kratree-{prefix}-")
        try:
            test(folder(directory))
        except Exception:  # every failure of a test is one, whatever it is
            failed += 1
            print(f"FAIL {name}")
            traceback.print_exc(file=sys.stdout)
        finally:
            shutil.rmtree(directory, ignore_errors=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed or not tests else 0
