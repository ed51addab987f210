/* Credentials: from the environment, from files, or from the State Store's Secret.
 *
 * For the key "password" and the variable KRATREE_GIT_PASSWORD, the first of these that is there counts:
 *   the variable · the file that KRATREE_GIT_PASSWORD_FILE names · the file "password" in the folder of --credentials ·
 *   the key "password" of the Secret. */
#ifndef KT_PUSH_CREDENTIAL_H
#define KT_PUSH_CREDENTIAL_H

#include "push/problem.h"

typedef struct kt_credential {
    const char *key;      /* in the Secret, and the file's name: "password" */
    const char *variable; /* "KRATREE_GIT_PASSWORD" */
    bool secret;          /* not to be shown, as against a user's name */
} kt_credential;

/* `out` is empty when it is nowhere. The value is in the vault. False: a file cannot be read, or there is no memory; it
 * was said. */
bool kt_credential_find(kt_sv *out, kt_push *push, const kt_credential *credential);

/* The same for one that must be there; says what Kratix says (T-4, T-16). */
bool kt_credential_need(kt_sv *out, kt_push *push, const kt_credential *credential);

/* Proxies may have passwords, in the environment: no output shows them. */
void kt_credential_hide_proxies(kt_vault *vault);

/* "<namespace>/<name>" of the Secret as Kratix prints it, in the pool. */
kt_sv kt_credential_secret_title(kt_push *push);

#endif
