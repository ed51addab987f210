/* A bare repository of our own in a folder for temporary files: what git needs to fetch one commit without its
 * contents, to build another and to push it. */
#ifndef KT_PUSH_GIT_REPOSITORY_H
#define KT_PUSH_GIT_REPOSITORY_H

#include "push/git/auth.h"
#include "push/git/process.h"

#define KT_BASE_REF "refs/kratree/base" /* what was fetched */
#define KT_NEW_REF "refs/kratree/new"   /* what is pushed */

typedef struct kt_repository {
    kt_push *push;
    const kt_address *address;
    kt_auth *auth;
    kt_sv folder;  /* NUL-terminated, in the pool; ptr NULL: not made */
    const char *option; /* "--git-dir=…" */
    bool sha256;   /* names of objects are SHA-256 */
    int held;      /* the folder, locked; -1: none */
    bool prepared; /* its files are written, for that kind of names */
} kt_repository;

/* Make the folder, and remove what killed runs have left beside it. False: it was said why not. */
bool kt_repository_open(kt_repository *out, kt_push *push, const kt_address *address, kt_auth *auth);
void kt_repository_close(kt_repository *repository);

/* Run git in it. `arguments` ends with NULL, behind "git --git-dir=…". Returns kt_process_run()'s answer. */
bool kt_repository_git(kt_repository *repository, kt_answer *out, const char *const *arguments, const kt_sv *input,
                       size_t input_count);

/* Fetch the tip of a branch as KT_BASE_REF, without contents. `*there` false: the branch, or every branch, is
 * missing. */
kt_outcome kt_repository_fetch(kt_repository *repository, kt_sv branch, bool *there);

/* Begin anew, for a remote that names its objects with SHA-256. */
void kt_repository_use_sha256(kt_repository *repository);

/* Say what git's failure means, for good or in passing: "<doing>: <what git said>". */
kt_outcome kt_repository_failed(kt_repository *repository, const kt_answer *answer, const char *doing);

#endif
