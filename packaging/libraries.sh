#!/bin/sh
# Compile the libraries of the core (packaging/libraries) from the distribution's source packages.
#
#     libraries.sh fetch                           unpack the sources: build/libs/source/<package>
#     libraries.sh build TARGET AR CC [FLAG...]    build/libs/TARGET/{lib<package>.a,include/}
#     libraries.sh system                          say what LIBS=system lacks; print nothing when all is there
#
# The sources are fetched with a private apt configuration: /etc/apt is only read. One tree is compiled for
# every target, so that native and WASM have the same version. Details go to build/log.
set -eu

cd "$(dirname "$0")/.."
. packaging/words.sh

table=packaging/libraries
libs=$PWD/build/libs
sources=$libs/source
apt=$libs/apt

# Call "$@" with source, version, files, headers, flags and system for each row.
each_library() {
    while IFS='|' read -r source version files headers flags system; do
        case $source in '#'* | '') continue ;; esac
        "$@" "$(trim "$source")" "$(trim "$version")" "$files" "$headers" "$flags" "$(trim "$system")"
    done <$table
}

# The version without epoch and Debian revision.
upstream() {
    printf '%s' "${1#*:}" | sed 's/-[^-]*$//'
}

# ---- fetch

# deb-src entries for the Debian archives that this machine uses already. The base suite comes before the
# security suite: an original tarball is fetched from the first that names it, and only the base has it.
private_apt() {
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    option=
    [ -e $keyring ] && option="[signed-by=$keyring] "
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/parts"
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(ORIGIN)|$(SITE)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' |
        awk -F'|' -v option="$option" '$1 == "Debian" && $4 == "main" && !seen[$0]++ {
            print ($3 ~ /security/ ? 2 : 1) " deb-src " option $2 " " $3 " " $4 }' |
        sort -s -k1,1 | cut -d' ' -f2- >"$apt/sources.list"
    [ -s "$apt/sources.list" ] || return 1
    cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "$apt/parts";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
CONF
    export APT_CONFIG="$apt/apt.conf"
    apt-get update -o APT::Update::Error-Mode=any
}

# The version to take: the tested one, else the newest revision of the same upstream version.
choose_version() {
    apt-cache showsrc --only-source "$1" | sed -n 's/^Version: //p' | sort -Vu >"$apt/versions"
    grep -Fx "$2" "$apt/versions" && return
    while read -r version; do
        [ "$(upstream "$version")" = "$(upstream "$2")" ] && echo "$version"
    done <"$apt/versions" | tail -n 1
}

fetch_library() {
    version=$(choose_version "$1" "$2")
    [ -n "$version" ] || fetch_failed "$1 $(upstream "$2") is not among the source packages of this machine's Debian"
    [ "$version" = "$2" ] || echo "$1: taking $version, packaging/libraries says $2" >>"$log"
    mkdir -p "$apt/work" && rm -rf "$apt/work/$1" "${sources:?}/$1" && mkdir "$apt/work/$1"
    (cd "$apt/work/$1" && apt-get source --only-source "$1=$version") >>"$log" 2>&1 ||
        fetch_failed "the source package $1 $version cannot be fetched"
    mv "$apt/work/$1/"*/ "$sources/$1"
    echo "$1 $version" >>"$sources/versions.new"
    step library "$1 $version"
}

add_package() {
    packages="$packages ${6#* }"
}

fetch_failed() {
    packages=
    each_library add_package
    fail "$1" \
        "details are in build/log; to link the installed libraries instead:" \
        "  apt-get install pkg-config$packages && make LIBS=system"
}

fetch() {
    mkdir -p "$sources"
    rm -f "$sources/versions" "$sources/versions.new"
    command -v apt-get >/dev/null || fetch_failed "the libraries' sources come from Debian's archive, and there is no apt-get here"
    command -v dpkg-source >/dev/null || fetch_failed "dpkg-source is missing: apt-get install dpkg-dev"
    private_apt >>"$log" 2>&1 || fetch_failed "the list of Debian's source packages cannot be fetched"
    each_library fetch_library
    mv "$sources/versions.new" "$sources/versions"
}

# ---- build

install_headers() {
    for header in $2; do
        mkdir -p "$include"
        cp "$sources/$1/${header%:*}" "$include/$(basename "${header#*:}")"
    done
}

# Compile one library. libmd and others want a config.h; an empty one is enough.
build_library() {
    name=$1 flags=$5
    object=$target/obj/$name
    mkdir -p "$object"
    : >"$object/config.h"
    (
        cd "$sources/$name"
        # shellcheck disable=SC2016,SC2086 # an inner shell; patterns and flags of the table are words
        printf '%s\n' $3 | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I{} sh -c '
            file=$1 object=$2; shift 2
            exec "$@" -c "$file" -o "$object/$(basename "$file" .c).o"' - {} "$object" \
            $compiler -w $level -DNDEBUG -ffunction-sections -fdata-sections $flags -I"$object" -I"$include"
    ) >>"$log" 2>&1 || fail "the library $name does not compile; details are in build/log"
    "$archiver" rcs "$target/lib$name.a.new" "$object"/*.o
    mv "$target/lib$name.a.new" "$target/lib$name.a"
}

build() {
    target=$libs/$1 archiver=$2 include=$libs/$1/include
    shift 2
    compiler=$*
    case " $compiler " in *' -O'*) level= ;; *) level=-O2 ;; esac
    rm -rf "$target"
    mkdir -p "$target" "$include"
    install_all() { install_headers "$1" "$4"; }
    each_library install_all
    each_library build_library
    cp "$sources/versions" "$target/versions"
    step library "compiled for $(basename "$target"): $(cut -d' ' -f1 "$sources/versions" | tr '\n' ' ')"
}

# ---- system

missing_library() {
    pkg-config --exists "${6%% *}" 2>/dev/null || packages="$packages ${6#* }"
}

system() {
    packages=
    command -v pkg-config >/dev/null || packages=" pkg-config"
    each_library missing_library
    [ -z "$packages" ] || fail "LIBS=system: libraries are missing; to install them:" "  apt-get install$packages"
}

start_log "$@"
case ${1-} in
fetch) fetch ;;
build) shift && build "$@" ;;
system) system ;;
*) fail "usage: libraries.sh fetch | build TARGET AR CC [FLAG...] | system" ;;
esac
