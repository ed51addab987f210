#!/usr/bin/env python3
"""Black-box tests of `kratree validate`: its reports as others read them, its configuration, its exit statuses.

usage: tests/validate.py [PROGRAM] [NAME…]      PROGRAM defaults to build/kratree; NAME picks tests

SARIF is checked by the JSON Schema of its committee, which the npm package @microsoft/jest-sarif holds, and read by
sarif-tools, whose own conversion to GitLab's Code Quality must tell the same as ours; JUnit is read by junitparser.
`make build/findings-tests/ready build/python/ready` installs them."""
import json
import os
import re
import subprocess
import sys

import harness
import report
from harness import check, check_run, on_terminal, run, write

ROOT = harness.ROOT
TOOLS = os.path.join(ROOT, "build/findings-tests")
PYTHON = os.path.join(ROOT, "build/python/venv/bin/python")
SARIF_SCHEMA = os.path.join(TOOLS, "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json")
SCHEMA = os.path.join(ROOT, "docs/findings.schema.json")

# A strange name, an unknown field, a Destination that nobody selects, an ignored one.
WRONG = harness.PLATFORM.replace("path: dev,", "paht: dev, path: dev,") + """\
---
apiVersion: platform.kratix.io/v1alpha1
kind: Destination
metadata: {name: spare, labels: {env: spare}}
spec: {path: spare, stateStoreRef: {kind: GitStateStore, name: default}}
---
# kratree: ignore KT-811 bought & not in use <yet>
apiVersion: platform.kratix.io/v1alpha1
kind: Destination
metadata: {name: later, labels: {env: later}}
spec: {path: later, stateStoreRef: {kind: GitStateStore, name: default}}
"""


def with_python(code, *args, stdin=b""):
    """Run code where the readers of our reports are installed."""
    done = subprocess.run([PYTHON, "-c", code, *args], input=stdin, capture_output=True, timeout=300)
    check(done.returncode == 0, done.stderr.decode())
    return done.stdout.decode()


def findings(d, *args, **more):
    got = run("validate", "-o", "json", *args, cwd=d, **more)
    check(got.code in (0, 1), got)
    return json.loads(got.out)


def codes(d, *args, **more):
    return [f["code"] for f in findings(d, *args, **more)["findings"]]


# ---- Exit statuses ------------------------------------------------------------------------------


def test_exit_statuses(d):
    write(f"{d}/p/a.yaml")
    check_run(run("validate", "p", cwd=d), 0, "", "fine     1 manifest\n")
    write(f"{d}/p/b.yaml", "apiVersion: platform.kratix.io/v1alpha1\nkind: Destination\nmetadata: {name: x}\n"
          "spec: {path: x, stateStoreRef: {kind: GitStateStore, name: none}}\n")
    check_run(run("validate", "p", cwd=d), 0, "[KT-303]", "2 warnings")
    check_run(run("validate", "p", "--strict", cwd=d), 1, "error: ", "2 errors")
    write(f"{d}/p/c.yaml", WRONG.split("---")[1].replace("name: dev", "name: c").replace("path: dev", "path: c"))
    check_run(run("validate", "p", cwd=d), 1, "[KT-204]", "1 error")
    check_run(run("validate", "nowhere", cwd=d), 2, "", "[KT-641]")
    check_run(run("validate", "--no-such-flag", cwd=d), 2, "", "[KT-640]")
    check_run(run("validate", "p", "--store", "gitstatestore/x", cwd=d), 2, "[KT-510]")
    check_run(run("validate", "p", "--max-documents", "1", cwd=d), 2, "[KT-704]")
    check_run(run("validate", "-", cwd=d, stdin=harness.PLATFORM.encode()), 0, "", "fine")


def test_nothing_is_written(d):
    write(f"{d}/a.yaml", WRONG)
    run("validate", cwd=d)
    check(sorted(os.listdir(d)) == ["a.yaml"], os.listdir(d))


def test_the_tree_does_not_depend_on_it(d):
    write(f"{d}/p/a.yaml", WRONG)
    write(f"{d}/c.yaml", "severity: {KT-204: off, KT-811: error}\n")
    first = run("render", "p", "--keep-going", "--out", "one", cwd=d)
    again = run("render", "p", "--keep-going", "--config", "c.yaml", "--out", "two", cwd=d)
    check((first.code, again.code) == (1, 1), (first, again))
    check(harness.tree_of(f"{d}/one") == harness.tree_of(f"{d}/two"), "the trees differ")


