/* Folders that last no longer than a run. */
#ifndef KT_STORE_TEMPORARY_H
#define KT_STORE_TEMPORARY_H

#include "kratree.h"

/* Where they are made: TMPDIR, or /tmp. Borrowed from the environment. */
const char *kt_temporary_place(void);

/* Make one that only we may enter, with a name that begins with `prefix`, and write its path into `out`. False: it could
 * not be made, with errno; `out` is "" then. */
bool kt_temporary_make(char *out, size_t size, const char *prefix);

/* Remove it with all that is below, as far as that can be done; links are not followed. */
void kt_temporary_remove(const char *path);

/* Write all of `bytes`. False: it could not be done, with errno. */
bool kt_write_all(int fd, kt_sv bytes);

#endif
