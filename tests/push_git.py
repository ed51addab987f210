#!/usr/bin/env python3
"""`kratree push` against real git remotes: https, ssh, a GitHub App, files.

    tests/push_git.py build/kratree [--quick] [test_NAME…]

--quick leaves out the long ones: lives and kills.

Each push is followed by `git fsck` and a comparison of the branch with the directory that `render --out` writes. In all
that is printed, in the files that are left and in the command lines of all processes, secrets are searched for.
"""
import contextlib
import glob
import json
import os
import pathlib
import queue
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import git_servers as servers
import report

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIMEOUT = 600  # seconds for one run; without end is what is meant
PROGRAM = None

PASSWORD = "hunter2-password"
STORE = """\
apiVersion: platform.kratix.io/v1alpha1
kind: GitStateStore
metadata: {name: default}
spec: {url: "%s", secretRef: {name: creds, namespace: default}%s}
---
apiVersion: platform.kratix.io/v1alpha1
kind: Destination
metadata: {name: dev, labels: {env: dev}}
spec: {path: dev, stateStoreRef: {kind: GitStateStore, name: default}}
"""
PROMISE = """\
---
apiVersion: platform.kratix.io/v1alpha1
kind: Promise
metadata: {name: %s}
spec:
  destinationSelectors: [{matchLabels: {env: dev}}]
  dependencies:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: default}, data: {version: "%s"}}
"""


def secret(**data):
    return "---\napiVersion: v1\nkind: Secret\nmetadata: {name: creds, namespace: default}\nstringData:\n" + \
        "".join(f"  {key}: {json.dumps(value)}\n" for key, value in data.items())


BASIC = secret(username="me", password=PASSWORD)


def platform(url, promises=("redis",), version="1", credentials=BASIC, more=""):
    return STORE % (url, more) + "".join(PROMISE % (name, name, version) for name in promises) + credentials


# ---- What is checked --------------------------------------------------------------------------------


