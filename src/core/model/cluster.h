/* What the cluster holds while objects are applied, one function for each kind that changes it.
 *
 * Only the files of this room look in here; the rest of the core sees kt_model. */
#ifndef KT_MODEL_CLUSTER_H
#define KT_MODEL_CLUSTER_H

#include "base/map.h"
#include "model/model.h"
#include "model/value_check.h"

typedef struct kt_store_entry {
    kt_object object;
    kt_store store;
    kt_connection *connection; /* that of the store, whose Secret is tied at the end; may be NULL */
    bool remembered; /* as the lock has it: no manifest has been accepted yet */
} kt_store_entry;

typedef struct kt_destination_entry {
    kt_object object;
    kt_destination destination; /* its `store` is tied at the end */
    kt_store_kind store_kind;
    kt_sv store_name;
    const kt_value *store_ref;
    kt_sv stored_mode;          /* spec.filepath.mode after schema defaulting; "" if there is none (I-2, I-3) */
    bool remembered;            /* as the lock has it: no manifest has been accepted yet */
} kt_destination_entry;

/* A Secret as it stands; decoded only if a State Store refers to it. */
typedef struct kt_secret_entry {
    kt_object object;
    const kt_secret *decoded;
} kt_secret_entry;

typedef struct kt_release_entry {
    kt_object object;
    kt_sv version; /* spec.version; "" if none */
} kt_release_entry;

typedef struct kt_cluster {
    kt_run *run;
    const kt_profile_rules *rules;
    kt_map names; /* kt_cluster_key() of an object → index among its kind */
    kt_map paths; /* State Store and raw path of a Destination → its index (I-20.4) */
    kt_map apis;  /* "group/Kind" → index of the Promise */
    kt_map groups; /* group of an API → index of a Promise */
    kt_map refused; /* kt_refused_key() of what was turned away */
    kt_store_entry *stores;
    size_t store_count, store_capacity;
    kt_destination_entry *destinations;
    size_t destination_count, destination_capacity;
    kt_promise *promises;
    size_t promise_count, promise_capacity;
    kt_release_entry *releases;
    size_t release_count, release_capacity;
    kt_secret_entry *secret_entries; /* with options.secrets */
    size_t secret_count, secret_capacity;
    kt_resource_request *requests;
    size_t request_count, request_capacity;
    kt_cluster_work *works;
    size_t work_count, work_capacity;
    kt_cluster_placement *placements;
    size_t placement_count, placement_capacity;
    size_t passed_over;
    bool lost_destinations; /* some were refused, or could not be read */
    bool lost_promises;
    kt_patterns patterns; /* of APIs, for validate */
    uint64_t checks_left; /* of limits.checks */
    bool checks_told;     /* that they are used up */
    kt_map secrets; /* "namespace/name" of each Secret, and its namespace alone */
} kt_cluster;

/* Apply one object: create it or, if one of its name is held, update it. object->refused tells the outcome; a
 * refused object changes nothing (I-22a), one that comes refused is only looked at. Returns false only when memory
 * ran out. */
typedef bool (*kt_apply_fn)(kt_cluster *cluster, kt_object *object);

bool kt_git_state_store_apply(kt_cluster *cluster, kt_object *object);
bool kt_bucket_state_store_apply(kt_cluster *cluster, kt_object *object);
bool kt_destination_apply(kt_cluster *cluster, kt_object *object);
bool kt_promise_apply(kt_cluster *cluster, kt_object *object);
bool kt_promise_release_apply(kt_cluster *cluster, kt_object *object);
bool kt_work_apply(kt_cluster *cluster, kt_object *object);
bool kt_work_placement_apply(kt_cluster *cluster, kt_object *object);
bool kt_secret_apply(kt_cluster *cluster, kt_object *object);
/* "<namespace>/<name>", as cluster->secrets has it. */
kt_sv kt_secret_key(kt_cluster *cluster, kt_sv namespace_, kt_sv name);
/* `promise` defines the object's kind. */
/* An object of a Promise's group, but of no kind that one defines: most likely a typing error. */
void kt_request_report_kind(kt_cluster *cluster, kt_object *object);
bool kt_request_apply(kt_cluster *cluster, kt_object *object, const kt_promise *promise);

/* Index of the object of that key, or KT_MAP_NONE; and the way to set it. Keys are injective. */
kt_sv kt_cluster_key(kt_cluster *cluster, const char *kind, kt_sv name);
size_t kt_cluster_find(kt_cluster *cluster, const char *kind, kt_sv name);

/* Kind under which a Promise is also found by the PromiseRelease that its label names. */
#define KT_PROMISE_OF_RELEASE "promise of release"

/* Hold what the lock remembers of an object that a manifest is about to update, so that a refused update leaves it
 * (I-22a). Nothing if it is not remembered, or held already. False on memory failure. */
bool kt_destination_recall(kt_cluster *cluster, kt_sv name);
bool kt_state_store_recall(kt_cluster *cluster, kt_store_kind kind, kt_sv name);

/* Remember a State Store of either kind (state_store.c); `connection` may be NULL. */
bool kt_cluster_put_store(kt_cluster *cluster, kt_object *object, kt_store_kind kind, kt_sv path,
                          kt_connection *connection);
/* A connection with what both kinds of State Store have; NULL when memory ran out. */
kt_connection *kt_connection_new(kt_cluster *cluster, const kt_value *spec, const char *auth_method);
/* The Secret that a State Store refers to, decoded; NULL: the input has none, or memory ran out. */
const kt_secret *kt_secret_find(kt_cluster *cluster, kt_sv namespace_, kt_sv name);
const char *kt_store_kind_name(kt_store_kind kind);

/* Warnings of I-28, for all Promises at the end. */
void kt_promise_check_required(kt_cluster *cluster, kt_promise *promise);
/* A PromiseRelease without its Promise (W-40). */
void kt_promise_release_check(kt_cluster *cluster, kt_release_entry *release);

/* ---- What validate asks for besides (KT-8xx) ------------------------------------------------- */

/* Credentials, and places that two State Stores or Destinations share, at the end. False on memory failure. */
bool kt_lint_stores(kt_cluster *cluster);
/* Promises that require each other, at the end. False on memory failure. */
bool kt_lint_requirements(kt_cluster *cluster);
/* What the API server refuses in the Job of a pipeline that Kratix could decode; `field` is its path. */
bool kt_lint_pipeline(kt_run *run, kt_object *object, const kt_value *pipeline, kt_sv field);

/* ---- Parts of a Promise ---------------------------------------------------------------------- */

/* spec.api (I-8, I-26). `out` is zero if the Promise has none. */
void kt_api_read(kt_run *run, kt_object *object, const kt_value *value, kt_api *out);
/* I-29: what an update may change. */
void kt_api_check_update(kt_run *run, kt_object *object, const kt_api *old, const kt_api *api);

/* The four lists of spec.workflows (I-9, I-27). False: no memory. */
bool kt_pipelines_read(kt_run *run, kt_object *object, const kt_value *workflows,
                       kt_pipelines out[KT_WORKFLOW_COUNT]);

/* Whether an unstructured object can be decoded (I-24); reports it if not. */
bool kt_embedded_check(kt_run *run, kt_object *object, const kt_value *value, kt_sv field);

#endif
