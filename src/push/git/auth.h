/* The three ways in which Kratix authenticates (T-16), as git's environment. */
#ifndef KT_PUSH_GIT_AUTH_H
#define KT_PUSH_GIT_AUTH_H

#include "push/git/address.h"

#define KT_AUTH_VARIABLES 8

typedef struct kt_auth {
    const char *variables[KT_AUTH_VARIABLES]; /* "NAME=value", ends with NULL; in the pool */
    /* githubApp: what asks for a token when it is needed */
    kt_sv app_id;
    kt_sv installation_id;
    kt_sv app_key;
    bool is_app;
    int64_t token_until; /* kt_now_ms() after which another token is to be asked for */
} kt_auth;

/* Find the credentials; the network is not asked. False: it was said what is missing. */
bool kt_auth_read(kt_auth *out, kt_push *push, const kt_address *address);

/* Before git talks to the remote: ask for a token if the method has one and it is not there, or is too old. */
kt_outcome kt_auth_ready(kt_auth *auth, kt_push *push, const kt_address *address);

#endif
