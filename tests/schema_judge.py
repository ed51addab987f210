#!/usr/bin/env python3
"""Requests against the APIs of Promises, judged by a validator that we did not write: jsonschema from PyPI.

    tests/schema_judge.py build/kratree [SEED]

Schemas are our own, generated ones, and those of the Promises in ../shared/conformance where it is there; for each,
instances are generated, some of them broken on purpose. kratree validates all in one run; each verdict must be that of
jsonschema on the same schema in JSON Schema's words (draft 4, whose exclusiveMaximum is OpenAPI's).

Kubernetes has rules of its own. Where the verdicts differ, one class of EXPLAINED must explain it: with its rule in
place of the standard's, jsonschema agrees. Anything else fails.
"""
import copy
import datetime
import functools
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = ROOT / "build" / "python" / "venv"

if __name__ == "__main__" and pathlib.Path(sys.prefix).resolve() != PYTHON.resolve():
    if not (PYTHON / "bin/python").exists():
        sys.exit("FAIL jsonschema is missing; to install it: make build/python/ready")
    os.execv(PYTHON / "bin/python", [PYTHON / "bin/python", *sys.argv])

import jsonschema  # noqa: E402
import yaml        # noqa: E402

PUBLIC = ROOT.parent / "shared" / "conformance"
GENERATED, PER_GENERATED, PER_OWN, PER_PUBLIC = 150, 16, 40, 25
AT_LEAST = 2000
ABSENT = object()

# Structural schemas that use every keyword which both sides know.
OWN = [
    {"type": "object", "required": ["a", "c"], "properties": {
        "a": {"type": "string", "minLength": 2, "maxLength": 4}, "b": {"type": "integer", "minimum": 1, "maximum": 9},
        "c": {"type": "string", "default": "x", "enum": ["x", "y"]}}},
    {"type": "object", "properties": {
        "a": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 1, "exclusiveMaximum": True},
        "b": {"type": "integer", "multipleOf": 3}, "c": {"type": "boolean"}, "d": {"type": "string", "nullable": True}}},
    {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "string", "pattern": "^[a-z]+$"}},
    {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "integer"}},
    {"type": "object", "minProperties": 1, "maxProperties": 2, "additionalProperties": {"type": "integer"}},
    {"type": "object", "additionalProperties": {"type": "object", "properties": {"a": {"type": "string"}}}},
    {"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"a": {"type": "integer"}}},
    {"type": "object", "properties": {"a": {"x-kubernetes-int-or-string": True, "pattern": "^[0-9]+%?$"}}},
    {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
     "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}},
     "anyOf": [{"properties": {"a": {"minimum": 5}}}, {"required": ["b"]}],
     "not": {"properties": {"b": {"enum": ["no"]}}, "required": ["b"]}},
    {"type": "object", "properties": {"a": {"type": "integer", "allOf": [{"minimum": 1}, {"maximum": 3}]},
                                      "b": {"type": "string", "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}}},
    {"type": "object", "properties": {"a": {"type": "string", "format": "date"},
                                      "b": {"type": "string", "format": "ipv4"}}},
    {"type": "integer", "minimum": 1.5, "maximum": 4.5}, {"type": "integer", "multipleOf": 1.5},
    {"type": "number", "enum": [1, 2]},
    {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "array", "items": {
        "type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "default": 7}, "m": {
            "type": "object", "default": {}, "properties": {"k": {"type": "boolean", "default": True}}}}}}}}}},
]

# ---- Kubernetes' schema in JSON Schema's words ------------------------------------------------------------------


def translate(schema, structural=True):
    """The schema for jsonschema: nullable, int-or-string, sets and unknown fields said with its keywords."""
    out = {k: v for k, v in schema.items() if not k.startswith("x-") and k not in ("nullable", "default", "description")}
    if schema.get("x-kubernetes-int-or-string"):
        out["type"] = ["integer", "string"]
    if schema.get("nullable") and "type" in out:
        out["type"] = [out["type"]] if isinstance(out["type"], str) else out["type"]
        out["type"] = out["type"] + ["null"]
    if schema.get("x-kubernetes-list-type") == "set":
        out["uniqueItems"] = True
    if "pattern" in out:
        out["pattern"] = re.sub(r"(?<!\\)\$", r"\\Z", out["pattern"])
    if "properties" in out:
        out["properties"] = {k: translate(v, structural) for k, v in out["properties"].items()}
    for key in ("items", "not"):
        if key in out:
            out[key] = translate(out[key], structural and key == "items")
    if isinstance(out.get("additionalProperties"), dict):
        out["additionalProperties"] = translate(out["additionalProperties"], structural)
    elif structural and schema.get("type") == "object" and "additionalProperties" not in out:
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            out["additionalProperties"] = False
    for key in ("allOf", "anyOf", "oneOf"):
        if key in out:
            out[key] = [translate(s, False) for s in out[key]]
    return out