# ---- Text -----------------------------------------------------------------------------------------


def test_text_shows_the_line(d):
    write(f"{d}/a.yaml", WRONG)
    got = run("validate", cwd=d)
    check_run(got, 1, 'a.yaml:9:8: error: unknown field "spec.paht", did you mean "path"? [KT-204]\n'
              "    9 | spec: {paht: dev, path: dev, stateStoreRef: {kind: GitStateStore, name: default}}\n"
              "      |        ^~~~\n"
              "  in Destination/dev, spec\n"
              "  help: correct its name")


def test_tabs_wide_and_long(d):
    start = harness.PLATFORM.split("---")[0] + "---\n"
    write(f"{d}/a.yaml", start + "apiVersion: platform.kratix.io/v1alpha1\nkind: Destination\n"
          "metadata: {name: x, annotations: {a: \"日本\"}}\n"
          "spec: {path: x,\t stateStoreRef: {kind: GitStateStore, name: default}, \"日本語\": 1, z: \"" + 300 * "z" + "\"}\n")
    lines = run("validate", cwd=d).out.split("\n")
    shown = [(lines[i], lines[i + 1]) for i, line in enumerate(lines) if re.match(r" +\d+ \| ", line)]
    check(len(shown) == 2 and not any("\t" in a for a, _ in shown), shown)
    wide = lambda text: sum(2 if ord(c) >= 0x2e80 else 1 for c in text)
    for line, mark in shown:
        column = len(mark.rstrip("^~")) if mark.count("^") == 1 else None
        word = "\"日本語\"" if "日本語\":" in line and mark.endswith("^" + 7 * "~") else "z"
        check(wide(line[:line.index(word, 8)]) == column, (line, mark))
        check(wide(line) <= 100, line)


def test_colours_and_width_of_a_terminal(d):
    write(f"{d}/a.yaml", WRONG)
    for columns in (80, 120):
        code, text = on_terminal("validate", cwd=d, columns=columns)
        check(code == 1 and "\x1b[1;31merror: \x1b[0m" in text, text)
        for line in re.sub(r"\x1b\[[0-9;]*m", "", text).split("\n"):
            check(len(line) <= columns or re.match(r"\S+:\d+:\d+: ", line), line)
    check("\x1b" not in on_terminal("validate", cwd=d, env={"NO_COLOR": "1"})[1], "colour")
    check("\x1b" not in run("validate", cwd=d).out, "colour")


def test_text_of_the_input_stays_on_its_line(d):
    write(f"{d}/a.yaml", harness.PLATFORM.replace("path: dev,", 'path: dev, "\\e[31mx\\n": 1, ').encode() + b"# \xe2\x80\xae\n")
    got = run("validate", cwd=d)
    check("\x1b" not in got.out and "\\x1b[31mx\\n" in got.out, got)


def test_quiet_shows_errors_only(d):
    write(f"{d}/a.yaml", WRONG)
    got = run("validate", "-q", cwd=d)
    check_run(got, 1, "[KT-204]", "")
    check("[KT-811]" not in got.out, got)


# ---- JSON -----------------------------------------------------------------------------------------


def test_json_follows_its_schema(d):
    write(f"{d}/a.yaml", WRONG)
    got = findings(d)
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    check(list(report.problems(got, schema, schema, "$")) == [], list(report.problems(got, schema, schema, "$")))
    check(got["summary"] == {"errors": 1, "warnings": 1, "notes": 0, "ignored": 1, "manifests": 1}, got["summary"])
    first = got["findings"][0]
    check(first["text"].startswith("spec: {paht") and first["title"] == "a field is unknown", first)
    check(got["ignored"][0]["ignored"]["reason"] == "bought & not in use <yet>", got["ignored"])


def test_order_is_stable(d):
    write(f"{d}/b.yaml", WRONG)
    write(f"{d}/a.yaml", harness.PLATFORM.replace("default", "other").replace("name: dev", "name: a").replace("redis", "kafka"))
    one = run("validate", "a.yaml", "b.yaml", "-o", "json", "--jobs", "1", cwd=d).out
    check(one == run("validate", "b.yaml", "a.yaml", "-o", "json", "--jobs", "7", cwd=d).out, "another order")


