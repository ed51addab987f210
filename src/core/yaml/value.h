/* A positioned value: what the API server would store (JSON), with the place it came from.
 *
 * Values are immutable after reading and live in the arena of their source. Aliases share: two values may
 * point to the same children. 24 bytes each, so that 20 million fit. */
#ifndef KT_YAML_VALUE_H
#define KT_YAML_VALUE_H

#include "base/sv.h"
#include "kratree.h"

typedef enum kt_type {
    KT_TYPE_NULL,
    KT_TYPE_BOOL,
    KT_TYPE_INT,   /* a JSON number without fraction or exponent that fits int64 (C-3, K-7) */
    KT_TYPE_FLOAT, /* every other JSON number; finite */
    KT_TYPE_STRING,
    KT_TYPE_LIST,
    KT_TYPE_MAP
} kt_type;

typedef struct kt_value kt_value;
typedef struct kt_member kt_member;

struct kt_value {
    uint8_t type;    /* kt_type */
    uint8_t scratch; /* the reader's own, but for KT_VALUE_WAS_NUMBER */
    uint32_t line;   /* 1-based */
    uint32_t column; /* 1-based, code points */
    uint32_t length; /* bytes of a string, items of a list, members of a map */
    union {
        bool boolean;
        int64_t integer;
        double number;
        const char *string;      /* UTF-8, may hold any code point but surrogates; not NUL-terminated */
        const kt_value *items;
        const kt_member *members; /* in order of first appearance; keys are unique */
    } as;
};

/* In scratch: kt_yaml_read_first() has printed this string from a float, or from an integer above int64. */
#define KT_VALUE_WAS_NUMBER 0x80u

/* Such a string, "+Inf", "-Inf" or "NaN", if it was a float that no JSON number is; else NULL. */
const char *kt_value_not_finite(const kt_value *value);

/* A key is always KT_TYPE_STRING (K-4), with its own place. */
struct kt_member {
    kt_value key;
    kt_value value;
};

kt_sv kt_value_string(const kt_value *value);
bool kt_value_is_string(const kt_value *value, const char *text);
/* The member's value, or NULL if `map` is NULL, no map, or has no such key. */
const kt_value *kt_value_get(const kt_value *map, const char *key);
const kt_member *kt_value_member(const kt_value *map, kt_sv key);
/* "string", "integer", "number", "boolean", "null", "array", "object": JSON's words. */
const char *kt_type_name(kt_type type);
kt_pos kt_value_pos(const kt_value *value, kt_sv file);

#endif
