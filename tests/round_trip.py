#!/usr/bin/env python3
"""From manifests to a tree, to what the cluster would print, and back to the same tree.

    tests/round_trip.py build/kratree [-v] [NAME…]

Every platform of the fixtures, and every recorded case where they are there, is rendered. The State Stores,
Destinations, Works and WorkPlacements that follow are written as `kubectl get … -o json` prints them. Then

    dump        the print-out alone
    together    manifests, captures and the print-out, in which all Works have other suffixes
    uncaptured  manifests and the print-out, without captures: what is missing is taken from it (W-9a)

must give the first tree, byte for byte; the second with the suffixes of the print-out. Platforms whose tree does not
show the content of all Works (collisions, paths that Kratix passes over) cannot be written and are passed over.
"""
import base64
import concurrent.futures
import glob
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
API = "platform.kratix.io/v1alpha1"
KINDS = {"static": "static-dependency", "promise": "promise", "resource": "resource"}
SOURCES = {"promise": "promise", "promiseWorkflow": "promise-workflow", "resourceWorkflow": "resource-workflow"}
USUAL = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}


def render(program, case, inputs, outputs, more):
    command = [program, "render", *inputs, "--keep-going", *more]
    command += ["--outputs", outputs] if outputs else []
    return subprocess.run(command, cwd=case, env=USUAL, stdin=subprocess.DEVNULL, capture_output=True, timeout=300)


def tree_of(program, case, inputs, outputs):
    """Files by path; None if nothing was rendered. Refusals are passed over."""
    done = render(program, case, inputs, outputs, ["--out", "-"])
    if done.returncode not in (0, 1) or not done.stdout:
        return None
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# ---- What the cluster holds ----

def contents(report, tree):
    """(namespace, work, group, workload, placement) → its bytes, put together from what it left in the tree."""
    found = {}
    for store in report["trees"]:
        for file in store["files"]:
            text = tree[os.path.join(store["folder"], file["path"])]
            for maker in file["makers"] if file["rule"] in ("workload", "aggregate") else []:
                key = tuple(maker[k] for k in ("namespace", "work", "group", "workload", "placement"))
                found[key] = found.get(key, b"") + text[maker["offset"]:maker["offset"] + maker["size"]]
    return found


def metadata(name, labels, namespace=None):
    where = {"namespace": namespace} if namespace else {}
    return {"name": name, **where, "labels": labels, "uid": "0e5b4c1e", "resourceVersion": "7", "generation": 1,
            "creationTimestamp": "2026-08-21T10:00:00Z", "managedFields": [{"manager": "manager", "operation": "Update"}]}


def store_object(store):
    spec = {"secretRef": {"name": "credentials", "namespace": "default"}}
    if store["kind"] == "GitStateStore":
        spec["url"] = "https://git.example.com/org/state.git"
    else:
        spec.update(bucketName="state", endpoint="s3.example.com")
    if store["path"]:
        spec["path"] = store["path"]
    return {"apiVersion": API, "kind": store["kind"], "metadata": metadata(store["name"], {}), "spec": spec}


def destination_object(d):
    filepath = {"mode": d["filepathMode"]}
    if "filename" in d:
        filepath["filename"] = d["filename"]
    spec = {"path": d["path"], "stateStoreRef": d["statestore"], "filepath": filepath, "cleanup": d["cleanup"],
            "strictMatchLabels": d["strictMatchLabels"], "initWorkloads": {"enabled": d["initWorkloads"]}}
    return {"apiVersion": API, "kind": "Destination", "metadata": metadata(d["name"], d["labels"]), "spec": spec,
            "status": {"conditions": [{"type": "Ready", "status": "True"}]}}


class Unwritable(Exception):
    """The tree does not show the content of every placed Work."""


def workloads_of(work, group, placement, found):
    items = []
    for workload in group["workloads"]:
        key = (work["namespace"], work["name"], group["directory"], workload["path"], placement)
        text = found.get(key, b"")
        if placement and len(text) != workload["size"]:
            raise Unwritable
        items.append({"filepath": workload["path"], "content": base64.b64encode(gzip.compress(text)).decode()})
    return items


def work_objects(work, found, rename):
    name = rename(work["name"])
    parts = work["identity"].split("/")
    labels = {"kratix.io/work-type": KINDS[work["type"]], "kratix.io/promise-name": work["promise"]}
    spec = {"promiseName": work["promise"], "workloadGroups": []}
    if work["type"] != "static":
        labels["kratix.io/pipeline-name"] = work["pipeline"]
    if work["type"] == "resource":
        labels.update({"kratix.io/resource-name": work["resource"], "kratix.io/resource-namespace": parts[2]})
        spec["resourceName"] = work["resource"]
    yield {"apiVersion": API, "kind": "Work", "metadata": metadata(name, labels, work["namespace"]), "spec": spec,
           "status": {"workPlacements": sum(len(g["placements"]) for g in work["groups"])}}
    for group in work["groups"]:
        names = [p["name"] for p in group["placements"]]
        selectors = [{"matchLabels": s["matchLabels"], "source": SOURCES[s["source"]]} for s in group["selectors"]]
        spec["workloadGroups"].append({"directory": group["directory"], "id": group["id"],
                                       "destinationSelectors": selectors,
                                       "workloads": workloads_of(work, group, names[0] if names else None, found)})
        for p in group["placements"]:
            yield placement_object(work, group, p, name, workloads_of(work, group, p["name"], found))


