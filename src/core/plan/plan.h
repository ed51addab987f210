/* The plan: which Works there are, what their groups hold, and where each group goes, and why.
 *
 * A Work of any origin passes through the same two steps: it is made (static dependencies here; captured
 * pipeline output the same way), then kt_work_schedule() places its groups. */
#ifndef KT_PLAN_PLAN_H
#define KT_PLAN_PLAN_H

#include "base/buf.h"
#include "base/run.h"
#include "model/model.h"

/* Text that a later, parallel stage writes: one dependencies file of one Promise (C-2). */
typedef struct kt_content {
    const kt_promise *promise;
    kt_sv *part;           /* where to put the text */
    kt_workload *workload; /* where to put its size and origins */
} kt_content;

typedef struct kt_plan_draft {
    kt_plan plan;
    kt_content *contents;
    size_t content_count;
} kt_plan_draft;

/* Make and schedule all Works of the model. Returns KT_OK (also when groups stay unplaced: see
 * run->diags) or KT_ERR_NOMEM. */
kt_status kt_plan_build(kt_plan_draft *out, kt_run *run, const kt_model *model);

/* Write the text of one content with its origins. `run` gives options and limits only, so that calls for
 * different contents may run at the same time, each with its own buffer, arena and diagnostics. */
kt_status kt_content_write(const kt_content *content, const kt_run *run, kt_buf *buf, kt_arena *arena,
                           kt_diags *diags);

#endif
