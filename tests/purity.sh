#!/bin/sh
# The core is pure, shown three ways: what it includes, what its objects need, what the module imports.
#
#     purity.sh OBJECTS WASM      the folder of the core's objects, kratree.wasm
set -eu

objects=$1 wasm=$2
cd "$(dirname "$0")/.."
. tests/count.sh

# ---- Includes: a few headers of the language, a library's header in one file, rooms from top to bottom

language='stdbool stddef stdint stdarg string limits'
libraries='yaml.h:src/core/yaml/events.c zlib.h:src/core/emit/zip.c zlib.h:src/core/emit/unzip.c zlib.h:src/core/plan/packed.c
    pcre2.h:src/core/model/pattern.c md5.h:src/core/base/digest.c sha2.h:src/core/base/digest.c
    stdlib.h:src/core/base/arena.c stdlib.h:src/core/base/sort.c'
rooms='base yaml memory model plan layout tree emit'

may_include() {
    for known in $language; do [ "$2" = "$known.h" ] && return; done
    for known in $libraries; do [ "$2:$1" = "$known" ] && return; done
    return 1
}

# Whether room $2 is room $1 or above it.
is_above() {
    for known in $rooms; do
        [ "$known" = "$2" ] && return
        [ "$known" = "$1" ] && return 1
    done
    return 1
}

# included FILE OPEN CLOSE: the names between them.
included() {
    sed -n "s/^ *# *include *$2\\(.*\\)$3.*/\\1/p" "$1"
}

check_includes() {
    bad=
    for header in $(included "$1" '<' '>'); do
        may_include "$1" "$header" || bad="$bad <$header>"
    done
    room=$(echo "$1" | cut -d/ -f3)
    for header in $(included "$1" '"' '"'); do
        [ "$header" = kratree.h ] && continue
        { [ -e "src/core/$header" ] && is_above "$room" "${header%%/*}"; } || bad="$bad \"$header\""
    done
    nothing "$1 includes" "$bad"
}

for file in src/core/*/*.[ch] include/*.h; do
    check_includes "$file"
done

# ---- Undefined symbols: the core's own, memory and strings, and each library in its one object

symbols='memchr memcmp memcpy memmove memset strchr strcmp strlen strncmp bcmp _GLOBAL_OFFSET_TABLE_
    __memcpy_chk __memmove_chk __memset_chk __stack_chk_fail __tls_get_addr'
owners='base/arena:malloc|realloc|free base/sort:qsort base/digest:(MD5|SHA256)(Init|Update|Final)
    emit/zip:deflate.*|crc32(_z)?|compressBound plan/packed:(in|de)flate.* emit/unzip:inflate.*|crc32_z
    yaml/events:yaml_.* model/pattern:pcre2_.*'

may_need() {
    for known in $symbols; do [ "$2" = "$known" ] && return; done
    for known in $owners; do
        [ "$1" = "${known%%:*}" ] && printf '%s\n' "$2" | grep -qxE "${known#*:}" && return
    done
    return 1
}

check_symbols() {
    bad=
    for symbol in $(nm -u "$1" | sed -n 's/^ *U //p' | grep -v '^kt_'); do
        may_need "$2" "$symbol" || bad="$bad $symbol"
    done
    nothing "$1 needs" "$bad"
}

variables_of() {
    objdump -t "$1" | awk '/\.(data|bss|tdata|tbss)/ && !/\.data\.rel\.ro/ && $NF !~ /^\./ { print $NF }'
}

variables=
for file in src/core/*/*.c; do
    module=${file#src/core/}
    module=${module%.c}
    check_symbols "$objects/$module.o" "$module"
    variables="$variables$(variables_of "$objects/$module.o")"
done

# The only variable is the pool of libyaml's memory, one for each thread.
if [ "$variables" = current ]; then pass; else flunk "variables of the core: current, and:" "$variables"; fi

# ---- The module

if imports=$(wasm-objdump -x -j Import "$wasm" 2>&1 | grep '^ - '); then
    flunk "$wasm imports" "$imports"
else
    check "$wasm is a module" wasm-objdump -h "$wasm"
fi

finish
