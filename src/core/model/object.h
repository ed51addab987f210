/* A Kubernetes object of the input, before its kind is looked at. */
#ifndef KT_MODEL_OBJECT_H
#define KT_MODEL_OBJECT_H

#include "base/run.h"
#include "yaml/value.h"

typedef struct kt_object {
    const kt_value *root;
    kt_sv file;
    kt_sv api_version;
    kt_sv kind;
    kt_sv name;        /* "" if it has none */
    kt_sv namespace_;  /* "" if it has none */
    kt_sv title;       /* "Promise/redis", for diagnostics */
    kt_pos pos;        /* of the document, or of the list item */
    kt_pos name_pos;
    bool refused;
} kt_object;

/* Labels or annotations of the object, sorted by key; entries that are not strings are left out. */
bool kt_object_labels(kt_run *run, const kt_object *object, const char *field, const kt_label **out,
                      size_t *count);
/* metadata.labels[key], or an empty view. */
kt_sv kt_object_label(const kt_object *object, const char *key);

/* Add a diagnostic about `object`; `at` may be NULL (the object's own place), `field` may be "". */
kt_diag *kt_object_report(kt_run *run, kt_object *object, kt_code code, const kt_value *at, kt_sv field,
                          const char *format, ...);

/* The profiles in `refusing` turn the object away: an error that marks it refused, or, where the other
 * profile accepts it and none was chosen, a warning that names the version that refuses. The return value
 * says whether it is refused. */
bool kt_object_refuse(kt_run *run, kt_object *object, unsigned refusing, kt_code code, const kt_value *at,
                      kt_sv field, const char *format, ...);

#endif
