#!/usr/bin/env python3
"""Pushes to two real S3 servers, which verify signatures, and to them through a proxy that spoils requests.

    tests/push_s3.py build/kratree-push-s3 build/kratree [COUNT]

COUNT is how many objects the large trees have. What ends up in a bucket is read with another client (boto3) and
compared with what `kratree render` writes. Every secret is looked for in every output and every command line.
"""
import concurrent.futures
import glob
import hashlib
import http.server
import json
import os
import pathlib
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PYTHON = os.path.join(ROOT, "build/tools/python/bin/python3")
if os.path.abspath(sys.executable) != PYTHON:
    if not os.path.exists(PYTHON):
        sys.exit("push_s3.py: no build/tools/python; run packaging/servers.sh test")
    os.execv(PYTHON, [PYTHON, *sys.argv])

import boto3  # noqa: E402  the one of build/tools/python
from botocore.config import Config  # noqa: E402

sys.path.insert(0, os.path.join(ROOT, "tests"))
from s3.proxy import CUT, DROP, PASS, PATIENCE, Order, Proxy  # noqa: E402
from s3.servers import ACCESS, SECRET, Server  # noqa: E402

TIMEOUT = 900  # seconds for one push; without end is what is meant
FAKETIME = (glob.glob("/usr/lib/*/faketime/libfaketime.so.1") or [None])[0]
SECRETS = [SECRET]  # grows when temporary keys are made

STORE = """\
apiVersion: platform.kratix.io/v1alpha1
kind: BucketStateStore
metadata: {name: default}
spec: {endpoint: "%(endpoint)s", insecure: %(insecure)s, bucketName: %(bucket)s, path: "%(path)s", authMethod: %(method)s,
  secretRef: {name: keys, namespace: default}}
---
apiVersion: v1
kind: Secret
metadata: {name: keys, namespace: default}
stringData: {accessKeyID: %(access)s, secretAccessKey: "%(secret)s"}
---
apiVersion: platform.kratix.io/v1alpha1
kind: Destination
metadata: {name: dev, labels: {env: dev}}
spec: {path: "%(folder)s", stateStoreRef: {kind: BucketStateStore, name: default}}
"""
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
PIPELINE = """\
---
apiVersion: platform.kratix.io/v1alpha1
kind: Promise
metadata: {name: files}
spec:
  destinationSelectors: [{matchLabels: {env: dev}}]
  workflows: {promise: {configure: [{apiVersion: platform.kratix.io/v1alpha1, kind: Pipeline, metadata: {name: pipe},
    spec: {containers: [{name: a, image: a}]}}]}}
"""
HOSTILE = ["a b.yaml", " lead", "trail ", "plus+plus", "50%25", "100%", "a&b=c", "why?", "sharp#", "semi;colon", "comma,",
           "dollar$", "at@", "colon:", "excl!", "star*", "(paren)", "[br]", "{cur}", "it's", 'quo"te', "<tag>", "back\\s",
           "caret^", "tick`", "pipe|", "tilde~", "unicode-\u00e9\u00df", "\u65e5\u672c\u8a9e", "emoji-\U0001f600",
           "combining-e\u0301", "tab\tin", "-dash", "..dots..", "...", "x" * 200, "deep/" * 20 + "end", "UPPER", "upper",
           "%2F", "%00", "a%20b.yaml", "+", "=", "&amp;"]


def check(condition, what="not so"):
    if not condition:
        raise AssertionError(what)


class World:
    """A server, its buckets, and runs of the program."""

    def __init__(self, program, renderer, server, folder):
        self.program, self.renderer, self.server, self.folder = program, renderer, server, pathlib.Path(folder)
        self.client = self.client_of(server.port)
        self.count = 0

    @staticmethod
    def client_of(port, access=ACCESS, secret=SECRET, token=None):
        config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 2}, max_pool_connections=16)
        return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", aws_access_key_id=access,
                            aws_secret_access_key=secret, aws_session_token=token, region_name="us-east-1", config=config)

    def place(self, **words):
        """A fresh bucket and a folder for manifests."""
        self.count += 1
        words = {"bucket": f"bucket-{self.count}", "endpoint": f"127.0.0.1:{self.server.port}", "insecure": "true",
                 "path": "", "folder": "dev", "access": ACCESS, "secret": SECRET, "method": "accessKey", **words}
        self.client.create_bucket(Bucket=words["bucket"])
        return Place(self, self.folder / words["bucket"], words)


