/* What a bucket holds below a prefix, listed in several stretches at once.
 *
 * A listing is a chain: each page names the next. With keys that are expected to be there it is cut at some of them,
 * and the stretches between are listed side by side. */
#ifndef KT_PUSH_S3_LISTING_H
#define KT_PUSH_S3_LISTING_H

#include "push/s3/client.h"

typedef struct kt_s3_listing {
    kt_s3_object *items; /* sorted by key, bytewise; free() */
    size_t count;
    size_t capacity;
    long status;  /* of what failed; 0: no answer came, or nothing failed */
    kt_sv reason; /* why it failed, as in kt_s3_answer; empty: no memory, or it was stopped */
} kt_s3_listing;

/* List everything whose key begins with `prefix`. `cuts` are keys in order, `cut_count` of them, where to cut; none:
 * one stretch. Texts go to `pool`. False: look at status and reason. `out` is to be disposed of either way. */
bool kt_s3_list(kt_s3_listing *out, kt_pool *pool, kt_s3 *s3, kt_sv prefix, const kt_sv *cuts, size_t cut_count);

/* The object with exactly this key, or NULL. */
const kt_s3_object *kt_s3_find(const kt_s3_listing *listing, kt_sv key);

void kt_s3_listing_dispose(kt_s3_listing *listing);

#endif
