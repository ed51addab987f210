/* Memory of this room: blocks that are given back together. */
#ifndef KT_STORE_POOL_H
#define KT_STORE_POOL_H

#include "kratree.h"

typedef struct kt_pool kt_pool;

/* NULL when there is no memory. */
kt_pool *kt_pool_new(void);
/* NULL is allowed. */
void kt_pool_free(kt_pool *pool);

/* `size` bytes aligned for any type, not cleared; NULL when there is no memory. */
void *kt_pool_alloc(kt_pool *pool, size_t size);

/* The texts one after the other, with a NUL behind them that `len` does not count; ptr NULL when there is
 * no memory. */
kt_sv kt_pool_join(kt_pool *pool, const kt_sv *texts, size_t count);
/* A copy, likewise. */
kt_sv kt_pool_copy(kt_pool *pool, kt_sv text);
/* `above` + "/" + `below`, or one of them when the other is empty. */
kt_sv kt_pool_path(kt_pool *pool, kt_sv above, kt_sv below);

/* A growing array outside any pool: room for one more of `size` bytes behind `count`. Returns the (moved)
 * array, to be given to free(); NULL, with the old one left alone, when there is no memory. */
void *kt_grow(void *items, size_t count, size_t *capacity, size_t size);

/* Byte order, a prefix first. */
int kt_path_order(kt_sv a, kt_sv b);
/* Everything before the last '/', or "". */
kt_sv kt_path_above(kt_sv path);
/* Whether `path` lies in `folder` or deeper; not the folder itself. Everything lies in "". */
bool kt_path_inside(kt_sv path, kt_sv folder);
/* Whether a folder on the way to `path` has this name. */
bool kt_path_passes(kt_sv path, const char *name);

#endif
