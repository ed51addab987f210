/* Values against the schemas of an API, in the two steps of the API server: fit, then check. */
#ifndef KT_MODEL_VALUE_CHECK_H
#define KT_MODEL_VALUE_CHECK_H

#include "base/diags.h"
#include "model/api_schema.h"

/* What is wrong with a value. */
typedef struct kt_finding {
    kt_code code;
    const kt_value *at;          /* the value, or the key of the map that lacks something */
    const kt_api_schema *schema; /* that it does not fit */
    kt_sv field;                 /* "spec.tags[0]" */
    kt_sv message;               /* one line, with the field */
} kt_finding;

typedef struct kt_checker {
    kt_arena *arena;
    kt_patterns *patterns;
    uint64_t left;  /* of limits.checks; at 0 nothing more is checked */
    size_t shown;   /* findings so far; those beyond KT_FINDINGS_MAX are not told */
    kt_sv prefix;   /* of fields; usually empty */
    void (*found)(void *ctx, const kt_finding *finding);
    void *ctx;
} kt_checker;

#define KT_FINDINGS_MAX ((size_t)100)

/* What is stored of a value: fields that the schema does not know are dropped (and found, KT_REQUEST_FIELD), nulls
 * that it does not allow are absent, defaults are filled in. `resource`: the value is an object with apiVersion, kind
 * and metadata, which stay, and a status, which goes.
 *
 * Values from defaults have the place of what lacked them. NULL: no memory. */
const kt_value *kt_value_fit(kt_checker *checker, const kt_api_schema *schema, const kt_value *value, bool resource);

/* Check a value; every failure is found. False: there was one. */
bool kt_value_check(kt_checker *checker, const kt_api_schema *schema, const kt_value *value);

/* One step of the way to a value; "" and index count an item, `same` is the value itself, seen by another schema. */
typedef struct kt_step {
    kt_sv name;
    uint32_t index;
    bool is_item, same;
} kt_step;

/* Append a step to a field. */
void kt_step_put(kt_buf *out, kt_step step);
/* One of these steps is shown; a way may be longer. */
#define KT_STEPS_SHOWN ((size_t)100)

#endif
