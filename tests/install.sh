#!/bin/sh
# `make install` gives a program that runs, and a library that another program finds through pkg-config.
#
#     install.sh source|system       LIBS of the installation; MAKE names make
set -eu

libs=$1
cd "$(dirname "$0")/.."
. tests/count.sh

root=$PWD/build/test/install-$libs
rm -rf "$root"
check "make install LIBS=$libs" "${MAKE:-make}" VARIANT=release LIBS="$libs" DESTDIR="$root" PREFIX=/opt/kratree install

prefix=$root/opt/kratree
cat >"$root/user.c" <<'C'
#include <kratree.h>
#include <stdio.h>

int main(void)
{
    kt_source source = {kt_str("a.yaml"), kt_str("a: [1, 2\n"), KT_SOURCE_NAMED, {NULL, 0}};
    kt_result *result;
    size_t count = 0;

    kt_render(&result, &source, 1, NULL);
    kt_result_diags(result, &count);
    kt_result_free(result);
    printf("%s %d\n", kt_version(), (int)count);
    return 0;
}
C

export PKG_CONFIG_PATH="$prefix/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR=
compile() {
    # shellcheck disable=SC2046 # words
    cc "$root/user.c" -o "$root/user" $(pkg-config --define-variable=prefix="$prefix" --cflags --libs kratree)
}
# Two answers in one line: the version that pkg-config tells too, and a diagnostic for broken YAML.
run() {
    [ "$("$root/user")" = "$(pkg-config --modversion kratree) 1" ]
}
# Nothing but kt_ names, so that another libyaml or zlib can be linked beside it.
own_names() {
    ! nm -g --defined-only "$prefix/lib/libkratree.a" 2>/dev/null | awk 'NF == 3 { print $3 }' | grep -v '^kt_'
}

check "a program compiles with pkg-config kratree" compile
check "and runs: version and one diagnostic" run
check "libkratree.a defines kt_ names only" own_names
check "the installed program runs" "$prefix/bin/kratree" --version
check "the manual page is installed" grep -q '^\.SH' "$prefix/share/man/man1/kratree.1"
for file in bash-completion/completions/kratree zsh/site-functions/_kratree fish/vendor_completions.d/kratree.fish; do
    check "$file is installed" grep -q 'kratree' "$prefix/share/$file"
done
check "the header is installed" cmp include/kratree.h "$prefix/include/kratree.h"

finish