class Failed(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Failed(str(what))


def check_run(done, code, *wanted):
    check(done.returncode == code, f"exit status {done.returncode}, not {code}\n{done.stdout}{done.stderr}")
    for text in wanted:
        check(text in done.stdout + done.stderr, f"no {text!r} in\n{done.stdout}{done.stderr}")
    return done


def files_below(top):
    return {os.path.relpath(path, top): path.read_bytes()
            for path in (pathlib.Path(folder, name) for folder, _, names in os.walk(top) for name in names)}


class Watcher:
    """Samples the command lines of all processes while programs run."""

    def __init__(self):
        self.secrets, self.found, self.count, self.on = set(), [], 0, True
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def look(self):
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            with contextlib.suppress(OSError), open(path, "rb") as file:
                line = file.read()
                self.count += 1
                self.found += [(path, s) for s in tuple(self.secrets) if s.encode() in line]

    def watch(self):
        while self.on:
            self.look()
            time.sleep(0.01)


class World:
    """The servers, and a folder for each test."""

    def __init__(self, temp):
        self.temp = pathlib.Path(temp)
        self.repositories = self.temp / "repositories"
        self.repositories.mkdir()
        self.authority = servers.Authority(self.temp / "tls")
        self.https = servers.Https(self.repositories, self.authority)
        self.github = servers.GitHub(self.temp, self.https)
        self.sshd = servers.Sshd(self.temp / "ssh")
        self.watcher = Watcher()
        self.secrets = {PASSWORD, self.github.token, *self.github.key.read_text().split("\n")[1:-2],
                        *self.sshd.key().split("\n")[1:-2], *self.sshd.key("other").split("\n")[1:-2]}
        self.watcher.secrets = self.secrets

    def begin(self, name):
        self.https.reset()
        self.here = self.temp / name
        self.here.mkdir()
        (self.here / "tmp").mkdir()
        (self.here / "home").mkdir()
        self.name = name
        self.repository = self.repositories / f"{name}.git"
        servers.run("git", "init", "--quiet", "--bare", "--initial-branch=main", self.repository)
        self.git("config", "uploadpack.allowFilter", "true")
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.git("config", "http.receivepack", "true")
        self.url = self.https.url(name)

    def close(self):
        self.watcher.on = False
        self.https.close()
        self.sshd.close()

    # -- the remote

    def git(self, *words, **more):
        return servers.run("git", "-C", self.repository, *words, **more).decode("utf-8", "surrogateescape").strip()

    def tree(self, branch="main"):
        """Path: content of a branch."""
        servers.run("git", "-C", self.repository, "fsck", "--full", "--strict", "--no-dangling")
        lines = servers.run("git", "-C", self.repository, "ls-tree", "-r", "-z", branch).split(b"\0")[:-1]
        names = [line.split(b"\t", 1)[0].split()[2] for line in lines]
        text = servers.run("git", "-C", self.repository, "cat-file", "--batch", input=b"\n".join(names) + b"\n")
        files = {}
        for line in lines:  # "<name> blob <size>", the content, a line feed
            head, _, text = text.partition(b"\n")
            size = int(head.split()[2])
            files[os.fsdecode(line.split(b"\t", 1)[1])], text = text[:size], text[size + 1:]
        return files

    def head(self, branch="main"):
        return self.git("rev-parse", "--verify", f"refs/heads/{branch}")

    def commit(self, files, branch="main", message="by hand"):
        """Write files (None: remove) as somebody else."""
        work = tempfile.mkdtemp(dir=self.here)
        servers.run("git", "clone", "--quiet", self.repository, work, env={**os.environ, "GIT_CONFIG_NOSYSTEM": "1"})
        command = ["git", "-C", work, "-c", "user.name=other", "-c", "user.email=o@example.com"]
        if subprocess.run([*command, "checkout", "--quiet", branch], capture_output=True, check=False).returncode:
            servers.run(*command, "checkout", "--quiet", "-b", branch)
        for path, content in files.items():
            target = pathlib.Path(work, path)
            if content is None:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        servers.run(*command, "add", "--all", "--force")
        servers.run(*command, "commit", "--quiet", "--allow-empty", "-m", message)
        servers.run(*command, "push", "--quiet", "origin", branch)
        shutil.rmtree(work)

    def hook(self, name, text):
        path = self.repository / "hooks" / name
        path.write_text("#!/bin/sh\n" + text, encoding="ascii")
        path.chmod(0o755)

    # -- the program

    def write(self, text, name="in"):
        folder = self.here / name
        folder.mkdir(exist_ok=True)
        (folder / "platform.yaml").write_text(text, encoding="utf-8")

    def environment(self, more):
        usual = {name: value for name, value in os.environ.items()
                 if not name.startswith(("GIT_", "KRATREE_", "SSH_")) and not name.lower().endswith("_proxy")}
        return {**usual, "TMPDIR": str(self.here / "tmp"), "HOME": str(self.here / "home"), "GIT_CONFIG_NOSYSTEM": "1",
                "UBSAN_OPTIONS": "print_stacktrace=1", **more}

    def command(self, *words, **more):
        return [more.get("program", PROGRAM), "push", *(words or ("in",)), "--ca-file", str(self.authority.ca),
                "--color", "never"]

    def start(self, *words, env=None, **more):
        return subprocess.Popen(self.command(*words, **more), cwd=self.here, env=self.environment(env or {}),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                start_new_session=True)

    def push(self, *words, env=None, input=None, **more):
        done = subprocess.run(self.command(*words, **more), cwd=self.here, env=self.environment(env or {}),
                              input=input or "", capture_output=True, text=True, timeout=TIMEOUT, check=False,
                              errors="surrogateescape")
        self.check_secrets(done.stdout + done.stderr)
        check(not os.listdir(self.here / "tmp"), f"left behind: {os.listdir(self.here / 'tmp')}")
        return done

    def check_secrets(self, text):
        for one in self.secrets:
            check(one not in text, f"a secret is printed:\n{text}")
        check(not self.watcher.found, f"a secret is on a command line: {self.watcher.found[:3]}")

    def rendered(self, name="in", *more):
        out = self.here / "rendered"
        shutil.rmtree(out, ignore_errors=True)
        subprocess.run([PROGRAM, "render", name, "--out", out, "-q", *more], cwd=self.here, check=True, timeout=TIMEOUT)
        return files_below(out)

    def check_pushed(self, more=None, branch="main"):
        have, want = self.tree(branch), {**self.rendered(), **(more or {})}
        check(have == want, f"the branch holds {sorted(have)}, wanted is {sorted(want)}")


# ---- https ------------------------------------------------------------------------------------------


def test_first_push_into_an_empty_repository(w):
    w.write(platform(w.url))
    done = check_run(w.push(), 0, "pushed", "KT-912")
    w.check_pushed()
    check(w.head() in done.stderr, done.stderr)
    check(w.git("log", "--format=%an <%ae>|%cn <%ce>|%s", "main") == "kratix <>|kratix <>|Update from: kratree", w.git("log"))
    check("3 created, 0 updated, 0 deleted" in w.git("log", "--format=%b", "main"), w.git("log"))


def test_second_push_makes_no_commit(w):
    w.write(platform(w.url))
    check_run(w.push(), 0)
    before = w.head()
    check_run(w.push(), 0, "same", "3 unchanged")
    check(w.head() == before, "a commit without a change")


def test_update_is_one_commit_of_what_changes(w):
    w.write(platform(w.url, ("redis", "kafka")))
    check_run(w.push(), 0)
    w.write(platform(w.url, ("redis", "kafka"), version="2"))
    check_run(w.push(), 0, "2 updated", "2 unchanged")
    w.check_pushed()
    check(w.git("rev-list", "--count", "main") == "2", "not one commit")


def test_contents_are_not_fetched(w):
    w.write(platform(w.url, [f"p{i}" for i in range(30)]))
    check_run(w.push(), 0)
    w.git("config", "uploadpackfilter.allow", "true")
    w.https.requests.clear()
    w.write(platform(w.url, [f"p{i}" for i in range(31)]))
    check_run(w.push(), 0, "1 created")
    fetches = [path for path in w.https.requests if path.endswith("/git-upload-pack")]
    check(len(fetches) == 2, f"ls-refs and one fetch are enough: {w.https.requests}")  # protocol 2
    w.check_pushed()


def test_wrong_password_is_refused(w):
    w.write(platform(w.url, credentials=secret(username="me", password="wrong-password")))
    w.secrets.add("wrong-password")
    check_run(w.push(), 2, "KT-905", "Authentication failed")
    check(w.git("for-each-ref") == "", "something was pushed")
    w.secrets.discard("wrong-password")


def test_reading_is_not_enough(w):
    w.commit({"README.md": b"x"})
    w.https.readers.add(f"me:{PASSWORD}")
    w.write(platform(w.url))
    check_run(w.push("in", "--check"), 2, "KT-905")
    check_run(w.push(), 2, "KT-905")


def test_check_asks_and_writes_nothing(w):
    w.write(platform(w.url))
    check_run(w.push("in", "--check"), 2, "KT-904", "could not clone repository")  # T-10
    w.commit({"README.md": b"x"})
    before = w.head()
    check_run(w.push("in", "--check"), 0, "permitted")
    check(any(path.endswith("service=git-receive-pack") for path in w.https.requests), "it did not ask to write")
    check(w.head() == before, "it wrote")


def test_dry_run_tells_and_writes_nothing(w):
    w.commit({"README.md": b"x"})
    w.write(platform(w.url))
    done = check_run(w.push("in", "--dry-run"), 1, "create   dev/dependencies/kratix-canary-namespace.yaml")
    check(done.stdout.count("create") == 3, done.stdout)
    check(w.git("rev-list", "--count", "main") == "1", "it wrote")
    check_run(w.push(), 0)
    check(check_run(w.push("in", "--dry-run"), 0).stdout == "", "there is nothing to say")


def test_untrusted_certificate_is_refused(w):
    w.write(platform(w.url))
    command = [word for word in w.command("in", "--retries", "0")]
    command[command.index("--ca-file"):command.index("--ca-file") + 2] = []
    done = subprocess.run(command, cwd=w.here, env=w.environment({}), capture_output=True, text=True, check=False)
    check_run(done, 2, "KT-904", "certificate")
    done = subprocess.run([*command, "--skip-tls-verify"], cwd=w.here, env=w.environment({}), capture_output=True,
                          text=True, check=False)
    check_run(done, 0, "pushed")


def test_password_in_the_url_is_hidden(w):
    w.write(platform(w.url.replace("https://", f"https://me:{PASSWORD}@"), credentials=""))
    check_run(w.push(), 0, "pushed")
    w.check_pushed()
    check_run(w.push("-v", "-o", "json"), 0)


def test_a_proxy_is_gone_through(w):
    proxy = servers.Proxy()
    w.write(platform(w.url))
    check_run(w.push(env={"https_proxy": proxy.url}), 0, "pushed")
    proxy.close()
    check(proxy.asked, "the proxy was not asked")
    w.check_pushed()
    w.secrets.add("proxy-password")
    check_run(w.push("in", "--retries", "0", env={"https_proxy": proxy.url.replace("://", "://me:proxy-password@")}), 2)
    w.secrets.discard("proxy-password")


# ---- Credentials ------------------------------------------------------------------------------------


def test_missing_secret_is_said_as_kratix_does(w):
    w.write(platform(w.url, credentials=""))
    check_run(w.push(), 2, "Secret creds not found in namespace default [KT-901]")
    w.write(platform(w.url, credentials=secret(username="me")))
    check_run(w.push(), 2, "password not found in secret default/creds [KT-901]")
    w.write(platform(w.url, credentials="").replace(", secretRef: {name: creds, namespace: default}", ""))
    check_run(w.push(), 2, "KT-901", "KRATREE_GIT_PASSWORD")


def test_secret_that_is_no_base64(w):
    w.write(platform(w.url, credentials=BASIC.replace("stringData", "data")))
    check_run(w.push(), 2, "KT-900")


def test_credentials_from_the_environment(w):
    w.write(platform(w.url, credentials=""))
    check_run(w.push(env={"KRATREE_GIT_USERNAME": "me", "KRATREE_GIT_PASSWORD": PASSWORD}), 0, "pushed")
    w.check_pushed()


def test_credentials_from_files(w):
    w.write(platform(w.url, credentials=""))
    (w.here / "word").write_text(PASSWORD + "\n", encoding="ascii")
    check_run(w.push(env={"KRATREE_GIT_USERNAME": "me", "KRATREE_GIT_PASSWORD_FILE": "word"}), 0, "pushed")
    check_run(w.push(env={"KRATREE_GIT_PASSWORD_FILE": "absent"}), 2, "KT-901", "absent")
    (w.here / "mounted").mkdir()
    (w.here / "mounted" / "username").write_text("me", encoding="ascii")
    (w.here / "mounted" / "password").write_text(PASSWORD, encoding="ascii")
    check_run(w.push("in", "--credentials", "mounted"), 0, "same")


def test_password_goes_to_its_host_only(w):
    """A redirection to another port is another origin: git asks there, and is not answered."""
    thief = servers.Https(w.repositories, w.authority)
    thief.users = set()
    w.commit({"README.md": b"x"})
    home = w.here / "home" / ".gitconfig"
    home.write_text(f'[url "https://127.0.0.1:{thief.port}/"]\n\tinsteadOf = https://127.0.0.1:{w.https.port}/\n', encoding="ascii")
    w.write(platform(w.url))
    given = []
    thief.users = type("Spy", (set,), {"__contains__": lambda _, user: given.append(user) or False})()
    check_run(w.push(), 2, "KT-905")
    thief.close()
    check(set(given) == {None}, f"the other host was told {given}")


# ---- ssh --------------------------------------------------------------------------------------------


def ssh_platform(w, key="user", hosts="host", **more):
    return platform(w.sshd.url(w.repository), more=", authMethod: ssh",
                    credentials=secret(sshPrivateKey=w.sshd.key(key), knownHosts=w.sshd.known_hosts(hosts)), **more)


def test_ssh_with_a_key(w):
    w.write(ssh_platform(w))
    check_run(w.push(), 0, "pushed")
    w.check_pushed()
    check_run(w.push("in", "--check"), 0, "permitted")


def test_ssh_refuses_an_unknown_host(w):
    w.write(ssh_platform(w, hosts="other"))
    check_run(w.push(), 2, "KT-904", "Host key verification failed")
    check(w.git("for-each-ref") == "", "something was pushed")


def test_ssh_with_a_wrong_key(w):
    w.write(ssh_platform(w, key="other"))
    check_run(w.push(), 2, "KT-905", "Permission denied")


def test_ssh_wants_both_halves(w):
    w.write(platform(w.sshd.url(w.repository), more=", authMethod: ssh", credentials=secret(knownHosts="x")))
    check_run(w.push(), 2, "sshPrivateKey not found in secret default/creds")
    w.write(platform(w.sshd.url(w.repository), more=", authMethod: ssh", credentials=secret(sshPrivateKey="no-key-at-all")))
    check_run(w.push(), 2, "knownHosts not found in secret default/creds")


def test_ssh_with_no_key_at_all(w):
    w.write(platform(w.sshd.url(w.repository), more=", authMethod: ssh",
                     credentials=secret(sshPrivateKey="no key at all", knownHosts=w.sshd.known_hosts())))
    check_run(w.push(), 2, "KT-90")


# ---- GitHub Apps ------------------------------------------------------------------------------------


def app(w, **more):
    return secret(**{"appID": "4711", "installationID": "815", "privateKey": w.github.key.read_text(), **more})


def test_github_app_pushes_with_a_token(w):
    w.write(platform(w.url, more=", authMethod: githubApp", credentials=app(w)))
    check_run(w.push(), 0, "pushed", "KT-903")  # not api.github.com
    w.check_pushed()
    check(w.github.claims["iss"] == "4711", w.github.claims)
    check_run(w.push("in", "--github-api", f"https://127.0.0.1:{w.https.port}", "--check"), 0, "permitted")


def test_github_app_with_wrong_values(w):
    def wrong(code, text, **values):
        w.write(platform(w.url, more=", authMethod: githubApp", credentials=app(w, **values)))
        check_run(w.push(), 2, code, text)
    wrong("KT-905", "status 401", appID="12")
    wrong("KT-905", "status 404", installationID="816")
    wrong("KT-901", "could not convert installation ID to int", installationID="x")
    wrong("KT-901", "failed to generate GitHub App JWT", privateKey="no key at all")
    wrong("KT-901", "failed to generate GitHub App JWT", privateKey=w.sshd.key())
    wrong("KT-901", "appID not found in secret default/creds", appID="")
    check(w.git("for-each-ref") == "", "something was pushed")


# ---- Remotes that refuse, move, or do not answer ----------------------------------------------------


def test_hook_that_refuses(w):
    w.commit({"README.md": b"x"})
    before = w.head()
    w.hook("pre-receive", "echo 'no pushes on Saturdays' >&2\nexit 1\n")
    w.write(platform(w.url))
    check_run(w.push(), 2, "KT-906", "pre-receive hook declined", "no pushes on Saturdays")
    check(w.head() == before, "it was pushed")


def test_protected_branch_and_another_one(w):
    w.commit({"README.md": b"x"})
    w.hook("update", '[ "$1" != refs/heads/main ] || { echo protected branch >&2; exit 1; }\n')
    before = w.head()
    w.write(platform(w.url))
    check_run(w.push(), 2, "KT-906", "protected branch", "--branch")
    check_run(w.push("in", "--branch", "review/1"), 0, "pushed")
    check(w.head() == before and w.git("rev-parse", "review/1^") == before, "it does not begin at main")
    w.check_pushed({"README.md": b"x"}, "review/1")
    check_run(w.push("in", "--branch", "review/1"), 0, "same")


def test_remote_that_moves_is_looked_at_again(w):
    w.commit({"README.md": b"x"})
    moves = iter(("dev/other.txt", "elsewhere.txt"))

    def move():
        if path := next(moves, None):
            w.commit({path: b"other"})
    w.https.before_push = move
    w.write(platform(w.url))
    check_run(w.push("in", "--adopt"), 0, "KT-916", "pushed")
    w.check_pushed({"README.md": b"x", "dev/other.txt": b"other", "elsewhere.txt": b"other"})
    check(w.git("rev-list", "--count", "--merges", "main") == "0", "there are merges")


def test_remote_that_never_stands_still(w):
    w.commit({"README.md": b"x"})
    numbers = iter(range(1000))
    w.https.before_push = lambda: w.commit({f"{next(numbers)}.txt": b"x"})
    w.write(platform(w.url))
    check_run(w.push("in", "--adopt", "--retries", "2"), 2, "KT-907", "KT-916")
    check("dev" not in {path.split("/")[0] for path in w.tree()}, "it was pushed")


def test_server_errors_are_waited_out(w):
    w.https.failures = 2
    w.write(platform(w.url))
    check_run(w.push(), 0, "KT-916", "503", "pushed")
    w.https.failures = 100
    check_run(w.push("in", "--retries", "1"), 2, "KT-904", "503")


def test_server_that_does_not_answer(w):
    w.https.hang = threading.Event()
    w.write(platform(w.url))
    check_run(w.push("in", "--timeout", "1", "--retries", "0"), 2, "KT-910")
    check(not w.https.hang.is_set(), "it was answered")


def test_nobody_listens(w):
    w.write(platform(f"https://127.0.0.1:{servers.free_port()}/a.git"))
    check_run(w.push("in", "--retries", "1"), 2, "KT-916", "KT-904")


def test_stopped_by_a_signal(w):
    w.https.hang, asked = threading.Event(), threading.Event()
    w.https.on_event = lambda event: asked.set()
    w.write(platform(w.url))
    process = w.start()
    check(asked.wait(TIMEOUT), "it does not ask")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=TIMEOUT)
    check(process.returncode == 2, process.returncode)
    check(b"KT-917" in errors, errors)
    check(not os.listdir(w.here / "tmp"), "it left something")