def test_fingerprints_survive_moved_lines(d):
    write(f"{d}/a.yaml", WRONG + WRONG.split("---")[1].replace("dev", "dev2").join(["---\n", "---\n"]))
    before = [f["fingerprint"] for f in findings(d)["findings"]]
    write(f"{d}/a.yaml", "# one\n# two\n" + open(f"{d}/a.yaml").read())
    check(before == [f["fingerprint"] for f in findings(d)["findings"]], "they moved with the lines")
    check(len(set(before)) == len(before) > 1, before)


# ---- Reports for other programs -------------------------------------------------------------------

SARIF_CHECK = """
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
validator = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
for path in sys.argv[2:]:
    for error in validator.iter_errors(json.load(open(path))):
        print(f"{path}: {error.json_path}: {error.message[:300]}")
"""

CODE_CLIMATE = """
import json, sys
from sarif import loader
from sarif.operations import codeclimate_op
codeclimate_op.generate(loader.load_sarif_files(sys.argv[1]), sys.argv[2], False)
"""


def sarif(d, *args):
    check(run("validate", "-o", "sarif=log.sarif", *args, cwd=d).code in (0, 1), args)
    problems = with_python(SARIF_CHECK, SARIF_SCHEMA, f"{d}/log.sarif")
    check(problems == "", problems)
    with open(f"{d}/log.sarif", encoding="utf-8") as file:
        return json.load(file)


