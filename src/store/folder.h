/* A keeper in a directory of the file system.
 *
 * Everything is opened relative to the directory above it, without following symbolic links, so that a
 * link that appears under our hands cannot lead outside. A root that does not exist is made beside its
 * place and renamed by commit(), with the directories above it. In an existing one contents are staged in a
 * directory of ours; commit() writes a journal (journal.h), renames and removes, and drops the journal: who is
 * stopped in between leaves what the next one completes. */
#ifndef KT_STORE_FOLDER_H
#define KT_STORE_FOLDER_H

#include "store/store.h"

/* Open the directory `root`, which may be absent, and must not be a symbolic link. close() frees the
 * keeper. After a failure nothing is to be closed; the texts of `error` are static or `root` itself. */
bool kt_folder_open(kt_keeper *out, const char *root, kt_keeper_error *error);

typedef enum kt_folder_state {
    KT_FOLDER_FAILED,
    KT_FOLDER_BUSY,      /* another run holds the directory */
    KT_FOLDER_CLEAN,
    KT_FOLDER_COMPLETED, /* a journal was there, and has been carried out */
    KT_FOLDER_DAMAGED    /* a journal was there and could not be read; it is gone */
} kt_folder_state;

/* Hold the directory of a keeper until close(), and complete what an earlier run left. `ctx` is that of the keeper;
 * to be called before it is listed. The first write does it otherwise. */
kt_folder_state kt_folder_begin(void *ctx, kt_keeper_error *error);

/* Is there a journal of an earlier run, or of one that is at work? */
bool kt_folder_interrupted(void *ctx);

/* Paths that are kratree's own in a directory: the journal and the stage. They are not listed. */
bool kt_folder_keeps(kt_sv path);

#endif
