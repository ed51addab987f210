/* What an untagged plain scalar means (K-2): YAML 1.1 as yaml.v2 reads it. The reader resolves by it, the
 * writer quotes by it (Y-10). */
#ifndef KT_YAML_IMPLICIT_H
#define KT_YAML_IMPLICIT_H

#include "kratree.h"

typedef enum kt_implicit_type {
    KT_IMPLICIT_STRING,
    KT_IMPLICIT_NULL,     /* the empty text, too */
    KT_IMPLICIT_BOOL,
    KT_IMPLICIT_INT,      /* fits int64 */
    KT_IMPLICIT_UINT,     /* fits only uint64; never with a sign */
    KT_IMPLICIT_FLOAT,    /* may be infinite or NaN: .inf, .nan */
    KT_IMPLICIT_TIMESTAMP /* a string with its own spelling, of another tag (Y-12) */
} kt_implicit_type;

typedef struct kt_implicit {
    kt_implicit_type type;
    union {
        bool boolean;
        int64_t integer;
        uint64_t natural; /* KT_IMPLICIT_UINT */
        double number;
    } as;
} kt_implicit;

/* Resolve the text of a scalar. `<<` is a string here: whether it merges depends on where it stands (K-6). */
kt_implicit kt_implicit_resolve(kt_sv text);

/* Whether the text resolves to a string; quick for most. */
bool kt_implicit_is_string(kt_sv text);

/* Whether the text is a date, with or without a time of day (Y-12). */
bool kt_implicit_is_timestamp(kt_sv text);

#endif