def placement_object(work, group, placement, work_name, workloads):
    labels = {"kratix.io/work": work_name, "kratix.io/workload-group-id": group["id"],
              "kratix.io/targetDestinationName": placement["destination"],
              "kratix.io/pipeline-name": work.get("pipeline", "")}
    spec = {"targetDestinationName": placement["destination"], "workloads": workloads, "promiseName": work["promise"],
            "id": group["id"]}
    if work["type"] == "resource":
        spec["resourceName"] = work["resource"]
    name = work_name + placement["name"][len(work["name"]):]
    return {"apiVersion": API, "kind": "WorkPlacement", "metadata": metadata(name, labels, work["namespace"]),
            "spec": spec}


def write_dump(path, report, found, rename=lambda name: name):
    items = [store_object(s) for s in report["statestores"] if not s["missing"]]
    items += [destination_object(d) for d in report["destinations"]]
    for work in report["works"]:
        items += work_objects(work, found, rename)
    with open(path, "w", encoding="utf-8") as handle:
        json.dump({"apiVersion": "v1", "kind": "List", "items": items}, handle)


# ---- One platform ----

def other_suffix(name):
    """One that leaves the order of names, and with it that of aggregates, as it is."""
    return name + "0"


def renamed(tree, names):
    """The tree with the names of Works exchanged, where they stand in paths and in state files."""
    def exchange(text):
        for name in names:
            text = text.replace(name.encode(), other_suffix(name).encode())
        return text
    return {exchange(path.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape"):
            exchange(text) if "/.kratix/" in "/" + path else text for path, text in tree.items()}


def compare(title, want, have):
    if have is None:
        return [f"{title}: nothing was rendered"]
    return [f"{title}: {p} " + ("is missing" if p not in have else "is not wanted" if p not in want else "differs")
            for p in sorted(want.keys() | have.keys()) if want.get(p) != have.get(p)]


def check(program, case):
    """What is wrong, or None if the platform cannot be written."""
    inputs = ["in"] if os.path.isdir(os.path.join(case, "in")) else ["."]
    outputs = "outputs" if os.path.isdir(os.path.join(case, "outputs")) else None
    profile = ["--kratix-version", "2025-03"] if "/2025-03/" in case else []
    tree = tree_of(program, case, inputs + profile, outputs)
    reported = render(program, case, inputs + profile, outputs, ["-o", "json"])
    if tree is None or reported.returncode not in (0, 1):
        return None
    report = json.loads(reported.stdout)
    wrong = []
    with tempfile.TemporaryDirectory() as temp:
        dump, other = os.path.join(temp, "dump.json"), os.path.join(temp, "other.json")
        try:
            found = contents(report, tree)
            write_dump(dump, report, found)
            write_dump(other, {**report, "statestores": [], "destinations": []}, found, other_suffix)
        except Unwritable:
            return None
        wrong += compare("dump", tree, tree_of(program, case, [dump] + profile, None))
        wrong += compare("together", renamed(tree, [w["name"] for w in report["works"]]),
                         tree_of(program, case, [*inputs, other] + profile, outputs))
        if outputs:
            write_dump(other, {**report, "statestores": [], "destinations": []}, found)
            empty = os.path.join(temp, "outputs")
            os.mkdir(empty)
            wrong += compare("uncaptured", tree, tree_of(program, case, [*inputs, other] + profile, empty))
    return wrong


def cases(words):
    found = [os.path.join(ROOT, "fixtures/demo/platform")]
    for pattern in ("fixtures/*/*/in", "../shared/conformance/20*/*/*/in"):
        found += [os.path.dirname(p) for p in sorted(glob.glob(os.path.join(ROOT, pattern)))]
    found = [f for f in found if "/fixtures/dump/" not in f]
    return [f for f in found if not words or any(w in f for w in words)]


def main(program, words, verbose):
    passed = failed = written = 0
    folders = cases(words)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, wrong in zip(folders, pool.map(lambda c: check(program, c), folders)):
            if wrong is None:
                if verbose:
                    print("passed over", case)
                continue
            written += os.path.isdir(os.path.join(case, "outputs"))
            failed += bool(wrong)
            passed += not wrong
            for line in wrong[:None if verbose else 4]:
                print(f"FAIL {os.path.relpath(case, ROOT)}: {line}")
    if not words and written == 0:
        failed += 1
        print("FAIL no platform with captured output could be written")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "-v"]
    if not arguments:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(arguments[0]), arguments[1:], "-v" in sys.argv[1:]))
