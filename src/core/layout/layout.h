/* Where the files of a State Store go (SPEC section 5).
 *
 * The result is a list of updates in the order in which Kratix would write them (N-6): a canary pair or one
 * placement each. An update is written as a whole or not at all; which of two updates wins a path is
 * decided in `tree`. */
#ifndef KT_LAYOUT_LAYOUT_H
#define KT_LAYOUT_LAYOUT_H

#include "base/run.h"
#include "plan/plan.h"

typedef struct kt_update {
    kt_sv title;    /* who writes: "Destination/worker-1", or the WorkPlacement's name */
    kt_pos pos;     /* of the manifest behind it */
    kt_sv folder;   /* nestedByMetadata: the folder that is emptied before each write (L-33, T-11); else empty */
    kt_file *files; /* path and key are final; contents and makers are set */
    size_t file_count;
} kt_update;

typedef struct kt_updates {
    kt_update *items;
    size_t count;
    size_t capacity;
} kt_updates;

/* Placements by Destination, made once for a plan. */
typedef struct kt_placed {
    const kt_work *work;
    const kt_group *group;
    const kt_placement *placement;
} kt_placed;

typedef struct kt_placed_list {
    kt_placed *items; /* by name and namespace of the WorkPlacement */
    size_t count;
} kt_placed_list;

/* `out` receives one list for each Destination of the plan. False on memory failure. */
bool kt_placed_index(kt_placed_list **out, kt_run *run, const kt_plan *plan);

/* Whether what one of the groups holds is not known. */
bool kt_placed_any_unknown(const kt_placed_list *list);

/* Folder of a State Store in a tree: "" if it is the only one, else "gitstatestore/default". */
kt_sv kt_store_folder(kt_arena *arena, const kt_store *store, bool several);

/* Find what the groups in run->memory->kept hold, in options.have; one that is found nowhere is marked as unknown,
 * and reported. `several`: the tree has a folder for each State Store. False on memory failure. */
bool kt_kept_fill(kt_run *run, bool several);

/* What is ours in one State Store besides the files of its tree: nothing without a lock. `index` as below. */
bool kt_claims_build(kt_store_tree *out, kt_run *run, const kt_plan *plan, const kt_placed_list *index);

/* All updates of one State Store. `index` as kt_placed_index() made it. What Kratix would not write, or what
 * a tree cannot hold, is reported and left out. False on memory failure. */
bool kt_layout_store(kt_updates *out, kt_run *run, const kt_plan *plan, const kt_placed_list *index,
                     const kt_store *store);

#endif
