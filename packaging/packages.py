#!/usr/bin/env python3
"""Packages that hold the program, so that it is installed where there is no compiler.

    packages.py wheel PROGRAM OUT             kratree_bin-VERSION-py3-none-PLATFORM.whl
    packages.py npm PROGRAM MODULE OUT        kratree-bin-VERSION.tgz, with the WebAssembly module as a library

PROGRAM is linked statically: it needs nothing but a kernel, so that one package fits every distribution. The same input
gives the same bytes: names sorted, times fixed. Prints the path of what it wrote.
"""
import base64
import gzip
import hashlib
import io
import json
import pathlib
import platform
import re
import subprocess
import sys
import tarfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUMMARY = "What will Kratix write into my State Stores? Computed from manifests, offline, byte for byte"
ABOUT = f"""# kratree-bin

{SUMMARY}.

The program `kratree`, linked statically for Linux, without the adapters of `kratree push`. `kratree --help` and
`kratree --man` tell more.
"""
# What npm calls the machines of uname.
NPM_CPUS = {"x86_64": "x64", "aarch64": "arm64"}
EPOCH = 499162500  # 1985-10-26T08:15:00Z, as npm itself writes


def version_of(program):
    said = subprocess.run([program, "--version"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return re.match(r"kratree (\S+)\n", said)[1]


def check_static(program):
    """The program header has neither an interpreter nor needed libraries."""
    said = subprocess.run(["readelf", "-lW", program], stdout=subprocess.PIPE, check=True).stdout.decode()
    if "INTERP" in said:
        sys.exit(f"packages.py: {program} is not linked statically")


# ---- Wheel ----

def record_line(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def wheel_files(program, version, tags):
    info = f"kratree_bin-{version}.dist-info"
    tag_lines = "".join(f"Tag: py3-none-{tag}\n" for tag in tags)
    files = {
        f"kratree_bin-{version}.data/scripts/kratree": program.read_bytes(),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: kratree-bin\nVersion: {version}\nSummary: {SUMMARY}\n"
                            f"License: Apache-2.0\nRequires-Python: >=3.8\n"
                            f"Description-Content-Type: text/markdown\n\n{ABOUT}".encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: kratree\nRoot-Is-Purelib: false\n{tag_lines}".encode(),
        f"{info}/LICENSE": (ROOT / "LICENSE").read_bytes(),
    }
    record = "".join(record_line(name, files[name]) for name in sorted(files)) + f"{info}/RECORD,,\n"
    files[f"{info}/RECORD"] = record.encode()
    return files


def make_wheel(program, out):
    machine = platform.machine()
    tags = [f"manylinux2014_{machine}", f"manylinux_2_17_{machine}", f"musllinux_1_1_{machine}"]
    version = version_of(program)
    path = out / f"kratree_bin-{version}-py3-none-{'.'.join(tags)}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted(wheel_files(program, version, tags).items()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100755 if name.endswith("/kratree") else 0o100644) << 16
            archive.writestr(entry, content)
    return path


# ---- npm ----

def npm_manifest(version):
    return {
        "name": "kratree-bin",
        "version": version,
        "description": SUMMARY,
        "license": "Apache-2.0",
        "type": "module",
        "os": ["linux"],
        "cpu": [NPM_CPUS.get(platform.machine(), platform.machine())],
        "bin": {"kratree": "bin/kratree"},
        "types": "./kratree.d.ts",
        "exports": {
            ".": {"types": "./kratree.d.ts", "default": "./kratree.js"},
            "./files": "./files.mjs",
            "./kratree.wasm": "./kratree.wasm",
            "./bin/kratree": "./bin/kratree",
            "./package.json": "./package.json",
        },
    }


def npm_files(program, module, version):
    wasm = ROOT / "wasm"
    return {
        "bin/kratree": program.read_bytes(),
        "kratree.wasm": module.read_bytes(),
        "kratree.js": (wasm / "kratree.js").read_bytes(),
        "kratree.d.ts": (wasm / "kratree.d.ts").read_bytes(),
        "files.mjs": (wasm / "files.mjs").read_bytes(),
        "package.json": (json.dumps(npm_manifest(version), indent=2) + "\n").encode(),
        "README.md": ABOUT.encode(),
        "LICENSE": (ROOT / "LICENSE").read_bytes(),
    }


def make_npm(program, module, out):
    version = version_of(program)
    path = out / f"kratree-bin-{version}.tgz"
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as packed, \
         tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(npm_files(program, module, version).items()):
            entry = tarfile.TarInfo("package/" + name)
            entry.size, entry.mtime = len(content), EPOCH
            entry.mode = 0o755 if name.startswith("bin/") else 0o644
            archive.addfile(entry, io.BytesIO(content))
    return path


def main(kind, *paths):
    program, *module, out = [pathlib.Path(path) for path in paths]
    out.mkdir(parents=True, exist_ok=True)
    check_static(program)
    print(make_wheel(program, out) if kind == "wheel" else make_npm(program, module[0], out))


if __name__ == "__main__":
    main(*sys.argv[1:])
