#!/usr/bin/env python3
"""make bench: every number beside its reference of the same run, medians, on /dev/shm.

    run.py BENCH EVENTS KRATREE [--callgrind]
"""
import glob
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import module
import page
import push_git
import push_s3

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 5
SMALL = {
    "store.yaml": "apiVersion: platform.kratix.io/v1alpha1\nkind: GitStateStore\nmetadata: {name: default}\n"
                  "spec: {url: https://git.example.com/x.git, secretRef: {name: s, namespace: default}}\n",
    "promise.yaml": "apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {name: small}\nspec:\n"
                    "  dependencies:\n  - {apiVersion: v1, kind: Namespace, metadata: {name: small}}\n",
}
DESTINATION = ("apiVersion: platform.kratix.io/v1alpha1\nkind: Destination\nmetadata: {{name: d{n}}}\n"
               "spec: {{path: d{n}, stateStoreRef: {{kind: GitStateStore, name: default}}}}\n")


def output(*command, **environment):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, **environment}).stdout


def measure(bench, events, folder):
    """Rounds of both programs in turn, so that both see the same machine."""
    files = sorted(glob.glob(folder + "/*"))
    rounds, references = [], []
    for _ in range(ROUNDS):
        references.append(float(output(events, *files, REPEATS="11")))
        rounds.append({k: float(v) for k, v in (line.split() for line in output(bench, folder, "11").splitlines())})
    return {k: statistics.median(r[k] for r in rounds) for k in rounds[0]}, statistics.median(references)


def process_seconds(command, times=101):
    """Median wall-clock time of a whole process."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def alternating(commands, times=15):
    """Median seconds of each command; they take turns, and `before` puts the scene."""
    taken = {name: [] for name in commands}
    for _ in range(times):
        for name, (before, command, cwd) in commands.items():
            before()
            start = time.perf_counter()
            subprocess.run(command, check=True, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in taken.items()}


REQUEST = ("apiVersion: example.com/v1\nkind: Cache\nmetadata: {{name: c{n}, namespace: team-{t}}}\n"
           "spec: {{size: small, replicas: {n}}}\n")
API = """apiVersion: platform.kratix.io/v1alpha1
kind: Promise
metadata: {name: cache}
spec:
  api:
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: caches.example.com}
    spec:
      group: example.com
      names: {kind: Cache, plural: caches}
      scope: Namespaced
      versions:
      - name: v1
        served: true
        storage: true
        schema:
          openAPIV3Schema:
            type: object
            properties:
              spec:
                type: object
                properties:
                  size: {type: string, enum: [small, large]}
                  replicas: {type: integer, minimum: 0}
