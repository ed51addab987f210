/* Many objects at once: put, with several parts for large ones, and delete, many keys a request.
 *
 * The first failure ends it: what is on its way still arrives, nothing further is sent. */
#ifndef KT_PUSH_S3_TRANSFER_H
#define KT_PUSH_S3_TRANSFER_H

#include "push/s3/client.h"

#define KT_S3_SINGLE_MAX ((uint64_t)64 << 20) /* larger objects are sent in parts */
#define KT_S3_PART ((uint64_t)16 << 20)       /* at least; 10,000 parts are the most that S3 takes */
#define KT_S3_BATCH 1000                      /* keys of one DeleteObjects */

/* An object to put. Borrowed but for `etag`. */
typedef struct kt_s3_item {
    kt_sv key;
    const kt_sv *parts;
    size_t part_count;
    uint64_t size;
    kt_sv before; /* ETag of what it replaces; empty: there is nothing */
    kt_sv etag;   /* receives that of the new one, in the pool; empty if the server gave none */
} kt_s3_item;

typedef struct kt_s3_transfer {
    kt_s3 *s3;
    kt_pool *pool;
    /* Called often, with the number of items that are done; may submit calls of its own. False: stop. */
    bool (*tick)(void *ctx, size_t done);
    void *ctx;
    /* What became of it. */
    bool unconditional; /* the server takes no If-Match; may be set before, too */
    bool conflict;      /* an object is not what `before` says */
    bool failed;
    kt_sv key;          /* which object failed */
    long status;
    kt_sv reason;       /* as in kt_s3_answer; empty: no memory, or stopped */
    size_t done;
} kt_s3_transfer;

/* False: `transfer` says why. */
bool kt_s3_put_all(kt_s3_transfer *transfer, kt_s3_item *items, size_t count);
bool kt_s3_delete_all(kt_s3_transfer *transfer, const kt_sv *keys, size_t count);

/* The size of all parts of an object but the last; 0: it is sent in one piece. */
uint64_t kt_s3_part_size(uint64_t size);

/* The stretch of `size` bytes at `offset` as views into `parts`; `out` has room for part_count of them. Returns their
 * number. */
size_t kt_s3_slice(kt_sv *out, const kt_sv *parts, size_t part_count, uint64_t offset, uint64_t size);

#endif
