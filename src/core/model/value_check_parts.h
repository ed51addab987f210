/* What the two halves of checking a value share: value_check.c walks, value_keywords.c looks at one value. */
#ifndef KT_MODEL_VALUE_CHECK_PARTS_H
#define KT_MODEL_VALUE_CHECK_PARTS_H

#include "model/value_check.h"

typedef enum kt_check_phase {
    KT_PHASE_HERE,
    KT_PHASE_ANY_OF,
    KT_PHASE_ONE_OF,
    KT_PHASE_ALL_OF,
    KT_PHASE_NOT,
    KT_PHASE_CHILDREN,
    KT_PHASE_END
} kt_check_phase;

/* A value and a schema that it is to fit. */
typedef struct kt_check_frame {
    const kt_api_schema *schema;
    const kt_value *value;
    const kt_value *key; /* of the value, to point at when it lacks something; may be NULL */
    kt_step step;
    kt_check_phase phase;
    size_t next;    /* branch, item or member */
    bool quiet;     /* a try */
    bool awaiting;  /* the frame above is a try for this one */
    size_t fitting; /* branches that fit */
    size_t best;    /* branch that got furthest */
    uint64_t best_way, began;
} kt_check_frame;

typedef struct kt_checking {
    kt_checker *checker;
    kt_check_frame *stack; /* moves when it grows */
    size_t depth, capacity;
    uint64_t steps;
    bool failed;  /* the try on top has */
    bool invalid; /* something was found */
    bool no_memory;
} kt_checking;

#define KT_EXCERPT_MAX ((size_t)60)
#define KT_EXCERPT_WHOLE ((size_t)1 << 30)

/* The value on top does not fit: "<field>: <problem>", formatted as by kt_buf_format(). In a try only that is noted. */
void kt_checking__fail(kt_checking *c, kt_code code, const char *format, ...);

/* Likewise of a field that is not there, or must not be there, at `at`. */
void kt_checking__fail_field(kt_checking *c, kt_code code, const kt_value *at, kt_step step, const char *format, ...);

/* A value as JSON of at most `max` bytes; empty in a try, which says nothing, unless all of it is asked for. */
kt_sv kt_checking__excerpt(kt_checking *c, const kt_value *value, size_t max);

/* Everything that the schema on top asks of the value itself, and no other schema. Of null only its type and the enum
 * are asked. False: there is nothing more to look at, since it is null or has another type. */
bool kt_keywords__check(kt_checking *c, kt_check_frame *f);

#endif
