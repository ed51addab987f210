/* Workload groups of one pipeline run (SPEC section 3). */
#ifndef KT_PLAN_GROUPS_H
#define KT_PLAN_GROUPS_H

#include "model/model.h"
#include "plan/capture.h"

typedef struct kt_groups {
    kt_group *items;
    size_t count;
} kt_groups;

/* What one run asks for. */
typedef enum kt_run_outcome {
    KT_RUN_DONE,      /* groups are set */
    KT_RUN_SUSPENDED, /* W-11, W-12: no Work, later pipelines do not run */
    KT_RUN_FAILED     /* the pipeline's Job fails (G-9): reported; no Work, later pipelines do not run */
} kt_run_outcome;

/* Do what the work-creator does (W-10): selectors, control file, groups.
 *
 * `source`  whose workflow it is: KT_SELECTOR_PROMISE_WORKFLOW or KT_SELECTOR_RESOURCE_WORKFLOW.
 * Returns false only when memory ran out. */
bool kt_groups_build(kt_groups *out, kt_run_outcome *outcome, kt_run *run, const kt_promise *promise,
                     const kt_capture *capture, kt_selector_source source);

#endif
