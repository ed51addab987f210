/* Tokens of a GitHub App: a JWT signed with its key is given for a token of its installation. */
#ifndef KT_PUSH_GIT_GITHUB_APP_H
#define KT_PUSH_GIT_GITHUB_APP_H

#include <time.h>

#include "push/git/address.h"

#define KT_TOKEN_MS ((int64_t)50 * 60 * 1000) /* that a token is used; GitHub's live for an hour */

/* The JWT as text, to be cleared and given to free(); NULL: the key cannot be used, *why says it. RS256, issued at
 * `now` less a minute, good for nine. */
char *kt_github_jwt(kt_sv app_id, kt_sv private_key, time_t now, const char **why);

/* Ask for a token; it is in the vault. */
kt_outcome kt_github_token(kt_sv *out, kt_push *push, const kt_address *address, kt_sv app_id, kt_sv installation_id,
                           kt_sv private_key);

#endif
