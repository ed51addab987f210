/* System calls that a test can make fail. */
#define _GNU_SOURCE
#include "store/system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

int (*kt_system_fault)(const char *call) = NULL;

static bool fails(const char *call)
{
    int number = kt_system_fault ? kt_system_fault(call) : 0;

    if (number != 0)
        errno = number;
    return number != 0;
}

int kt_sys_openat(int directory, const char *name, int flags, mode_t mode)
{
    return fails(flags & O_CREAT ? "create" : "openat") ? -1 : openat(directory, name, flags, mode);
}

int kt_sys_mkdirat(int directory, const char *name, mode_t mode)
{
    return fails("mkdirat") ? -1 : mkdirat(directory, name, mode);
}

int kt_sys_unlinkat(int directory, const char *name, int flags)
{
    return fails("unlinkat") ? -1 : unlinkat(directory, name, flags);
}

int kt_sys_renameat(int from_directory, const char *from, int to_directory, const char *to)
{
    return fails("renameat") ? -1 : renameat(from_directory, from, to_directory, to);
}

int kt_sys_fstatat(int directory, const char *name, struct stat *out, int flags)
{
    return fails("fstatat") ? -1 : fstatat(directory, name, out, flags);
}

int kt_sys_fstat(int fd, struct stat *out)
{
    return fails("fstat") ? -1 : fstat(fd, out);
}

int kt_sys_faccessat(int directory, const char *name, int mode)
{
    return fails("faccessat") ? -1 : faccessat(directory, name, mode, AT_EACCESS);
}

ssize_t kt_sys_read(int fd, void *out, size_t size)
{
    return fails("read") ? -1 : read(fd, out, size);
}

ssize_t kt_sys_writev(int fd, const struct iovec *vectors, int count)
{
    return fails("writev") ? -1 : writev(fd, vectors, count);
}

/* What cannot be synchronized, as on some network file systems, is written all the same. */
static int synced(int result)
{
    return result != 0 && (errno == EINVAL || errno == ENOSYS || errno == EROFS) ? 0 : result;
}

int kt_sys_fsync(int fd)
{
    return fails("fsync") ? -1 : synced(fsync(fd));
}

int kt_sys_close(int fd)
{
    int result = close(fd);

    return fails("close") ? -1 : result;
}

DIR *kt_sys_fdopendir(int fd)
{
    return fails("fdopendir") ? NULL : fdopendir(fd);
}

struct dirent *kt_sys_readdir(DIR *stream)
{
    errno = 0;
    return fails("readdir") ? NULL : readdir(stream);
}

int kt_sys_sync_all(int fd)
{
    if (fails("syncfs"))
        return -1;
#ifdef __linux__
    return synced(syncfs(fd));
#else
    (void)fd;
    sync();
    return 0;
#endif
}

int kt_sys_lock(int fd)
{
    if (fails("flock"))
        return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    return errno == ENOSYS || errno == ENOLCK || errno == EOPNOTSUPP || errno == EBADF || errno == EINVAL ? 0 : -1;
}
