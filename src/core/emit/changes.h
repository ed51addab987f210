/* kt_changes_plan() for places that are known to hold nothing but a tree. */
#ifndef KT_EMIT_CHANGES_H
#define KT_EMIT_CHANGES_H

#include "kratree.h"

/* Whose are files that the tree neither wants nor claims? */
typedef enum kt_unclaimed {
    KT_UNCLAIMED_FOREIGN,
    KT_UNCLAIMED_OURS,    /* they are deleted, but for those that are passed over */
    KT_UNCLAIMED_ALL_OURS /* they are deleted */
} kt_unclaimed;

kt_status kt_changes__plan(kt_changes **out, const kt_tree *tree, const kt_have *have, kt_unclaimed unclaimed,
                           const kt_allocator *allocator);

#endif
