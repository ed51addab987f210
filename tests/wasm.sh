#!/bin/sh
# The shape of the module: exports as listed, stack first.
#
#     wasm.sh MODULE LINKED      kratree.wasm, and the same before wasm-opt
set -eu

module=$1 linked=$2
cd "$(dirname "$0")/.."
. tests/count.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

wasm-objdump -x -j Export "$module" | sed -n 's/.* -> "\(.*\)"$/\1/p' | LC_ALL=C sort >"$scratch/exports"
check "exports of $module against wasm/exports.txt" diff -u wasm/exports.txt "$scratch/exports"

# The stack is below everything else, so that an overflow leaves memory and traps.
stack=$(wasm-objdump -x -j Global "$linked" | sed -n 's/.*global\[0\].* init i32=\([0-9]*\)$/\1/p')
check "the stack pointer of $linked starts at 1 MiB, not ${stack:-nowhere}" [ "${stack:-0}" -eq 1048576 ]

finish
