#!/usr/bin/env python3
"""JSON reports against docs/kratree.schema.json.

    tests/report.py FILE.json…          check reports (- is standard input)

The check knows the words of JSON Schema that our schema uses and refuses others, so that it needs nothing installed.
"""
import json
import pathlib
import re
import sys

SCHEMA = pathlib.Path(__file__).resolve().parent.parent / "docs" / "kratree.schema.json"
SILENT = {"$schema", "$defs", "title", "description"}
TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}


def check_type(value, names, schema, root, at):
    if not any(TYPES[name](value) for name in ([names] if isinstance(names, str) else names)):
        yield f"{at}: {value!r} is not {names}"


def check_properties(value, properties, schema, root, at):
    for name in value.keys() & properties.keys() if isinstance(value, dict) else ():
        yield from problems(value[name], properties[name], root, f"{at}.{name}")


def check_additional(value, extra, schema, root, at):
    for name in value.keys() - schema.get("properties", {}).keys() if isinstance(value, dict) else ():
        if extra is False:
            yield f"{at}: '{name}' is not documented"
        else:
            yield from problems(value[name], extra, root, f"{at}.{name}")


def check_required(value, names, schema, root, at):
    for name in names if isinstance(value, dict) else ():
        if name not in value:
            yield f"{at}: '{name}' is missing"


def check_items(value, items, schema, root, at):
    for i, item in enumerate(value if isinstance(value, list) else ()):
        yield from problems(item, items, root, f"{at}[{i}]")


def check_one_of(value, choices, schema, root, at):
    found = [list(problems(value, choice, root, at)) for choice in choices]
    if sum(not f for f in found) != 1:
        yield from min(found, key=len) or [f"{at}: more than one form fits"]


WORDS = {
    "type": check_type,
    "properties": check_properties,
    "additionalProperties": check_additional,
    "required": check_required,
    "items": check_items,
    "oneOf": check_one_of,
    "enum": lambda v, given, s, r, at: [] if v in given else [f"{at}: {v!r} is none of {given}"],
    "const": lambda v, given, s, r, at: [] if v == given else [f"{at}: {v!r} is not {given}"],
    "minimum": lambda v, given, s, r, at: [] if v >= given else [f"{at}: {v!r} is less than {given}"],
    "pattern": lambda v, given, s, r, at: [] if re.search(given, v) else [f"{at}: {v!r} is not like {given}"],
    "$ref": lambda v, given, s, r, at: problems(v, r["$defs"][given.removeprefix("#/$defs/")], r, at),
}


def problems(value, schema, root, at="$"):
    """What is wrong with `value`; a wrong type ends the look at it."""
    wrong = list(check_type(value, schema["type"], schema, root, at)) if "type" in schema else []
    if wrong:
        yield from wrong
        return
    for word, given in schema.items():
        if word not in SILENT and word != "type":
            yield from WORDS[word](value, given, schema, root, at)


def report_problems(text):
    """What is wrong with a report, as a list of lines; empty if nothing is."""
    schema = json.loads(SCHEMA.read_text())
    return list(problems(json.loads(text), schema, schema))


def push_problems(text):
    """The same for what kratree push says."""
    schema = json.loads((SCHEMA.parent / "push.schema.json").read_text())
    return list(problems(json.loads(text), schema, schema))


def main():
    passed = failed = 0
    for name in sys.argv[1:]:
        found = report_problems(sys.stdin.read() if name == "-" else pathlib.Path(name).read_text())
        for line in found[:20]:
            print(f"FAIL {name}: {line}")
        failed += bool(found)
        passed += not found
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