def fit(value, schema):
    """What the API server makes of a value before it checks it: absent nulls, defaults."""
    if isinstance(value, dict):
        out = {}
        for key, item in value.items():
            sub = schema.get("properties", {}).get(key)
            if sub is None and isinstance(schema.get("additionalProperties"), dict):
                sub = schema["additionalProperties"]
            if item is None and sub is not None and not sub.get("nullable"):
                if "default" not in sub:
                    continue
                item = copy.deepcopy(sub["default"])
            out[key] = fit(item, sub or {})
        for key, sub in schema.get("properties", {}).items():
            if key not in value and "default" in sub:
                out[key] = fit(copy.deepcopy(sub["default"]), sub)
        return out
    if isinstance(value, list):
        items = schema.get("items", {})
        value = [copy.deepcopy(items["default"]) if v is None and "default" in items and not items.get("nullable") else v
                 for v in value]
        return [fit(v, items) for v in value]
    return value


# ---- The judge --------------------------------------------------------------------------------------------------

def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_integer(_checker, value):
    """1.0 is an integer to both."""
    return is_number(value) and (isinstance(value, int) or value.is_integer())


TYPES = jsonschema.Draft4Validator.TYPE_CHECKER.redefine("integer", is_integer)
FORMATS = jsonschema.FormatChecker(formats=["date", "ipv4", "ipv6"])


@FORMATS.checks("date-time", ValueError)
def is_date_time(text):
    return not isinstance(text, str) or bool(re.fullmatch(r".{10}[Tt].{8}(\.\d+)?([Zz]|[+-]\d\d:\d\d)", text)) and bool(
        datetime.datetime.strptime(text[:19].upper(), "%Y-%m-%dT%H:%M:%S"))


def fail_if(bad, message):
    if bad:
        yield jsonschema.ValidationError(message)


def whole_maximum(validator, limit, value, schema):
    if is_number(value):
        limit = int(limit) if isinstance(value, int) else limit
        yield from fail_if(value >= limit if schema.get("exclusiveMaximum") else value > limit, "maximum")


def whole_minimum(validator, limit, value, schema):
    if is_number(value):
        limit = int(limit) if isinstance(value, int) else limit
        yield from fail_if(value <= limit if schema.get("exclusiveMinimum") else value < limit, "minimum")


def whole_multiple(validator, factor, value, schema):
    if is_number(value):
        if isinstance(value, int):
            yield from fail_if(int(factor) <= 0 or value % int(factor), "multipleOf")
        else:
            quotient = 1 / factor * value if factor < 1 else value / factor
            yield from fail_if(not quotient.is_integer(), "multipleOf")


def converting_enum(validator, values, value, schema):
    def same(a, b):
        if is_number(a) and is_number(b):
            return int(a) == b if isinstance(b, int) else float(a) == b
        return type(a) is type(b) and a == b and a is not None
    yield from fail_if(not any(same(value, v) for v in values), "enum")


def typed_unique(validator, unique, value, schema):
    if unique and isinstance(value, list):
        keys = [(type(v).__name__, json.dumps(v, sort_keys=True)) for v in value]
        yield from fail_if(len(set(keys)) < len(keys), "uniqueItems")


def formatted_type(validator, types, value, schema):
    numbers = {"integer", "number"} & set([types] if isinstance(types, str) else types)
    if not (isinstance(value, list) and schema.get("format") in FORMATS.checkers and not numbers):
        yield from jsonschema.Draft4Validator.VALIDATORS["type"](validator, types, value, schema)


def only_type_of_null(name):
    """A rule that Kubernetes does not ask of null: it looks at the type and the enum of it only."""
    standard = jsonschema.Draft4Validator.VALIDATORS[name]

    def rule(validator, argument, value, schema):
        if value is not None:
            yield from standard(validator, argument, value, schema)
    return rule


