/* What the selector of a group says of each Destination, before anything is chosen among them. */
#ifndef KT_PLAN_JUDGE_H
#define KT_PLAN_JUDGE_H

#include "plan/selector.h"
#include "plan/work.h"

/* Set the text of the group's effective selector (S-1 … S-4) and whether it asks for dry runs (S-10); a remembered Work
 * has its text from the run that made it. False: no memory left. */
bool kt_group_set_selector(kt_arena *arena, kt_group *group, bool *dry_run);

/* A verdict and its reason for each Destination of the model, in that order (S-5, S-7, S-10), by the selector of a group
 * and what it was parsed to, which must be without error. Groups of one selector get the same array: copy it before you
 * change it. NULL: no memory left. */
kt_reason *kt_group_judge(kt_run *run, const kt_model *model, const kt_group *group, const kt_label_selector *selector,
                          bool dry_run);

#endif