class Place:
    def __init__(self, world, folder, words):
        self.world, self.folder, self.words, self.bucket = world, folder, words, words["bucket"]
        folder.mkdir()

    def write(self, numbers=(), version="1", files=None, name="platform"):
        """Manifests in a folder of their own, with captured output."""
        top = self.folder / name
        shutil.rmtree(top, ignore_errors=True)
        top.mkdir()
        text = STORE % self.words + "".join(PROMISE % {"n": n, "version": version} for n in numbers)
        (top / "platform.yaml").write_text(text + (PIPELINE if files else ""), encoding="utf-8")
        for path, content in (files or {}).items():
            target = top / "outputs/promise/files/pipe/output" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return name

    def wanted(self, name="platform"):
        """Path: content, as kratree writes it to a directory."""
        out = self.folder / (name + "-want")
        shutil.rmtree(out, ignore_errors=True)
        subprocess.run([self.world.renderer, "render", name, "--out", str(out), "-q"], cwd=self.folder, check=True)
        return {os.path.relpath(os.path.join(top, f), out): pathlib.Path(top, f).read_bytes()
                for top, _, names in os.walk(out) for f in names}

    def start(self, *arguments, name="platform", **environment):
        return subprocess.Popen([self.world.program, name, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**usual(), **environment})

    def push(self, *arguments, want=0, says="", name="platform", **environment):
        return finish(self.start(*arguments, name=name, **environment), want, says)

    def objects(self):
        """Key: (size, ETag)."""
        pages = self.world.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return {o["Key"]: (o["Size"], o["ETag"].strip('"')) for page in pages for o in page.get("Contents", [])}

    def content(self, key):
        return self.world.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def put(self, key, content):
        self.world.client.put_object(Bucket=self.bucket, Key=key, Body=content)

    def check_holds(self, want, others=(), by_etag=False):
        """The bucket holds exactly these files, and objects called `others`."""
        have = self.objects()
        check(set(have) - set(others) == set(want),
              f"keys: missing {sorted(set(want) - set(have))[:3]}, too many {sorted(set(have) - set(want) - set(others))[:3]}")
        check(set(others) <= set(have), f"others went: {set(others) - set(have)}")
        if by_etag:
            wrong = [k for k, content in want.items() if have[k] != (len(content), hashlib.md5(content).hexdigest())]
        else:
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                wrong = [k for k, content in zip(want, pool.map(self.content, want)) if content != want[k]]
        check(not wrong, f"content of {wrong[:3]}")


def usual():
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "KRATREE_")) and "proxy" not in k.lower()}
    return {**kept, "UBSAN_OPTIONS": "print_stacktrace=1", "AWS_EC2_METADATA_DISABLED": "true"}


def finish(process, want=0, says=""):
    try:
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            line = file.read()
        check(not any(s.encode() in line for s in SECRETS), "a secret in the command line")
    except (FileNotFoundError, ProcessLookupError):
        pass
    out = process.communicate(timeout=TIMEOUT)[0].decode("utf-8", "replace")
    check(not any(s in out for s in SECRETS), "a secret in the output")
    check(want is None or process.returncode == want, f"exit status {process.returncode}, want {want}:\n{out[-1500:]}")
    check(says in out, f"'{says}' is not said:\n{out[-1500:]}")
    return out


# ---- What a push does -------------------------------------------------------------------------

def test_first_push_and_unchanged(w):
    p = w.place(path="fleet/a")
    p.write(range(w.many))
    p.push("--check", says="permitted")
    check(p.objects() == {}, "the probe left something")
    p.push("--dry-run", want=1, says="differs")
    check(p.objects() == {}, "a dry run wrote")
    p.push("--verify", says=f"{w.many + 2:,} created")
    p.check_holds(p.wanted(), by_etag=True)
    proxy = Proxy(w.server.port)
    p.words["endpoint"] = f"127.0.0.1:{proxy.port}"
    p.write(range(w.many))
    p.push(says=f"{w.many + 2:,} unchanged")
    check({s.method for s in proxy.seen} == {"GET"}, f"an unchanged push sent {sorted({s.method for s in proxy.seen})}")
    proxy.close()


def test_changes_and_deletions(w):
    p = w.place(path="x")
    p.put("x/foreign.txt", b"not ours")
    p.put("elsewhere/foreign.txt", b"not ours")
    others = ["x/foreign.txt", "elsewhere/foreign.txt"]
    p.write(range(1200), version="1")
    p.push(want=2, says="KT-908")
    p.push("--adopt", "--lock", "kratree.lock")
    p.check_holds(p.wanted(), others, by_etag=True)
    p.write(range(1100, 1250), version="2")
    p.push("--lock", "kratree.lock", says="1,100 deleted")
    p.check_holds(p.wanted(), others, by_etag=True)


