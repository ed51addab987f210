/* Works of Promise and resource workflows, from captured pipeline output (W-5 … W-22). */
#ifndef KT_PLAN_WORKFLOWS_H
#define KT_PLAN_WORKFLOWS_H

#include "plan/capture.h"
#include "plan/plan.h"
#include "plan/work.h"

/* Which workflows ran to their end, with at least one pipeline: only those clean up behind them (W-21). */
typedef struct kt_workflow_ends {
    bool *promises; /* of each Promise of the model */
    bool *requests; /* of each request */
} kt_workflow_ends;

/* Make and schedule the Works of all workflows of the model, appending to `out`; report what does not run, and
 * why. False on memory failure. */
bool kt_workflows_run(kt_works *out, kt_workflow_ends *ends, kt_run *run, const kt_model *model);

#endif
