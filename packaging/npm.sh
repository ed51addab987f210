#!/bin/sh
# Install what FOLDER's package-lock.json names into OUT/node_modules: those versions, checked by their hashes, without
# running any of their scripts. OUT/ready tells that it is done.
#
#     npm.sh FOLDER OUT
set -eu

cd "$(dirname "$0")/.."
. packaging/words.sh

folder=$1 out=$2
mkdir -p "$out"
start_log "npm.sh $folder"
step setup "npm packages of $folder"
rm -rf "$out/node_modules" "$out/ready"
cp "$folder/package.json" "$folder/package-lock.json" "$out"
npm ci --prefix "$out" --ignore-scripts --no-audit --no-fund --no-progress >>"$log" 2>&1 </dev/null ||
    fail "npm could not install the packages of $folder (details are in build/log)" "to try again: npm ci --prefix $out"
touch "$out/ready"
