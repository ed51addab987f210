/* Ways through a directory tree. */
#define _POSIX_C_SOURCE 200809L
#include "store/way.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/system.h"

#define OPEN_LEVELS 64 /* directories that are open at a time */
#define MAX_LEVELS (PATH_MAX / 2)

/* A directory on the way. */
typedef struct kt_level {
    char name[KT_NAME_SIZE];
    int fd; /* -1: closed to stay below OPEN_LEVELS */
} level;

bool kt_paths_add(kt_paths *paths, kt_pool *pool, kt_sv path)
{
    kt_sv *items = kt_grow(paths->items, paths->count, &paths->capacity, sizeof *items);

    if (!items)
        return false;
    paths->items = items;
    items[paths->count] = kt_pool_copy(pool, path);
    return items[paths->count++].ptr != NULL;
}

bool kt_way_init(kt_way *way, kt_pool *pool)
{
    memset(way, 0, sizeof *way);
    way->pool = pool;
    way->root_fd = -1;
    way->levels = malloc(MAX_LEVELS * sizeof *way->levels);
    return way->levels != NULL;
}

static int level_fd(const kt_way *w, size_t depth)
{
    return depth == 0 ? w->root_fd : w->levels[depth - 1].fd;
}

static void close_level(level *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
}

static void leave_to(kt_way *w, size_t depth)
{
    while (w->depth > depth)
        close_level(&w->levels[--w->depth]);
}

/* The next element of a path; false at its end. */
static bool next_element(kt_sv *element, kt_sv path, size_t *at)
{
    size_t from = *at;

    if (from >= path.len)
        return false;
    while (*at < path.len && path.ptr[*at] != '/')
        ++*at;
    element->ptr = path.ptr + from;
    element->len = *at - from;
    ++*at;
    return true;
}

static bool level_is(const level *l, kt_sv name)
{
    return strlen(l->name) == name.len && memcmp(l->name, name.ptr, name.len) == 0;
}

/* An element that leads nowhere else. */
static bool is_plain_name(kt_sv name)
{
    if (name.len == 0 || name.len > NAME_MAX || memchr(name.ptr, 0, name.len)
        || memchr(name.ptr, '/', name.len))
        return false;
    return !(name.ptr[0] == '.' && (name.len == 1 || (name.len == 2 && name.ptr[1] == '.')));
}

/* Open the directory `name` in the current one; with `create`, make it if it is absent. Returns 0 or errno. */
static int enter_one(kt_way *w, kt_sv name, bool create)
{
    level *l;
    int above = level_fd(w, w->depth);

    if (!is_plain_name(name))
        return EINVAL;
    if (w->depth == MAX_LEVELS)
        return ENAMETOOLONG;
    l = &w->levels[w->depth];
    memcpy(l->name, name.ptr, name.len);
    l->name[name.len] = '\0';
    l->fd = kt_sys_openat(above, l->name, KT_OPEN_DIRECTORY, 0);
    if (l->fd < 0 && errno == ENOENT && create) {
        if (kt_sys_mkdirat(above, l->name, KT_DIRECTORY_MODE) != 0)
            return errno;
        l->fd = kt_sys_openat(above, l->name, KT_OPEN_DIRECTORY, 0);
    }
    if (l->fd < 0)
        return errno;
    w->depth++;
    if (w->depth > OPEN_LEVELS)
        close_level(&w->levels[w->depth - 1 - OPEN_LEVELS]);
    return 0;
}

/* How many levels of the way to `path` are on the current one. */
static size_t shared_levels(const kt_way *w, kt_sv path)
{
    size_t shared = 0, at = 0;
    kt_sv name;

    while (shared < w->depth && next_element(&name, path, &at) && level_is(&w->levels[shared], name))
        shared++;
    return shared;
}

int kt_way_enter(kt_way *w, kt_sv path, bool create)
{
    size_t shared = shared_levels(w, path), at = 0;
    kt_sv name;
    int error;

    if (level_fd(w, shared) < 0)
        shared = 0;
    leave_to(w, shared);
    for (size_t i = 0; next_element(&name, path, &at); i++) {
        if (i < shared)
            continue;
        error = enter_one(w, name, create);
        if (error != 0) {
            errno = error;
            return -1;
        }
    }
    return level_fd(w, w->depth);
}

/* The last element of a path, NUL-terminated. */
static bool last_name(char out[KT_NAME_SIZE], kt_sv path)
{
    kt_sv above = kt_path_above(path);
    size_t skip = above.len > 0 ? above.len + 1 : 0;
    kt_sv name = {path.ptr + skip, path.len - skip};

    if (!is_plain_name(name)) {
        errno = name.len > NAME_MAX ? ENAMETOOLONG : EINVAL;
        return false;
    }
    memcpy(out, name.ptr, name.len);
    out[name.len] = '\0';
    return true;
}

int kt_way_enter_above(kt_way *w, char name[KT_NAME_SIZE], kt_sv path, bool create)
{
    return last_name(name, path) ? kt_way_enter(w, kt_path_above(path), create) : -1;
}

void kt_way_leave(kt_way *way)
{
    leave_to(way, 0);
}

void kt_way_dispose(kt_way *way)
{
    leave_to(way, 0);
    free(way->levels);
}
