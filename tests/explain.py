#!/usr/bin/env python3
"""kratree explain against what render says of the same input, and as a terminal shows it.

    tests/explain.py PROGRAM

For every fixture that renders: the matrix in JSON follows docs/explain.schema.json, and its cells say what the JSON report
says of placements and reasons; the other formats hold the same cells; every name and every file of the tree has a
story. Beside that, which argument is a NAME, what is said about unknown ones, and widths of terminals.
"""
import concurrent.futures
import html.parser
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import harness
import report

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "docs" / "explain.schema.json").read_text())
DEMO = ROOT / "fixtures" / "demo" / "platform"
SIGNS = dict(re.findall(r"^\| (\S) \| `(\w+)` \|", (ROOT / "docs" / "explain.md").read_text(), re.M))
VOID = {"meta", "br"}


def run(program, *args, cwd=None):
    return harness.run(*args, cwd=cwd or ".", program=str(program))


def data(got):
    problems = list(report.problems(json.loads(got.out), SCHEMA, SCHEMA))
    harness.check(not problems, f"the schema says {problems[:3]}")
    return json.loads(got.out)


# ---- Every fixture: explain and render agree ----

def placements(tree):
    """(work, namespace, directory, Destination) of all placements that render tells."""
    return {(work["name"], work["namespace"], group["directory"], placement["destination"])
            for work in tree["works"] for group in work["groups"] for placement in group["placements"]}


def reasons(tree):
    return {(work["name"], work["namespace"], group["directory"], reason["destination"]): reason["text"]
            for work in tree["works"] for group in work["groups"] for reason in group["reasons"]}


def cells(matrix):
    return {(group["work"], group["namespace"], group["directory"], cell["destination"]): cell
            for group in matrix["groups"] for cell in group["cells"]}


class Page(html.parser.HTMLParser):
    """Marks of the cells in rows; fails on tags that do not fit into each other or that lead out of the page."""
    def __init__(self):
        super().__init__()
        self.open, self.rows, self.is_mark = [], [], False

    def handle_starttag(self, tag, attributes):
        harness.check(tag not in ("script", "link", "img", "iframe"), f"a page that needs {tag}")
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        self.is_mark = tag == "td" and dict(attributes).get("class", "").startswith("mark")

    def handle_endtag(self, tag):
        harness.check(self.open and self.open.pop() == tag, f"</{tag}> stands alone")

    def handle_data(self, text):
        if self.is_mark:
            self.rows[-1].append(text)
            self.is_mark = False


def marks_of_html(text):
    page = Page()
    page.feed(text)
    harness.check(page.open == [], "every tag is closed")
    return [row for row in page.rows if row]


def marks_of_markdown(text):
    rows = [re.split(r"(?<!\\)\|", line)[4:-1] for line in text.split("\n")[2:] if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows if row]


def check_agreement(program, fixture):
    args = [str(fixture / "in")] + (["--outputs", str(fixture / "outputs")] if (fixture / "outputs").is_dir() else [])
    flags = (fixture / "args").read_text().split("\n")[:-1] if (fixture / "args").is_file() else []
    args += [word for word in flags if word.startswith("--kratix-version") or word in ("2025-03", "2026-08")]
    tree = json.loads(run(program, "render", *args, "--keep-going", "-o", "json").out)
    got = run(program, "explain", *args, "-o", "json")
    matrix = data(got)
    found = cells(matrix)
    placed = {key for key, cell in found.items() if cell["placed"]}
    gone = placements(tree) - found.keys()  # on Destinations that are not there any more
    harness.check(placed | gone == placements(tree), f"the same placements: {placed ^ placements(tree)}")
    harness.check({k: c["reason"] for k, c in found.items() if c["reason"]} == reasons(tree), "the same reasons")
    want = [[sign_of(cell) for cell in group["cells"]] for group in matrix["groups"] if group["cells"]]
    harness.check(marks_of_html(run(program, "explain", *args, "-o", "html").out) == want, "the same marks in HTML")
    harness.check(marks_of_markdown(run(program, "explain", *args, "-o", "markdown").out) == want, "the same in Markdown")
    for name, title in names_of(tree):
        stories = data(run(program, "explain", *args, "--about", name, "-o", "json"))["stories"]
        harness.check(stories and all(title in story["title"] for story in stories), f"a story about {name}: {stories}")


def sign_of(cell):
    return next(sign for sign, mark in SIGNS.items() if mark == cell["mark"])


def names_of(tree):
    """Names and a part of their titles: some of each kind."""
    for work in tree["works"][:2]:
        yield f"work/{work['name']}", work["name"]
    for destination in tree["destinations"][:2]:
        yield f"Destination/{destination['name']}", destination["name"]
    for store in tree["statestores"][:2]:
        yield f"{store['kind'].lower()}/{store['name']}", store["name"]
    for request in tree["requests"][:2]:
        yield f"{request['kind']}/{request['name']}", request["name"]
        yield f"request/{request['namespace']}/{request['name']}", request["name"]
    for one in tree["trees"]:
        for file in one["files"][:1] + one["files"][-1:]:
            yield file["path"], file["path"]
            yield f"some/where/{one['folder']}/{file['path']}".replace("//", "/"), file["path"]


def agreements(program):
    fixtures = [about.parent for about in sorted((ROOT / "fixtures").rglob("ABOUT"))]
    chosen = [f for f in fixtures if (f / "in").is_dir() and f.parent.name in
              ("place", "layout", "groups", "dump", "flags", "admit", "documents")]
    harness.check(len(chosen) > 60, "most fixtures are looked at")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from zip([str(f.relative_to(ROOT)) for f in chosen],
                       pool.map(lambda f: outcome(check_agreement, program, f), chosen))


