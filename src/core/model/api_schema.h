/* The schema of a version of an API (JSONSchemaProps of apiextensions.k8s.io/v1), its keywords looked up once.
 *
 * Schemas that YAML aliases share are shared here too. Everything lives in the arena of the run; values are those of
 * the Promise. */
#ifndef KT_MODEL_API_SCHEMA_H
#define KT_MODEL_API_SCHEMA_H

#include "base/buf.h"
#include "base/run.h"
#include "model/formats.h"
#include "model/pattern.h"
#include "yaml/value.h"

/* In the order of the table in api_schema.c. */
typedef enum kt_keyword {
    KT_KW_REF, KT_KW_SCHEMA, KT_KW_ADDITIONAL_ITEMS, KT_KW_ADDITIONAL_PROPERTIES, KT_KW_ALL_OF, KT_KW_ANY_OF,
    KT_KW_DEFAULT, KT_KW_DEFINITIONS, KT_KW_DEPENDENCIES, KT_KW_DESCRIPTION, KT_KW_ENUM, KT_KW_EXAMPLE,
    KT_KW_EXCLUSIVE_MAXIMUM, KT_KW_EXCLUSIVE_MINIMUM, KT_KW_EXTERNAL_DOCS, KT_KW_FORMAT, KT_KW_ID, KT_KW_ITEMS,
    KT_KW_MAX_ITEMS, KT_KW_MAX_LENGTH, KT_KW_MAX_PROPERTIES, KT_KW_MAXIMUM, KT_KW_MIN_ITEMS, KT_KW_MIN_LENGTH,
    KT_KW_MIN_PROPERTIES, KT_KW_MINIMUM, KT_KW_MULTIPLE_OF, KT_KW_NOT, KT_KW_NULLABLE, KT_KW_ONE_OF, KT_KW_PATTERN,
    KT_KW_PATTERN_PROPERTIES, KT_KW_PROPERTIES, KT_KW_REQUIRED, KT_KW_TITLE, KT_KW_TYPE, KT_KW_UNIQUE_ITEMS,
    KT_KW_EMBEDDED, KT_KW_INT_OR_STRING, KT_KW_LIST_MAP_KEYS, KT_KW_LIST_TYPE, KT_KW_MAP_TYPE, KT_KW_PRESERVE,
    KT_KW_VALIDATIONS,
    KT_KW_COUNT
} kt_keyword;

/* Types of values as bits; `types` of a schema is 0 if it has none, or one that does not exist. */
enum {
    KT_IS_STRING = 1,
    KT_IS_INTEGER = 2,
    KT_IS_NUMBER = 4,
    KT_IS_BOOLEAN = 8,
    KT_IS_ARRAY = 16,
    KT_IS_OBJECT = 32
};

typedef struct kt_api_schema kt_api_schema;

/* A keyword that is present, and not null. */
typedef struct kt_keyword_use {
    kt_keyword keyword;
    const kt_member *member;
} kt_keyword_use;

typedef struct kt_api_property {
    kt_sv name;
    const kt_value *key;
    const kt_api_schema *schema;
} kt_api_property;

typedef struct kt_api_schemas {
    const kt_api_schema **items;
    size_t count;
} kt_api_schemas;

struct kt_api_schema {
    const kt_value *source; /* a map */
    const kt_api_schema *parent; /* NULL at the root; the first of those that share it */
    kt_keyword via;         /* how it is reached from there: by KT_KW_PROPERTIES `name`, by KT_KW_ANY_OF `index` */
    kt_sv name;
    size_t index;
    const kt_keyword_use *uses;
    size_t use_count;
    unsigned types;         /* what values may be, KT_IS_INTEGER | KT_IS_STRING for int-or-string */
    bool odd_type;          /* its type is none */
    kt_format format;
    const kt_value *default_;
    bool nullable, preserve, embedded, int_or_string;
    bool additional_denied; /* additionalProperties: false */
    const kt_api_property *properties; /* by name */
    size_t property_count;
    const kt_api_schema *items, *additional, *not_;
    kt_api_schemas all_of, any_of, one_of;
    kt_pattern *pattern;
};

/* Its value, or NULL. */
const kt_value *kt_api_keyword(const kt_api_schema *schema, kt_keyword keyword);
/* Its key and value, or NULL. */
const kt_member *kt_api_keyword_member(const kt_api_schema *schema, kt_keyword keyword);
const char *kt_keyword_name(kt_keyword keyword);
/* The keyword most like `name`; NULL if none is. */
const char *kt_keyword_suggest(kt_sv name);
const kt_api_property *kt_api_property_get(const kt_api_schema *schema, kt_sv name);
/* The property most like `name`, for a suggestion; empty if none is. In the arena. */
kt_sv kt_api_property_suggest(const kt_api_schema *schema, kt_arena *arena, kt_sv name);
/* Append the way from the root, "properties[spec].items"; nothing for the root. */
void kt_api_schema_place(kt_buf *out, const kt_api_schema *schema);

/* Called for what compiling finds: a value that is not `want` ("a string"), and an unknown keyword. Either may be NULL. */
typedef struct kt_api_findings {
    void (*wrong_type)(void *ctx, const kt_api_schema *schema, const kt_member *member, const char *want);
    void (*unknown)(void *ctx, const kt_api_schema *schema, const kt_member *member);
    void *ctx;
} kt_api_findings;

/* Compile `source`, a map. NULL: no memory. */
const kt_api_schema *kt_api_schema_compile(kt_arena *arena, kt_patterns *patterns, const kt_value *source,
                                           const kt_api_findings *findings);

#endif
