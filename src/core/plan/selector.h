/* Kubernetes label selectors: the grammar of k8s.io/apimachinery pkg/labels (S-4, S-5). */
#ifndef KT_PLAN_SELECTOR_H
#define KT_PLAN_SELECTOR_H

#include "base/arena.h"
#include "kratree.h"

typedef enum kt_operator {
    KT_OP_EXISTS,
    KT_OP_ABSENT,
    KT_OP_EQUALS,
    KT_OP_DOUBLE_EQUALS,
    KT_OP_NOT_EQUALS,
    KT_OP_IN,
    KT_OP_NOT_IN,
    KT_OP_GREATER,
    KT_OP_LESS
} kt_operator;

typedef struct kt_requirement {
    kt_sv key;
    kt_operator op;
    const kt_sv *values; /* sorted, without repetition */
    size_t value_count;
    kt_sv text;          /* as Kubernetes prints it: "k in (a,b)" */
} kt_requirement;

typedef struct kt_label_selector {
    const kt_requirement *items; /* by key */
    size_t count;
    kt_sv error; /* why the text cannot be parsed; empty if it can, then `items` hold */
} kt_label_selector;

/* Parse `text`. Returns KT_OK, also when out->error is set, or KT_ERR_NOMEM. */
kt_status kt_selector_parse(kt_label_selector *out, kt_arena *arena, kt_sv text);

/* Whether labels (sorted by key) satisfy a requirement. */
bool kt_requirement_matches(const kt_requirement *requirement, const kt_label *labels, size_t count);

/* The label of that key, or NULL. */
const kt_label *kt_label_find(const kt_label *labels, size_t count, kt_sv key);

#endif
