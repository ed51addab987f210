/* Where a GitStateStore's repository is (T-15). */
#ifndef KT_PUSH_GIT_ADDRESS_H
#define KT_PUSH_GIT_ADDRESS_H

#include "push/problem.h"

typedef enum kt_address_kind {
    KT_ADDRESS_HTTPS,
    KT_ADDRESS_SSH,
    KT_ADDRESS_LOCAL /* file:// or a path: for tries; Kratix refuses it */
} kt_address_kind;

typedef struct kt_address {
    kt_address_kind kind;
    kt_sv url;      /* for git: without user and password, absolute; NUL-terminated, in the pool */
    kt_sv origin;   /* https: "https://host:port" */
    kt_sv user;     /* https: what stood before '@' in the url, decoded; may be empty */
    kt_sv password; /* in the vault; may be empty */
} kt_address;

/* False: it was said what is wrong. */
bool kt_address_read(kt_address *out, kt_push *push);

/* Where the API of the GitHub that serves an https address is, in the pool: api.github.com, or of a GitHub
 * Enterprise <origin>/api/v3. `ours`: Kratix asks there, too. ptr NULL when there is no memory. */
kt_sv kt_address_github_api(const kt_address *address, kt_pool *pool, bool *ours);

/* Whether git takes it as the name of a branch. */
bool kt_branch_is_valid(kt_sv name);

#endif
