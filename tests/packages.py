#!/usr/bin/env python3
"""The packages, the hooks and the CI templates, installed as a user would: from an index, without a compiler.

    tests/packages.py PROGRAM

`make wheel` and `make npm` have made the packages. A small server on this machine is the index that has them, for pip
(PEP 503) and for npm; everything else, such as a build backend, comes from where these clients usually look. The real
pre-commit framework (tests/requirements.txt) runs the hooks of this repository, as it stands, in a repository of a
platform team, from empty caches.
"""
import base64
import hashlib
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "build" / "packages"
TOOLS = ROOT / "build" / "python" / "venv" / "bin"
DEMO = ROOT / "fixtures" / "demo" / "platform"
LIMIT = 600


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def run(*command, cwd=None, env=None, code=0):
    """Output of a command that ends with that status (None: any)."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT, check=False)
    text = done.stdout.decode("utf-8", "replace")
    check(code is None or done.returncode == code, f"{command}: exit {done.returncode}\n{text}")
    return text


def wheel():
    return ROOT / (PACKAGES / "wheel").read_text().strip()


def npm_package():
    return ROOT / (PACKAGES / "npm").read_text().strip()


def version(program):
    return run(program, "--version").split("\n")[0].split()[1]


# ---- The index ----

class Index(http.server.BaseHTTPRequestHandler):
    """/simple/ for pip, /npm/ for npm; anything else is not here."""
    def answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def packument(self):
        content = npm_package().read_bytes()
        with tarfile.open(npm_package()) as archive:
            manifest = json.load(archive.extractfile("package/package.json"))
        manifest["dist"] = {
            "tarball": f"http://{self.headers['Host']}/npm/-/{npm_package().name}",
            "shasum": hashlib.sha1(content).hexdigest(),
            "integrity": "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode(),
        }
        name, number = manifest["name"], manifest["version"]
        return json.dumps({"name": name, "dist-tags": {"latest": number}, "versions": {number: manifest}}).encode()

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path == "/simple/kratree-bin/":
            digest = hashlib.sha256(wheel().read_bytes()).hexdigest()
            self.answer("text/html", f'<a href="/files/{wheel().name}#sha256={digest}">{wheel().name}</a>'.encode())
        elif self.path == f"/files/{wheel().name}":
            self.answer("application/octet-stream", wheel().read_bytes())
        elif self.path == "/npm/kratree-bin":
            self.answer("application/json", self.packument())
        elif self.path == f"/npm/-/{npm_package().name}":
            self.answer("application/octet-stream", npm_package().read_bytes())
        else:
            self.send_error(404)

    def log_message(self, *_):
        pass


class Serving:
    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
        self.server.asked = []
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def environment(self, home):
        """Nothing cached, nothing configured by hand, and the index beside the usual one."""
        extra = f"{os.environ.get('PIP_EXTRA_INDEX_URL', '')} {self.url}/simple/".strip()
        return {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": f"{home}/cache", "PRE_COMMIT_HOME": f"{home}/pre-commit",
                "PIP_EXTRA_INDEX_URL": extra, "PIP_NO_CACHE_DIR": "1", "npm_config_registry": f"{self.url}/npm/",
                "npm_config_cache": f"{home}/npm", "npm_config_update_notifier": "false", "PRE_COMMIT_COLOR": "never",
                "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


# ---- Packages ----

def test_versions_agree(program, _):
    number = version(program)
    manifest = json.loads((ROOT / "package.json").read_text())
    project = (ROOT / "pyproject.toml").read_text()
    check(manifest["version"] == number and manifest["dependencies"]["kratree-bin"] == number, manifest)
    check(f'version = "{number}"' in project and f'"kratree-bin=={number}"' in project, project)
    check(re.search(rf"default: {re.escape(number)}\n", (ROOT / "action.yml").read_text()), "the version of action.yml")
    check(f"rev: v{number}" in (ROOT / "README.md").read_text(), "the version in README.md")


def test_packages_are_made_the_same_again(_, temp):
    static = ROOT / "build" / "release" / "kratree-static"
    for kind, module, made in (("wheel", [], wheel()), ("npm", [ROOT / "build/wasm/kratree.wasm"], npm_package())):
        again = run(sys.executable, ROOT / "packaging/packages.py", kind, static, *module, temp / kind, cwd=temp).strip()
        check(pathlib.Path(again).name == made.name, again)
        check(pathlib.Path(again).read_bytes() == made.read_bytes(), f"the same bytes: {kind}")


def test_program_is_static(_, temp):
    with zipfile.ZipFile(wheel()) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/scripts/kratree"))
        archive.extract(name, temp)
    check("not a dynamic executable" in run("ldd", temp / name, code=1), "ldd finds libraries")
    with tarfile.open(npm_package()) as archive:
        check(archive.extractfile("package/bin/kratree").read() == (temp / name).read_bytes(), "npm has the same program")


def test_wheel_installs_without_a_network(program, temp):
    run(sys.executable, "-m", "venv", temp / "venv")
    run(temp / "venv/bin/pip", "install", "--no-index", "--no-deps", wheel())
    tree = run(program, "render", DEMO, "-o", "json")
    alone = ["unshare", "--net", "--map-root-user"]
    alone = alone if run(*alone, "true", code=None) == "" else []
    check(run(*alone, temp / "venv/bin/kratree", "render", DEMO, "-o", "json") == tree, "the same tree")
    check(version(temp / "venv/bin/kratree") == version(program), "the same version")
    run(temp / "venv/bin/pip", "check")
    run(temp / "venv/bin/pip", "uninstall", "--yes", "kratree-bin")
    check(not (temp / "venv/bin/kratree").exists(), "it can be removed")


def test_npm_package_has_program_and_library(program, temp):
    with Serving() as serving:
        (temp / "package.json").write_text('{"private": true}')
        run("npm", "install", "kratree-bin", cwd=temp, env=serving.environment(temp))
        check("/npm/kratree-bin" in serving.server.asked, "it comes from the index")
    said = run("npx", "--no-install", "kratree", "--version", cwd=temp)
    check(said.startswith(f"kratree {version(program)}\n"), f"npx runs it: {said}")
    (temp / "use.mjs").write_text("""
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Kratree } from "kratree-bin";
const wasm = createRequire(import.meta.url).resolve("kratree-bin/kratree.wasm");
const kratree = await Kratree.load(readFileSync(wasm));
const rendering = kratree.render([{ path: "a.yaml", bytes: "a: [1" }], {});
process.stdout.write(rendering.diagnosticsText());
rendering.close();
""")
    check("[KT-101]" in run("node", "use.mjs", cwd=temp), "the library answers")
    check((temp / "node_modules/kratree-bin/kratree.d.ts").is_file(), "with its types")


# ---- Hooks ----

HOOKS = ("kratree-validate", "kratree-render-check", "kratree-validate-node", "kratree-render-check-node")


def commit(folder, message):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-C", folder]
    run(*git, "add", "-A")
    run(*git, "commit", "--quiet", "-m", message)
    return run(*git, "rev-parse", "HEAD").strip()


def hooks_repository(folder):
    """This repository as it stands, but fixtures and tests, as one commit."""
    run("git", "init", "--quiet", folder)
    for name in run("git", "ls-files", "-co", "--exclude-standard", cwd=ROOT).split("\n"):
        if name and not name.startswith(("fixtures/", "tests/", '"')) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return commit(folder, "hooks")


def platform_repository(folder, hooks, revision, ids):
    run("git", "init", "--quiet", folder)
    shutil.copytree(DEMO, folder / "platform")
    args = {id: ["platform"] + (["--out", "rendered"] if "render" in id else []) for id in ids}
    entries = "".join(f"  - {{id: {id}, args: {json.dumps(args[id])}}}\n" for id in ids)
    (folder / ".pre-commit-config.yaml").write_text(f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n{entries}")
    (folder / "README.md").write_text("a platform\n")
    commit(folder, "platform")


def results(text):
    """Passed, Failed, Skipped: one for each hook, in order."""
    return re.findall(r"^kratree .*?(Passed|Failed|Skipped)$", text, re.M)


def check_hooks(program, temp, ids, package):
    with Serving() as serving:
        env = serving.environment(temp / "home")
        (temp / "home").mkdir()
        revision = hooks_repository(temp / "hooks")
        team = temp / "team"
        platform_repository(team, temp / "hooks", revision, ids)
        run(program, "render", "platform", "--out", "rendered", cwd=team)
        commit(team, "rendered")

        def hook(*args, code=0):
            return run(TOOLS / "pre-commit", "run", *args, cwd=team, env=env, code=code)

        check(results(hook("--all-files")) == ["Passed", "Passed"], "a good platform passes")
        check(any(package in path for path in serving.server.asked), f"{package} is not among {serving.server.asked}")
        kafka = team / "platform/promises/kafka.yaml"
        good = kafka.read_text()
        kafka.write_text(good.replace("destinationSelectors", "destinatonSelectors"))
        commit_nothing(team)
        said = hook(code=1)
        check(results(said) == ["Failed", "Failed"], said)
        check("platform/promises/kafka.yaml:12:3: error" in said and "[KT-204]" in said, said)
        kafka.write_text(good.replace("env: prod", "env: dev"))
        commit_nothing(team)
        said = hook(code=1)
        check(results(said) == ["Passed", "Failed"] and "kafka-dependencies.yaml" in said, said)
        kafka.write_text(good)
        (team / "README.md").write_text("another text\n")
        commit_nothing(team)
        check(results(hook()) == ["Skipped", "Passed"], "a change elsewhere validates nothing")
        stale = next((team / "rendered").rglob("kafka-dependencies.yaml"))
        stale.write_text("edited: by hand\n")
        commit_nothing(team)
        check(results(hook(code=1))[1] == "Failed", "a file that was edited by hand is seen")


def commit_nothing(team):
    run("git", "add", "-A", cwd=team)


def test_hooks_manifest_is_valid(_, temp):
    run(TOOLS / "pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")


def test_hooks_run_from_the_python_package(program, temp):
    check_hooks(program, temp, HOOKS[:2], wheel().name)


def test_hooks_run_from_the_npm_package(program, temp):
    check_hooks(program, temp, HOOKS[2:], npm_package().name)


# ---- CI ----

def test_action_follows_the_schema_of_github(_, temp):
    run(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-actions", ROOT / "action.yml")


def test_action_runs(program, temp):
    inputs = json.dumps({"path": str(DEMO), "args": "--strict", "version": version(program), "rendered": "rendered"})
    steps = json.loads(run(TOOLS / "python", "-c", READ_ACTION, ROOT / "action.yml", inputs))
    check(len(steps) == 3, steps)
    run(program, "render", DEMO, "--out", temp / "rendered")
    with Serving() as serving:
        env = {**serving.environment(temp), "RUNNER_TEMP": str(temp / "runner"), "GITHUB_PATH": str(temp / "path")}
        for step in steps:
            path = (temp / "path").read_text().strip() if (temp / "path").exists() else ""
            done = run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"], cwd=temp,
                       env={**env, **step["env"], "PATH": ":".join(filter(None, [path, str(TOOLS), env["PATH"]]))})
        check(f"/files/{wheel().name}" in serving.server.asked, "it is installed from the index")
    check("same" in done, done)


READ_ACTION = """
import json, re, sys
from ruamel.yaml import YAML
steps = YAML(typ="safe").load(open(sys.argv[1]))["runs"]["steps"]
inputs = json.loads(sys.argv[2])
fill = lambda text: re.sub(r"\\$\\{\\{ inputs\\.(\\w+) \\}\\}", lambda m: inputs[m[1]], text)
print(json.dumps([{"run": s["run"], "env": {k: fill(v) for k, v in s["env"].items()}} for s in steps]))
"""


READ_SCRIPT = """
import sys
from ruamel.yaml import YAML
print("\\n".join(YAML(typ="safe").load(open(sys.argv[1]))["kratree"]["script"]))
"""


def test_templates_in_the_readme_are_valid(program, temp):
    readme = (ROOT / "README.md").read_text()
    blocks = dict(re.findall(r"<!-- (\S+\.ya?ml) -->\n```yaml\n(.*?)```", readme, re.S))
    check(set(blocks) == {".gitlab-ci.yml", ".github/workflows/platform.yml", ".pre-commit-config.yaml"}, blocks.keys())
    for name, schema in ((".gitlab-ci.yml", "vendor.gitlab-ci"),
                         (".github/workflows/platform.yml", "vendor.github-workflows")):
        path = temp / pathlib.Path(name).name
        path.write_text(blocks[name])
        run(TOOLS / "check-jsonschema", "--builtin-schema", schema, path)
    script = run(TOOLS / "python", "-c", READ_SCRIPT, temp / ".gitlab-ci.yml").strip().split("\n")
    check(script[0].startswith("pip install") and script[0].endswith(f"kratree-bin=={version(program)}"), script)
    shutil.copytree(DEMO, temp / "platform")
    run(program, "render", "platform", "--out", "rendered", cwd=temp)
    for line in script[1:]:
        check(line.startswith("kratree "), script)
        run(program, *line.split()[1:], cwd=temp)
    check((temp / "gl-code-quality-report.json").is_file(), "the report is there")
    (temp / "config.yaml").write_text(blocks[".pre-commit-config.yaml"])
    run(TOOLS / "pre-commit", "validate-config", temp / "config.yaml")


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    words = sys.argv[2:]
    passed = failed = 0
    for name, test in sorted(globals().items()):
        if not name.startswith("test_") or (words and not any(word in name for word in words)):
            continue
        with tempfile.TemporaryDirectory(prefix="kratree-packages-") as temp:
            try:
                test(program, pathlib.Path(temp))
                passed += 1
            except (AssertionError, OSError, StopIteration, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f"FAIL {name}: {str(error)[:4000]}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
