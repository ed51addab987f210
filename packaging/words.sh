# shellcheck shell=sh
# What the scripts of set-up print: one line a step on standard output, details in build/log.

log=$PWD/build/log

start_log() {
    mkdir -p build
    printf '\n==== %s %s\n' "$(basename "$0")" "$*" >>"$log"
}

# step WHAT TEXT
step() {
    printf '  %-8s %s\n' "$1" "$2"
}

# fail TEXT [LINE...]: what is wrong, and below it what to do.
fail() {
    printf '%s: %s\n' "$(basename "$0")" "$1" >&2
    shift
    [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
    exit 1
}

trim() {
    printf '%s' "$1" | sed 's/^ *//; s/ *$//'
}
