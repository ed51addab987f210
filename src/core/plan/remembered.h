/* What becomes of the Works that the lock remembers (SPEC section 8, W-9a … W-21). */
#ifndef KT_PLAN_REMEMBERED_H
#define KT_PLAN_REMEMBERED_H

#include "plan/workflows.h"

/* Before anything is made: Works of Promises and requests that are gone are deleted, so that what this run makes
 * takes nothing from them (D-2, D-3). False on memory failure. */
bool kt_remembered_forget(kt_run *run, const kt_model *model);

/* After everything is made: of the others that were not made, delete what Kratix cleans up (W-3, W-21), and append
 * the rest to `works`, scheduled as all Works are when Destinations change (S-27). False on memory failure. */
bool kt_remembered_works(kt_works *works, kt_run *run, const kt_model *model, const kt_workflow_ends *ends);

#endif
