/* Folders that last no longer than a run. */
#define _XOPEN_SOURCE 700 /* nftw, mkdtemp */
#include "store/temporary.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OPEN_FOLDERS 16

const char *kt_temporary_place(void)
{
    const char *folder = getenv("TMPDIR");

    return folder && *folder ? folder : "/tmp";
}

bool kt_temporary_make(char *out, size_t size, const char *prefix)
{
    int length = snprintf(out, size, "%s/%sXXXXXX", kt_temporary_place(), prefix);

    if (length < 0 || (size_t)length >= size)
        errno = ENAMETOOLONG;
    else if (mkdtemp(out))
        return true;
    out[0] = '\0';
    return false;
}

/* What cannot be removed does not keep the rest. */
static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status, (void)at;
    if (kind == FTW_DP)
        rmdir(path);
    else
        unlink(path);
    return 0;
}

void kt_temporary_remove(const char *path)
{
    nftw(path, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

bool kt_write_all(int fd, kt_sv bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        ssize_t written = write(fd, bytes.ptr + at, bytes.len - at);
        if (written < 0 && errno != EINTR)
            return false;
        at += written > 0 ? (size_t)written : 0;
    }
    return true;
}