# Why Kubernetes may say something else than JSON Schema: the rule that it has instead.
EXPLAINED = {
    "an integer is compared with the whole part of a fractional limit":
        {"maximum": whole_maximum, "minimum": whole_minimum},
    "an integer is divided by the whole part of a fractional factor, and 0 is never right":
        {"multipleOf": whole_multiple},
    "a number is converted to the type of the enum's number before they are compared, and null is in no enum":
        {"enum": converting_enum},
    "1 and 1.0 are two items of a set": {"uniqueItems": typed_unique},
    "a list passes for any type with a format, but a number's": {"type": formatted_type},
    "of null only the type and the enum are asked": {
        name: only_type_of_null(name) for name in ("allOf", "anyOf", "oneOf", "not")},
}


@functools.lru_cache(None)
def validator_with(names):
    rules = {key: rule for name in names for key, rule in EXPLAINED[name].items()}
    return jsonschema.validators.extend(jsonschema.Draft4Validator, rules, type_checker=TYPES)


def judge(schema, value, *names):
    """Whether jsonschema takes the value, with the rules of these classes."""
    return validator_with(names)(schema, format_checker=FORMATS).is_valid(value)


def explanation(schema, value, ours):
    """The classes that together make the judge say `ours`; one if one is enough."""
    for name in EXPLAINED:
        if judge(schema, value, name) == ours:
            return name
    return "several of these" if judge(schema, value, *EXPLAINED) == ours else None


# ---- Schemas ----------------------------------------------------------------------------------------------------

PATTERNS = ["^[a-z]+$", "a", "^[0-9]{1,3}$", "^(a|b)*$", "[^a-c]", "^.{2,3}$", r"^\d+(\.\d+)?$", "^$"]
WORDS = ["", "a", "ab", "abc", "b1", "12", "é", "日本", "x y", "A", "10.0.0.1", "::1", "2024-02-29", "2025-02-29"]
NUMBERS = [-3, -1, 0, 1, 2, 3, 5, 10, 1.0, 1.5, 2.5, -0.5, 3.0, 1e3]


def checks(r, kind):
    """Keywords that bound values of a type."""
    out = {}
    if kind in ("integer", "number"):
        for key in ("minimum", "maximum"):
            if r.random() < 0.4:
                out[key] = r.choice(NUMBERS)
                if r.random() < 0.3:
                    out["exclusive" + key.capitalize()] = r.random() < 0.7
        if r.random() < 0.2:
            out["multipleOf"] = r.choice([1, 2, 3, 5] if kind == "integer" else [0.5, 1, 2.5])
        if r.random() < 0.2:
            out["enum"] = r.sample([n for n in NUMBERS if kind == "number" or n == int(n)], 3)
    elif kind == "string":
        if r.random() < 0.3:
            out["minLength"] = r.randrange(4)
        if r.random() < 0.3:
            out["maxLength"] = r.randrange(1, 5)
        if r.random() < 0.3:
            out["pattern"] = r.choice(PATTERNS)
        if r.random() < 0.2:
            out["enum"] = r.sample(WORDS, 4)
        if r.random() < 0.15:
            out["format"] = r.choice(["date", "ipv4", "ipv6"])
    elif kind == "array":
        if r.random() < 0.3:
            out["minItems"] = r.randrange(3)
        if r.random() < 0.3:
            out["maxItems"] = r.randrange(1, 4)
    elif kind == "object":
        if r.random() < 0.2:
            out["minProperties"] = r.randrange(3)
        if r.random() < 0.2:
            out["maxProperties"] = r.randrange(1, 4)
    return out


def nested(r, schema, depth):
    """A value validation: no type, and nothing that the structure has not."""
    kind = schema.get("type", "string")
    out = checks(r, kind)
    if kind == "object" and schema.get("properties"):
        names = sorted(schema["properties"])
        if r.random() < 0.5:
            out["required"] = r.sample(names, r.randrange(1, len(names) + 1))
        if depth and r.random() < 0.5:
            name = r.choice(names)
            out["properties"] = {name: nested(r, schema["properties"][name], depth - 1)}
    if kind == "array" and depth and r.random() < 0.4:
        out["items"] = nested(r, schema["items"], depth - 1)
    if depth and r.random() < 0.2:
        out.update(junctor(r, schema, depth - 1))
    return out


