/* The Work of a Promise's static dependencies. */
#ifndef KT_PLAN_STATIC_WORK_H
#define KT_PLAN_STATIC_WORK_H

#include "plan/plan.h"
#include "plan/work.h"

/* Make and schedule it, at the end of `out`. `made` is false when the Promise gets none (W-3, W-14). The text of its file is left
 * to `content`. False on memory failure. */
bool kt_static_work_make(kt_works *out, kt_content *content, bool *made, kt_run *run, const kt_model *model,
                         const kt_promise *promise);

#endif
