# shellcheck shell=sh
# For the suites written in shell: count checks, end with 'N passed, N failed'.

passed=0
failed=0

pass() {
    passed=$((passed + 1))
}

# flunk WHAT [DETAIL...]
flunk() {
    failed=$((failed + 1))
    printf 'FAIL %s\n' "$1"
    shift
    [ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/  /'
}

# check WHAT COMMAND...: passes when the command does; its output is shown when it fails.
check() {
    what=$1
    shift
    if output=$("$@" 2>&1); then pass; else flunk "$what" "$output"; fi
}

# nothing WHAT TEXT: passes when there is no text.
nothing() {
    if [ -z "$2" ]; then pass; else flunk "$1" "$2"; fi
}

finish() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