def junctor(r, schema, depth):
    name = r.choice(["allOf", "anyOf", "oneOf", "not"])
    return {name: nested(r, schema, depth) if name == "not" else
            [nested(r, schema, depth) for _ in range(r.randrange(1, 4))]}


def structural(r, depth):
    kinds = ["string", "integer", "number", "boolean", "int-or-string"] + ["object", "array"] * 2 * (depth > 0)
    kind = r.choice(kinds)
    if kind == "int-or-string":
        return {"x-kubernetes-int-or-string": True, **({"maximum": 5} if r.random() < 0.5 else {"minLength": 2})}
    out = {"type": kind, **checks(r, kind)}
    if kind == "object":
        if r.random() < 0.7:
            out["properties"] = {n: structural(r, depth - 1) for n in r.sample("abcdef", r.randrange(1, 5))}
            if r.random() < 0.4:
                out["required"] = r.sample(sorted(out["properties"]), 1)
            if r.random() < 0.15:
                out["x-kubernetes-preserve-unknown-fields"] = True
        elif r.random() < 0.7:
            out["additionalProperties"] = structural(r, depth - 1)
    if kind == "array":
        out["items"] = structural(r, depth - 1)
        if out["items"].get("type") in ("string", "integer", "number") and r.random() < 0.3:
            out["x-kubernetes-list-type"] = "set"
            out["items"].pop("nullable", None)  # not allowed there
    if r.random() < 0.25:
        out.update(junctor(r, out, 2))
    if r.random() < 0.15 and "x-kubernetes-list-type" not in out:
        out["nullable"] = True
    return out


def give_defaults(r, schema):
    """Some properties get a default that fits; one that does not would be refused."""
    for sub in schema.get("properties", {}).values():
        give_defaults(r, sub)
        if r.random() < 0.2:
            value = copy.deepcopy(fit(instance(r, sub, 0), sub))
            if value is not None and judge(translate(sub), value, *EXPLAINED):
                sub["default"] = value
    if isinstance(schema.get("items"), dict):
        give_defaults(r, schema["items"])
    return schema


def public_schemas():
    """spec of every version of every API in the recorded manifests."""
    for path in sorted(PUBLIC.glob("*/*/in/**/*.y*ml")) if PUBLIC.is_dir() else []:
        try:
            documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue
        for document in documents:
            api = document.get("spec", {}).get("api") if isinstance(document, dict) and isinstance(
                document.get("spec"), dict) and document.get("kind") == "Promise" else None
            for version in (api or {}).get("spec", {}).get("versions", []):
                schema = version.get("schema", {}).get("openAPIV3Schema", {}).get("properties", {}).get("spec")
                if isinstance(schema, dict) and schema.get("type"):
                    yield schema


# ---- Instances --------------------------------------------------------------------------------------------------

def pick_number(r, schema, whole):
    if "enum" in schema and r.random() < 0.8:
        return r.choice(schema["enum"])
    low, high = schema.get("minimum", -5), schema.get("maximum", 12)
    value = r.choice([low, high, (low + high) / 2, low + 1, r.choice(NUMBERS)])
    return int(value) if whole and r.random() < 0.9 else value


def pick_string(r, schema):
    if "enum" in schema and r.random() < 0.8:
        return r.choice(schema["enum"])
    if r.random() < 0.3:
        return "".join(r.choice("abz019é. ") for _ in range(r.randrange(schema.get("minLength", 0) + 4)))
    return r.choice(WORDS)


