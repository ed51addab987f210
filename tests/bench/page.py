#!/usr/bin/env python3
"""The page in the distribution's Chromium, against its goals.

    page.py      rows for run.py, as a module; alone it prints them
"""
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 5


def rows():
    """name, measured, reference, ratio, goal"""
    command = ["node", f"{HERE}/page.mjs", str(ROUNDS)]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    measured = {name: float(value) for name, value in map(str.split, text.splitlines())}
    yield ("(i) page, gzipped", f"{measured['page_bytes'] / 1e3:.0f} KB", "", "", "at most 500 KB")
    yield ("    first tree, after load", f"{measured['first_tree_seconds'] * 1e3:.0f} ms", "", "", "at most 100 ms")
    yield ("    module's own, after load", f"{measured['first_run_seconds'] * 1e3:.0f} ms", "", "", "at most 100 ms")
    yield ("    edit in 1 MB, from key to tree", f"{measured['edit_seconds'] * 1e3:.0f} ms", "", "", "at most 150 ms")


if __name__ == "__main__":
    for one in rows():
        print("   ".join(one))
