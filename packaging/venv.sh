#!/bin/sh
# Install what a list of requirements names into a Python environment OUT: those versions and nothing they pull in.
# OUT/ready tells that it is done.
#
#     venv.sh REQUIREMENTS OUT
set -eu

cd "$(dirname "$0")/.."
. packaging/words.sh

requirements=$1 out=$2
start_log "venv.sh $requirements"
step setup "python packages of $requirements"
rm -rf "$out"
{ python3 -m venv "$out" && "$out/bin/pip" --quiet --disable-pip-version-check install --no-deps -r "$requirements"; } \
    >>"$log" 2>&1 </dev/null ||
    fail "pip could not install $requirements (details are in build/log)" \
        "to try again: python3 -m venv $out && $out/bin/pip install --no-deps -r $requirements"
touch "$out/ready"
