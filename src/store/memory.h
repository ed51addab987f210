/* A keeper in memory, for tests and for comparing without a disk. */
#ifndef KT_STORE_MEMORY_H
#define KT_STORE_MEMORY_H

#include "store/store.h"

/* An empty keeper; close() frees it. False when there is no memory. */
bool kt_memory_open(kt_keeper *out);

#endif
