/* What the unit tests share: cmocka and its prerequisites in the right order, and checks on text. */
#ifndef KT_TEST_H
#define KT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/sv.h"
#include "kratree.h"

/* Fail with both texts when they differ. */
static inline void check_text(kt_sv have, const char *want)
{
    if (!kt_sv_is(have, want))
        fail_msg("have '%.*s', want '%s'", (int)have.len, have.ptr ? have.ptr : "", want);
}

#endif
