/* The members of one map: equal keys, clashing keys, merge keys (SPEC K-5, K-6, N-5). */
#ifndef KT_YAML_MEMBERS_H
#define KT_YAML_MEMBERS_H

#include "yaml/build.h"

/* kt_value.scratch of keys: which YAML value it was, as far as it matters for being equal. */
enum {
    KT_KEY_STRING,
    KT_KEY_INT,
    KT_KEY_BOOL,
    KT_KEY_BINARY, /* equal to no other: what it was is lost */
    KT_KEY_NULL,   /* JSON has no such key; so with the next */
    KT_KEY_UINT,
    KT_KEY_MERGE,  /* "<<" on its way to being merged */
    KT_KEY_FLOAT = 8, /* the double stands in the eight bytes before the text */
    KT_KEY_KIND = 15,
    KT_KEY_MERGED = 16, /* came from a merge: may be overridden silently */
    KT_KEY_CLASH = 32   /* another key of the map has the same text (N-5) */
};

/* kt_value.scratch of values: KT_TYPE_NULL that stands for a number JSON cannot hold (beside KT_VALUE_WAS_NUMBER: its text),
 * and where it came from. */
enum { KT_VALUE_INF = 1, KT_VALUE_MINUS_INF = 2, KT_VALUE_NAN = 3, KT_VALUE_POISON = 3, KT_VALUE_ALIAS = 4 };

/* Turn the `count` keys and values at `pairs` (which is overwritten) into the members of `map`. */
bool kt_members_make(kt_build *build, kt_value *map, kt_value *pairs, size_t count, bool merges);

#endif
