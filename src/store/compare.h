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
    kt_change *changes; /* sorted by path; free() */
    size_t change_count;
    size_t change_capacity;
    kt_obstacle *obstacles; /* free() */
    size_t obstacle_count;
    size_t obstacle_capacity;
} kt_comparison;

/* Fill `out` (cleared by the caller, freed by it whatever is returned); texts go to `pool`. What Git and
 * people keep at the top of a repository is passed over: see kt_directory_compare(). False after a failure
 * of the keeper, or with error->action NULL when there is no memory. */
bool kt_compare(kt_comparison *out, const kt_tree *tree, const kt_keeper *keeper, kt_pool *pool,
                kt_keeper_error *error);

#endif
