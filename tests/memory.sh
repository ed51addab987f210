#!/bin/sh
# Under valgrind, as it is shipped: no read of memory that was never written, and nothing left behind.
#
#     memory.sh KRATREE PATH...      what to render, from the project's folder
set -eu

program=$1
shift
cd "$(dirname "$0")/.."
. tests/count.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Exit status 9 is valgrind's; what the program itself says is tested elsewhere.
clean() {
    status=0
    valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
        "$program" render "$1" --keep-going --out "$scratch/out.zip" || status=$?
    [ $status -lt 3 ]
}

for path; do
    check "$path" clean "$path"
done

finish
