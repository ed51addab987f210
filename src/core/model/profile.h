/* The Kratix versions that are emulated: one row each, one column a rule that differs (SPEC section 12).
 *
 * A rule that differs is a column here and a look-up where it applies, never an `if` on a version. */
#ifndef KT_MODEL_PROFILE_H
#define KT_MODEL_PROFILE_H

#include "kratree.h"

/* Sets of profiles: which ones refuse something, or know a field. */
#define KT_IN_2025_03 1u
#define KT_IN_2026_08 2u
#define KT_IN_ALL 3u

typedef struct kt_profile_rules {
    unsigned in;                       /* its bit */
    const char *name;                  /* "2026-08" */
    const char *commit;                /* of syntasso/kratix */
    bool path_defaults_to_name;        /* V-1 */
    bool store_may_be_missing;         /* V-2: missing State Store at admission is a warning (else a write failure) */
    bool init_workloads;               /* V-3: spec.initWorkloads has an effect */
    const char *canary_namespace;      /* V-3, L-20, L-21: exact bytes */
    const char *canary_configmap;
    bool rooted_at_destination;        /* V-4 */
    bool pipeline_in_work_name;        /* V-5 */
    bool selector_error_stops;         /* S-6; else V-7: it is ignored */
    bool dry_run;                      /* S-10; else V-8 */
    bool workflow_control;             /* W-11; else V-9 */
    bool aggregate_by_namespace;       /* V-10; else by name */
    bool flat_canaries_leave;          /* D-5: with a Destination of cleanup all; else only nested ones do */
    bool labels_stop;                  /* W-13, W-14: labels that pause and suspend; else they mean nothing */
    bool empty_is_any_version;         /* W-16: to a requirement; else it asks for a Promise without version */
} kt_profile_rules;

/* The rules whose bytes are written: KT_PROFILE_ANY gives today's. */
const kt_profile_rules *kt_profile_rules_get(kt_profile profile);

/* Who refuses, of the profiles in play? `refusing` is a set of bits. With a fixed profile: KT_ERROR if it
 * is in the set. With KT_PROFILE_ANY: KT_ERROR if all refuse, KT_WARNING if some do. */
typedef enum kt_refusal { KT_ACCEPTED, KT_WARNED, KT_REFUSED } kt_refusal;
kt_refusal kt_profile_refusal(kt_profile profile, unsigned refusing);
/* "2025-03", or "2026-08": the one profile of a set of one. */
const char *kt_profile_set_name(unsigned set);

#endif
