/* A bucket as the frame looks at it: keys as paths of the tree, contents compared by ETag.
 *
 * A path is its key without the slash that keys may begin with (L-9). An object whose key has such a slash where the
 * tree's keys have none, or has none where they do, is somebody else's, and appears below "./". Some servers drop the
 * slash themselves; that is found out, and then both are one. The lease is not seen. */
#ifndef KT_PUSH_S3_VIEW_H
#define KT_PUSH_S3_VIEW_H

#include "push/s3/lease.h"
#include "push/s3/listing.h"

typedef struct kt_s3_located {
    kt_sv path;
    const kt_s3_object *object;
} kt_s3_located;

typedef struct kt_s3_view {
    kt_s3 *s3;
    kt_pool *pool;
    kt_sv prefix;             /* of the State Store */
    kt_sv lease;              /* its key */
    const kt_store_tree *tree;
    kt_s3_listing listing;
    kt_s3_located *places;   /* by path; free() */
    size_t place_count;
    bool leased;              /* the lease is there */
    bool folds;               /* the server drops slashes in front */
    int etags;                /* whether they are MD5s: 0 not known yet, 1 yes, -1 no */
} kt_s3_view;

/* Look at the bucket. `tree` is what is wanted there, as far as it is known. `out` is to be closed either way; false:
 * out->listing says why. */
bool kt_s3_view_open(kt_s3_view *out, kt_s3 *s3, kt_sv prefix, kt_sv lease, const kt_store_tree *tree);
/* Allowed on a cleared one, and twice. */
void kt_s3_view_close(kt_s3_view *view);

/* What is at a path, or NULL. */
const kt_s3_object *kt_s3_view_find(const kt_s3_view *view, kt_sv path);

/* As the core asks; have.ctx is the view. */
kt_have kt_s3_view_have(kt_s3_view *view);

/* Whether both hold the same objects, with the same ETags. */
bool kt_s3_view_equal(const kt_s3_view *a, const kt_s3_view *b);

#endif
