/* The system calls of the keeper in a directory, each through one door, so that a test can make the n-th fail. */
#ifndef KT_STORE_SYSTEM_H
#define KT_STORE_SYSTEM_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

/* Asked before each call with its name: 0 lets it through, else it fails with that errno. NULL, as it is
 * outside of tests, lets all through. */
extern int (*kt_system_fault)(const char *call);

/* As the functions without the prefix. */
int kt_sys_openat(int directory, const char *name, int flags, mode_t mode);
int kt_sys_mkdirat(int directory, const char *name, mode_t mode);
int kt_sys_unlinkat(int directory, const char *name, int flags);
int kt_sys_renameat(int from_directory, const char *from, int to_directory, const char *to);
int kt_sys_fstatat(int directory, const char *name, struct stat *out, int flags);
int kt_sys_fstat(int fd, struct stat *out);
int kt_sys_faccessat(int directory, const char *name, int mode);
ssize_t kt_sys_read(int fd, void *out, size_t size);
ssize_t kt_sys_writev(int fd, const struct iovec *vectors, int count);
int kt_sys_fsync(int fd);
int kt_sys_close(int fd); /* it is closed also when it fails */
DIR *kt_sys_fdopendir(int fd);
struct dirent *kt_sys_readdir(DIR *stream); /* NULL at the end with errno 0 */

/* Everything on the file system of `fd` reaches the disk. */
int kt_sys_sync_all(int fd);
/* An exclusive lock, without waiting; EWOULDBLOCK when somebody has it. Where there are no locks, 0. */
int kt_sys_lock(int fd);

#endif