def test_sarif_is_valid(d):
    write(f"{d}/a dir/ä&%.yaml", WRONG)
    log = sarif(d)
    (one,) = log["runs"]
    result = one["results"][0]
    place = result["locations"][0]["physicalLocation"]
    check(place["artifactLocation"] == {"uri": "a%20dir/%C3%A4%26%25.yaml", "uriBaseId": "%SRCROOT%"}, place)
    check(place["region"]["startLine"] == 9 and place["region"]["startColumn"] == 8
          and place["region"]["endColumn"] == 12, place)
    check(one["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "KT-204", result)
    check(one["tool"]["driver"]["rules"][result["ruleIndex"]]["help"]["text"], result)
    hidden = [r for r in one["results"] if "suppressions" in r]
    check([r["suppressions"] for r in hidden]
          == [[{"kind": "inSource", "justification": "bought & not in use <yet>"}]], hidden)
    check("%3A" not in json.dumps(sarif(d, f"{d}/a dir")), "an absolute path below the folder is relative")
    write(f"{d}/c/.kratree.yaml", "ignore: [{code: KT-811, reason: all of them}]\n")
    log = sarif(d, "--config", "c/.kratree.yaml")
    check("external" in json.dumps(log), "no external suppression")


def test_sarif_of_every_fixture_is_valid(d):
    logs = []
    for name in sorted(os.listdir(os.path.join(ROOT, "fixtures/diag"))):
        folder = os.path.join(ROOT, "fixtures/diag", name)
        if os.path.isdir(f"{folder}/in"):
            logs.append(f"{d}/{name}.sarif")
            args = ["--outputs", "outputs"] if os.path.isdir(f"{folder}/outputs") else []
            run("validate", "in", "-o", f"sarif={logs[-1]}", *args, cwd=folder)
    logs = [path for path in logs if os.path.exists(path)]  # some end before there are findings
    check(len(logs) > 100, len(logs))
    problems = with_python(SARIF_CHECK, SARIF_SCHEMA, *logs)
    check(problems == "", problems)


def test_gitlab_tells_what_sarif_tools_tells(d):
    write(f"{d}/in/a.yaml", WRONG.split("# kratree")[0])
    check(run("validate", "in", "-o", "sarif=a.sarif", "-o", "gitlab=ours.json", cwd=d).code == 1, "exit status")
    with_python(CODE_CLIMATE, f"{d}/a.sarif", f"{d}/theirs.json")
    ours, theirs = (json.load(open(f"{d}/{name}.json")) for name in ("ours", "theirs"))
    key = lambda v: (v["check_name"], v["severity"], v["location"]["path"], v["location"]["lines"]["begin"])
    check(sorted(map(key, ours)) == sorted(map(key, theirs)) and len(ours) > 1, (ours, theirs))
    for violation in ours:  # what GitLab's documentation asks for
        check({"description", "check_name", "fingerprint", "severity", "location"} <= violation.keys(), violation)
        check(re.fullmatch("[0-9a-f]{64}", violation["fingerprint"]), violation)


JUNIT = """
import json, sys
from junitparser import Error, Failure, JUnitXml, Skipped
suites = JUnitXml.fromfile(sys.argv[1])
found = [[case.classname, case.name, [type(r).__name__ for r in case.result], [r.message for r in case.result]]
         for suite in suites for case in suite]
counts = [[suite.tests, suite.failures, suite.errors, suite.skipped] for suite in suites]
for suite in suites:
    suite.update_statistics()
print(json.dumps({"cases": found, "told": counts,
                  "counted": [[s.tests, s.failures, s.errors, s.skipped] for s in suites]}))
"""


def test_junit_is_read_by_junitparser(d):
    write(f"{d}/in/a.yaml", WRONG.replace("paht", '"p<a>&\\u0001t"'))
    write(f"{d}/in/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
    check(run("validate", "in", "-o", "junit=out.xml", cwd=d).code == 1, "exit status")
    got = json.loads(with_python(JUNIT, f"{d}/out.xml"))
    check(got["told"] == got["counted"] == [[4, 1, 0, 1]], got)
    kinds = {case[0]: case[2] for case in got["cases"]}
    check(kinds["in/b.yaml"] == [], "a manifest without findings passes")
    failure = next(case for case in got["cases"] if case[2] == ["Failure"])
    check("p<a>&" in failure[1] and failure[0] == "in/a.yaml", failure)
    check(any(case[2] == ["Skipped"] and case[3] == ["bought & not in use <yet>"] for case in got["cases"]), got)


def decode(text):
    return re.sub("%([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), text)


def test_github_annotations(d):
    write(f"{d}/a,b:c%.yaml", WRONG)
    lines = run("validate", "-o", "github", cwd=d).out.strip().split("\n")
    match = re.fullmatch(r"::error file=([^,:]*),line=9,col=8,title=([^,:]*)::(.*)", lines[0])
    check(match and decode(match[1]) == "a,b:c%.yaml" and decode(match[2]) == "KT-204 a field is unknown", lines[0])
    check(decode(match[3]).startswith('unknown field "spec.paht"') and "\nhelp: " in decode(match[3]), match[3])
    check(len(lines) == 2 and lines[1].startswith("::warning "), lines)


def test_github_annotations_turn_no_terminal(d):
    write(f"{d}/a.yaml", WRONG.replace("paht", r'"\e[31m\u202e\0\x85"'))
    out = run("validate", "-o", "github", cwd=d).out
    check("[31m" in out and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out), repr(out))


def test_github_limits(d):
    parts = harness.PLATFORM.split("---\n")
    many = [parts[1].replace("name: dev", f"name: d{i}").replace("path: dev", f"paht: dev, path: d{i}") for i in range(13)]
    write(f"{d}/a.yaml", "---\n".join([parts[0], *many]))
    lines = run("validate", "-o", "github", cwd=d).out.strip().split("\n")
    check(sum(line.startswith("::error ") for line in lines) == 10, lines)
    check(lines[-1].startswith("3 more errors"), lines[-1])


def test_many_findings_in_one_line(d):
    item = '{"apiVersion":"platform.kratix.io/v1alpha1","kind":"Promise","metadata":{"name":"p%d"},"spec":{"é":1}}'
    write(f"{d}/a.json", '{"apiVersion":"v1","kind":"List","items":[' + ",".join(item % i for i in range(4000)) + "]}")
    formats = ["text", "json", "sarif", "junit", "gitlab"]
    got = run("validate", *[w for f in formats for w in ("-o", f"{f}=out.{f}")], cwd=d)
    check_run(got, 1, "", "4,000 errors")
    check(all(os.path.getsize(f"{d}/out.{f}") < 8 << 20 for f in formats), [os.path.getsize(f"{d}/out.{f}") for f in formats])
    with open(f"{d}/out.text") as file:
        shown = [line.rstrip("\n") for line in file if re.match(r" +(\d+)? \| ", line)]
    marked = {line[mark.index("^"):].partition(":")[0] for line, mark in zip(shown[::2], shown[1::2])}
    check(len(shown) == 8000 and marked == {'"é"'}, marked)


def test_findings_that_point_far_back(d):
    write(f"{d}/a.yaml", "---\n".join(["apiVersion: platform.kratix.io/v1alpha1\n"
                                      "kind: Promise\nmetadata: {name: p}\nspec: {}\n"] * 20000))
    check_run(run("validate", "-o", "sarif=a.sarif", cwd=d), 1, "", "19,999 errors")


# ---- Configuration --------------------------------------------------------------------------------


def test_flag_over_environment_over_configuration(d):
    write(f"{d}/a.yaml", WRONG.replace("paht: dev, ", ""))
    write(f"{d}/.kratree.yaml", "strict: true\nkratix-version: 2025-03\n")
    check(run("validate", cwd=d).code == 1, "the configuration is strict")
    check(findings(d)["kratixVersion"] == "2025-03", "the configuration says which")
    check(run("validate", cwd=d, env={"KRATREE_STRICT": "false"}).code == 0, "the environment wins over it")
    check(run("validate", "--strict", cwd=d, env={"KRATREE_STRICT": "false"}).code == 1, "the flag wins over that")
    check(findings(d, "--kratix-version", "2026-08", env={"KRATREE_KRATIX_VERSION": "2025-03"})["kratixVersion"]
          == "2026-08", "the flag wins")
    check_run(run("render", cwd=d), 0, "redis")


def test_configuration_is_found(d):
    write(f"{d}/repo/.git/HEAD", "")
    write(f"{d}/repo/p/q/a.yaml", WRONG)
    write(f"{d}/.kratree.yaml", "strict: maybe\n")
    check("KT-811" in codes(f"{d}/repo/p"), "not above the folder that holds .git")
    write(f"{d}/repo/.kratree.yaml", "ignore: [{code: [KT-811, KT-204], path: p/q, reason: all}]\n")
    for folder, path in (("repo", "p"), ("repo/p", "."), ("repo/p/q", "a.yaml"), ("repo/p", "../p/q"), ("repo", f"{d}/repo/p")):
        check(codes(f"{d}/{folder}", path) == [], f"{path} in {folder}")
    write(f"{d}/repo/p/.kratree.yaml", "ignore: [{code: KT-811, path: q, reason: nearer}]\n")
    check(codes(f"{d}/repo", "p") == ["KT-204"], "that of the first PATH wins")
    check(codes(f"{d}/repo", "p", "--config", ".kratree.yaml") == [], "--config wins")


def test_paths_of_ignores(d):
    write(f"{d}/p/one/a.yaml", WRONG)
    for glob, hidden in (("p", 1), ("p/one/a.yaml", 1), ("p/*/a.yaml", 1), ("**/a.yaml", 1), ("**/one", 1), ("p/**", 1),
                         ("*.yaml", 0), ("p/a.yaml", 0), ("one", 0), ("p/on?/*", 1), ("p/one/b*", 0), ("/p", 1)):
        write(f"{d}/.kratree.yaml", f"ignore: [{{code: KT-204, path: '{glob}', reason: r}}]\n")
        check(("KT-204" not in codes(d)) == bool(hidden), glob)


def test_wrong_configuration(d):
    write(f"{d}/a.yaml")
    for text, said in (("strict: maybe\n", "'maybe' is wrong, expected true or false"),
                       ("kratix-verison: 2026-08\n", "did you mean 'kratix-version'?"),
                       ("out: x\n", "cannot be set here" ), ("config: x\n", "cannot be set here"),
                       ("severity: {KT-403: bad}\n", "is error, warning, note or off"),
                       ("ignore: [{code: KT-403}]\n", "[KT-662]"), ("ignore: {}\n", "this is a list"),
                       ("- 1\n", "is one map"), ("a: [\n", "[KT-101]"), ("severity: {KT-703: off}\n", "cannot be changed")):
        write(f"{d}/.kratree.yaml", text)
        check_run(run("render", cwd=d), 2, "", said)
        check_run(run("validate", cwd=d), 2, "", ".kratree.yaml:")
    check_run(run("validate", "--config", "none.yaml", cwd=d), 2, "", "[KT-641]")


def test_every_variable_may_be_a_setting(d):
    """Whatever a command takes from the environment may stand in the file, whichever command reads it."""
    write(f"{d}/p/a.yaml")
    names = set()
    for command in re.findall(r"^  (\w+) ", run("--help").out.split("Flags")[0], re.M):
        names |= set(re.findall(r"^ +(?:-\w, )?--([a-z-]+)", run(command, "--help").out, re.M))
    names -= {"out", "force", "adopt", "help", "config", "about", "codes", "against"}
    values = {"kratix-version": "2026-08", "color": "never", "store": "gitstatestore/default", "destination": "dev",
              "lock": "l", "level": 3, "outputs": "."}
    check(len(names) > 25, names)
    for name in sorted(names):
        write(f"{d}/c.yaml", f"{name}: {values.get(name, 9 if name.startswith('max-') or name in ('jobs', 'retries') else 'false')}\n")
        got = run("explain", "p", "--config", "c.yaml", cwd=d)
        check("there is no setting" not in got.err, (name, got))


def test_limits_of_the_configuration(d):
    write(f"{d}/a.yaml")
    write(f"{d}/.kratree.yaml", "# " + (1 << 20) * "x")
    check_run(run("validate", cwd=d), 2, "", "at most 1 MiB")
    write(f"{d}/.kratree.yaml", 101 * "[")
    check_run(run("validate", cwd=d), 2, "", "[KT-703]")
    os.remove(f"{d}/.kratree.yaml")
    os.mkdir(f"{d}/.kratree.yaml")
    check_run(run("validate", cwd=d), 2, "", "no regular file")


# ---- Comments -------------------------------------------------------------------------------------


def test_comments_ignore(d):
    write(f"{d}/a.yaml", WRONG.replace("stateStoreRef", "stateStoreRef # no comment").replace(" # no comment", ""))
    spec = "spec: {paht: dev, path: dev, stateStoreRef: {kind: GitStateStore, name: default}}"
    check("KT-204" in codes(d), "it is there")
    write(f"{d}/a.yaml", WRONG.replace(spec, spec + " # kratree: ignore KT-204 old", 1))
    check("KT-204" not in codes(d), "behind the line")
    for above in ("# kratree: ignore KT-204 old\n", "# kratree: ignore KT-303,KT-204 old\n", "#kratree: ignore KT-204 old\n",
                  "# kratree: ignore KT-204 old\n\n# and why\n", "  # kratree: ignore KT-204 old\r\n"):
        write(f"{d}/a.yaml", WRONG.replace(spec, above + spec, 1))
        check("KT-204" not in codes(d), above)
    for none in ('a: "x # kratree: ignore KT-204 old"', "a: |\n      # kratree: ignore KT-204 old",
                 "a: 'x\n      # kratree: ignore KT-204 old'"):
        write(f"{d}/a.yaml", WRONG.replace("name: dev,", "name: dev, ").replace(
            "metadata: {name: dev,  labels: {env: dev}}", f"metadata:\n  name: dev\n  labels: {{env: dev}}\n  annotations:\n    {none}"))
        got = codes(d)
        check("KT-204" in got and "KT-663" not in got, (none, got))


def test_rendering_obeys_for_warnings_only(d):
    write(f"{d}/a.yaml", harness.PLATFORM.replace("env: dev}}]", "env: prod}}] # kratree: ignore KT-403 soon"))
    check_run(run("render", "--strict", cwd=d), 0, None, "")
    write(f"{d}/a.yaml", WRONG.replace("spec: {paht", "# kratree: ignore KT-204 old\nspec: {paht"))
    check_run(run("validate", cwd=d), 0)
    check_run(run("render", cwd=d), 2, "", "[KT-204]")


def main():
    args = sys.argv[1:]
    if args and os.path.isfile(args[0]):
        harness.PROGRAM = os.path.abspath(args.pop(0))
    if not os.path.exists(SARIF_SCHEMA) or not os.path.exists(PYTHON):
        sys.exit("FAIL what reads the reports is missing; to install it: make build/findings-tests/ready build/python/ready")
    return harness.run_tests(globals(), "validate", args)


if __name__ == "__main__":
    sys.exit(main())
