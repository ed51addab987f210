#!/usr/bin/env python3
"""Print src/core/yaml/unicode_tables.h from Unicode's UnicodeData.txt (version 15.0, as Go 1.26 has it).

    apt-get install unicode-data     # 15.0.0 in Debian 12
    packaging/unicode.py /usr/share/unicode/UnicodeData.txt > src/core/yaml/unicode_tables.h
"""
import sys


def ranges(path, wanted):
    """Closed ranges of the code points whose category starts with `wanted`."""
    found, first = [], None
    for line in open(path, encoding="ascii"):
        code, name, category = line.split(";")[:3]
        code = int(code, 16)
        if name.endswith(", First>"):
            first = code
            continue
        begin, first = (code if first is None else first), None
        if not category.startswith(wanted):
            continue
        if found and found[-1][1] + 1 == begin:
            found[-1][1] = code
        else:
            found.append([begin, code])
    return found


def table(name, items):
    print(f"static const kt_code_range {name}[] = {{")
    for i in range(0, len(items), 4):
        print("    " + " ".join("{0x%x, 0x%x}," % tuple(item) for item in items[i:i + 4]))
    print("};")


print("/* Made by packaging/unicode.py from Unicode 15.0: ranges of code points above ASCII, in order. */")
print("#ifndef KT_YAML_UNICODE_TABLES_H\n#define KT_YAML_UNICODE_TABLES_H\n")
print('#include "yaml/unicode.h"\n')
for name, category in (("letters", "L"), ("digits", "Nd")):
    table(name, [item for item in ranges(sys.argv[1], category) if item[0] > 0x7f])
    print()
print("#endif")