def test_hostile_keys(w):
    p = w.place()
    files = {name: f"content of {name}".encode() for name in HOSTILE
             if w.server.name != "minio" or "\\" not in name}  # MinIO takes a backslash for a slash
    p.write(files=files)
    p.push("--verify")
    want = p.wanted()
    check(len(want) == len(files) + 2, "files are missing in the tree")
    p.check_holds(want)
    p.push(says=f"{len(want)} unchanged")
    p.push("--lock", "kratree.lock")
    p.write(files={"one": b"left"})
    p.push("--lock", "kratree.lock", says=f"{len(files)} deleted")
    p.check_holds(p.wanted())


def test_long_keys(w):
    p = w.place()
    room = 1024 - len("dev/dependencies/files/pipe/5058f/")
    long = ("d" * 99 + "/") * 9
    long += "e" * (room - len(long))
    p.write(files={long: b"long"})
    p.push()
    p.check_holds(p.wanted())
    check(max(map(len, p.objects())) == 1024)


def test_keys_that_begin_with_a_slash(w):
    """L-9. Both servers drop the slash; what they list is then taken for ours all the same."""
    for words in ({"folder": "/d"}, {"path": "/s"}, {"folder": "/"}):
        p = w.place(**words)
        proxy = Proxy(w.server.port)
        p.words["endpoint"] = f"127.0.0.1:{proxy.port}"
        p.write(range(3))
        p.push("--verify", says="5 created")
        keys = {s.path[len(f"/{p.bucket}/"):] for s in proxy.seen if s.method == "PUT" and "lease" not in s.path}
        check(len(keys) == 5 and all(key.startswith("/") for key in keys), f"keys were {sorted(keys)}")
        check({k.lstrip("/") for k in p.objects()} == set(p.wanted()), p.objects())
        p.push(says="5 unchanged")
        p.write(range(3), version="2")
        p.push(says="3 updated")
        proxy.close()


def test_file_becomes_folder(w):
    p = w.place()
    p.write(files={"a": b"1", "b/c": b"1"})
    p.push("--lock", "kratree.lock")
    p.write(files={"a/x": b"2", "b": b"2"})
    p.push("--lock", "kratree.lock")
    p.check_holds(p.wanted())


def test_multipart(w):
    p = w.place()
    size = (70 << 20) + 11
    content = bytearray(random.Random(1).randbytes(1 << 20) * 71)[:size]
    p.write(files={"large": bytes(content)})
    p.push("--verify")
    key = next(k for k in p.objects() if k.endswith("/large"))
    check(p.objects()[key][1].endswith("-5"), "it was not sent in parts")
    check(hashlib.md5(p.content(key)).digest() == hashlib.md5(content).digest(), "another content")
    p.push(says="3 unchanged")
    content[-1] ^= 1
    p.write(files={"large": bytes(content)})
    p.push(says="1 updated")
    check(p.content(key)[-1] == content[-1], "the end was not written")
    # With parts of another size its ETag is one that cannot be foreseen: it is read.
    p.world.client.upload_file(str(p.folder / "platform/outputs/promise/files/pipe/output/large"), p.bucket, key)
    check(p.objects()[key][1].endswith("-9"), "boto3 sends parts of 8 MiB")
    p.push(says="3 unchanged")
    uploads = p.world.client.list_multipart_uploads(Bucket=p.bucket).get("Uploads", [])
    check(not uploads, "uploads were left behind")


# ---- What goes wrong ----------------------------------------------------------------------------

def test_wrong_keys(w):
    p = w.place()
    p.write(range(3))
    for arguments in ((), ("--check",), ("--dry-run",)):
        p.push(*arguments, want=2, says="[KT-905]", AWS_SECRET_ACCESS_KEY="wrong-secret-key")
        p.push(*arguments, want=2, says="[KT-905]", AWS_ACCESS_KEY_ID="nobody", AWS_SECRET_ACCESS_KEY="wrong-secret-key")
    check(p.objects() == {})
    p.words["bucket"] = "no-such-bucket"
    p.write(range(3))
    p.push(want=2, says="[KT-902]")
    p.words["endpoint"] = "http://127.0.0.1"
    p.write(range(3))
    p.push(want=2, says="[KT-902]")
    p.words["endpoint"] = "127.0.0.1:1"
    p.write(range(3))
    p.push(want=2, says="[KT-904]")


def test_clock_skew(w):
    p = w.place()
    for number, shift in enumerate(("-3h", "+2d")):
        p.write(range(30), version=str(number))
        p.push(says="[KT-930]", LD_PRELOAD=FAKETIME, FAKETIME=shift, FAKETIME_DONT_FAKE_MONOTONIC="1",
               ASAN_OPTIONS="verify_asan_link_order=0")
        p.check_holds(p.wanted())