# ---- What is there already --------------------------------------------------------------------------


def test_foreign_files_ask_for_adopt(w):
    w.commit({"app/main.c": b"int x;", "README.md": b"x"})
    before = w.head()
    w.write(platform(w.url))
    check_run(w.push(), 2, "KT-908", "app/main.c")
    check(w.head() == before, "it was pushed")
    check_run(w.push(env={"KRATREE_ADOPT": "true"}), 2, "KT-908")
    check_run(w.push("in", "--adopt"), 0, "pushed")
    w.check_pushed({"app/main.c": b"int x;", "README.md": b"x"})
    w.write(platform(w.url, version="2"))
    check_run(w.push(), 0, "pushed")


def test_files_outside_of_the_path_do_not_count(w):
    w.commit({"app/main.c": b"int x;"})
    w.write(platform(w.url, more=", path: rendered/here"))
    check_run(w.push(), 0, "pushed")
    w.check_pushed({"app/main.c": b"int x;"})


def test_what_kratix_wrote_is_taken_over(w):
    w.write(platform(w.url, ("redis", "kafka")))
    w.commit(w.rendered())
    before = w.head()
    check_run(w.push(), 0, "same")
    check(w.head() == before, "a commit without a change")


def test_something_stands_in_the_way(w):
    w.commit({"dev": b"a file", "README.md": b"x"})
    w.write(platform(w.url))
    check_run(w.push("in", "--adopt"), 2, "KT-909", "'dev' is there")
    w.commit({"dev": None})
    w.commit({"dev/resources/kratix-canary-configmap.yaml/x": b"y"})
    check_run(w.push("in", "--adopt"), 2, "KT-909", "kratix-canary-configmap.yaml/x")
    check(w.tree()["dev/resources/kratix-canary-configmap.yaml/x"] == b"y", "it is gone")


