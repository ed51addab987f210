/* The commit of a push: author, message, and the stream from which git fast-import builds it. */
#ifndef KT_PUSH_GIT_COMMIT_H
#define KT_PUSH_GIT_COMMIT_H

#include "push/git/repository.h"

typedef struct kt_author {
    kt_sv name; /* as git takes it: without < > and line breaks; never empty */
    kt_sv email;
} kt_author;

/* --author, or the State Store's gitAuthor (T-12). False: it has no name, which was said. */
bool kt_author_read(kt_author *out, kt_push *push);

/* Build the commit, or with --per-placement the commits, on top of KT_BASE_REF (`there`) or of nothing, as KT_NEW_REF,
 * signed if the user's git signs. `revision` receives its name, in the pool. */
kt_outcome kt_commit_make(kt_sv *revision, kt_repository *repository, const kt_author *author,
                          const kt_changes *changes, bool there);

#endif
