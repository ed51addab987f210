/* Ways through a directory tree, opened one directory below the other and never through a symbolic link.
 * The directories on the way to the one that was used last stay open. */
#ifndef KT_STORE_WAY_H
#define KT_STORE_WAY_H

#include <fcntl.h>
#include <limits.h>

#include "store/pool.h"

#define KT_NAME_SIZE (NAME_MAX + 1)
#define KT_DIRECTORY_MODE 0755
#define KT_OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

typedef struct kt_paths {
    kt_sv *items; /* free() */
    size_t count;
    size_t capacity;
} kt_paths;

/* Add a copy; false when there is no memory. */
bool kt_paths_add(kt_paths *paths, kt_pool *pool, kt_sv path);

typedef struct kt_way {
    kt_pool *pool;
    int root_fd; /* -1 while there is no root */
    size_t depth;
    struct kt_level *levels;
} kt_way;

/* A way without a root; its owner sets root_fd and closes it. False when there is no memory. */
bool kt_way_init(kt_way *way, kt_pool *pool);
void kt_way_dispose(kt_way *way);

/* Go to `path`, a directory below root ("" is root); with `create` what is absent is made, mode 0755 less
 * the umask. Its descriptor, borrowed until the next call; -1 with errno. */
int kt_way_enter(kt_way *way, kt_sv path, bool create);

/* Go to the directory of a file; `name` receives the last element. Likewise. */
int kt_way_enter_above(kt_way *way, char name[KT_NAME_SIZE], kt_sv path, bool create);

/* Back to root. */
void kt_way_leave(kt_way *way);

#endif