PIPELINE = """\
  workflows:
    promise:
      configure:
      - {apiVersion: platform.kratix.io/v1alpha1, kind: Pipeline, metadata: {name: setup},
         spec: {containers: [{name: c, image: i}]}}
"""


def test_a_folder_that_is_partly_ours_stands_in_the_way(w):
    """With a lock one file below it goes; the other one stays, and so does the folder."""
    text = platform(w.url, credentials="").replace("path: dev,", "path: dev, filepath: {mode: none},") + PIPELINE + BASIC
    output = w.here / "in/outputs/promise/redis/setup/output"
    w.write(text)
    (output / "all").mkdir(parents=True)
    (output / "all/one.yaml").write_text("a: 1\n", encoding="ascii")
    check_run(w.push("in", "--lock", "lock"), 0, "pushed")
    w.commit({"dev/all/two.txt": b"mine"})
    shutil.rmtree(output / "all")
    (output / "all").write_text("a: 1\n", encoding="ascii")
    check_run(w.push("in", "--lock", "lock"), 2, "KT-909", "'dev/all/two.txt' is there")
    check(w.tree()["dev/all/two.txt"] == b"mine", "it is gone")
    w.commit({"dev/all/two.txt": None})
    check_run(w.push("in", "--lock", "lock"), 0, "pushed")
    w.check_pushed()


