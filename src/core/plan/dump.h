/* Works and WorkPlacements that a cluster has printed, where no manifest makes them. */
#ifndef KT_PLAN_DUMP_H
#define KT_PLAN_DUMP_H

#include "plan/plan.h"
#include "plan/work.h"

/* Append the printed Works whose identity none of `works` has, placed as the cluster has placed them, stale
 * and misplaced placements included (S-26 … S-29). False on memory failure. */
bool kt_dump_works(kt_works *works, kt_run *run, const kt_model *model);

#endif
