/* The tree as a person reads it: State Stores, their Destinations, their files, and why each is there.
 *
 *     GitStateStore/platform                             9 files  31.0 KiB
 *     ├─ dev-eu  nestedByMetadata · env=dev, region=eu   3 files  12.4 KiB
 *     │  ├─ dependencies/
 *     │  │  └─ redis/5058f/static/redis-dependencies.yaml  3.2 KiB  redis: matches env=dev
 */
#ifndef KT_CLI_TREE_VIEW_H
#define KT_CLI_TREE_VIEW_H

#include "cli/console.h"

typedef struct kt_tree_view_options {
    bool color;
    bool verbose; /* which manifest made each part, which rule gave each file its path */
    size_t width; /* of the terminal, at least 40: a reason that does not fit goes below its file; 0: no terminal,
                     lines are as long as they are */
    kt_sv only;   /* the one Destination that was asked for; empty: all */
} kt_tree_view_options;

/* False: there is no memory. */
bool kt_tree_view(kt_output *out, const kt_result *result, const kt_tree_view_options *options);

#endif