def test_odd_names_are_kept(w):
    odd = {'a"b': b"1", "new\nline": b"2", "back\\slash": b"3", "\u00e4\u20ac": b"4", " space ": b"5"}
    w.commit(odd)
    w.write(platform(w.url))
    check_run(w.push("in", "--adopt"), 0, "pushed")
    w.check_pushed(odd)


def test_the_lock_deletes_what_is_gone(w):
    w.commit({"README.md": b"x"})
    w.write(platform(w.url, ("redis", "kafka")))
    check_run(w.push("in", "--lock", "lock"), 0, "pushed")
    w.commit({"dev/foreign.txt": b"mine"})
    w.write(platform(w.url, ("kafka",)))
    check_run(w.push("in", "--lock", "lock", "--locked"), 1, "KT-650")
    check_run(w.push("in", "--lock", "lock", "--dry-run"), 1, "delete   dev/dependencies/redis/")
    check_run(w.push("in", "--lock", "lock"), 0, "1 deleted")
    w.check_pushed({"README.md": b"x", "dev/foreign.txt": b"mine"})
    lock = (w.here / "lock").read_text()
    check("redis" not in lock and "kafka" in lock, lock)
    check(w.git("log", "-1", "--format=%s", "main").startswith("Delete from: static-redis") or
          "Delete from: " in w.git("log", "-1", "--format=%s", "main"), w.git("log"))


def test_refused_manifests_push_nothing(w):
    w.write(platform(w.url) + "---\napiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata: {name: X_}\n")
    check_run(w.push(), 2, "KT-2")
    check(w.git("for-each-ref") == "", "something was pushed")


# ---- How it is committed ----------------------------------------------------------------------------


def test_a_commit_for_each_placement(w):
    w.write(platform(w.url, ("redis", "kafka")))
    check_run(w.push("in", "--per-placement"), 0, "pushed")
    subjects = w.git("log", "--reverse", "--format=%B", "main").split("\n")
    check(len(subjects) == 3 and subjects[0] == "Update from: kratix-canary", subjects)
    check(all(re.fullmatch(r"Update from: (kafka|redis)-static-deps-[0-9a-f]{5}\.dev-[0-9a-f]{5}", s) for s in subjects[1:]), subjects)
    w.check_pushed()


