/* One push at a time: an object beside the tree that is created only where there is none.
 *
 * S3 has no transactions. Where a server takes conditional puts, whoever creates the lease may write, renews it while
 * he does, and deletes it. A lease that is not renewed any more, since its holder was killed, counts for as long as it
 * says; ages are taken from the server's clock alone. */
#ifndef KT_PUSH_S3_LEASE_H
#define KT_PUSH_S3_LEASE_H

#include "push/s3/client.h"

#define KT_S3_LEASE_NAME ".kratree-lease" /* below the State Store's path */
#define KT_S3_LEASE_SECONDS 30

typedef enum kt_s3_lease_state {
    KT_LEASE_NONE,
    KT_LEASE_HELD,
    KT_LEASE_UNKNOWN, /* the server takes no conditions: there can be no lease */
    KT_LEASE_LOST     /* somebody took it, or it could not be renewed in time */
} kt_s3_lease_state;

typedef enum kt_s3_lease_outcome {
    KT_LEASE_GOT,    /* state says what */
    KT_LEASE_BUSY,   /* another push writes; try again in a moment */
    KT_LEASE_FAILED  /* status and reason say why */
} kt_s3_lease_outcome;

typedef struct kt_s3_lease {
    kt_s3 *s3;
    kt_pool *pool;
    kt_sv key;
    unsigned seconds;
    kt_s3_lease_state state;
    bool taken_over;  /* from one who was killed */
    long status;
    kt_sv reason;
    /* Of the lease. */
    char holder[33];  /* chance, in hex */
    unsigned count;   /* renewals, so that each has its own ETag */
    kt_bytes body;
    kt_sv body_view;
    kt_sv etag;
    int64_t renewed;  /* kt_http_clock() when the last renewal was sent */
    int64_t sent;     /* and that of the one on its way */
    bool renewing;
    kt_bytes quoted;
    kt_s3_call call;
} kt_s3_lease;

/* `key` and `pool` are borrowed until kt_s3_lease_release(). False: there is no chance to be had. */
bool kt_s3_lease_init(kt_s3_lease *out, kt_s3 *s3, kt_pool *pool, kt_sv key, unsigned seconds);

/* Try to get it; does nothing when it is held. */
kt_s3_lease_outcome kt_s3_lease_acquire(kt_s3_lease *lease);

/* Renew it if it is time, in the background; to be called while calls are carried out. False: it is lost. */
bool kt_s3_lease_tick(kt_s3_lease *lease);

/* Delete it if it is held, and free. */
void kt_s3_lease_release(kt_s3_lease *lease);

#endif
