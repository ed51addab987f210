/* Go's regular expressions (RE2 syntax), rewritten for PCRE2.
 *
 * The API server compiles patterns with Go's regexp.Compile and asks whether a value holds a match anywhere. PCRE2
 * without UTF-8 and without tables of Unicode is small; so the rewritten pattern works on bytes: a character beyond
 * ASCII is its bytes, and a class of such characters is "one character, and ask the set" by a callout. */
#ifndef KT_MODEL_GO_REGEXP_H
#define KT_MODEL_GO_REGEXP_H

#include "model/code_set.h"

typedef struct kt_go_regexp {
    kt_sv pattern;           /* for PCRE2; empty with `error` or `unknown` */
    const kt_code_set *sets; /* callout n asks whether the character before it is in set n */
    size_t set_count;        /* at most 256 */
    kt_sv error;             /* Go refuses it: "missing closing ): `(a`" */
    const char *unknown;     /* Go takes it; what it would match is not known here, because of this; or NULL */
} kt_go_regexp;

/* Rewrite `source`. False: no memory. */
bool kt_go_regexp_read(kt_go_regexp *out, kt_arena *arena, kt_sv source);

#endif
