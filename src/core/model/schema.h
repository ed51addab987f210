/* Structure of the Kratix kinds as tables, and the walk that checks a value against one (I-1 … I-14).
 *
 * The tables are the source of truth for types, required fields, enums, defaults and help texts. */
#ifndef KT_MODEL_SCHEMA_H
#define KT_MODEL_SCHEMA_H

#include "base/run.h"
#include "model/object.h"
#include "model/profile.h"
#include "yaml/value.h"

typedef enum kt_schema_type {
    KT_SCHEMA_STRING,
    KT_SCHEMA_BOOL,
    KT_SCHEMA_INTEGER,
    KT_SCHEMA_OBJECT,   /* `fields`; or `item` for a map of values; or neither with `open` */
    KT_SCHEMA_LIST,     /* `item` */
    KT_SCHEMA_ANY       /* unchecked */
} kt_schema_type;

typedef struct kt_schema kt_schema;

typedef struct kt_field {
    const char *name;
    const kt_schema *schema;
    const char *help;   /* a few words for readers and editors */
    unsigned known_in;  /* KT_IN_…: elsewhere the field is unknown */
    unsigned required_in;
} kt_field;

struct kt_schema {
    kt_schema_type type;
    const kt_field *fields;
    size_t field_count;
    const kt_schema *item;
    const char *const *values; /* enum, NULL-terminated; NULL: any */
    bool open;                 /* unknown fields are kept */
};

/* Check `value`. Each finding is a diagnostic on `object` with its place and field path; explicit nulls
 * count as absent (I-14); an unknown field is an error with a suggestion, and alone does not set
 * object->refused under keep_going (I-22a). Returns false if the object must be refused. */
bool kt_schema_check(kt_run *run, kt_object *object, const kt_schema *schema, const kt_value *value,
                     const char *path);

/* The same as Go's encoding/json decodes into a struct: names match whatever their case, null fits everywhere,
 * and an unknown field is an error of `code` that refuses the object, unless the schema is open. The
 * message begins with `prefix`. */
bool kt_schema_decode(kt_run *run, kt_object *object, const kt_schema *schema, const kt_value *value,
                      kt_sv path, kt_code code, kt_sv prefix);

/* The field `name` of `map` as Kratix will see it: NULL if it is absent, null, or unknown to `profile`. */
const kt_value *kt_schema_get(kt_profile profile, const kt_schema *schema, const kt_value *map,
                              const char *name);
/* Fields of a map that was decoded: any case of the name, null is absent. */
const kt_value *kt_decoded_get(const kt_value *map, const char *name);
kt_sv kt_decoded_string(const kt_value *map, const char *name);

/* The string at `name`, or "" if there is none. */
kt_sv kt_value_text(const kt_value *map, const char *name);
/* The same, or `usual` (static) if there is none. */
kt_sv kt_value_text_or(const kt_value *map, const char *name, const char *usual);

/* Items of a list, members of a map; 0 for anything else and for NULL. */
size_t kt_value_count(const kt_value *value);

/* Rows of tables. */
#define KT_ARRAY_COUNT(array) (sizeof(array) / sizeof(array)[0])
#define KT_FIELDS(array) .fields = (array), .field_count = KT_ARRAY_COUNT(array)
extern const kt_schema kt_schema_any;
extern const kt_schema kt_schema_string;
extern const kt_schema kt_schema_bool;
extern const kt_schema kt_schema_integer;
extern const kt_schema kt_schema_strings;    /* list of strings */
extern const kt_schema kt_schema_string_map; /* map of strings */
extern const kt_schema kt_schema_any_list;
extern const kt_schema kt_schema_metadata;   /* ObjectMeta */
extern const kt_schema kt_schema_secret_ref; /* {name, namespace} */

/* The kinds, whole. */
extern const kt_schema kt_schema_promise;
extern const kt_schema kt_schema_destination;
extern const kt_schema kt_schema_git_state_store;
extern const kt_schema kt_schema_bucket_state_store;
extern const kt_schema kt_schema_promise_release;

#endif
