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

/* Print it on stdout. With `verbose` each part also says which manifest made it, and each file which rule
 * gave it its path. `width` is that of the terminal, at least 40: a reason that
 * does not fit goes below its file; 0: there is no terminal, lines are as long as they are. */
void kt_tree_view(kt_output *out, const kt_result *result, bool color, bool verbose, size_t width);

#endif
