#!/bin/sh
# The demo: a platform as a team would keep it, what Kratix makes of it, and why.
# usage: packaging/demo.sh PROGRAM [OUTPUT-DIRECTORY]
set -eu

program=$1
out=${2:-build/demo}
platform=fixtures/demo/platform

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else bold='' dim='' plain=''; fi

say() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
# The program under its short name, so that the lines can be copied.
run() {
    printf '%s$ kratree' "$dim"
    printf ' %s' "$@"
    printf '%s\n' "$plain"
    "$program" "$@"
}

rm -rf "$out"
mkdir -p "$out"

say "A platform: $(find $platform/promises -name '*.yaml' | wc -l | tr -d ' ') Promises, 5 Destinations, a Git repository and a bucket."
say 'What will Kratix write, where, and why?'
run render "$platform"

say 'Who gets what, at a glance, and the story of one Promise:'
run explain "$platform"
run explain "$platform" promise/kafka

say 'The tree as files, byte for byte what ends up in the State Stores:'
run render "$platform" --out "$out/tree"
run render "$platform" --out "$out/tree.zip"
(cd "$out" && find tree -type f | LC_ALL=C sort | head -4 | sed 's/^/  /' && echo '  …')

say 'Somebody edits a rendered file by hand. CI notices:'
file=gitstatestore/clusters/fleet/dev/eu/dependencies/redis/5058f/static/redis-dependencies.yaml
echo '# quick fix' >>"$out/tree/$file"
run render "$platform" --out "$out/tree" --check || true
run render "$platform" --out "$out/tree"

say 'A typing error, found before anything is applied:'
mkdir -p "$out/platform"
cp -R "$platform"/. "$out/platform"
sed 's/destinationSelectors/destinatonSelectors/' $platform/promises/kafka.yaml >"$out/platform/promises/kafka.yaml"
run render "$out/platform" || true

say 'Look around:'
printf '  %s\n' "$out/tree" "$out/tree.zip" "$program render --help"
