#!/usr/bin/env python3
"""Pushing to git, side by side with git itself; a remote on the same disk, so that only work counts.

    push_git.py KRATREE FOLDER      rows for run.py, as a module; alone it prints them
"""
import os
import shutil
import statistics
import subprocess
import sys
import time

ROUNDS = 3
STORE = ("apiVersion: platform.kratix.io/v1alpha1\nkind: GitStateStore\nmetadata: {{name: default}}\n"
         "spec: {{url: {url}, secretRef: {{name: s, namespace: default}}}}\n")
DESTINATION = ("---\napiVersion: platform.kratix.io/v1alpha1\nkind: Destination\n"
               "metadata: {{name: d{n}, labels: {{env: dev, ten: \"{ten}\"}}}}\n"
               "spec: {{path: d{n}, stateStoreRef: {{kind: GitStateStore, name: default}}}}\n")
PROMISE = ("apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {{name: p{n}}}\nspec:\n"
           "  destinationSelectors: [{{matchLabels: {{{selector}}}}}]\n  dependencies:\n"
           "  - {{apiVersion: v1, kind: ConfigMap, metadata: {{name: c{n}, namespace: default}}, data: {{{data}}}}}\n")


def git(*words):
    subprocess.run(["git", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, "GIT_CONFIG_NOSYSTEM": "1"})


def platform(folder, url, promises, destinations, version):
    """A file for each Promise and Destination, of about 2 KB; the first Promise goes to ten Destinations and has a
    version."""
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/stores.yaml", "w", encoding="ascii") as file:
        file.write(STORE.format(url=url))
        file.writelines(DESTINATION.format(n=n, ten="yes" if n < 10 else "no") for n in range(destinations))
    for n in range(promises):
        data = f'version: "{version if n == 0 else 1}"' + "".join(
            f', key{k:02}: "value {n} {k} and some text that fills it up"' for k in range(30))
        selector = 'ten: "yes"' if n == 0 else "env: dev"
        with open(f"{folder}/p{n}.yaml", "w", encoding="ascii") as file:
            file.write(PROMISE.format(n=n, selector=selector, data=data))


def seconds(command, cwd=None):
    begin = time.perf_counter()
    subprocess.run(command, check=True, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, "GIT_CONFIG_NOSYSTEM": "1"})
    return time.perf_counter() - begin


def first_push(kratree, tmp, promises, destinations):
    """Seconds of the adapter with its rendering, and of git add, commit and push of what was rendered before."""
    ours, theirs, remote, tree = [], [], f"{tmp}/first.git", f"{tmp}/first"
    platform(f"{tmp}/first-in", remote, promises, destinations, 1)
    for _ in range(ROUNDS):
        for path in (remote, tree):
            shutil.rmtree(path, ignore_errors=True)
        git("init", "--bare", "--initial-branch=main", remote)
        ours.append(seconds([f"{kratree}-push-git", f"{tmp}/first-in"]))
        shutil.rmtree(remote)
        git("init", "--bare", "--initial-branch=main", remote)
        subprocess.run([kratree, "render", f"{tmp}/first-in", "--out", tree, "-q"], check=True)
        git("init", "--initial-branch=main", tree)
        theirs.append(seconds(["sh", "-c", "git add -A && git -c user.name=x -c user.email=x commit -qm x && "
                               f"git push -q {remote} main"], tree))
    for path in (f"{tmp}/first-in", remote, tree):
        shutil.rmtree(path)
    return statistics.median(ours), statistics.median(theirs)


def small_change(kratree, tmp):
    """Seconds of a push that changes ten files of 100,000, of its rendering alone, and of git alone: clone, write,
    commit, push."""
    remote, folder, out = f"{tmp}/big.git", f"{tmp}/big-in", []
    git("init", "--bare", "--initial-branch=main", remote)
    git("-C", remote, "config", "uploadpack.allowFilter", "true")
    platform(folder, remote, 1000, 100, 0)
    subprocess.run([f"{kratree}-push-git", folder, "-q"], check=True, stderr=subprocess.DEVNULL)
    for n in range(1, ROUNDS + 1):
        platform(folder, remote, 1000, 100, n)
        push = seconds([f"{kratree}-push-git", folder])
        render = seconds([kratree, "lock", folder, "--lock", f"{tmp}/lock"])  # renders, and keeps nothing of the tree
        clone = seconds(["sh", "-c", f"git clone -q --depth=1 file://{remote} {tmp}/clone && cd {tmp}/clone && "
                         "for i in 0 1 2 3 4 5 6 7 8 9; do echo x >d$i/x; done && git add -A && "
                         "git -c user.name=x -c user.email=x commit -qm x"])
        shutil.rmtree(f"{tmp}/clone")
        out.append((push, render, clone))
    return [statistics.median(column) for column in zip(*out)]


def rows(kratree, tmp):
    """name, measured, reference, ratio, goal"""
    for what, promises, destinations in (("100 contents", 100, 100), ("10,000 contents", 10000, 1)):
        ours, theirs = first_push(kratree, tmp, promises, destinations)
        yield (f"(g) push 10,000 files, {what}", f"{ours:.2f} s", f"git add, commit, push {theirs:.2f} s",
               f"{theirs / ours:.2f}", "at least 2.5")
    push, render, clone = small_change(kratree, tmp)
    yield ("(h) push 10 changed of 100,000", f"{push:.2f} s", f"git clone, add, commit {clone:.2f} s", f"{clone / push:.2f}")
    yield ("    without what rendering takes", f"{push - render:.2f} s", f"rendering {render:.2f} s", "",
           "at most 0.4 s")


if __name__ == "__main__":
    for one in rows(os.path.abspath(sys.argv[1]), sys.argv[2]):
        print("   ".join(one))