def test_author_and_message(w):
    w.write(platform(w.url, more=", gitAuthor: {name: Plat Form, email: p@example.com}"))
    check_run(w.push(), 0)
    check(w.git("log", "-1", "--format=%an <%ae>", "main") == "Plat Form <p@example.com>", w.git("log"))
    w.write(platform(w.url, version="2"))
    check_run(w.push("in", "--author", "CI <ci@example.com>", "--message", "by CI\n\nrun 7"), 0)
    check(w.git("log", "-1", "--format=%an <%ae>|%B", "main") == "CI <ci@example.com>|by CI\n\nrun 7", w.git("log"))
    w.write(platform(w.url, more=", gitAuthor: {email: p@example.com}"))
    check_run(w.push(), 2, "KT-913", "empty ident name")


def test_the_input_is_named(w):
    servers.run("git", "init", "--quiet", w.here)
    w.write(platform(w.url))
    servers.run("git", "-C", w.here, "-c", "user.name=x", "-c", "user.email=x", "commit", "--quiet", "--allow-empty", "-m", "x")
    check_run(w.push(), 0)
    revision = servers.run("git", "-C", w.here, "rev-parse", "HEAD").decode().strip()
    check(f"input: {revision}" in w.git("log", "-1", "--format=%B", "main"), w.git("log"))


def test_commits_are_signed_as_git_is_set_up(w):
    (w.here / "home" / ".gitconfig").write_text(
        f"[commit]\n\tgpgSign = true\n[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = {w.sshd.folder}/user\n", encoding="ascii")
    (w.here / "signers").write_text("kratix " + (w.sshd.folder / "user.pub").read_text(), encoding="ascii")
    w.write(platform(w.url, ("redis", "kafka")))
    check_run(w.push("in", "--per-placement"), 0, "pushed")
    w.check_pushed()
    for commit in w.git("rev-list", "main").split():
        w.git("-c", "gpg.format=ssh", "-c", f"gpg.ssh.allowedSignersFile={w.here}/signers", "verify-commit", commit)
    check(w.git("rev-list", "--count", "main") == "3", w.git("log"))


def test_sha256_repositories(w):
    shutil.rmtree(w.repository)
    servers.run("git", "init", "--quiet", "--bare", "--object-format=sha256", "--initial-branch=main", w.repository)
    w.git("config", "http.receivepack", "true")
    w.write(platform(w.url))
    check_run(w.push(), 0, "pushed")
    check_run(w.push(), 0, "same")
    w.check_pushed()


# ---- Other addresses --------------------------------------------------------------------------------


def test_paths_work_and_warn(w):
    for url in (str(w.repository), f"file://{w.repository}", "../repositories/" + w.repository.name):
        w.write(platform(url, credentials=""))
        check_run(w.push(), 0, "KT-903", "invalid URL for HTTPS auth method")
        w.check_pushed()
    check_run(w.push("in", "--strict"), 2, "KT-903")


def test_addresses_that_kratix_refuses(w):
    for url, method, text in (
            ("http://127.0.0.1/a.git", "basicAuth", "invalid URL for HTTPS auth method: http://127.0.0.1/a.git"),
            ("ext::sh -c touch% x", "basicAuth", "invalid URL for HTTPS auth method"),
            ("https://127.0.0.1/a.git", "ssh", "invalid URL for SSH auth method: https://127.0.0.1/a.git"),
            ("--upload-pack=x", "basicAuth", "invalid URL for HTTPS auth method"),
            ("", "basicAuth", "spec.url is missing")):
        w.write(platform(url, more=f", authMethod: {method}"))
        check_run(w.push(), 2, "KT-902", text)
    w.write(platform(w.url))
    check_run(w.push("in", "--branch", "a..b"), 2, "KT-902", "'a..b' is no name of a branch")
    command = [*w.command("in"), "--ca-file", "x" * 20000]
    done = subprocess.run(command, cwd=w.here, env=w.environment({}), capture_output=True, text=True, check=False)
    check_run(done, 2, "KT-902", "too long")


def test_no_repository(w):
    w.write(platform(w.https.url("absent")))
    check_run(w.push("in", "--retries", "0"), 2, "KT-904")


# ---- The programs -----------------------------------------------------------------------------------


def test_several_state_stores(w):
    other = w.repositories / f"{w.name}-other.git"
    servers.run("git", "init", "--quiet", "--bare", "--initial-branch=main", other)
    second = (STORE % (other, "")).replace("default}", "second}").replace("name: dev,", "name: prod,").replace("path: dev", "path: prod")
    second = second.replace("namespace: second}", "namespace: default}")
    w.write(platform(w.url) + "---\n" + second)
    done = check_run(w.push("-o", "json", "in"), 0)
    reports = json.loads(done.stdout)
    check([r["statestore"]["name"] for r in reports] == ["default", "second"], done.stdout)
    check([r["outcome"] for r in reports] == ["pushed", "pushed"], done.stdout)
    check(all(r["counts"]["create"] for r in reports), done.stdout)
    check(report.push_problems(done.stdout) == [], report.push_problems(done.stdout))
    codes = [[d["code"] for d in r["diagnostics"]] for r in reports]
    check("KT-912" in codes[0] and "KT-912" in codes[1], codes)  # of the push
    done = check_run(w.push("-o", "json", "in", "--dry-run", "--branch", "b~d"), 2)
    check(report.push_problems(done.stdout) == [], report.push_problems(done.stdout))
    check([r["outcome"] for r in json.loads(done.stdout)] == ["failed"] * 2, done.stdout)
    check(all(r["diagnostics"][-1]["severity"] == "error" for r in json.loads(done.stdout)), done.stdout)
    check_run(w.push("in", "--store", "gitstatestore/second"), 0, "gitstatestore/second")
    check_run(w.push("in", "--store", "gitstatestore/absent"), 2)
    check_run(w.push("in", "-o", "json=report"), 0, "same")
    check([r["outcome"] for r in json.loads((w.here / "report").read_text())] == ["same", "same"], "report")


