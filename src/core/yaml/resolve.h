/* What a YAML scalar means (SPEC K-2, K-3, K-4, K-7). */
#ifndef KT_YAML_RESOLVE_H
#define KT_YAML_RESOLVE_H

#include "base/arena.h"
#include "yaml/value.h"

typedef enum kt_scalar_kind {
    KT_SCALAR_NULL,
    KT_SCALAR_BOOL,
    KT_SCALAR_INT,
    KT_SCALAR_UINT, /* above int64 */
    KT_SCALAR_FLOAT,
    KT_SCALAR_STRING,
    KT_SCALAR_TIMESTAMP, /* a string in every respect but a tag's */
    KT_SCALAR_BINARY,    /* a string with bytes that were no UTF-8 */
    KT_SCALAR_DOUBLE     /* a number of JSON with fraction or exponent: a double, whatever its value (C-3) */
} kt_scalar_kind;

typedef struct kt_scalar {
    kt_scalar_kind kind;
    kt_sv text; /* as written; decoded for !!binary */
    union {
        bool boolean;
        int64_t integer;
        uint64_t natural;
        double number; /* may be infinite or NaN */
    } as;
} kt_scalar;

/* A plain scalar without tag (K-2). */
void kt_scalar_resolve(kt_scalar *out, kt_sv text);

typedef enum kt_tag_result { KT_TAG_OK, KT_TAG_MISMATCH, KT_TAG_BASE64, KT_TAG_NOMEM } kt_tag_result;

/* A scalar with an explicit tag such as "tag:yaml.org,2002:int" (K-3).
 *
 * KT_TAG_MISMATCH: `text` is an out->kind, which is not the tag's; KT_TAG_BASE64: bad !!binary. */
kt_tag_result kt_scalar_resolve_tagged(kt_scalar *out, kt_arena *arena, kt_sv tag, kt_sv text);

/* "!!int": what the kind is called in messages. */
const char *kt_scalar_tag(kt_scalar_kind kind);
/* "tag:yaml.org,2002:int" is "!!int"; another tag stays. */
kt_sv kt_tag_short(kt_arena *arena, kt_sv tag);

/* Set type and content of `out` to a finite number as JSON carries it (K-7); the place stays. */
void kt_value_set_number(kt_value *out, double number);

/* The text of a map key (K-4) of kind bool, int, float or string, in `arena` if it is not scalar->text.
 * {NULL, 0} on memory failure. */
kt_sv kt_scalar_key(const kt_scalar *scalar, kt_arena *arena);

/* The text of a number where a string is wanted (G-2): floats as float32, integers in decimal. */
kt_sv kt_scalar_number_text(const kt_scalar *scalar, kt_arena *arena);

#endif
