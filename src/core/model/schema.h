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

#endif
