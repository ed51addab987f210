#!/bin/sh
# Install what the named goals need and this machine lacks (packaging/tools).
#
#     setup.sh GOAL...      build, sources, wasm, web, test, bench
#
# Looks for commands and versions first, so that a machine that has them from elsewhere is left as it is.
# Where it may not install, it prints the one line to run, and fails.
set -eu

cd "$(dirname "$0")/.."
. packaging/words.sh

table=packaging/tools

# The first version number in what a command says about itself; empty: there is no such command.
version_of() {
    command -v "$1" >/dev/null || return 0
    { "$1" --version 2>/dev/null </dev/null || echo 0; } | grep -oE '[0-9]+(\.[0-9]+)*' | head -n 1
}

at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

# Whether TOOL is there in version MINIMUM; else says what was found.
has() {
    case $1 in
    /*)
        # shellcheck disable=SC2086 # a pattern
        ls -d $1 >/dev/null 2>&1 && return
        found="no $1" ;;
    *)
        version=$(version_of "$1")
        if [ -z "$version" ]; then
            found="no $1"
        else
            [ "$2" = - ] || at_least "$version" "$2" && return
            found="$1 is $version, not $2 or later"
        fi ;;
    esac
    return 1
}

# Set `packages` to what brings the tools that GOAL... lack, and `lacking` to the reasons, one a line.
look() {
    packages='' lacking=''
    while IFS='|' read -r row_goals tool minimum package; do
        case $row_goals in '#'* | '') continue ;; esac
        tool=$(trim "$tool") package=$(trim "$package")
        for goal; do
            case " $row_goals " in *" $goal "*) ;; *) continue ;; esac
            has "$tool" "$(trim "$minimum")" || {
                packages="$packages $package"
                lacking="$lacking
  $found"
            }
            break
        done
    done <$table
}

cannot() {
    fail "$1; missing here:$lacking" "to install it, run this and then make again:" \
        "  sudo apt-get update && sudo apt-get install --no-install-recommends$packages"
}

install() {
    step setup "installing$packages"
    export DEBIAN_FRONTEND=noninteractive
    {
        apt-get update --quiet
        # shellcheck disable=SC2086 # one word a package
        apt-get install --quiet --yes --no-install-recommends $packages
    } >>"$log" 2>&1 </dev/null || cannot "apt-get could not install what $goals needs (details are in build/log)"
}

goals=$*
mkdir -p build
exec 9>build/setup.lock # one at a time: make runs goals side by side
flock 9
start_log "$@"
look "$@"
if [ -n "$packages" ]; then
    command -v apt-get >/dev/null || cannot "there is no apt-get to install what '$goals' needs"
    [ "$(id -u)" = 0 ] || cannot "not root, so nothing can be installed for '$goals'"
    install
    look "$@"
    [ -z "$packages" ] || cannot "what apt-get installed for '$goals' is not enough"
fi