def spoiled(w, rule, numbers=range(200), **environment):
    """A push through a proxy with this rule; returns place, output and proxy."""
    p = w.place()
    proxy = Proxy(w.server.port, rule)
    p.words["endpoint"] = f"127.0.0.1:{proxy.port}"
    p.write(numbers)
    out = p.push("--verify", **environment)
    p.check_holds(p.wanted(), by_etag=True)
    proxy.close()
    return p, out, proxy


class Spoiler:
    """A rule that spoils one in `share` requests. By what is asked and how often it was asked already, not by when: so
    it does the same in every run, and nothing is spoiled as often as a client tries it."""

    def __init__(self, share, *verdicts):
        self.share, self.verdicts, self.asked, self.lock = share, verdicts, {}, threading.Lock()
        self.spoiled = 0

    def __call__(self, seen):
        question = f"{seen.method} {seen.target}"
        with self.lock:
            count = self.asked[question] = self.asked.get(question, 0) + 1
            chance = random.Random(f"{question} {count}")
            if count % 5 == 0 or chance.randrange(self.share):
                return PASS
            self.spoiled += 1
            return chance.choice(self.verdicts)


def test_dropped_connections(w):
    rule = Spoiler(5, DROP, CUT)
    spoiled(w, rule)
    check(rule.spoiled > 20, f"only {rule.spoiled} were dropped")


