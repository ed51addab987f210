#!/usr/bin/env python3
"""Pushing to buckets, side by side with rclone, s5cmd and the AWS CLI: the same tree, the same server, on /dev/shm.

    push_s3.py KRATREE FOLDER [SERVER]      rows for run.py, as a module; alone it prints them

Ours is the whole push, with its rendering; the others are given the rendered tree. Each of them with as many
connections as ours, and rclone without the questions for times that it would ask about each object.
"""
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.dirname(HERE))
from s3.servers import ACCESS, SECRET, TOOLS, Server  # noqa: E402

ROUNDS = 2
PROMISES, DESTINATIONS = 100, 100
PYTHON = os.path.join(TOOLS, "python", "bin")
STORE = ("apiVersion: platform.kratix.io/v1alpha1\nkind: BucketStateStore\nmetadata: {{name: default}}\n"
         "spec: {{endpoint: '127.0.0.1:{port}', insecure: true, bucketName: {bucket}, secretRef: {{name: s, namespace: default}}}}\n")
DESTINATION = ("---\napiVersion: platform.kratix.io/v1alpha1\nkind: Destination\nmetadata: {{name: d{n}}}\n"
               "spec: {{path: d{n}, stateStoreRef: {{kind: BucketStateStore, name: default}}}}\n")
PROMISE = ("apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {{name: p{n}}}\nspec:\n  dependencies:\n"
           "  - {{apiVersion: v1, kind: ConfigMap, metadata: {{name: c{n}, namespace: default}}, data: {{{data}}}}}\n")


def platform(folder, port, bucket):
    """10,200 files, most of them of about 2 KB."""
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/stores.yaml", "w", encoding="ascii") as file:
        file.write(STORE.format(port=port, bucket=bucket))
        file.writelines(DESTINATION.format(n=n) for n in range(DESTINATIONS))
    for n in range(PROMISES):
        data = ", ".join(f'key{k:02}: "value {n} {k} and some text that fills it up"' for k in range(40))
        with open(f"{folder}/p{n}.yaml", "w", encoding="ascii") as file:
            file.write(PROMISE.format(n=n, data=data))


def environment(tmp):
    config = f"{tmp}/aws-config"
    with open(config, "w", encoding="ascii") as file:
        file.write("[default]\nregion = us-east-1\ns3 =\n  max_concurrent_requests = 48\n  addressing_style = path\n")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return {**clean, "AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1",
            "AWS_CONFIG_FILE": config, "HOME": tmp}


def commands(kratree, tmp, port, bucket):
    """What fills `bucket` from the tree, by name."""
    url, tree = f"http://127.0.0.1:{port}", f"{tmp}/tree"
    found = {
        "kratree": [f"{kratree}-push-s3", f"{tmp}/in-{bucket}", "-q"],
        "rclone": ["rclone", "sync", "--checksum", "--fast-list", "--transfers", "48", "--checkers", "48", "--s3-provider",
                   "Minio", "--s3-env-auth", "--s3-endpoint", url, "--s3-no-check-bucket", tree, f":s3:{bucket}"],
        "s5cmd": [f"{PYTHON}/s5cmd", "--endpoint-url", url, "--numworkers", "48", "sync", tree + "/", f"s3://{bucket}/"],
        "aws s3 sync": [f"{PYTHON}/aws", "--endpoint-url", url, "s3", "sync", "--only-show-errors", tree, f"s3://{bucket}/"],
    }
    return {name: command for name, command in found.items() if shutil.which(command[0])}


def create(port, bucket, environ):
    subprocess.run([f"{PYTHON}/s5cmd", "--endpoint-url", f"http://127.0.0.1:{port}", "mb", f"s3://{bucket}"], check=True,
                   env=environ, stdout=subprocess.DEVNULL)


def seconds(command, environ):
    begin = time.perf_counter()
    subprocess.run(command, check=True, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def measure(kratree, tmp, server):
    """Medians of first and unchanged push by program; they take turns, each round with buckets of its own."""
    environ = environment(tmp)
    first, again = {}, {}
    for turn in range(ROUNDS):
        for number, name in enumerate(commands(kratree, tmp, server.port, "")):
            if name == "aws s3 sync" and turn > 0:
                continue  # it takes long enough once
            bucket = f"bucket-{turn}-{number}"
            create(server.port, bucket, environ)
            platform(f"{tmp}/in-{bucket}", server.port, bucket)
            command = commands(kratree, tmp, server.port, bucket)[name]
            first.setdefault(name, []).append(seconds(command, environ))
            again.setdefault(name, []).append(seconds(command, environ))
            shutil.rmtree(f"{tmp}/in-{bucket}")
    return [{name: statistics.median(taken) for name, taken in each.items()} for each in (first, again)]


def rows(kratree, tmp, names=("versitygw", "minio")):
    """Cells for run.py: name, measured, reference, ratio, goal."""
    subprocess.run([os.path.join(HERE, "../../packaging/servers.sh"), "bench"], check=True)
    for name in names:
        folder = f"{tmp}/s3-{name}"
        os.mkdir(folder)
        platform(f"{folder}/render", 1, "none")
        subprocess.run([kratree, "render", f"{folder}/render", "--out", f"{folder}/tree", "-q"], check=True)
        server = Server(name, folder)
        try:
            measured = measure(kratree, folder, server)
        finally:
            server.close()
        files = PROMISES * DESTINATIONS + 2 * DESTINATIONS
        for what, taken in zip((f"first push of {files:,} files", "unchanged push"), measured):
            ours = taken.pop("kratree")
            fastest = min(taken, key=taken.get)
            yield (f"(s3) {name}, {what}", f"{ours:.2f} s", ", ".join(f"{n} {t:.2f} s" for n, t in taken.items()),
                   f"{ours / taken[fastest]:.2f}", f"less than 1, against {fastest}")
        shutil.rmtree(folder)


def main(kratree, folder, *servers):
    os.makedirs(folder, exist_ok=True)
    for cells in rows(os.path.abspath(kratree), os.path.abspath(folder), *([servers] if servers else [])):
        print(" | ".join(cells), flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
