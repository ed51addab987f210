#!/bin/sh
# Install what the file of REQUIREMENTS names, exactly those versions, into the virtual environment OUT/venv. OUT/ready tells
# that it is done.
#
#     pip.sh REQUIREMENTS OUT
set -eu

cd "$(dirname "$0")/.."
. packaging/words.sh

requirements=$1 out=$2
mkdir -p "$out"
start_log "pip.sh $requirements"
step setup "python packages of $requirements"
rm -rf "$out/venv" "$out/ready"
python3 -m venv "$out/venv" >>"$log" 2>&1 || fail "python3 has no venv" "to install it: apt-get install python3-venv"
"$out/venv/bin/python" -m pip install --no-deps --quiet -r "$requirements" >>"$log" 2>&1 </dev/null ||
    fail "pip could not install $requirements (details are in build/log)" \
        "to try again: $out/venv/bin/python -m pip install -r $requirements"
touch "$out/ready"
