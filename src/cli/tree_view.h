/* The tree as a person reads it: State Stores, their Destinations, their files, and why each is there.
 *
 *     GitStateStore/platform                             9 files  31.0 KiB
 *     ├─ dev-eu  nestedByMetadata · env=dev, region=eu   3 files  12.4 KiB
 *     │  ├─ dependencies/
 *     │  │  └─ redis/5058f/static/redis-dependencies.yaml  3.2 KiB  Promise redis: env=dev matches
 */
#ifndef KT_CLI_TREE_VIEW_H
#define KT_CLI_TREE_VIEW_H

#include "cli/console.h"

/* Print it on stdout. With `verbose` each part also says which manifest made it, and each file which rule
 * gave it its path. `width` 0: no terminal, nothing is shortened. */
void kt_tree_view(kt_output *out, const kt_result *result, bool color, bool verbose, size_t width);

#endif
