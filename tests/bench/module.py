#!/usr/bin/env python3
"""The module in Node: its size, and the time of what the program does too.

    module.py FOLDER SECONDS     rows for run.py, as a module; SECONDS is what the same render takes natively
"""
import gzip
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MODULE = os.path.join(HERE, "../../build/wasm/kratree.wasm")
ROUNDS = 11


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
    yield ("    compile", f"{measured['compile_seconds'] * 1e3:.1f} ms", "", "", "")
    yield ("    render in Node", f"{seconds * 1e3:.1f} ms", f"natively {native_seconds * 1e3:.1f} ms",
           f"{seconds / native_seconds:.2f}", "")
    yield ("    report as JSON, parsed", f"{measured['report_seconds'] * 1e3:.1f} ms", "", "", "")


if __name__ == "__main__":
    for one in rows(sys.argv[1], float(sys.argv[2])):
        print("   ".join(one))
