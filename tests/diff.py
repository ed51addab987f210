#!/usr/bin/env python3
"""kratree diff from outside: a directory, a zip and a git revision as the other side; kinds, reasons, lines, formats.

    diff.py KRATREE

Last line: 'N passed, N failed'.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import harness
from harness import check

PROGRAM = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parent.parent
PLATFORM = ROOT / "fixtures/demo/platform"
ENVIRONMENT = {**{k: v for k, v in os.environ.items() if not k.startswith(("KRATREE_", "GIT_"))}, "LC_ALL": "C",
               "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "x",
               "GIT_AUTHOR_EMAIL": "x@example.com", "GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@example.com"}


def run(*args, cwd=None, **env):
    return subprocess.run([PROGRAM, *map(str, args)], cwd=cwd, env={**ENVIRONMENT, **env}, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=300, check=False)


def git(*args, cwd):
    return subprocess.run(["git", *args], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, check=True).stdout


def check_run(done, status, *words):
    check(done.returncode == status, f"exit status {done.returncode}, not {status}:\n{done.stdout}{done.stderr}")
    for word in words:
        check(word in done.stdout + done.stderr, f"nothing of {word!r} in\n{done.stdout}{done.stderr}")


def change(folder):
    """Another selector for one Promise."""
    redis = folder / "promises/redis.yaml"
    text = redis.read_text()
    check("region: eu" in text, text)
    redis.write_text(text.replace("region: eu", "region: us", 1))


def test_same_is_0_and_says_so(tmp):
    run("render", PLATFORM, "--out", tmp / "out")
    check_run(run("diff", PLATFORM, "--against", tmp / "out"), 0, "the same")
    check_run(run("render", PLATFORM, "--out", tmp / "x.zip"), 0)
    check_run(run("diff", PLATFORM, "--against", tmp / "x.zip"), 0, "the same")


def test_a_directory(tmp):
    run("render", PLATFORM, "--out", tmp / "out")
    files = sorted(path for path in (tmp / "out").rglob("*.yaml") if "redis" in path.name)
    files[0].write_text(files[0].read_text() + "more: 1\n")
    files[1].unlink()
    (tmp / "out/foreign.txt").write_text("x")
    done = run("diff", PLATFORM, "--against", tmp / "out")
    check_run(done, 1, "1 created", "1 changed", "1 foreign", "-more: 1", "redis: ",
              f"--- a/{files[0].relative_to(tmp / 'out')}")
    done = run("diff", PLATFORM, "--against", tmp / "out", "--stat")
    check("-more: 1" not in done.stdout and "+0 -1" in done.stdout, done.stdout)


def test_the_diff_is_one_that_git_applies(tmp):
    shutil.copytree(PLATFORM, tmp / "then")
    shutil.copytree(PLATFORM, tmp / "now")
    change(tmp / "now")
    run("render", tmp / "then", "--out", tmp / "out", "--lock", tmp / "lock")
    run("render", tmp / "now", "--out", tmp / "want", "--lock", tmp / "other")
    shutil.copytree(tmp / "then", tmp / "repository/platform")
    git("init", "-q", cwd=tmp / "repository")
    git("add", ".", cwd=tmp / "repository")
    git("commit", "-qm", "then", cwd=tmp / "repository")
    change(tmp / "repository/platform")
    done = run("diff", "platform", "--against", "git:HEAD", cwd=tmp / "repository")
    check_run(done, 1, "rename from", "moved")
    patch = done.stdout[done.stdout.index("diff --git"):]
    subprocess.run(["git", "apply", "-p1", "-"], input=patch, text=True, cwd=tmp / "out", env=ENVIRONMENT, check=True)
    same = subprocess.run(["diff", "-r", tmp / "out", tmp / "want"], capture_output=True, text=True, check=False)
    check(same.returncode == 0, same.stdout)
    check(git("status", "--porcelain", cwd=tmp / "repository") == " M platform/promises/redis.yaml\n", "the index moved")


def test_a_revision_in_a_subfolder(tmp):
    shutil.copytree(PLATFORM, tmp / "deep/platform")
    git("init", "-q", cwd=tmp)
    git("add", ".", cwd=tmp)
    git("commit", "-qm", "then", cwd=tmp)
    temporary = tmp / "temporary"
    temporary.mkdir()
    for folder, paths in (("deep", ["platform"]), ("deep/platform", [])):
        check_run(run("diff", *paths, "--against", "git:HEAD", cwd=tmp / folder, TMPDIR=str(temporary)), 0, "the same")
    check_run(run("diff", "platform", "--against", "git:nowhere", cwd=tmp / "deep"), 2, "git knows no such revision")
    check_run(run("diff", "platform", "--against", "git:--help", cwd=tmp / "deep"), 2, "git knows no such revision")
    check_run(run("diff", "../deep", "--against", "git:HEAD", cwd=tmp / "deep"), 2, "cannot be looked up")
    check_run(run("diff", "./..", "--against", "git:HEAD", cwd=tmp / "deep"), 2, "cannot be looked up")
    check_run(run("diff", tmp / "deep", "--against", "git:HEAD", cwd=tmp / "deep"), 2, "cannot be looked up")
    check(not os.listdir(temporary), os.listdir(temporary))


def test_outside_of_a_repository(tmp):
    check_run(run("diff", ".", "--against", "git:HEAD", cwd="/proc/self"), 2)
    shutil.copytree(PLATFORM, tmp / "platform")
    check_run(run("diff", "platform", "--against", "git:HEAD", cwd=tmp), 2, "there is no git repository here")


def test_json_and_markdown(tmp):
    run("render", PLATFORM, "--out", tmp / "out")
    path = next((tmp / "out").rglob("redis-dependencies.yaml"))
    path.write_text(path.read_text().replace("kind", "kinds", 1))
    done = run("diff", PLATFORM, "--against", tmp / "out", "-o", "json", "-o", f"markdown={tmp}/diff.md")
    check_run(done, 1)
    report = json.loads(done.stdout)
    [difference] = report["differences"]
    check(report["counts"]["changed"] == 1 and difference["kind"] == "changed", report)
    check(difference["destination"] and difference["statestore"]["name"] and difference["reason"], difference)
    check(difference["lines"]["added"] == difference["lines"]["removed"] == 1, difference)
    text = (tmp / "diff.md").read_text()
    check("| changed | `" in text and "```diff\n" in text and text.endswith("```\n"), text)
    bare = json.loads(run("diff", PLATFORM, "--against", tmp / "out", "-o", "json", "--stat").stdout)
    check("lines" not in bare["differences"][0], bare)


def test_colour_is_for_whom_it_is_asked(tmp):
    run("render", PLATFORM, "--out", tmp / "out")
    next((tmp / "out").rglob("redis-dependencies.yaml")).write_text("x: 1\n")
    check("\x1b[" in run("diff", PLATFORM, "--against", tmp / "out", "--color", "always").stdout)
    check("\x1b[" not in run("diff", PLATFORM, "--against", tmp / "out").stdout)


def test_limits(tmp):
    run("render", PLATFORM, "--out", tmp / "out")
    next((tmp / "out").rglob("redis-dependencies.yaml")).write_text("x: 1\n")
    check_run(run("diff", PLATFORM, "--against", tmp / "out", "--max-diff-lines", "5"), 1, "KT-615")
    run("render", PLATFORM, "--out", tmp / "x.zip")
    check_run(run("diff", PLATFORM, "--against", tmp / "x.zip", "--max-zip-entries", "2"), 2, "x.zip: error:", "KT-612")
    check_run(run("diff", PLATFORM, "--against", tmp / "x.zip", "--max-zip-bytes", "1K"), 2, "KT-613")
    with zipfile.ZipFile(tmp / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(4 << 20))
    check_run(run("diff", PLATFORM, "--against", tmp / "bomb.zip"), 2, "KT-614")
    check_run(run("diff", PLATFORM, "--against", tmp / "bomb.zip", "--max-zip-ratio", "5000"), 1, "1 foreign")


def test_what_is_wrong(tmp):
    (tmp / "not.zip").write_text("hello")
    check_run(run("diff", PLATFORM), 2, "--against is needed", "KT-640")
    check_run(run("diff", PLATFORM, "--against", tmp / "nothing"), 2, "KT-641")
    check_run(run("diff", PLATFORM, "--against", tmp / "not.zip"), 2, "not a whole zip", "KT-610")
    check_run(run("diff", ROOT / "fixtures/diag/KT-204_unknown_field/in", "--against", tmp), 2, "KT-204")


if __name__ == "__main__":
    sys.exit(harness.run_tests(globals(), "diff", folder=pathlib.Path))