# ---- Single tests ----

def test_last_argument_is_a_name_if_it_is_no_path(program):
    harness.write("promise/redis", "kind: Other\n")
    harness.write("p.yaml")
    harness.check_run(run(program, "explain", ".", "Promise/redis"), 0, "Promise redis\n")
    harness.check_run(run(program, "explain", "promise/redis"), 0, "nothing to place")
    harness.check_run(run(program, "explain", "--about", "promise/redis"), 0, "Promise redis\n")
    harness.check_run(run(program, "explain", "destination/dev"), 0, "Destination dev\n")
    harness.check_run(run(program, "explain", "--", "destination/dev"), 2, "", "cannot read")
    harness.check_run(run(program, "explain", "platfrom"), 2, "", "platfrom: error: cannot read")
    harness.check_run(run(program, "explain", "./destination/dev"), 2, "", "cannot read")
    harness.write("204", "kind: Other\n")
    harness.check_run(run(program, "explain", "204"), 0, "nothing to place")
    harness.check_run(run(program, "explain", "--about", "204"), 0, "KT-204 ")


def test_unknown_names_are_answered_with_those_that_are_there(program):
    harness.write("p.yaml")
    got = run(program, "explain", "promise/rediss")
    harness.check_run(got, 2, "", "did you mean 'promise/redis'?")
    harness.check("destination/dev" in got.err, got)
    harness.check_run(run(program, "explain", "KT-999"), 2, "", "there is no code 'KT-999'")


def test_codes_need_no_manifest(program):
    harness.check_run(run(program, "explain", "KT-204"), 0, "KT-204 error: a field is unknown", "")
    stories = data(run(program, "explain", "204", "-o", "json"))["stories"]
    harness.check({part["kind"] for part in stories[0]["parts"]} == {"text", "code"}, stories)


def test_errors_are_told_and_what_is_left_is_explained(program):
    harness.write("p.yaml", harness.PLATFORM + "  nonsense: 1\n")
    got = run(program, "explain", ".", "promise/redis")
    harness.check_run(got, 2, "Promise redis\n", "KT-204")


def test_selectors_and_rules_are_told(program):
    said = run(program, "explain", str(DEMO), "promise/kafka").out
    for part in ("env=prod, tier=gold from destinationSelectors of the Promise (S-2)",
                 "not on prod-us: its label tier is 'silver', which tier=gold excludes", "(S-20)"):
        harness.check(part in re.sub(r"\s+", " ", said), f"{part} in {said}")


def test_hostile_names_are_escaped(program):
    harness.write("p.yaml", harness.PLATFORM.replace("env: dev", 'env: "d,!<b>&|`*"', 1))
    harness.write("q.yaml", harness.PLATFORM.replace("[{matchLabels: {env: dev}}]", '[{matchLabels: {env: "<b>|x&"}}]')
              .replace("metadata: {name: dev, ", "metadata: {name: dev2, ").replace("path: dev", "path: dev2")
              .replace("name: default}\nspec: {url", "name: other}\nspec: {url"))
    html_text = run(program, "explain", "q.yaml", "-o", "html").out
    harness.check("<b>" not in html_text and "&lt;b&gt;" in html_text, html_text)
    marks_of_html(html_text)
    harness.check("\\<b\\>\\|x\\&" in run(program, "explain", "q.yaml", "-o", "markdown").out, "Markdown is escaped")


def many(count):
    destination = harness.PLATFORM.split("---\n")[1]
    more = [destination.replace("dev", f"cluster-{i:03}", 1).replace("path: dev", f"path: d{i}") for i in range(count - 1)]
    return "---\n".join([harness.PLATFORM, *more])


def on_terminal(*args, columns):
    status, text = harness.on_terminal("explain", *args, "--color=never", columns=columns)
    harness.check(status == 0, text)
    return text.rstrip("\n").split("\n")


def test_lines_fit_the_terminal(program):
    harness.PROGRAM = str(program)
    harness.write("forty/p.yaml", many(40))
    harness.write("more/p.yaml", many(130))
    for columns in (60, 80, 120, 200):
        for path in (str(DEMO), "forty", "more"):
            lines = on_terminal(path, columns=columns)
            longest = max(len(line) for line in lines)
            harness.check(longest <= columns, f"{longest} columns of {columns} in\n" + "\n".join(lines))
            marks = "".join(re.sub(r"^.{20}", "", line) for line in lines)
            harness.check("●" in marks, "\n".join(lines))
    lines = on_terminal("forty", columns=80)
    harness.check(sum("●" in line for line in lines) == 2, "forty Destinations are one block\n" + "\n".join(lines))


def test_colour_is_for_terminals_only(program):
    harness.PROGRAM = str(program)
    harness.check("\x1b[" in harness.on_terminal("explain", str(DEMO))[1], "colour on a terminal")
    harness.check("\x1b[" not in run(program, "explain", str(DEMO)).out, "none elsewhere")


def outcome(test, *args):
    try:
        test(*args)
    except (AssertionError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
        return f"{type(error).__name__}: {error}"
    return None


def singles(program):
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory() as temp:
                os.chdir(temp)
                yield name, outcome(test, program)
                os.chdir(ROOT)


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    results = [*agreements(program), *singles(program)]
    for name, problem in results:
        if problem:
            print(f"FAIL {name}: {problem[:2000]}")
    failed = sum(problem is not None for _, problem in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