def test_standard_input(w):
    check_run(w.push("-", input=platform(w.url)), 0, "pushed")
    w.write(platform(w.url))
    w.check_pushed()


def test_programs_that_are_missing(w):
    alone = w.here / "alone"
    alone.mkdir()
    shutil.copy(PROGRAM, alone / "kratree")
    w.write(platform(w.url))
    check_run(w.push(program=str(alone / "kratree")), 2, "KT-911", "kratree-push-git")
    check_run(w.push(env={"PATH": str(alone)}), 2, "KT-911", "git")


def test_nowhere_to_push(w):
    w.write(PROMISE % ("redis", "redis", "1"))
    check_run(w.push(), 2, "KT-915")


def test_no_room_for_temporary_files(w):
    w.write(platform(w.url))
    check_run(w.push(env={"TMPDIR": str(w.here / "absent")}), 2, "KT-914")


def test_usage(w):
    w.write(platform(w.url))
    check_run(w.push("in", "--timeout", "0"), 2, "KT-640")
    check_run(w.push("in", "--retries", "x"), 2, "KT-640")
    check_run(w.push("in", "--dry-runn"), 2, "did you mean '--dry-run'")
    adapter = os.path.join(os.path.dirname(os.path.realpath(PROGRAM)), "kratree-push-git")
    done = subprocess.run([adapter, "--help"], capture_output=True, text=True, check=True)
    check("--per-placement" in done.stdout and "KRATREE_GIT_PASSWORD" in done.stdout, done.stdout)


# ---- Lives ------------------------------------------------------------------------------------------


def stores_of(step):
    """Name and url of each GitStateStore; None if there are others, or none."""
    text = "".join(path.read_text(errors="replace") for path in sorted((step / "in").rglob("*.yaml")))
    if "BucketStateStore" in text or "kind: GitStateStore" not in text:
        return None
    return dict(re.findall(r"kind: GitStateStore\nmetadata:(?: \{name:|\n  name:) ([-\w]+)\}?\nspec:[^-]*?url: ([^\s,}]+)", text))


def arguments_of(step):
    """Those of the step, as push has them; None if it has none of the kind."""
    words = (step / "args").read_text().split("\n")[:-1] if (step / "args").exists() else []
    return None if "--check" in words else ["--adopt" if word == "--force" else word for word in words]


def prepare(w, step, lock):
    if (step / "lock").exists():
        shutil.copy(step / "lock", lock)
    if (step / "put").is_dir():
        w.commit(files_below(step / "put"))


def live(w, life, flags, name):
    """Push each step, and compare what is there with what the directory held."""
    steps = sorted((p for p in life.iterdir() if p.name.isdigit()), key=lambda p: int(p.name))
    known = [stores_of(step) for step in steps]
    if not all(known) or any(arguments_of(step) is None for step in steps):
        return 0
    config, lock, repositories = w.here / "home" / ".gitconfig", w.here / f"{name}.lock", {}
    for store, url in sorted({pair for stores in known for pair in stores.items()}):
        repositories[store] = w.repositories / f"{w.name}-{name}-{store}.git"
        servers.run("git", "init", "--quiet", "--bare", "--initial-branch=main", repositories[store])
        with open(config, "a", encoding="ascii") as file:
            file.write(f'[url "file://{repositories[store]}"]\n\tinsteadOf = {url}\n')
        w.repository = repositories[store]
    for step in steps:
        prepare(w, step, lock)
        outputs = ["--outputs", str(step / "outputs")] if (step / "outputs").is_dir() else []
        done = w.push(str(step / "in"), "--lock", str(lock), "-q", *outputs, *flags, *arguments_of(step),
                      env={"KRATREE_GIT_PASSWORD": PASSWORD})
        wanted = (int((step / "want.exit").read_text()),) if (step / "want.exit").exists() else (0, 1) if flags else (0,)
        check(done.returncode in wanted, f"{life.name}/{step.name}: {done.returncode}, not {wanted} {done.stderr}")
        for store, repository in repositories.items():
            nested = step / "want" / "gitstatestore" / store
            want = files_below(nested if nested.is_dir() else step / "want") if (step / "want").is_dir() else {}
            w.repository = repository
            have = w.tree() if w.git("for-each-ref") else {}
            if nested.is_dir() or len(repositories) == 1:
                check(have == want, f"{life.name}/{step.name} {store}: {sorted(have.keys() ^ want.keys())} "
                                    f"{[p for p in have.keys() & want.keys() if have[p] != want[p]]}")
    config.unlink()
    return len(steps)


def test_lives_pushed_step_by_step(w):
    count = sum(live(w, life, [], life.name) for life in sorted((ROOT / "fixtures/life").iterdir()) if life.is_dir())
    check(count >= 10, f"only {count} steps")


def test_recorded_lives(w):
    """What the real Kratix wrote, step by step."""
    recorded = ROOT.parent / "shared/conformance/life"
    if not recorded.is_dir():
        return  # as the suite "recorded": only where the recordings are
    lives = [life for life in sorted(recorded.iterdir()) if life.is_dir()][::4]
    flags = ["--kratix-version", "2026-08", "--keep-going"]
    count = sum(live(w, life, flags, life.name) for life in lives)
    check(count >= 20, f"only {count} steps")


