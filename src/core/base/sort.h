/* A stable sort: equal elements keep their order, so that results never depend on the C library. */
#ifndef KT_BASE_SORT_H
#define KT_BASE_SORT_H

#include "base/arena.h"

/* Sort `count` elements of `size` bytes by `compare` (as for qsort). Scratch comes from the arena's
 * allocator and is given back. False on memory failure; the elements are then in their old order. */
bool kt_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *),
             kt_arena *arena);

#endif
