/* What validate finds in the tree itself (KT-80x): Secrets on their way into a State Store, names that not every system
 * can hold, aggregates that no agent can read. */
#ifndef KT_TREE_HAZARDS_H
#define KT_TREE_HAZARDS_H

#include "base/run.h"
#include "model/model.h"

/* Adds diagnostics to `run`. Captured output is read again where it could hold a Secret, and all of what goes into
 * aggregates. False on memory failure. */
bool kt_hazards(kt_run *run, const kt_model *model, const kt_plan *plan, const kt_tree *tree);

/* ---- Between the files of the check ---- */

bool kt_hazard_names(kt_run *run, const kt_store_tree *tree);

#endif
