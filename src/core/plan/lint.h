/* What validate asks of the plan as a whole (KT-81x): Destinations that receive nothing or too much, labels that are
 * read as another selector. */
#ifndef KT_PLAN_LINT_H
#define KT_PLAN_LINT_H

#include "base/run.h"
#include "model/model.h"

/* Adds diagnostics to `run`. False on memory failure. */
bool kt_lint_plan(kt_run *run, const kt_model *model, const kt_plan *plan);

/* ---- Between the files of the check ---- */

/* Labels that are read as another selector (S-5), of Promises and captured output. */
bool kt_lint_selectors(kt_run *run, const kt_model *model, const kt_plan *plan);

#endif