def test_slow_down(w):
    """Puts are refused while more than four are under way at once."""
    state = {"now": 0, "most": 0, "refused": 0}
    lock = threading.Lock()
    crowd = threading.Event()

    def rule(seen):
        if seen.method != "PUT":
            return PASS
        with lock:
            state["now"] += 1
            state["most"] = max(state["most"], state["now"])
            refuse = state["now"] > 4
            state["refused"] += refuse
        if refuse:
            crowd.set()
        if "lease" not in seen.path:
            crowd.wait(PATIENCE)  # the first ones, so that there is one
        time.sleep(0.02)
        with lock:
            state["now"] -= 1
        return (503, b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>") \
            if refuse else PASS
    _, _, proxy = spoiled(w, rule, range(200))
    check(state["most"] > 4, "the server was never asked too much")
    check(state["refused"] < 200, f"{state['refused']} requests were refused: it did not slow down")
    check(len(proxy.seen) < 500, f"{len(proxy.seen)} requests for 200 objects")


def test_server_errors(w):
    for answer in ((500, b"<Error><Code>InternalError</Code></Error>"), (502, b"<html>Bad Gateway"),
                   (400, b"<Error><Code>RequestTimeout</Code></Error>")):
        rule = Spoiler(6, answer)
        spoiled(w, rule)
        check(rule.spoiled > 20, f"only {rule.spoiled} were answered with {answer}")


def test_broken_for_good(w):
    p = w.place()
    proxy = Proxy(w.server.port, lambda s: (500, b"<Error><Code>InternalError</Code></Error>") if s.method == "PUT" else PASS)
    p.words["endpoint"] = f"127.0.0.1:{proxy.port}"
    p.write(range(5))
    p.push("--retries", "0", want=2, says="InternalError")
    proxy.rule = lambda s: (403, b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>") if s.method == "PUT" else PASS
    p.push(want=2, says="AccessDenied: no [KT-905]")
    proxy.rule = lambda s: (200, b"<html>welcome</html>") if s.method == "GET" else PASS
    p.push(want=2, says="cannot be read")
    check(p.objects() == {})
    proxy.close()


def test_other_region(w):
    """A server that wants another region says which; it is signed for that from then on."""
    p = w.place()
    wrong = b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>us-east-1</Region></Error>"
    proxy = Proxy(w.server.port, lambda s: PASS if "/us-east-1/" in s.headers["authorization"] else (400, wrong))
    p.words["endpoint"] = f"127.0.0.1:{proxy.port}"
    p.write(range(30))
    p.push(AWS_REGION="eu-west-1")
    p.check_holds(p.wanted())
    check(sum("/eu-west-1/" in s.headers["authorization"] for s in proxy.seen) == 1, "it did not learn")
    proxy.close()


def test_amazon_hosts(w):
    """Virtual hosts, regions and dual stack, seen by a proxy that stands for the whole network."""
    listing = b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
    cases = [("s3.amazonaws.com", "false", "a-bucket", "a-bucket.s3.us-east-1.amazonaws.com", "us-east-1"),
             ("s3.eu-west-1.amazonaws.com", "false", "a-bucket", "a-bucket.s3.eu-west-1.amazonaws.com", "eu-west-1"),
             ("s3.eu-west-1.amazonaws.com", "true", "a-bucket", "a-bucket.s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1"),
             ("s3.cn-north-1.amazonaws.com.cn", "false", "a-bucket", "a-bucket.s3.cn-north-1.amazonaws.com.cn", "cn-north-1"),
             ("s3.eu-west-1.amazonaws.com", "false", "dotted.bucket", "s3.eu-west-1.amazonaws.com/dotted.bucket", "eu-west-1"),
             ("storage.example.com:80", "true", "a-bucket", "storage.example.com/a-bucket", "us-east-1")]
    for endpoint, dual, bucket, place, region in cases:
        p = w.place()
        proxy = Proxy(w.server.port, lambda s: (200, listing))
        p.words.update(endpoint=endpoint, bucket=bucket + ", useDualStack: " + dual)
        p.write(range(1))
        p.push("--dry-run", want=1, http_proxy=f"http://127.0.0.1:{proxy.port}")
        check(proxy.seen[0].path.rstrip("/") == "http://" + place, f"{proxy.seen[0].path}, want {place}")
        check(f"/{region}/s3/" in proxy.seen[0].headers["authorization"], proxy.seen[0].headers["authorization"])
        proxy.close()


# ---- Two at once, and killed ----------------------------------------------------------------------

def trees(p, names="ab", count=150, ports=None):
    """Trees of the same files with other contents; `ports`: of the proxy through which each is pushed."""
    for name in names:
        if ports:
            p.words["endpoint"] = f"127.0.0.1:{ports[name]}"
        p.write(range(count), version=name, name=name)
    return {name: p.wanted(name) for name in names}


def difference(p, want):
    """What is not as wanted; empty: nothing."""
    have = p.objects()
    wrong = [k for k, c in want.items() if have.get(k) != (len(c), hashlib.md5(c).hexdigest())]
    return wrong[:3] + sorted(set(have) - set(want))[:3]


def holds(p, want):
    return not difference(p, want)


class Meeting:
    """Pushes of "a" and "b" at once, each through a proxy of its own, whose requests come in the order that is told.

    An event is "a", what is asked, and "done" when the server has answered: "a put dev/x", "b look 2 done"."""

    def __init__(self, w, rule=lambda seen: PASS):
        self.place, self.rule, self.order, self.looks = w.place(), rule, Order({}), {}
        self.proxies = {name: Proxy(w.server.port) for name in "ab"}
        for name, proxy in self.proxies.items():
            self.watch(name, proxy)
        ports = {name: proxy.port for name, proxy in self.proxies.items()}
        self.want = trees(self.place, "abc", 60, {**ports, "c": w.server.port})
        self.differ = [key for key in self.want["a"] if self.want["a"][key] != self.want["b"][key]]

    def watch(self, name, proxy):
        def rule(seen):
            if "list-type" in seen.query:
                self.looks[name] = self.looks.get(name, 0) + 1
                seen.event = f"{name} look {self.looks[name]}"
            else:
                seen.event = f"{name} {seen.method.lower()} {seen.path.removeprefix(f'/{self.place.bucket}/')}"
            self.order.reach(seen.event)
            verdict = self.rule(seen)
            if verdict != PASS:
                self.order.reach(seen.event + " done")
            return verdict
        proxy.rule, proxy.after = rule, lambda seen: self.order.reach(seen.event + " done")

    def push(self, waits=None):
        """Both at once; returns what they print and their exit statuses."""
        self.order, self.looks = Order(waits or {}), {}
        runs = [self.place.start(name=name) for name in "ab"]
        outs = [finish(run, want=None) for run in runs]
        if waits:
            self.order.check()
        return outs, [run.returncode for run in runs]

    def close(self):
        for proxy in self.proxies.values():
            proxy.close()


LEASE = ".kratree-lease"


def test_two_at_once(w):
    """The second one waits for the lease, and looks again when it has it."""
    m = Meeting(w)
    key = m.differ[-1]
    outs, codes = m.push({f"b put {LEASE}": f"a put {key}", f"a put {key}": f"b put {LEASE} done"})
    check(codes == [0, 0] and "KT-932" in outs[1] and "KT-916" in outs[1], f"{codes} {outs}")
    check(holds(m.place, m.want["b"]), f"not the last tree: {difference(m.place, m.want['b'])}")
    for turn in range(2):  # as they come
        m.place.push(name="c")
        outs, codes = m.push()
        check(codes == [0, 0], f"{codes} {outs}")
        check(holds(m.place, m.want["a"]) or holds(m.place, m.want["b"]), f"turn {turn}: a mixture")
    m.close()


def test_two_at_once_without_conditions(w):
    """Where there can be no lease the last look finds what got mixed."""
    m = Meeting(w, lambda seen: (501, b"<Error><Code>NotImplemented</Code></Error>")
                if "if-none-match" in seen.headers or "if-match" in seen.headers else PASS)
    one, two = m.differ[0], m.differ[-1]
    both_look = {"a look 1 done": "b look 1 done", "b look 1 done": "a look 1 done"}
    mixed = {**both_look, f"b put {one}": f"a put {one} done", f"a put {two}": f"b put {two} done",
             "a look 2": "b look 2", "b look 2": "a look 2"}
    outs, codes = m.push(mixed)  # the bucket is empty
    check(codes == [2, 2] and all("KT-934" in out for out in outs), f"a mixture was not noticed: {codes} {outs}")
    check(m.place.content(one) == m.want["b"][one] and m.place.content(two) == m.want["a"][two], "it is no mixture")
    m.place.push(name="b")
    check(holds(m.place, m.want["b"]), "the next run did not repair it")

    m.place.push(name="c")
    overtaken = {**both_look, **{f"b put {key}": "a look 2" for key in m.differ}, "a look 2": "b look 2"}
    outs, codes = m.push(overtaken)
    check(codes == [2, 0] and "KT-934" in outs[0], f"being overtaken was not noticed: {codes} {outs}")
    check(holds(m.place, m.want["b"]), "it is not the tree of the last one")

    for _ in range(3):  # as they come
        m.place.push(name="c")
        outs, codes = m.push()
        check(set(codes) <= {0, 2}, codes)
        check(all("KT-934" in out for out, code in zip(outs, codes) if code == 2), outs)
        whole = holds(m.place, m.want["a"]) or holds(m.place, m.want["b"])
        check(whole or 2 in codes, "a mixture that nobody noticed")
        m.place.push(name="b")
        check(holds(m.place, m.want["b"]), "the next run did not repair it")
    m.close()


def test_somebody_writes_meanwhile(w):
    """An object that changes between looking and writing: conditions notice, and the push is made anew."""
    p = w.place()
    p.write(range(20), version="1")
    p.push()
    key = sorted(p.wanted())[3]
    done = threading.Event()

    def rule(seen):
        if seen.method == "PUT" and seen.path.endswith(key) and not done.is_set():
            done.set()
            p.put(key, b"Kratix was here")
        return PASS
    proxy = Proxy(w.server.port, rule)
    p.words["endpoint"] = f"127.0.0.1:{proxy.port}"
    p.write(range(20), version="2")
    p.push(says="KT-916")
    p.check_holds(p.wanted())
    proxy.close()


class Killer:
    """A rule that kills a run with SIGKILL when its request `number` arrives, and gives that one `verdict`."""

    def __init__(self, number, verdict):
        self.number, self.verdict, self.run, self.lock = number, verdict, queue.Queue(), threading.Lock()

    def __call__(self, seen):
        if is_renewal(seen):  # how many there are is a matter of time
            return PASS
        with self.lock:
            self.number -= 1
            if self.number != -1:
                return PASS
        self.run.get().kill()
        return self.verdict


def is_renewal(seen):
    return seen.path.endswith(LEASE) and "if-match" in seen.headers


def make_lease_old(p, seconds):
    """Whether there is one. As if the run had been killed with so few seconds."""
    if LEASE not in p.objects():
        return False
    words, _, rest = p.content(LEASE).decode().rpartition(":\n")
    check(rest.startswith("90 "), f"the lease says {rest}")
    p.put(LEASE, f"{words}:\n{seconds} {rest[3:]}".encode())
    return True


def test_killed(w):
    """kill -9 at the first requests, the last ones, and some drawn with a fixed seed; the next run waits for the lease,
    completes, and leaves nothing."""
    p = w.place()
    proxy = Proxy(w.server.port)
    want = trees(p, ports={"a": proxy.port, "b": proxy.port})
    p.push(name="a")
    seen = len(proxy.seen)
    p.push(name="b")
    count = sum(not is_renewal(s) for s in proxy.seen[seen:])
    chance = random.Random(5)
    numbers = [count // 2, *range(5), *(chance.randrange(5, count - 2) for _ in range(6)), count - 2, count - 1]
    for turn, number in enumerate(numbers):
        name = "ab"[turn % 2]
        proxy.rule = Killer(number, chance.choice([PASS, DROP]))
        run = p.start("--lease", "90", name=name)
        proxy.rule.run.put(run)
        finish(run, want=-signal.SIGKILL)
        proxy.server.drain()
        proxy.rule = lambda seen: PASS
        leased = make_lease_old(p, 0 if turn else 1)  # with 1 it is waited for
        left = set(difference(p, want[name])) - {LEASE}
        out = p.push(name=name)
        if leased and left:
            check("KT-933" in out, f"turn {turn}: it is not said that a push was interrupted:\n{out}")
        check(holds(p, want[name]), f"turn {turn}: the next run left {difference(p, want[name])}\n{out}")
    proxy.close()


def test_lease_of_another(w):
    p = w.place(path="x")
    p.write(range(3))
    p.put("x/.kratree-lease", b"somebody")
    out = p.push("--timeout", "2", want=2, says="[KT-931]")
    check("[KT-932]" in out, out)
    check(list(p.objects()) == ["x/.kratree-lease"], "it did not wait")
    words = "kratree is writing here; this object goes when it has ended. Seconds, holder, renewals:\n"
    p.put("x/.kratree-lease", (words + "0 0123 4\n").encode())
    p.push(says="[KT-933]")
    p.check_holds(p.wanted())


def test_stopped(w):
    """SIGTERM: the lease goes at once, so that nobody waits for it."""
    p = w.place()
    writing, stopped = threading.Event(), threading.Event()

    def rule(seen):
        if seen.method == "PUT" and "lease" not in seen.path:
            writing.set()
            stopped.wait(PATIENCE)
        return PASS
    proxy = Proxy(w.server.port, rule)
    p.words["endpoint"] = f"127.0.0.1:{proxy.port}"
    p.write(range(200))
    run = p.start()
    check(writing.wait(TIMEOUT), "it does not write")
    run.send_signal(signal.SIGTERM)
    stopped.set()
    finish(run, 2, "[KT-917]")
    check(not any("lease" in key for key in p.objects()), "the lease is still there")
    proxy.close()


# ---- Other servers ------------------------------------------------------------------------------------

def test_tls(w):
    folder = w.folder / (w.server.name + "-tls")
    folder.mkdir()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "private.key",
                    "-out", folder / "public.crt"], check=True, stderr=subprocess.DEVNULL)
    server = Server(w.server.name, str(folder), tls=str(folder))
    try:
        client = boto3.client("s3", endpoint_url=f"https://127.0.0.1:{server.port}", aws_access_key_id=ACCESS,
                              aws_secret_access_key=SECRET, region_name="us-east-1", verify=str(folder / "public.crt"))
        client.create_bucket(Bucket="over-tls")
        p = w.place(endpoint=f"127.0.0.1:{server.port}", insecure="false")
        p.words["bucket"] = "over-tls"
        p.write(range(30))
        p.push(want=2, says="[KT-904]")
        p.push("--ca-file", str(folder / "public.crt"), says="32 created")
        p.push("--skip-tls-verify", says="32 unchanged")
    finally:
        server.close()


def test_etags_that_are_no_md5(w):
    """MinIO encrypts with a key of its own; ETags then are no MD5s, and objects are read to be compared."""
    if w.server.name != "minio":
        return
    folder = w.folder / "minio-kms"
    folder.mkdir()
    server = Server("minio", str(folder), environment={"MINIO_KMS_SECRET_KEY": "key:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="})
    try:
        inner = World(w.program, w.renderer, server, folder)
        p = inner.place()
        inner.client.put_bucket_encryption(Bucket=p.bucket, ServerSideEncryptionConfiguration={"Rules": [
            {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "key"}}]})
        p.write(range(40))
        p.push("--verify")
        want = p.wanted()
        etags = p.objects()
        check(any(etags[k][1] != hashlib.md5(c).hexdigest() for k, c in want.items()), "these ETags are MD5s")
        p.check_holds(want)
        p.push(says="42 unchanged")
        p.write(range(40), version="2")
        p.push(says="40 updated")
        p.check_holds(p.wanted())
    finally:
        server.close()


