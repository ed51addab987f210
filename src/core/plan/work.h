/* Names of Works, and the placing of their groups. */
#ifndef KT_PLAN_WORK_H
#define KT_PLAN_WORK_H

#include "base/run.h"
#include "model/model.h"

/* Works being collected; the array moves as it grows. */
typedef struct kt_works {
    kt_work *items;
    size_t count;
    size_t capacity;
} kt_works;

/* One more work at the end of the list; NULL on memory failure. Cleared. */
kt_work *kt_works_add(kt_works *works, kt_arena *arena);

/* W-1 and N-1: `identifier`, cut, then "-" and five digits of the identity's MD5. A Work of that identity in that
 * namespace which a cluster has printed, or which the lock remembers, keeps its name (W-2). */
kt_sv kt_work_name(kt_run *run, kt_sv identifier, kt_sv identity, kt_sv namespace_);

/* S-24: the id of a group is the MD5 of its directory. */
void kt_group_set_directory(kt_group *group, kt_sv directory);

/* The first five digits of the id, as they stand in paths and names. Borrows `group`. */
kt_sv kt_group_short_id(const kt_group *group);

/* Fill selector, selector_error, reasons and placements of each of the Work's `groups`, which are work->groups
 * (S-1 … S-29), and report what stays unplaced. Where scheduling stops, groups that an earlier run had are added
 * again (S-6). False on memory failure. */
bool kt_work_schedule(kt_run *run, const kt_model *model, kt_work *work, kt_group *groups);

/* Let a diagnostic about a group that is placed nowhere show the nearest Destination, and why it is not chosen; it
 * points to the label that fails there. The group has its selector and its reasons. */
void kt_group_relate_nearest(kt_run *run, kt_diag *diag, const kt_group *group);

#endif
