#!/usr/bin/env python3
"""The pages that describe the system to its users: their YAML renders.

    documents.py KRATREE

Complete examples render as they stand; annotated listings render with each placeholder replaced as listed below.
Where ../shared/documents holds the pages, their blocks are taken from there, and each must say the same as the
fixture that stands for it; elsewhere the fixtures are rendered alone. Last line: 'N passed, N failed'.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGES = os.path.join(ROOT, "..", "shared", "documents")

STORE = """apiVersion: platform.kratix.io/v1alpha1
kind: BucketStateStore
metadata: {name: default}
spec: {bucketName: b, endpoint: e, authMethod: IAM}
"""
WORKER = """apiVersion: platform.kratix.io/v1alpha1
kind: Destination
metadata: {name: worker, labels: {key: value}}
spec: {path: dev, stateStoreRef: {kind: BucketStateStore, name: default}}
"""
API = """  api:
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata:
      name: services.example.com
    spec:
      group: example.com
      names:
        kind: Service
        plural: services
        singular: service
      scope: Namespaced
      versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              x-kubernetes-preserve-unknown-fields: true
"""
PLACEHOLDER_ITEM = r"^ *-  #\.\.\.\n"

# page, number of its YAML block, fixture and file with the same text, replacements (pattern, text), what it needs beside it
BLOCKS = [
    ("destination.md", 0, "destination_listing_nestedbymetadata/in/destination.yaml",
     [(r"nestedByMetadata \| none", "nestedByMetadata")], STORE),
    ("destination.md", 0, "destination_listing_none/in/destination.yaml", [(r"nestedByMetadata \| none", "none")], STORE),
    ("destination.md", 1, "destination_example/in/example.yaml", [], ""),
    ("bucketstatestore.md", 0, "bucket_listing/in/store.yaml", [], WORKER),
    ("bucketstatestore.md", 1, "bucket_access_key/in/store.yaml", [], WORKER),
    ("bucketstatestore.md", 2, "bucket_iam/in/store.yaml", [], WORKER),
    ("promise.md", 0, "promise_listing/in/promise.yaml",
     [(PLACEHOLDER_ITEM, ""), (r"  api:\n    apiVersion: .*\n    kind: .*\n    # \.\.\.\n", API)], STORE + "---\n" + WORKER),
]


def yaml_blocks(page):
    with open(os.path.join(PAGES, page), encoding="utf-8") as handle:
        return re.findall(r"```yaml\n(.*?)```", handle.read(), re.S)


def replaced(text, replacements):
    for pattern, value in replacements:
        text, count = re.subn(pattern, value, text, flags=re.M)
        if not count:
            raise ValueError(f"nothing to replace: {pattern}")
    return text


def bare(text):
    """The lines that say something, without comments."""
    lines = (re.sub(r"(^|\s)#.*$", "", line).rstrip() for line in text.splitlines())
    return [line for line in lines if line]


def render(kratree, text, beside):
    with tempfile.TemporaryDirectory() as tmp:
        os.mkdir(f"{tmp}/in")
        for name, content in (("block.yaml", text), ("beside.yaml", beside)):
            with open(f"{tmp}/in/{name}", "w", encoding="utf-8") as handle:
                handle.write(content)
        done = subprocess.run([kratree, "render", "in", "--out", "out"], cwd=tmp, capture_output=True, text=True)
        files = sum(len(names) for _, _, names in os.walk(f"{tmp}/out"))
    return done, files


def check(kratree, page, number, fixture, replacements, beside):
    with open(os.path.join(ROOT, "fixtures", "documents", fixture), encoding="utf-8") as handle:
        ours = handle.read()
    text = ours
    if os.path.isdir(PAGES):
        text = replaced(yaml_blocks(page)[number], replacements)
        if bare(text) != bare(ours):
            return "the fixture does not say what the page says"
    done, files = render(kratree, text, beside)
    if done.returncode != 0 or files == 0:
        return f"exit status {done.returncode}, {files} files: {done.stderr.strip()}"
    return ""


def main(kratree):
    failed = 0
    for page, number, fixture, replacements, beside in BLOCKS:
        problem = check(os.path.abspath(kratree), page, number, fixture, replacements, beside)
        failed += bool(problem)
        if problem:
            print(f"FAIL {page}, block {number + 1} ({fixture}): {problem}")
    print(f"{len(BLOCKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