class Endpoint:
    """STS, a container's agent and an instance's metadata in one; gives out keys that MinIO has made."""

    def __init__(self, keys):
        outer = self
        self.keys, self.asked = keys, []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self, b"")

            def do_PUT(self):
                outer.answer(self, b"")

            def do_POST(self):
                outer.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, handler, body):
        self.asked.append((handler.command, handler.path))
        status, text = self.decide(handler, body.decode())
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text.encode())

    def decide(self, handler, body):
        keys = self.keys
        plain = json.dumps({"AccessKeyId": keys["AccessKeyId"], "SecretAccessKey": keys["SecretAccessKey"],
                            "Token": keys["SessionToken"], "Expiration": "2099-01-01T00:00:00Z", "Code": "Success"})
        if handler.command == "POST":
            if "WebIdentityToken=identity-token-0123456789" not in body or "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr" not in body:
                return 403, "<ErrorResponse><Error><Code>InvalidIdentityToken</Code></Error></ErrorResponse>"
            return 200, ("<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
                         f"<AccessKeyId>{keys['AccessKeyId']}</AccessKeyId><SecretAccessKey>{keys['SecretAccessKey']}"
                         f"</SecretAccessKey><SessionToken>{keys['SessionToken']}</SessionToken>"
                         "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>"
                         "</AssumeRoleWithWebIdentityResponse>")
        if handler.path == "/container":
            return (200, plain) if handler.headers["Authorization"] == "container-token-0123456789" else (401, "no")
        if handler.path == "/latest/api/token":
            return 200, "metadata-token-0123456789"
        if handler.headers["X-aws-ec2-metadata-token"] != "metadata-token-0123456789":
            return 401, "no"
        return (200, plain) if handler.path.endswith("/a-role") else (200, "a-role")


