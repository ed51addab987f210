/* The model: what the cluster would hold after all manifests were applied in order.
 *
 * One file per kind turns an object into a typed struct: structure (schema.h), defaults, admission (SPEC 1.2).
 * Refused objects are reported and left out. */
#ifndef KT_MODEL_MODEL_H
#define KT_MODEL_MODEL_H

#include "base/map.h"
#include "base/run.h"
#include "model/object.h"
#include "model/profile.h"
#include "yaml/reader.h"

typedef enum kt_workflow {
    KT_PROMISE_CONFIGURE,
    KT_PROMISE_DELETE,
    KT_RESOURCE_CONFIGURE,
    KT_RESOURCE_DELETE,
    KT_WORKFLOW_COUNT
} kt_workflow;

typedef struct kt_pipeline {
    kt_sv name;
    kt_pos pos;
} kt_pipeline;

typedef struct kt_pipelines {
    const kt_pipeline *items;
    size_t count;
} kt_pipelines;

typedef struct kt_required_promise {
    kt_sv name;
    kt_sv version;
    kt_pos pos;
    bool any_version; /* W-16 */
} kt_required_promise;

/* A version of an API; `schema` is NULL where it was not compiled, or is not valid. */
typedef struct kt_api_version {
    kt_sv name;
    const struct kt_api_schema *schema;
} kt_api_version;

/* The API of a Promise: its CustomResourceDefinition, as far as scheduling looks at it. */
typedef struct kt_api {
    bool present;      /* I-8 */
    kt_sv group;
    kt_sv kind;
    kt_sv plural;
    kt_sv storage_version;  /* I-10 */
    const kt_sv *versions;  /* served ones and the storage version */
    size_t version_count;
    const kt_value *crd;
    const kt_api_version *schemas; /* for validate (api_check.h), else none */
    size_t schema_count;
} kt_api;

typedef struct kt_promise {
    kt_object object;
    kt_api api;
    const kt_value *dependencies; /* KT_TYPE_LIST, or NULL */
    const kt_selector *selectors; /* spec.destinationSelectors, in order; source KT_SELECTOR_PROMISE */
    size_t selector_count;
    kt_pipelines pipelines[KT_WORKFLOW_COUNT];
    kt_sv pipeline_namespace;     /* "" if none */
    const kt_required_promise *required;
    size_t required_count;
    kt_sv version;                /* label kratix.io/promise-version, without it "not-set" (W-16), in 2025-03 "" */
    bool paused;                  /* W-14 */
    bool suspended;               /* W-13 */
} kt_promise;

typedef struct kt_resource_request {
    kt_object object;
    const kt_promise *promise;
    kt_sv namespace_; /* "default" if the manifest has none (I-10) */
    bool paused;
    bool suspended;
} kt_resource_request;

/* A Work and a WorkPlacement that a cluster has printed. */
typedef struct kt_cluster_group {
    kt_sv directory;
    kt_sv id;
    const kt_selector *selectors;
    size_t selector_count;
    const kt_value *workloads; /* list of {filepath, content}, or NULL */
} kt_cluster_group;

typedef struct kt_cluster_work {
    kt_object object;
    kt_work_type type;
    kt_sv promise;
    kt_sv pipeline;
    kt_sv resource;
    kt_sv resource_namespace;
    const kt_cluster_group *groups;
    size_t group_count;
} kt_cluster_work;

typedef struct kt_cluster_placement {
    kt_object object;
    kt_sv work; /* name; it is in the placement's namespace */
    kt_sv id;   /* of the group */
    kt_sv promise;
    kt_sv pipeline;
    kt_sv resource;
    kt_sv destination;
    bool misplaced; /* S-26 */
    const kt_value *workloads;
} kt_cluster_placement;

typedef struct kt_model {
    const kt_store *stores; /* by kind and name; missing ones that a Destination refers to included */
    size_t store_count;
    const kt_destination *destinations; /* by name; accepted ones */
    size_t destination_count;
    const kt_promise *promises;         /* by name */
    size_t promise_count;
    const kt_resource_request *requests; /* by Promise, namespace, name */
    size_t request_count;
    const kt_cluster_work *works;           /* as they came */
    size_t work_count;
    const kt_cluster_placement *placements; /* as they came */
    size_t placement_count;
    size_t passed_over; /* objects that are none of our business, documents without apiVersion and kind */
    bool lost_destinations; /* some were refused or could not be read: that nothing matches may be because of that */
    bool lost_promises;
    kt_map refused;     /* Promises and requests that were turned away: what the cluster had of them stays */
} kt_model;

/* Whether a Promise, or a request of it, was turned away. */
bool kt_model_refused_promise(const kt_model *model, kt_arena *arena, kt_sv promise);
bool kt_model_refused_request(const kt_model *model, kt_arena *arena, kt_sv promise, kt_sv namespace_, kt_sv name);

/* L-1: where the tree of a State Store with that spec.path begins. */
kt_sv kt_store_prefix(kt_arena *arena, kt_store_kind kind, kt_sv path);

/* Documents of one source, as kt_yaml_read() gave them. */
typedef struct kt_source_documents {
    const kt_source *source;
    kt_documents documents;
} kt_source_documents;

/* Apply all documents in order: sources as given (sorted by path), documents and list items as they stand.
 *
 * `out`   arrays in run->arena; they borrow the documents' values.
 * Returns KT_OK (also when objects were refused: see run->diags, run->left_out) or KT_ERR_NOMEM. */
kt_status kt_model_build(kt_model *out, kt_run *run, const kt_source_documents *sources, size_t count);

#endif
