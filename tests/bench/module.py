#!/usr/bin/env python3
"""The module in Node: its size, and the time of what the program does too.

    module.py FOLDER SECONDS     rows for run.py, as a module; SECONDS is what the same render takes natively
"""
import collections
import gzip
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MODULE = os.path.join(HERE, "../../build/wasm/kratree.wasm")
MAP = os.path.join(HERE, "../../build/wasm/linked.map")
ROUNDS = 11


def parts():
    """Where the bytes of the module are, as it was linked: library, "core" or "data" → bytes."""
    sizes = collections.Counter()
    with open(MAP, encoding="utf-8") as file:
        text = file.read()
    code, data = text[text.index(" CODE\n"):].split(" DATA\n")
    for size, source in re.findall(r"^ +- +[0-9a-f]+ +([0-9a-f]+) {9}(\S+):\(", code, re.MULTILINE):
        library = re.search(r"lib(\w+)\.a\(", source)
        sizes[library.group(1) if library else "core"] += int(size, 16)
    sizes["data"] = int(re.search(r"^ *[0-9a-f]+ +[0-9a-f]+ +([0-9a-f]+) \.rodata", data, re.MULTILINE).group(1), 16)
    return sizes


def rows(folder, native_seconds):
    """name, measured, reference, ratio, goal"""
    with open(MODULE, "rb") as module:
        content = module.read()
    packed = len(gzip.compress(content, 9))
    command = ["node", f"{HERE}/module.mjs", MODULE, folder, str(ROUNDS)]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    measured = {name: float(value) for name, value in map(str.split, text.splitlines())}
    seconds = measured["wasm_render_seconds"]
    yield ("(j) module", f"{len(content) / 1e3:.0f} KB", "", "", "at most 250 KB")
    yield ("    gzipped", f"{packed / 1e3:.0f} KB", "", f"{packed / len(content):.2f}", "at most 100 KB")
    at = parts()
    libraries = {name: size for name, size in at.most_common() if name not in ("core", "data")}
    yield ("    libraries, before wasm-opt", f"{sum(libraries.values()) / 1e3:.0f} KB",
           ", ".join(f"{name} {size / 1e3:.0f}" for name, size in libraries.items() if size > 1000), "", "")
    yield ("    texts and tables", f"{at['data'] / 1e3:.0f} KB", "", "", "")
    yield ("    kratree's own code", f"{at['core'] / 1e3:.0f} KB", "", "", "")
    yield ("    compile", f"{measured['compile_seconds'] * 1e3:.1f} ms", "", "", "")
    yield ("    render in Node", f"{seconds * 1e3:.1f} ms", f"natively {native_seconds * 1e3:.1f} ms",
           f"{seconds / native_seconds:.2f}", "")
    yield ("    report as JSON, parsed", f"{measured['report_seconds'] * 1e3:.1f} ms", "", "", "")


if __name__ == "__main__":
    for one in rows(sys.argv[1], float(sys.argv[2])):
        print("   ".join(one))
