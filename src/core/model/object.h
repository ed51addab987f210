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
    bool dropped;      /* a field was left out that Kratix does not know (I-13, I-22a) */
    bool from_cluster; /* it has metadata.uid: printed by a cluster, not written by a person */
    unsigned errors;   /* reported so far; those beyond KT_OBJECT_ERRORS_MAX are not shown */
} kt_object;

#define KT_OBJECT_ERRORS_MAX 100u

/* Fill `out` from a document or a list item. False if `root` is no map, or apiVersion or kind is not a
 * non-empty string: then it is no object. */
bool kt_object_open(kt_object *out, const kt_value *root, kt_sv file);
/* Set object->title, which the functions below print. */
void kt_object_entitle(kt_run *run, kt_object *object);
/* What the API server asks of every object's metadata (I-4, I-13a): types, the name, labels. Returns false if
 * the object is refused. */
bool kt_object_check(kt_run *run, kt_object *object);
/* "apps" of "apps/v1"; "" of "v1". And the rest. */
kt_sv kt_object_group(const kt_object *object);
kt_sv kt_object_version(const kt_object *object);

/* Labels of the object, sorted by key; entries that are not strings are left out. False: no memory. */
bool kt_object_labels(kt_run *run, const kt_object *object, const kt_label **out, size_t *count);
/* The same for any map in `file`. */
bool kt_labels_of(kt_run *run, const kt_value *map, kt_sv file, const kt_label **out, size_t *count);
/* metadata.labels[key], metadata.annotations[key]; an empty view without. */
kt_sv kt_object_label(const kt_object *object, const char *key);
kt_sv kt_object_annotation(const kt_object *object, const char *key);
/* Whether a label is exactly "true" (W-13, W-14). */
bool kt_object_flag(const kt_object *object, const char *key);

/* Add a diagnostic about `object`; `at` may be NULL (the object's own place), `field` may be "". */
kt_diag *kt_object_report(kt_run *run, kt_object *object, kt_code code, const kt_value *at, kt_sv field,
                          const char *format, ...);

/* The profiles in `refusing` turn the object away: an error that marks it refused, or, where the other
 * profile accepts it and none was chosen, a warning that names the version that refuses. The return value
 * says whether it is refused. */
bool kt_object_refuse(kt_run *run, kt_object *object, unsigned refusing, kt_code code, const kt_value *at,
                      kt_sv field, const char *format, ...);

#endif
