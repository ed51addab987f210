/* What a keeper holds against what a tree wants. */
#ifndef KT_STORE_COMPARE_H
#define KT_STORE_COMPARE_H

#include "store/directory.h"
#include "store/pool.h"
#include "store/store.h"

/* Something in the keeper stands where the tree wants a file or a folder. */
typedef struct kt_obstacle {
    kt_sv path;
    kt_entry_kind kind; /* of what stands there */
    bool wanted_folder; /* a folder is wanted there, not a file */
} kt_obstacle;

typedef struct kt_comparison {
    kt_changes *changes;    /* kt_changes_free() */
    kt_obstacle *obstacles; /* free() */
    size_t obstacle_count;
    size_t obstacle_capacity;
    bool in_the_way;        /* something that is to be deleted stands where something is to be written */
} kt_comparison;

/* Fill `out` (cleared by the caller, freed by it whatever is returned); texts go to `pool`. False after a failure
 * of the keeper, or with error->action NULL when there is no memory. */
bool kt_compare(kt_comparison *out, const kt_tree *tree, const kt_keeper *keeper, kt_pool *pool,
                kt_keeper_error *error);

/* A keeper as the core asks it; `error` receives why a call failed. Folders named .git are not looked into. */
typedef struct kt_keeper_have {
    kt_have have; /* have.ctx is this struct */
    const kt_keeper *keeper;
    kt_keeper_error *error;
} kt_keeper_have;

void kt_keeper_have_init(kt_keeper_have *out, const kt_keeper *keeper, kt_keeper_error *error);

#endif
