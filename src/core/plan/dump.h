/* Works and WorkPlacements that a cluster has printed. */
#ifndef KT_PLAN_DUMP_H
#define KT_PLAN_DUMP_H

#include "base/map.h"
#include "plan/plan.h"
#include "plan/work.h"

typedef struct kt_dump {
    kt_run *run;
    const kt_model *model;
    const kt_cluster_placement **placements; /* by namespace, Work, group, Destination */
    bool *taken;                             /* of each: it is in a group */
    kt_map destinations;                     /* name → index in the model */
} kt_dump;

/* Order what is printed, and let run->printed remember it: names of Works and where their groups are, for those that
 * manifests make again (S-26 … S-29, W-2). False on memory failure. */
bool kt_dump_open(kt_dump *out, kt_run *run, const kt_model *model);

/* Append the printed Works that none of `works` is, placed as the cluster has placed them, stale and misplaced
 * placements included (S-26 … S-29). Of the others only their content is looked at: reported where captured output
 * says otherwise, taken where scheduling stops (S-6). False on memory failure. */
bool kt_dump_works(kt_works *works, kt_dump *dump);

/* ---- Between the files of the dump ---- */

/* N-1, by its labels. */
kt_sv kt_dump_identity(kt_arena *arena, const kt_cluster_work *work);

/* Index of the first placement of a group, or of where it would be; whether one is of that group. */
size_t kt_dump_first(const kt_dump *dump, kt_sv namespace_, kt_sv work, kt_sv id);
bool kt_dump_is_of(const kt_dump *dump, size_t at, kt_sv namespace_, kt_sv work, kt_sv id);

/* Fill run->printed (plan/pins.c). */
bool kt_dump_pin(const kt_dump *dump);

/* KT-417: where the content of `made`, from captured output, is not that of `printed` (plan/content_differs.c). */
bool kt_dump_compare(const kt_dump *dump, const kt_work *made, const kt_cluster_work *printed);

#endif
