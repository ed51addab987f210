#!/usr/bin/env python3
"""Print src/core/base/spelling_tables.h from Unicode's data (version 15.0).

    apt-get install unicode-data     # 15.0.0 in Debian 12
    packaging/spelling.py /usr/share/unicode > src/core/base/spelling_tables.h

Numbers are differences to those before them, seven bits a byte, the lowest first; a high bit says that more follow. Signed
ones are doubled, and negative ones then less one in size. Written like this, 60 KB of tables take 8 KB of the module.
"""
import pathlib
import sys

TOP = pathlib.Path(sys.argv[1])
YPOGEGRAMMENI = 0x345  # a mark whose other case is a letter: the order of marks would depend on it


def rows(name):
    for line in (TOP / name).read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if line:
            yield [field.strip() for field in line.split(";")]


def number(value):
    out = []
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return out + [value]


def signed(value):
    return number(2 * value if value >= 0 else -2 * value - 1)


def table(name, what, count, data):
    print(f"/* {what} */\n#define {name.upper()}_COUNT {count}\nstatic const unsigned char {name}_data[] = {{")
    line = "   "
    for byte in data:
        text = f" {byte},"
        if len(line) + len(text) > 124:
            print(line)
            line = "   "
        line += text
    print(line + "\n};\n")


def decompositions(data):
    """Canonical ones, a step each: the second code point is never decomposed itself."""
    out, before, first, second = [], 0, 0, 0
    for code, parts in data.items():
        assert parts[1:] == [] or parts[1] not in data
        out += number(2 * (code - before) + (len(parts) > 1)) + signed(parts[0] - first)
        before, first = code, parts[0]
        if len(parts) > 1:
            out += signed(parts[1] - second)
            second = parts[1]
    return len(data), out


def marks(data):
    ranges = []
    for code, order in sorted(data.items()):
        if ranges and ranges[-1][1:] == [code - 1, order]:
            ranges[-1][1] = code
        else:
            ranges.append([code, code, order])
    out, before = [], 0
    for first, last, order in ranges:
        out += number(first - before) + number(last - first) + [order]
        before = last
    return len(ranges), out


def folds(data):
    """Ranges with a step of 1 or 2 and one difference."""
    ranges = []
    for code, other in sorted(data.items()):
        if ranges:
            first, last, step, by = ranges[-1]
            if by == other - code and (code - last == step or (first == last and code - last <= 2)):
                ranges[-1][1:3] = [code, code - last]
                continue
        ranges.append([code, code, 1, other - code])
    out, before = [], 0
    for first, last, step, by in ranges:
        out += number(2 * (first - before) + step - 1) + number(last - first) + signed(by)
        before = last
    return len(ranges), out


def main():
    parts, order = {}, {}
    for row in rows("UnicodeData.txt"):
        code = int(row[0], 16)
        if row[5] and row[5][0] != "<":
            parts[code] = [int(part, 16) for part in row[5].split()]
        if row[3] != "0":
            order[code] = int(row[3])
    case = {int(row[0], 16): int(row[2], 16) for row in rows("CaseFolding.txt") if row[1] in "CS"}
    case = {code: other for code, other in case.items() if code not in parts and code != YPOGEGRAMMENI}
    assert not any(other in parts for other in case.values())
    print("/* Made by packaging/spelling.py from Unicode 15.0; base/spelling.c unpacks it. */")
    print("#ifndef KT_BASE_SPELLING_TABLES_H\n#define KT_BASE_SPELLING_TABLES_H\n")
    table("parts", "Code point, doubled and 1 more if it has two parts; the first; the second.", *decompositions(parts))
    table("marks", "First and last of a range; their canonical combining class.", *marks(order))
    table("folds", "First, doubled and 1 more for every other one, and last of a range; what to add.", *folds(case))
    print("#endif")


main()
