#!/usr/bin/env python3
"""Black-box tests of the command line.

usage: tests/cli.py [PROGRAM] [NAME…]      PROGRAM defaults to build/kratree; NAME picks tests

Each test_* function gets a fresh directory and raises when something is not as it should be."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile

import harness
import report
from harness import DEMO, PLATFORM, ROOT, check, check_run, inside, on_terminal, run, tree_of, write


# ---- Program ----------------------------------------------------------------------------------


def test_help_version_and_manual(_):
    check_run(run("--help"), 0, "Commands", "")
    check_run(run("-h"), 0, "render", "")
    check_run(run("help", "render"), 0, "--max-depth N", "")
    check_run(run("render", "--help"), 0, "--max-depth N", "")
    check_run(run("render", "-h", "nowhere"), 0, "Usage: kratree render", "")
    got = run("--version")
    check_run(got, 0, "kratree ", "")
    check("2026-08" in got.out and "2025-03" in got.out, got)
    check_run(run("--man"), 0, ".TH KRATREE 1", "")


def test_manual_is_clean_troff(_):
    if not shutil.which("man"):
        return
    done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", "-"], input=run("--man").raw,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=300)
    check(done.stderr == b"", done.stderr)


def test_help_names_only_flags_that_work(d):
    write(f"{d}/a.yaml")
    write(f"{d}/c.yaml", "strict: true\n")
    text = run("render", "--help").out
    values = {"SIZE": "1G", "N": "9999", "KIND/NAME": "gitstatestore/default", "NAME": "dev", "DIR": ".", "FILE": "l",
              "2025-03|2026-08": "2026-08", "auto|always|never": "never", "DIR|FILE.zip|-": "o.zip"}
    flags = re.findall(r"^ +(?:-\w, )?--([a-z-]+)(?: (\S+))?", text, re.M)
    check(len(flags) > 15, flags)
    for name, value in flags:
        value = value if value in values else ""
        args = ["--" + name] + (["9"] if name == "level" else ["c.yaml"] if name == "config" else [values[value]] if value else [])
        args += ["--out", "o.zip"] if name == "check" else []
        check(run("render", *args, "a.yaml", cwd=d).code in (0, 1), name)


def test_unknown_words_are_suggested(_):
    check_run(run("rendr"), 2, "", "unknown command 'rendr', did you mean 'render'? [KT-640]")
    check_run(run("--versoin"), 2, "", "did you mean '--version'?")
    check_run(run("frobnicate"), 2, "", "unknown command 'frobnicate' [KT-640]")
    check_run(run("render", "--chek"), 2, "", "unknown flag '--chek', did you mean '--check'?")
    check_run(run("render", "--keepgoing=1"), 2, "", "did you mean '--keep-going'?")
    check_run(run("render", "-x"), 2, "", "unknown flag '-x'")
    check_run(run(), 2, "", "help: kratree --help")


def test_plugin_name(d):
    link = f"{d}/kratix-tree"
    os.symlink(harness.PROGRAM, link)
    check_run(run("render", "--help", program=link), 0, "Usage: kratix tree render")
    check_run(run("render", "--chek", program=link), 2, "", "help: kratix tree render --help")


def test_bad_values(_):
    for args, part in (
        (["--jobs", "0"], "--jobs: '0' is wrong, expected a whole number from 1"),
        (["--jobs=many"], "expected a whole number"),
        (["--jobs"], "--jobs needs a value, N"),
        (["--max-file-bytes", "12X"], "expected a size"),
        (["--max-file-bytes", "99999999999999999999"], "expected a size"),
        (["--max-file-bytes", "99999999999999G"], "expected a size"),
        (["--max-depth=-1"], "expected a whole number"),
        (["--level", "10"], "a number from 0 to 9"),
        (["--kratix-version", "2024-01"], "expected 2025-03|2026-08"),
        (["--color", "sometimes"], "expected auto|always|never"),
        (["--strict=perhaps"], "expected true or false"),
        (["-o", "xml"], "expected text|json"),
        (["-ojson="], "a file behind the '='"),
        (["--out", ""], "a value that is not empty"),
        (["--check"], "--check has nothing to compare with"),
        (["--check", "--out", "-"], "--check has nothing to compare with"),
        (["--out", "-", "-o", "json"], "two writers on standard output"),
        (["-o", "text", "-o", "json=-"], "two writers on standard output"),
        (["-", "-"], "standard input can be read once only"),
    ):
        check_run(run("render", *args), 2, "", part)


def test_every_wrong_argument_is_told(_):
    got = run("render", "--jobs", "0", "--nonsense", "--level=x")
    check(got.err.count("error:") == 3, got)


# ---- Environment --------------------------------------------------------------------------------


def test_environment_and_flag_over_it(d):
    write(f"{d}/a.yaml")
    check_run(run("render", cwd=d, env={"KRATREE_STORE": "gitstatestore/none"}), 2)
    check_run(run("render", "--store", "gitstatestore/default", cwd=d, env={"KRATREE_STORE": "gitstatestore/none"}), 0)
    check_run(run("render", cwd=d, env={"KRATREE_JOBS": "x"}), 2, "", "environment variable KRATREE_JOBS: 'x'")
    check_run(run("render", cwd=d, env={"KRATREE_STRICT": "perhaps"}), 2, "", "KRATREE_STRICT")
    check_run(run("render", cwd=d, env={"KRATREE_STORE": ""}), 0)
    check("dev" in run("render", "-o", "text", cwd=d, env={"KRATREE_VERBOSE": "true"}).out, "verbose")
    check("from a.yaml:" in run("render", cwd=d, env={"KRATREE_VERBOSE": "1"}).out, "verbose")
    check("from a.yaml:" not in run("render", "--verbose=false", cwd=d, env={"KRATREE_VERBOSE": "1"}).out, "flag wins")


def test_no_variable_for_out_and_force(d):
    write(f"{d}/in/a.yaml")
    check_run(run("render", "in", cwd=d, env={"KRATREE_OUT": "o", "KRATREE_FORCE": "1"}), 0)
    check(not os.path.exists(f"{d}/o"), "KRATREE_OUT was obeyed")
    write(f"{d}/o/foreign", "x")
    check_run(run("render", "in", "--out", "o", cwd=d, env={"KRATREE_FORCE": "1"}), 2)


# ---- Walking ------------------------------------------------------------------------------------

PROMISE = """\
apiVersion: platform.kratix.io/v1alpha1
kind: Promise
metadata: {name: NAME}
spec: {dependencies: [{apiVersion: v1, kind: Namespace, metadata: {name: NAME}}]}
"""


def promise(name):
    return PROMISE.replace("NAME", name)


def promises_of(got):
    check(got.code == 0, got)
    return sorted({re.sub(r".*static/(.*)-dependencies.yaml", r"\1", f["path"])
                   for s in json.loads(got.out)["trees"] for f in s["files"] if "static/" in f["path"]})


def found(d, *args, **more):
    return promises_of(run("render", "-o", "json", *args, cwd=d, **more))


def test_walk_takes_manifests_at_any_depth(d):
    write(f"{d}/stores.yaml")
    write(f"{d}/a.yml", promise("a"))
    write(f"{d}/x/y/b.yaml", promise("b"))
    write(f"{d}/x/c.json", '{"apiVersion":"platform.kratix.io/v1alpha1","kind":"Promise","metadata":{"name":"c"},'
                           '"spec":{"dependencies":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"c"}}]}}')
    write(f"{d}/x/d.txt", promise("d"))
    write(f"{d}/.hidden.yaml", promise("e"))
    write(f"{d}/.hidden/f.yaml", promise("f"))
    write(f"{d}/node_modules/g.yaml", promise("g"))
    write(f"{d}/old/.kratix/s.yaml", "files: []\n")
    write(f"{d}/old/h.yaml", promise("h"))
    write(f"{d}/old2/kratix-canary-namespace.yaml", promise("i"))
    write(f"{d}/old2/j.yaml", promise("j"))
    write(f"{d}/outputs/k.yaml", promise("k"))
    write(f"{d}/x/outputs/l.yaml", promise("l"))
    check(found(d) == ["a", "b", "c", "l", "redis"], found(d))
    check(found(d, ".hidden.yaml", ".", "x/d.txt") == ["a", "b", "c", "d", "e", "l", "redis"], "named files are read")
    notes = run("render", "-v", cwd=d).err
    for skipped in ("node_modules", "old", "old2", "outputs"):
        check(f"{skipped}: note: not searched" in notes, notes)
    check("not searched" not in run("render", cwd=d).err, "notes without -v")


def test_walk_skips_what_it_writes(d):
    write(f"{d}/a.yaml")
    check_run(run("render", "--out", "rendered", cwd=d), 0)
    check(found(d, "--out", "rendered") == ["redis"], "own output")
    check_run(run("render", "--out", "rendered", "--check", cwd=d), 0)
    check_run(run("render", "-o", "json=report.json", cwd=d), 0)
    check_run(run("render", "-o", "json=report.json", cwd=d), 0)


def test_walk_paths_are_shown_as_typed(d):
    write(f"{d}/p/a.yaml", "apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {name: [}\n")
    check_run(run("render", cwd=d), 2, "", "p/a.yaml:3:")
    check(run("render", cwd=d).err.startswith("p/a.yaml:3:"), "no ./ in front")
    check(run("render", "./p/", cwd=d).err.startswith("./p/a.yaml:3:"), "as typed")
    check(run("render", f"{d}/p").err.startswith(f"{d}/p/a.yaml:3:"), "absolute")
    check(run("render", "../p", cwd=f"{d}/p").err.startswith("../p/a.yaml:3:"), "relative")


def test_walk_reads_a_file_once(d):
    write(f"{d}/a.yaml")
    os.symlink("a.yaml", f"{d}/b.yaml")
    os.symlink(".", f"{d}/loop")
    check(found(d, ".", "a.yaml", d) == ["redis"], "one file by many paths")
    check_run(run("render", "-v", cwd=d), 0, None, "b.yaml: note: the same file as 'a.yaml', read once [KT-646]")
    check_run(run("render", "-v", cwd=d), 0, None, "loop: note: not searched for manifests: a symbolic link to a folder [KT-645]")


def test_walk_reports_what_it_cannot_read(d):
    write(f"{d}/a.yaml")
    os.symlink("nowhere.yaml", f"{d}/b.yaml")
    check_run(run("render", cwd=d), 2, "", "b.yaml: error: cannot read: No such file or directory [KT-641]")
    os.unlink(f"{d}/b.yaml")
    check_run(run("render", "missing", cwd=d), 2, "", "missing: error: cannot read: No such file")
    if os.geteuid() != 0:
        os.chmod(f"{d}/a.yaml", 0)
        check_run(run("render", cwd=d), 2, "", "a.yaml: error: cannot read: Permission denied")


def test_walk_passes_over_pipes(d):
    write(f"{d}/a.yaml")
    os.mkfifo(f"{d}/pipe.yaml")
    check_run(run("render", cwd=d), 0, None, "pipe.yaml: warning: skipped: not a regular file [KT-644]")
    check_run(run("render", "--strict", cwd=d), 2, "", "pipe.yaml: error: skipped")


def test_walk_wants_a_manifest(d):
    check_run(run("render", cwd=d), 2, "", ".: error: no manifest here [KT-642]")
    write(f"{d}/README.md", "x")
    check_run(run("render", d), 2, "", "KT-642")


def test_standard_input(d):
    check_run(run("render", "-", stdin=PLATFORM.encode()), 0, "redis-dependencies.yaml", "")
    check_run(run("render", "-", stdin=b"a: ["), 2, "", "<stdin>:")
    check_run(run("render", "-", stdin=b""), 0)


def test_named_pipe_is_read(d):
    write(f"{d}/a.yaml")
    got = subprocess.run(["bash", "-c", f'"{harness.PROGRAM}" render <(cat a.yaml)'], cwd=d, stdout=subprocess.PIPE, timeout=300)
    check(b"redis-dependencies" in got.stdout, got)


def test_double_dash_ends_flags(d):
    write(f"{d}/--check.yaml")
    check_run(run("render", "--", "--check.yaml", cwd=d), 0, "redis")


def test_names_that_are_no_text(d):
    name = os.fsencode(d) + b"/\xff\x1b[31m.yaml"
    with open(name, "wb") as file:
        file.write(b"a: [")
    check_run(run("render", d), 0, None, "\\xff\\x1b[31m.yaml")


# ---- .kratreeignore -------------------------------------------------------------------------------


def test_ignore_files(d):
    write(f"{d}/stores.yaml")
    write(f"{d}/.kratreeignore", "/charts/\n*.gen.yaml\n!keep.gen.yaml\n**/tmp/**\n")
    write(f"{d}/charts/a.yaml", promise("a"))
    write(f"{d}/x/charts/b.yaml", promise("b"))
    write(f"{d}/x/c.gen.yaml", promise("c"))
    write(f"{d}/x/keep.gen.yaml", promise("d"))
    write(f"{d}/x/tmp/e.yaml", promise("e"))
    write(f"{d}/x/z/.kratreeignore", "f.yaml\n!g.gen.yaml\n")
    write(f"{d}/x/z/f.yaml", promise("f"))
    write(f"{d}/x/z/g.gen.yaml", promise("g"))
    write(f"{d}/f.yaml", promise("h"))
    want = ["b", "d", "g", "h", "redis"]
    check(found(d) == want, found(d))
    check(found(d, d) == want, "absolute PATH")
    check(found(d, "x", "stores.yaml") == ["b", "d", "g", "redis"], "lists above PATH hold")
    check("c" in found(d, ".", "x/c.gen.yaml"), "named files are not ignored")


def test_broken_file_shows_the_ignore_line(d):
    write(f"{d}/a.yaml")
    write(f"{d}/charts/x.yaml", "a: {{ .Values.a }}: [\n")
    got = run("render", cwd=d)
    check_run(got, 0, "redis", "warning")
    line = re.search(r"add the line '(.*)' to .kratreeignore", got.err)
    check(line, got)
    write(f"{d}/.kratreeignore", line[1] + "\n")
    check_run(run("render", cwd=d), 0, "redis", "")
    check_run(run("render", "charts/x.yaml", cwd=d), 2, "", "error")
    check_run(run("render", "--strict", "a.yaml", cwd=d), 0)


# ---- Writing --------------------------------------------------------------------------------------


def test_out_directory_and_check(d):
    write(f"{d}/in/a.yaml")
    got = run("render", "in", "--out", "o", cwd=d)
    check_run(got, 0, "", "3 files")
    check("3 created" in got.err, got)
    check(sorted(tree_of(f"{d}/o")) == ["dev/dependencies/kratix-canary-namespace.yaml",
                                        "dev/dependencies/redis/5058f/static/redis-dependencies.yaml",
                                        "dev/resources/kratix-canary-configmap.yaml"], tree_of(f"{d}/o"))
    check_run(run("render", "in", "--out", "o", "--check", cwd=d), 0, "", "same")
    write(f"{d}/o/dev/resources/kratix-canary-configmap.yaml", "x")
    check_run(run("render", "in", "--out", "o", "--check", cwd=d), 1, "update   dev/resources/kratix-canary-configmap.yaml")
    check(tree_of(f"{d}/o")["dev/resources/kratix-canary-configmap.yaml"] == b"x", "--check wrote")
    check_run(run("render", "in", "--out", "o", cwd=d), 0, "", "1 updated")
    check_run(run("render", "in", "--out", "o", "--quiet", cwd=d), 0, "", "")
    write(f"{d}/o/mine", "x")
    check_run(run("render", "in", "--out", "o", "--check", cwd=d), 1, "foreign  mine")
    check_run(run("render", "in", "--out", "o", "--check", "--force", cwd=d), 0)
    check_run(run("render", "in", "--out", "o", cwd=d), 2, "", "KT-601")
    check_run(run("render", "in", "--out", "o", "--force", cwd=d), 0)
    check(tree_of(f"{d}/o")["mine"] == b"x", "foreign files stay")


def test_interrupted_run_is_told_and_completed(d):
    write(f"{d}/in/a.yaml")
    check_run(run("render", "in", "--out", "o", cwd=d), 0)
    write(f"{d}/o/.kratree-journal", "damaged\n")
    write(f"{d}/o/.kratree-stage/0", "left over\n")
    check_run(run("render", "in", "--out", "o", "--check", cwd=d), 1, "", "KT-608")
    check(os.path.exists(f"{d}/o/.kratree-journal"), "--check has changed something")
    check_run(run("render", "in", "--out", "o", cwd=d), 0, "", "KT-608")
    check(not any(name.startswith(".kratree") for name in os.listdir(f"{d}/o")), os.listdir(f"{d}/o"))
    write(f"{d}/o/.kratree-stage/0", "left over\n")
    check_run(run("render", "in", "--out", "o", cwd=d), 0, "", "same")
    check(not os.path.exists(f"{d}/o/.kratree-stage"), "what a killed run left")


def test_check_against_nothing_differs(d):
    write(f"{d}/in/a.yaml")
    check_run(run("render", "in", "--out", "o", "--check", cwd=d), 1, "create   dev/")
    check_run(run("render", "in", "--out", "o.zip", "--check", cwd=d), 1, "create   o.zip")
    check(sorted(os.listdir(d)) == ["in"], "--check wrote")


def test_out_zip(d):
    write(f"{d}/in/a.yaml")
    check_run(run("render", "in", "--out", "o.zip", cwd=d), 0, "", "wrote")
    check(sorted(os.listdir(d)) == ["in", "o.zip"], os.listdir(d))
    with zipfile.ZipFile(f"{d}/o.zip") as archive:
        check(archive.testzip() is None and len(archive.namelist()) == 3, archive.namelist())
    before = os.stat(f"{d}/o.zip")
    check_run(run("render", "in", "--out", "o.zip", cwd=d), 0, "", "same")
    check(os.stat(f"{d}/o.zip").st_mtime_ns == before.st_mtime_ns, "an equal zip was written again")
    check_run(run("render", "in", "--out", "o.zip", "--check", cwd=d), 0)
    check_run(run("render", "in", "--out", "o.zip", "--check", "--level", "0", cwd=d), 1, "update   o.zip")
    with open(f"{d}/o.zip", "ab") as file:
        file.write(b"x")
    check_run(run("render", "in", "--out", "o.zip", "--check", cwd=d), 1)
    check_run(run("render", "in", "--out", "o.zip", cwd=d), 0)
    got = run("render", "in", "--out", "-", cwd=d)
    with open(f"{d}/o.zip", "rb") as file:
        check(file.read() == got.raw, "the zip on stdout is another one")


def test_out_zip_failures(d):
    write(f"{d}/in/a.yaml")
    check_run(run("render", "in", "--out", "missing/o.zip", cwd=d), 2, "", "missing/o.zip: error: cannot write: No such")
    os.mkdir(f"{d}/dir.zip")
    check_run(run("render", "in", "--out", "dir.zip", cwd=d), 2, "", "dir.zip")
    check(sorted(os.listdir(d)) == ["dir.zip", "in"], "something was left behind")


def test_out_above_inputs_is_refused(d):
    write(f"{d}/p/in/a.yaml")
    for out, path in (("in", "in"), (".", "in"), ("..", "in"), ("in/../in", "in"), ("in", "in/a.yaml"), (".", ".")):
        check_run(run("render", path, "--out", out, cwd=f"{d}/p"), 2, "", "KT-643")
    os.symlink("in", f"{d}/p/link")
    check_run(run("render", "in", "--out", "link", cwd=f"{d}/p"), 2, "", "KT-643")
    check_run(run("render", "in", "--out", "in2", cwd=f"{d}/p"), 0)
    check_run(run("render", "in", "--out", "in/rendered", cwd=f"{d}/p"), 0)
    check_run(run("render", "in", "--out", "in/rendered", "--check", cwd=f"{d}/p"), 0)


def test_lock_in_path_is_used_and_updated(d):
    write(f"{d}/in/a.yaml")
    lock = f"{d}/in/kratree.lock"
    check_run(run("render", "in", "--out", "o", cwd=d), 0)
    check(not os.path.exists(lock), "a lock that nobody asked for")
    check_run(run("render", "in", "--out", "o", "--lock", "in/kratree.lock", cwd=d), 0)
    first = open(lock).read()
    check("name: redis-static-deps-1e348" in first, first)
    write(f"{d}/in/a.yaml", PLATFORM.replace("name: redis}\nspec", "name: kafka}\nspec"))
    check_run(run("render", "in", cwd=d), 0)
    check_run(run("render", "in", "--out", "o", "--check", cwd=d), 1, "delete   dev/dependencies/redis/5058f")
    check_run(run("render", "in", "--out", "p", "--locked", cwd=d), 1, "", "KT-650")
    check(open(lock).read() == first and not os.path.exists(f"{d}/p"), "written by what only looks")
    write(f"{d}/o/dev/dependencies/redis/5058f/x", "")
    check_run(run("render", "in", "--out", "o", cwd=d), 0, "", "2 deleted")
    check("kafka" in open(lock).read() and "redis" not in open(lock).read(), "the lock is not up to date")
    check(not os.path.exists(f"{d}/o/dev/dependencies/redis"), "a folder that is empty")
    check_run(run("render", "in", "--out", "o", "--locked", cwd=d), 0, "", "same")
    check_run(run("render", "in", "--out", "o.zip", cwd=d), 0)


def test_lock_knows_what_is_foreign(d):
    write(f"{d}/in/a.yaml")
    write(f"{d}/o/mine", "x")
    check_run(run("render", "in", "--out", "o", "--lock", "l", cwd=d), 2, "", "KT-601")
    check(not os.path.exists(f"{d}/l"), "a lock of nothing")
    check_run(run("render", "in", "--out", "o", "--lock", "l", "--force", cwd=d), 0)
    check_run(run("render", "in", "--out", "o", "--lock", "l", cwd=d), 0, "", "1 foreign file")
    check_run(run("render", "in", "--out", "o", "--lock", "l", "--check", cwd=d), 0, "")
    check(tree_of(f"{d}/o")["mine"] == b"x", "foreign files stay")


def test_lock_failures(d):
    write(f"{d}/in/a.yaml")
    write(f"{d}/in/kratree.lock", "version: 1\n")
    write(f"{d}/other", "version: 1\n")
    check_run(run("render", "in", "--out", "o", "--lock", "other", cwd=d), 2, "", "two locks")
    check_run(run("render", "in", "--out", "o", "--keep-going", cwd=d), 2, "", "KT-420")
    check_run(run("render", "in/a.yaml", "--out", "o", "--lock", "in", cwd=d), 2, "", "KT-641")
    check_run(run("render", "in/a.yaml", "--out", "o", "--lock", "no/such/folder/l", cwd=d), 2, "", "KT-647")
    write(f"{d}/in/lock.yaml", open(f"{d}/other").read())
    os.remove(f"{d}/in/kratree.lock")
    check_run(run("render", "in", "--out", "p", "--lock", "in/lock.yaml", cwd=d), 2, "", "in/lock.yaml:1:1: error: kratix")


def test_errors_write_nothing(d):
    write(f"{d}/in/a.yaml", PLATFORM.replace("dependencies:", "dependenceis:"))
    for out in ("o", "o.zip"):
        check_run(run("render", "in", "--out", out, cwd=d), 2, "", "nothing was written")
        check(not os.path.exists(f"{d}/{out}"), out)
    check_run(run("render", "in", cwd=d), 2, "", "render --keep-going")
    check_run(run("render", "in", "--keep-going", "--out", "o", cwd=d), 1, "", "left out")
    check(os.path.exists(f"{d}/o"), "--keep-going writes")


def test_reports(d):
    write(f"{d}/in/a.yaml")
    got = run("render", "in", "-o", "json", "-o", "text=t.txt", "--out", "o", cwd=d)
    check_run(got, 0)
    check(json.loads(got.out)["schemaVersion"] == 1, got)
    check("redis-dependencies.yaml" in tree_of(d)["t.txt"].decode(), "text=FILE")
    write(f"{d}/in/a.yaml", PLATFORM.replace("dependencies:", "dependenceis:"))
    got = run("render", "in", "-o", "json", cwd=d)
    check(got.code == 2 and "KT-" in json.dumps(json.loads(got.out)["diagnostics"]), got)
    check_run(run("render", "in", "-o", "text", cwd=d), 2, "")


def test_limits(d):
    write(f"{d}/a.yaml")
    for flag, value, code in (("--max-file-bytes", "100", "KT-701"), ("--max-total-bytes", "100", "KT-702"),
                              ("--max-depth", "2", "KT-703"), ("--max-documents", "2", "KT-704"),
                              ("--max-values", "10", "KT-705"), ("--max-output-bytes", "10", "KT-720")):
        check_run(run("render", flag, value, cwd=d), 2, "", code)
        check_run(run("render", f"{flag}=1M", cwd=d) if "bytes" in flag else run("render", cwd=d), 0)
    check_run(run("render", "--max-file-bytes", "100", "-", stdin=PLATFORM.encode()), 2, "", "KT-701")


def test_nul_bytes_are_an_error(d):
    write(f"{d}/a.yaml", PLATFORM.encode().replace(b"redis", b"re\0dis", 1))
    check_run(run("render", cwd=d), 2, "", "a.yaml:13:")


def test_captured_output(d):
    shutil.copytree(DEMO, f"{d}/p")
    inside = run("render", "p", "-o", "json", cwd=d)
    check_run(inside, 0, "shop/postgres/orders/instance", "")
    os.rename(f"{d}/p/outputs", f"{d}/elsewhere")
    check_run(run("render", "p", cwd=d), 0, None, "warning")
    outside = run("render", "p", "--outputs", "elsewhere", "-o", "json", cwd=d)
    check(outside.code == 0 and outside.raw == inside.raw.replace(b"p/outputs", b"elsewhere"), "--outputs DIR")
    check_run(run("render", "p", "--outputs", "missing", cwd=d), 2, "", "missing: error: cannot read")
    os.symlink("/etc", f"{d}/elsewhere/resource/shop/postgres/orders/instance/output/link")
    check_run(run("render", "p", "--outputs", "elsewhere", cwd=d), 2, "", "symbolic link")


def test_names_of_files_do_not_matter(d):
    shutil.copytree(DEMO, f"{d}/a")
    shutil.copytree(DEMO, f"{d}/b")
    for i, path in enumerate(sorted(p for p in tree_of(f"{d}/b") if not p.startswith("outputs"))):
        os.rename(f"{d}/b/{path}", f"{d}/b/{99 - i}.yaml")
    first, second = (run("render", path, "--out", "-", cwd=d) for path in "ab")
    check(first.code == 0 and first.raw == second.raw, second.err)


def test_lock_is_what_render_writes_without_the_tree(d):
    with inside(d):
        lives = os.path.join(ROOT, "fixtures")
        for folder in ("demo/platform", "layout/aggregated_mode/in", "layout/two_stores/in", "groups/walk_order/in"):
            args = [os.path.join(lives, folder)]
            outputs = os.path.join(lives, os.path.dirname(folder), "outputs")
            args += ["--outputs", outputs] if folder.endswith("/in") and os.path.isdir(outputs) else []
            name = folder.replace("/", "-")
            check_run(run("render", *args, "--out", "out-" + name, "--lock", name + ".render"), 0)
            got = run("lock", *args, "--lock", name + ".lock")
            check_run(got, 0, "", "wrote    ")
            with open(name + ".render") as render, open(name + ".lock") as lock:
                check(render.read() == lock.read(), f"{folder}: the same lock")
            check_run(run("lock", *args, "--lock", name + ".lock", "--locked"), 0, "", "same     ")


def test_lock_takes_over_what_a_cluster_has_decided(d):
    with inside(d):
        dump = os.path.join(ROOT, "fixtures/dump/works_and_placements/in")
        with open(os.path.join(dump, sorted(os.listdir(dump))[0]), "rb") as file:
            text = file.read()
        check_run(run("lock", "-", stdin=text), 0, "", "wrote    kratree.lock")
        names = set(re.findall(r"kratix.io/work: (\S+)", text.decode()))
        with open("kratree.lock") as file:
            remembered = set(re.findall(r"^  name: (\S+)$", file.read(), re.M))
        check(remembered and remembered <= names, f"{remembered} of {names}")


SECOND_STORE = """---
apiVersion: platform.kratix.io/v1alpha1
kind: GitStateStore
metadata: {name: second}
spec: {url: https://git.example.com/b.git, secretRef: {name: s, namespace: default}}
"""


def advised(d, got, *words):
    """Run the commands that a failed render ends with, as they stand."""
    check_run(got, 2)
    lines = got.err.rstrip().split("\n")
    check("laid out anew" in lines[-2] and all(word in lines[-1] for word in words), got)
    done = subprocess.run(["sh", "-ec", f'kratree() {{ "{harness.PROGRAM}" "$@"; }}\n{lines[-1]}'], cwd=d, capture_output=True,
                          env=harness.clean_environment())
    check(done.returncode == 0, (lines[-1], done.stderr.decode()))


def inodes(d):
    return {name: os.stat(os.path.join(top, name)).st_ino for top, _, names in os.walk(d) for name in names if ".git" not in top}


def test_one_state_store_becomes_several(d):
    for lock in ([], ["--lock", "the lock"]):
        for out in ("out", "-my out's"):
            shutil.rmtree(f"{d}/{out}", ignore_errors=True)
            args = ("render", "p", "--out=" + out, *lock)
            write(f"{d}/p/a.yaml")
            if lock and os.path.exists(f"{d}/the lock"):
                os.remove(f"{d}/the lock")
            check_run(run(*args, cwd=d), 0)
            write(f"{d}/{out}/.git/config", "")
            before = inodes(f"{d}/{out}")
            write(f"{d}/p/b.yaml", SECOND_STORE)
            advised(d, run(*args, cwd=d), "mkdir", *lock[:1])
            check_run(run(*args, cwd=d), 0, None, "0 created   0 updated")
            check(inodes(f"{d}/{out}") == before and os.path.isdir(f"{d}/{out}/gitstatestore/default/dev"), "moved")
            os.remove(f"{d}/p/b.yaml")
            advised(d, run(*args, cwd=d), "mkdir", *lock[:1])
            check_run(run(*args, cwd=d), 0, None, "0 created   0 updated")
            check(os.path.isdir(f"{d}/{out}/dev") and os.path.exists(f"{d}/{out}/.git/config"), "moved back")
            shutil.rmtree(f"{d}/{out}.old")


def test_push_reports_why_manifests_are_refused(d):
    write(f"{d}/a.yaml", PLATFORM.replace("path: dev", "paht: dev"))
    got = run("push", "-o", "json", cwd=d)
    check_run(got, 2, None, "[KT-204]")
    check(report.push_problems(got.out) == [], got)
    only = json.loads(got.out)[0]
    check(only["statestore"] is None and only["outcome"] == "failed" and only["mode"] == "push", got)
    check("KT-204" in [diag["code"] for diag in only["diagnostics"]], got)


def test_nothing_is_advised_of_other_files(d):
    write(f"{d}/p/a.yaml")
    write(f"{d}/out/notes.txt", "")
    check("laid out anew" not in run("render", "p", "--out", "out", cwd=d).err, "not of another layout")
    write(f"{d}/p/kratree.lock", "nonsense")
    check("laid out anew" not in run("render", "p", "--out", "out", cwd=d).err, "not of another layout")


def test_lock_has_its_place(d):
    with inside(d):
        write("in/p.yaml")
        check_run(run("lock", "in", "--locked"), 1, "", "KT-650")
        check(not os.path.exists("in/kratree.lock"), "--locked writes nothing")
        check_run(run("lock", "in"), 0, "", "in/kratree.lock")
        check_run(run("lock", "in/p.yaml"), 0, "", "wrote    kratree.lock")
        check_run(run("lock", "in", "--lock", "other.lock"), 2, "", "two locks")
        check_run(run("lock", cwd="in"), 0, "", "same     kratree.lock")
        write("in/p.yaml", PLATFORM.replace("spec:\n  dest", "nonsense: 1\nspec:\n  dest"))
        before = tree_of("in")
        check_run(run("lock", "in"), 2, "", "kratree lock --keep-going")
        check(tree_of("in") == before, "an error changes nothing")


def test_lock_warns_of_what_it_forgets(d):
    with inside(d):
        write("in/p.yaml")
        check_run(run("lock", "in"), 0)
        write("in/p.yaml", PLATFORM.replace("name: redis}\nspec", "name: cache}\nspec"))
        check_run(run("lock", "in", "--strict"), 2, "", "KT-651")
        check_run(run("lock", "in"), 0, "", "'dev/dependencies/redis/5058f' first, is forgotten [KT-651]")
        check_run(run("lock", "in"), 0, "", "same")


# ---- Terminal -------------------------------------------------------------------------------------


def test_closed_and_full_stdout(d):
    write(f"{d}/a.yaml")
    shell = lambda script: subprocess.run(["bash", "-c", script.replace("PROGRAM", f"'{harness.PROGRAM}'")], cwd=d,
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    got = shell("PROGRAM render >&-")
    check(got.returncode == 2 and b"cannot write standard output" in got.stderr, got)
    got = shell("PROGRAM render --out - >&-")
    check(got.returncode == 2 and b"cannot write standard output" in got.stderr, got)
    check(shell("PROGRAM render --out o --quiet >&-").returncode == 0, "nothing to say")
    check(shell("PROGRAM render --out o2 2>&- >&- <&-").returncode == 0, "all closed")
    check("dev" in os.listdir(f"{d}/o2"), "written with all closed")
    if os.path.exists("/dev/full"):
        got = shell("PROGRAM render >/dev/full")
        check(got.returncode == 2 and b"No space left" in got.stderr and b"KT-647" in got.stderr, got)
        got = shell("PROGRAM render --out - >/dev/full")
        check(got.returncode == 2 and got.stderr.count(b"error") == 1, got)
    got = shell("ulimit -f 0; PROGRAM render --out o3")
    check(got.returncode == 2 and b"File too large" in got.stderr and not os.path.exists(f"{d}/o3"), got)
    got = shell("PROGRAM render | true; exit ${PIPESTATUS[0]}")
    check(got.returncode in (0, 2) and got.stderr == b"", got)


def test_colour(d):
    write(f"{d}/a.yaml")
    escape = "\x1b["
    check(escape not in run("render", cwd=d).out, "no terminal, no colour")
    check(escape in run("render", "--color", "always", cwd=d).out, "--color always")
    check(escape in run("render", cwd=d, env={"KRATREE_COLOR": "always", "NO_COLOR": "1"}).out, "KRATREE_COLOR")
    check(escape in on_terminal("render", cwd=d)[1], "terminal")
    check(escape not in on_terminal("render", cwd=d, env={"NO_COLOR": "1"})[1], "NO_COLOR")
    check(escape in on_terminal("render", cwd=d, env={"NO_COLOR": ""})[1], "an empty NO_COLOR says nothing")
    check(escape not in on_terminal("render", cwd=d, env={"TERM": "dumb"})[1], "TERM=dumb")
    check(escape not in on_terminal("render", "--color=never", cwd=d)[1], "--color never")
    plain = run("render", "--color=never", "missing", cwd=d).err
    coloured = run("render", "--color=always", "missing", cwd=d).err
    check(escape in coloured and re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain, coloured)


def test_narrow_terminal(_):
    for columns in (40, 60, 80, 100, 140):
        text = on_terminal("render", "--color=never", DEMO, columns=columns)[1]
        reasons = [line for line in text.split("\n") if "matches" in line and ".yaml" not in line]
        check(all(len(line) <= columns for line in reasons), f"{columns}: {reasons}")
        check(text.count("kratix-canary-namespace.yaml") == 5, text)


def test_zip_is_nothing_for_a_terminal(_):
    code, text = on_terminal("render", "--out", "-", DEMO)
    check(code == 2 and "a zip is nothing for a terminal" in text and "PK" not in text, text)


def test_quiet_and_verbose(d):
    write(f"{d}/a.yaml", PLATFORM.replace("env: dev}}]", "env: prod}}]"))
    check_run(run("render", cwd=d), 0, None, "warning")
    check_run(run("render", "-q", cwd=d), 0, "GitStateStore", "")
    check_run(run("render", "-q", "--strict", cwd=d), 2, "", "error")
    write(f"{d}/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\na: 1\n")
    check_run(run("render", "-v", cwd=d), 0, None, "2 documents passed over")


# ---- Diagnostics ----------------------------------------------------------------------------------



def test_the_line_to_ignore_a_file_is_true(d):
    write(f"{d}/p/a.yaml")
    write(f"{d}/p/c/t.yaml", "{{ x }}: {{")
    for path, where in (("p", ""), (f"{d}/p", "/p/c"), ("../" + os.path.basename(d) + "/p", "/p/c")):
        line, beside = re.search(r"add the line '(.*)' to .kratreeignore( beside it)?", run("render", path, cwd=d).err).groups()
        check(bool(beside) == bool(where), (path, line))
        write(f"{d}{where}/.kratreeignore", line + "\n")
        check_run(run("render", path, cwd=d), 0, "GitStateStore", "")
        os.remove(f"{d}{where}/.kratreeignore")


def test_many_warnings_of_a_kind(d):
    lost = ("---\napiVersion: platform.kratix.io/v1alpha1\nkind: Destination\nmetadata: {name: d%d}\n"
            "spec: {path: d%d, stateStoreRef: {kind: GitStateStore, name: none}}\n")
    write(f"{d}/in/a.yaml", PLATFORM + "".join(lost % (i, i) for i in range(13)))
    got = run("render", "in", "--out", "o", cwd=d)
    check_run(got, 0, "", "3 more warnings [KT-303]; --verbose shows them\n")
    check(got.err.count("warning: ") == 10 and "13 warnings" in got.err, got)
    check(run("render", "in", "--out", "o", "--verbose", cwd=d).err.count("warning: ") == 13, "not all")
    check(run("render", "in", "--out", "o", "--strict", cwd=d).err.count("error: ") == 13, "not all")
    check_run(run("render", "in", "--out", "o", "-q", cwd=d), 0, "", "")

def test_codes_are_those_of_the_core(_):
    def pairs(path):
        with open(os.path.join(ROOT, path)) as file:
            text = re.sub(r"\\\n", " ", file.read())
        return dict(re.findall(r'"(KT-\d+)", KT_\w+,(?: *"[^"]*",)? *"([^"]*)"[)}]', text))
    core = pairs("src/core/base/codes.h")
    for path, count in (("src/cli/problem.c", 18), ("src/push/problem.c", 22)):
        ours = pairs(path)
        check(len(ours) == count, ours)
        for code, text in ours.items():
            check(core.get(code) == text, f"{code}: {text!r}, core/base/codes.h has {core.get(code)!r}")


def main():
    args = sys.argv[1:]
    if args and not args[0].startswith("test_"):
        harness.PROGRAM = os.path.abspath(args.pop(0))
    signal.alarm(1500)  # that of run.py would not say where
    return harness.run_tests(globals(), "cli", args)


if __name__ == "__main__":
    sys.exit(main())