def test_iam(w):
    """Temporary keys, made by MinIO, handed out as Amazon's services do."""
    if w.server.name != "minio":
        return
    sts = boto3.client("sts", endpoint_url=f"http://127.0.0.1:{w.server.port}", aws_access_key_id=ACCESS,
                       aws_secret_access_key=SECRET, region_name="us-east-1")
    keys = sts.assume_role(RoleArn="arn:x:ignored:by:minio:", RoleSessionName="session")["Credentials"]
    SECRETS.extend([keys["SecretAccessKey"], keys["SessionToken"], "identity-token-0123456789",
                    "container-token-0123456789", "metadata-token-0123456789"])
    endpoint = Endpoint(keys)
    p = w.place(method="IAM")
    p.write(range(10))
    token = p.folder / "token"
    token.write_text("identity-token-0123456789\n", encoding="ascii")
    web = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": "arn:aws:iam::1:role/r", "AWS_ENDPOINT_URL_STS": endpoint.url}
    container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": endpoint.url + "/container"}
    instance = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint.url, "AWS_EC2_METADATA_DISABLED": "false"}
    p.push(**web, **container, **instance)
    check([m for m, _ in endpoint.asked] == ["POST"], endpoint.asked)
    p.check_holds(p.wanted())
    p.push(says="12 unchanged", AWS_CONTAINER_AUTHORIZATION_TOKEN="container-token-0123456789", **container, **instance)
    check(endpoint.asked[-1] == ("GET", "/container"), endpoint.asked)
    p.push(says="12 unchanged", **instance)
    check(endpoint.asked[-1][1].endswith("/a-role"), endpoint.asked)
    p.push(want=2, says="[KT-901]", AWS_CONTAINER_AUTHORIZATION_TOKEN="wrong", **container)
    p.push(want=2, says="[KT-901]", AWS_CONTAINER_CREDENTIALS_FULL_URI="http://example.com/")
    p.push(want=2, says="[KT-901]")
    token.write_text("another", encoding="ascii")
    p.push(want=2, says="InvalidIdentityToken", **web)
    endpoint.server.shutdown()