def instance(r, schema, wrong):
    """A value that mostly fits, and with probability `wrong` at each place does not."""
    if r.random() < wrong:
        return r.choice([None, True, 7, 1.5, "word", [], {}, [1, 1], {"unknown": 1}, {"a": None}])
    if schema.get("x-kubernetes-int-or-string"):
        return r.choice([1, 9, "12", "50%", "é"])
    kind = schema.get("type")
    if schema.get("nullable") and r.random() < 0.1:
        return None
    if kind == "object":
        properties, out = schema.get("properties", {}), {}
        for name, sub in properties.items():
            if name in schema.get("required", []) and r.random() > wrong or r.random() < 0.6:
                out[name] = instance(r, sub, wrong)
        if isinstance(schema.get("additionalProperties"), dict):
            for name in r.sample("klmn", r.randrange(3)):
                out[name] = instance(r, schema["additionalProperties"], wrong)
        if r.random() < wrong:
            out[r.choice("axyz")] = r.choice([None, 1, {"deep": 1}])
        return out
    if kind == "array":
        return [instance(r, schema.get("items", {}), wrong) for _ in range(r.randrange(schema.get("minItems", 0) + 4))]
    if kind == "boolean":
        return r.random() < 0.5
    if kind in ("integer", "number"):
        return pick_number(r, schema, kind == "integer")
    return pick_string(r, schema)


# ---- kratree ----------------------------------------------------------------------------------------------------

def promise(number, schema):
    plural = f"kinds{number}"
    return {"apiVersion": "platform.kratix.io/v1alpha1", "kind": "Promise", "metadata": {"name": f"p{number}"},
            "spec": {"api": {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                             "metadata": {"name": plural + ".judge.example"},
                             "spec": {"group": "judge.example", "scope": "Namespaced",
                                      "names": {"plural": plural, "kind": f"Kind{number}"},
                                      "versions": [{"name": "v1", "served": True, "storage": True, "schema": {
                                          "openAPIV3Schema": {"type": "object", "properties": {"spec": schema}}}}]}}}}


def request(number, index, value):
    out = {"apiVersion": "judge.example/v1", "kind": f"Kind{number}", "metadata": {"name": f"r{index}"}}
    return out if value is ABSENT else {**out, "spec": value}


def verdicts(program, folder, schemas, cases):
    """Objects with errors, of all cases in one run; errors of Promises are failures of their own."""
    items = [promise(n, s) for n, s in enumerate(schemas)] + [request(n, i, v) for n, i, v in cases]
    path = pathlib.Path(folder, "all.json")
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, ensure_ascii=False),
                    encoding="utf-8")
    done = subprocess.run([program, "validate", str(path), "-o", "json"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, timeout=600)
    report = json.loads(done.stdout)
    return {f["object"]: f for f in report["findings"] if f["severity"] == "error"}


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    r = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 5)
    schemas = copy.deepcopy(OWN)
    counts = [PER_OWN] * len(schemas)
    for schema in public_schemas():
        if schema not in schemas:
            schemas.append(schema)
            counts.append(PER_PUBLIC)
    public = len(schemas) - len(OWN)
    for _ in range(GENERATED):
        schemas.append(give_defaults(r, structural(r, 3)))
        counts.append(PER_GENERATED)
    cases = [(n, i, instance(r, s, r.choice([0, 0.05, 0.2]))) for n, (s, c) in enumerate(zip(schemas, counts))
             for i in range(c)]
    cases = [c for c in cases if c[2] is not None]
    with tempfile.TemporaryDirectory() as folder:
        wrong = verdicts(program, folder, schemas, cases)
    failed, explained, valid = 0, {}, 0
    for title, finding in wrong.items():
        if title.startswith("Promise/"):
            failed += 1
            print(f"FAIL {title}: {finding['message']}\n  {json.dumps(schemas[int(title[9:])])}")
    for number, index, value in cases:
        finding = wrong.get(f"Kind{number}/r{index}")
        schema, fitted = translate(schemas[number]), fit(value, schemas[number])
        ours, theirs = finding is None, judge(schema, fitted)
        valid += ours
        why = None if ours == theirs else explanation(schema, fitted, ours)
        if why:
            explained[why] = explained.get(why, 0) + 1
        elif ours != theirs:
            failed += 1
            print(f"FAIL kratree says {finding['message'] if finding else 'valid'}, the judge {theirs}\n"
                  f"  schema {json.dumps(schemas[number])}\n  value {json.dumps(value)}")
    print(f"{len(cases)} instances of {len(schemas)} schemas, {public} of them public; {valid} valid, "
          f"{len(cases) - valid} not")
    for why, count in sorted(explained.items()):
        print(f"  {count} explained: {why}")
    if len(cases) < AT_LEAST or not AT_LEAST / 4 < valid < len(cases) - AT_LEAST / 4:
        failed += 1
        print(f"FAIL at least {AT_LEAST} instances, a quarter of them of each verdict, would show something")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
