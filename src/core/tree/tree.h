/* The virtual tree: updates become sorted files, and their collisions are found. */
#ifndef KT_TREE_TREE_H
#define KT_TREE_TREE_H

#include "base/run.h"
#include "layout/layout.h"

/* Apply the updates of one State Store in order and sort what results by path.
 *
 * Two writers of one path: an error, or a warning when the content is the same; the later wins (L-31, N-6).
 * A path that is file and folder: an error; the later update is left out as a whole in git, its file alone
 * in a bucket (L-32). False on memory failure. */
bool kt_tree_merge(kt_store_tree *out, kt_run *run, const kt_updates *updates);

#endif