"""


def hundred_files(folder):
    """A platform of 100 files: a State Store, 20 Destinations, a Promise with an API, 78 requests to it."""
    os.mkdir(folder)
    files = {"store.yaml": SMALL["store.yaml"], "promise.yaml": API}
    files.update({f"d{n}.yaml": DESTINATION.format(n=n) for n in range(20)})
    files.update({f"request-{n}.yaml": REQUEST.format(n=n, t=n % 5) for n in range(78)})
    for name, text in files.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as handle:
            handle.write(text)
    return len(files)


def large_platform(kratree, tmp):
    """Requests with captured output, whole process, one core: cold, unchanged, as a zip; and what cp and zip take."""
    base, out, archive = f"{tmp}/platform", f"{tmp}/tree", f"{tmp}/tree.zip"
    subprocess.run([sys.executable, f"{HERE}/platform.py", base, "20", "1000"], check=True)
    render = [kratree, "render", f"{base}/in", "--outputs", f"{base}/outputs", "--jobs", "1", "--out"]

    def fresh(path):
        return lambda: shutil.rmtree(path) if os.path.isdir(path) else os.path.exists(path) and os.unlink(path)

    subprocess.run([*render, f"{tmp}/same"], check=True, stderr=subprocess.DEVNULL)
    commands = {
        "zip": (fresh(archive), [*render, archive], None),
        "cold": (fresh(out), [*render, out], None),
        "unchanged": (lambda: None, [*render, f"{tmp}/same"], None),
        "cp": (fresh(f"{tmp}/copy"), ["cp", "-r", f"{tmp}/same", f"{tmp}/copy"], None),
    }
    if shutil.which("zip"):
        commands["zip -qr"] = (fresh(f"{tmp}/reference.zip"), ["zip", "-qr", f"{tmp}/reference.zip", "."], f"{tmp}/same")
    files = [os.path.join(folder, name) for folder, _, names in os.walk(f"{tmp}/same") for name in names]
    return alternating(commands), len(files), sum(os.path.getsize(f) for f in files)


def instructions(bench, folder, tmp):
    if not shutil.which("valgrind"):
        sys.exit("bench: --callgrind needs valgrind: apt-get install valgrind")
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={tmp}/callgrind", bench, folder, "1"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return int(next(line for line in done.stderr.splitlines() if "Collected" in line).split()[-1])


def row(name, value, reference="", ratio="", goal=""):
    print(f"{name:<34} {value:>12}   {reference:<32} {ratio:>7}   {goal}")


def main(bench, events, kratree, callgrind):
    base = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=base) as tmp:
        subprocess.run([sys.executable, f"{HERE}/platform.py", f"{tmp}/large", "20", "0"], check=True)
        os.mkdir(f"{tmp}/small")
        for name, text in SMALL.items():
            with open(f"{tmp}/small/{name}", "w", encoding="utf-8") as handle:
                handle.write(text)
        for n in range(3):
            with open(f"{tmp}/small/d{n}.yaml", "w", encoding="utf-8") as handle:
                handle.write(DESTINATION.format(n=n))
        m, reference = measure(bench, events, f"{tmp}/large/in")
        whole = process_seconds([kratree, "render", f"{tmp}/small", "--out", f"{tmp}/out"])
        nothing = process_seconds(["true"])
        hundred = hundred_files(f"{tmp}/hundred")
        validated = process_seconds([kratree, "validate", f"{tmp}/hundred"])
        large, files, size = large_platform(kratree, tmp)
        mb, ms = 1e6, 1e3
        row("", "measured", "reference of the same run", "ratio", "goal")
        row("(a) render in memory, 1 thread", f"{m['render_seconds'] * ms:.1f} ms",
            f"libyaml events {reference * ms:.1f} ms", f"{m['render_seconds'] / reference:.2f}", "at most 2")
        row("(b) peak memory, input included", f"{(m['peak_bytes'] + m['input_bytes']) / mb:.1f} MB",
            f"input {m['input_bytes'] / mb:.1f} MB", f"{(m['peak_bytes'] + m['input_bytes']) / m['input_bytes']:.2f}",
            "at most 4")
        row("(c) small Promise, whole process", f"{whole * ms:.1f} ms", f"true {nothing * ms:.1f} ms",
            f"{whole / nothing:.2f}", "at most 10 ms")
        row("(d) zip, level 6", f"{m['zip6_seconds'] * ms:.1f} ms", f"tree {m['tree_bytes'] / mb:.1f} MB",
            f"{m['zip6_bytes'] / m['tree_bytes']:.2f}", "")
        row("    zip, stored", f"{m['zip0_seconds'] * ms:.1f} ms")
        copy, packed = f"cp -r {large['cp'] * ms:.0f} ms", "no zip installed"
        if "zip -qr" in large:
            packed = f"zip -qr {large['zip -qr'] * ms:.0f} ms"
        row("(e) 3,000 captured files, to zip", f"{large['zip'] * ms:.0f} ms", packed,
            f"{large['zip'] / large['zip -qr']:.2f}" if "zip -qr" in large else "", "at most 150 ms")
        row("    to a new directory", f"{large['cold'] * ms:.0f} ms", copy, f"{large['cold'] / large['cp']:.2f}")
        row("    to an unchanged directory", f"{large['unchanged'] * ms:.0f} ms", f"{files} files, {size / mb:.1f} MB",
            f"{large['unchanged'] / large['cp']:.2f}", "at most 60 ms")
        row(f"(f) validate {hundred} files, whole process", f"{validated * ms:.1f} ms", f"true {nothing * ms:.1f} ms",
            f"{validated / nothing:.2f}", "at most 50 ms")
        in_module = module.rows(f"{tmp}/large/in", m["render_seconds"])
        for name, *cells in [*push_git.rows(kratree, tmp), *push_s3.rows(kratree, tmp), *page.rows(), *in_module]:
            row(name, *cells)
        if callgrind:
            row("    instructions of bench, 1 repeat", f"{instructions(bench, tmp + '/large/in', tmp) / 1e6:.0f} million")


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--callgrind"]
    if len(arguments) != 3:
        sys.exit(__doc__)
    main(*map(os.path.abspath, arguments), "--callgrind" in sys.argv[1:])
