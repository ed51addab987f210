#!/bin/sh
# Every header compiles alone; the public one by several compilers, and as C++.
#
#     headers.sh [COMPILER FLAG...]      how the project compiles C
set -eu

cd "$(dirname "$0")/.."
. tests/count.sh

warnings='-Wall -Wextra -Wpedantic -Wshadow -Wundef -Werror -fsyntax-only'
public=include/kratree.h

for header in include/*.h src/core/*/*.h src/store/*.h src/cli/*.h src/push/*.h src/push/*/*.h; do
    [ -e "$header" ] || continue
    check "$header alone" "$@" -D_XOPEN_SOURCE=700 -fsyntax-only -x c "$header"
done
# shellcheck disable=SC2086 # words
for command in 'cc -x c -std=c99' 'cc -x c -std=c11' 'clang-14 -x c -std=c11' \
    'clang++-14 -x c++ -std=c++11 -nostdinc++' 'clang++-14 -x c++ -std=c++20 -nostdinc++'; do
    check "$command $public" $command $warnings $public
done

finish