# ---- Kills ------------------------------------------------------------------------------------------


def processes_of(session):
    for path in glob.glob("/proc/[0-9]*/stat"):
        with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
            state, _, _, its_session = file.read().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                yield path


def wait_for_what_it_started(w, process):
    """The programs that a run has started, which end by themselves, and then what they have asked of the server."""
    end = time.monotonic() + TIMEOUT
    while list(processes_of(process.pid)):
        check(time.monotonic() < end, "what a killed run has started goes on and on")
        time.sleep(0.01)
    w.https.server.drain()


class Killer:
    """Kills a run when that event is the next one."""

    def __init__(self, number):
        self.number, self.process = number, queue.Queue()

    def __call__(self, _):
        self.number -= 1
        if self.number == -1:
            os.killpg(self.process.get().pid, signal.SIGKILL)  # the adapter as well


def kill_at(w, number):
    w.https.on_event = killer = Killer(number)
    process = w.start()
    killer.process.put(process)
    process.communicate(timeout=TIMEOUT)
    check(process.returncode == -signal.SIGKILL, f"it was not killed at event {number}: {process.returncode}")
    return process


def kill_after(w, seconds):
    process = w.start()
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=TIMEOUT)
    return process


def push_and_measure(w):
    begin = time.monotonic()
    check_run(w.push(), 0)
    return time.monotonic() - begin


def test_killed_at_any_moment(w):
    """When each request comes and when it has been carried out; and at moments that are drawn, whatever these hit."""
    draw = random.Random(20261128)
    w.commit({"README.md": b"x"})
    promises = [f"p{i}" for i in range(40)]
    versions, events = {}, []
    for version in ("1", "2"):
        w.write(platform(w.url, promises, version))
        versions[version] = {**w.rendered(), "README.md": b"x"}
        w.https.on_event = events.append
        events.clear()
        took = push_and_measure(w)
    check(len(events) >= 8 and "git-receive-pack done" in events[-1], f"these are not the events of a push: {events}")
    kills, whole = [*range(len(events)), *[None] * 8], 0
    for number, event in enumerate(kills):
        version, moment = "12"[number % 2], took * draw.uniform(0, 1.1)
        what = f"killed after {moment:.3f} s" if event is None else f"killed at event {event}, {events[event]}"
        w.write(platform(w.url, promises, version))
        process = kill_after(w, moment) if event is None else kill_at(w, event)
        w.https.on_event = None
        wait_for_what_it_started(w, process)
        have = w.tree()
        check(have in versions.values(), f"{what}: a part of the tree")
        whole += have == versions[version]
        check_secrets_in_files(w)
        for left in (w.here / "tmp").iterdir():
            shutil.rmtree(left)
        took = push_and_measure(w)
        check(w.tree() == versions[version], f"{what}: the next run did not complete it")
    print(f"{len(kills)} kills, {len(events)} of them at events, {whole} after the push")


def check_secrets_in_files(w):
    for path in (w.here / "tmp").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for one in w.secrets:
                check(one.encode() not in content, f"a secret is left in {path}")


def test_left_folders_are_cleared(w):
    left = w.here / "tmp" / "kratree-push-abc"
    (left / "objects").mkdir(parents=True)
    os.utime(left, (1, 1))
    w.write(platform(w.url))
    check_run(w.push(), 0)


def test_two_at_once(w):
    """Both have looked before either pushes: one is refused, looks again, and pushes on top."""
    w.commit({"README.md": b"x"})
    for version in "123":
        w.write(platform(w.url, [f"p{i}" for i in range(20)], version), version)
    wanted = [{**w.rendered(version), "README.md": b"x"} for version in "12"]
    for _ in range(3):
        check_run(w.push("3"), 0)
        both, first = threading.Barrier(2), iter(range(2))
        w.https.before_push = lambda: next(first, None) is not None and both.wait(TIMEOUT)
        running = [w.start(version) for version in "12"]
        said = [process.communicate(timeout=TIMEOUT) for process in running]
        w.https.before_push = None
        check([process.returncode for process in running] == [0, 0], said)
        check(sum(b"KT-916" in errors for _, errors in said) == 1, f"not one of them was refused: {said}")
        check(w.tree() in wanted, "a mixture")


# ---- All of them ------------------------------------------------------------------------------------


LONG = ("test_recorded_lives", "test_lives_pushed_step_by_step", "test_killed_at_any_moment", "test_two_at_once")


def main():
    global PROGRAM
    PROGRAM, names, quick = os.path.abspath(sys.argv[1]), [n for n in sys.argv[2:] if n != "--quick"], "--quick" in sys.argv
    tests = [(name, test) for name, test in globals().items()
             if name.startswith("test_") and (not names or name in names) and not (quick and name in LONG)]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kratree-push-test-") as temp:
        world = World(temp)
        for name, test in tests:
            begin = time.monotonic()
            try:
                world.begin(name)
                test(world)
            except (Failed, subprocess.SubprocessError, OSError) as error:
                failed += 1
                more = (getattr(error, "stderr", None) or b"").decode(errors="replace") if isinstance(error, subprocess.CalledProcessError) else ""
                print(f"FAIL {name}: {error}\n{more}".replace("\n", "\n    "))
            if time.monotonic() - begin > 10:
                print(f"{name} took {time.monotonic() - begin:.0f} s", flush=True)
        if not world.watcher.count or not world.watcher.thread.is_alive():
            failed += 1
            print("FAIL the command lines were not watched to the end")
        world.close()
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