TESTS = [value for name, value in list(globals().items()) if name.startswith("test_")]


def main(program, renderer, count="10000"):
    passed = failed = 0
    if not FAKETIME:
        sys.exit("push_s3.py: no libfaketime; install it: sudo apt-get install libfaketime")
    chosen = os.environ.get("ONLY", "")
    roomy = os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > 3 << 30
    with tempfile.TemporaryDirectory(prefix="kratree-s3-", dir="/dev/shm" if roomy else None) as temp:
        for name in os.environ.get("SERVERS", "versitygw minio").split():
            folder = os.path.join(temp, name)
            os.mkdir(folder)
            server = Server(name, folder)
            world = World(os.path.abspath(program), os.path.abspath(renderer), server, folder)
            # From 20,000 on it is listed in stretches.
            world.many = int(count) * (2 if name == "versitygw" else 1)
            for test in TESTS:
                if chosen not in test.__name__:
                    continue
                start = time.monotonic()
                try:
                    test(world)
                    passed += 1
                except Exception:  # pylint: disable=broad-except
                    failed += 1
                    print(f"FAIL {name} {test.__name__}\n    " + traceback.format_exc().replace("\n", "\n    "))
                print(f"  {name} {test.__name__} {time.monotonic() - start:.1f} s", flush=True)
            server.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
