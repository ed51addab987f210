/* A keeper in a directory of the file system.
 *
 * Everything is opened relative to the directory above it, without following symbolic links, so that a
 * link that appears under our hands cannot lead outside. A root that does not exist is made beside its
 * place and renamed by commit(), with the directories above it; in an existing one contents are written
 * beside their places, and commit() renames them one after the other. */
#ifndef KT_STORE_FOLDER_H
#define KT_STORE_FOLDER_H

#include "store/store.h"

/* Open the directory `root`, which may be absent, and must not be a symbolic link. close() frees the
 * keeper. After a failure nothing is to be closed; the texts of `error` are static or `root` itself. */
bool kt_folder_open(kt_keeper *out, const char *root, kt_keeper_error *error);

#endif
