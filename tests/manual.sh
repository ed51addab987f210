#!/bin/sh
# The manual page: groff and mandoc find nothing wrong with it, and it has what --help has.
#
#     manual.sh PROGRAM
set -eu

program=$1
cd "$(dirname "$0")/.."
. tests/count.sh

page=build/test/kratree.1
mkdir -p build/test
"$program" --man >"$page"

# groff says what it does not understand. mandoc misses the date, which the page does without: the same program prints the
# same page.
groff_is_silent() {
    said=$(groff -ww -man -Tutf8 -K utf8 "$page" 2>&1 >/dev/null)
    [ -z "$said" ] || { echo "$said"; return 1; }
}
mandoc_is_silent() {
    said=$(mandoc -T lint -W warning "$page" | grep -v 'missing date' || :)
    [ -z "$said" ] || { echo "$said"; return 1; }
}
# The page as text holds the word.
man_has() {
    MANWIDTH=200 mandoc -T utf8 -O width=200 "$page" | col -b | grep -qF -e "$1"
}

check "groff -ww has nothing to say" groff_is_silent
check "mandoc -T lint has no warning" mandoc_is_silent
for command in $("$program" --help | awk '/^  [a-z]+ / { print $1 }'); do
    check "the page has $command" man_has "kratree $command"
    for flag in $("$program" "$command" --help | grep -oE '^ +(-[a-z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+'); do
        check "the page has $flag of $command" man_has "$flag"
    done
done

finish
