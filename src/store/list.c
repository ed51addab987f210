/* Directories wait on a list instead of a call stack. */
#define _DEFAULT_SOURCE /* d_type, which POSIX leaves out */
#define _DARWIN_C_SOURCE
#include "store/list.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/system.h"

typedef struct lister {
    kt_way *way;
    kt_entry_fn each;
    void *each_ctx;
    kt_paths ahead; /* directories to look into */
    bool stopped;
} lister;

static kt_entry_kind kind_of_mode(mode_t mode)
{
    if (S_ISREG(mode))
        return KT_ENTRY_FILE;
    if (S_ISDIR(mode))
        return KT_ENTRY_DIRECTORY;
    return S_ISLNK(mode) ? KT_ENTRY_LINK : KT_ENTRY_OTHER;
}

/* Where the system tells the type with the name, ask no further. */
static bool kind_of(kt_entry_kind *out, int fd, const struct dirent *item)
{
    struct stat status;

#ifdef DTTOIF
    if (item->d_type != DT_UNKNOWN) {
        *out = kind_of_mode((mode_t)DTTOIF(item->d_type));
        return true;
    }
#endif
    if (kt_sys_fstatat(fd, item->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    *out = kind_of_mode(status.st_mode);
    return true;
}

/* Returns 0 or errno. */
static int list_item(lister *l, int fd, kt_sv directory, const struct dirent *item)
{
    kt_entry entry;
    kt_walk next;

    entry.path = kt_pool_path(l->way->pool, directory, kt_str(item->d_name));
    if (!entry.path.ptr)
        return ENOMEM;
    if (!kind_of(&entry.kind, fd, item))
        return errno;
    next = l->each(l->each_ctx, &entry);
    l->stopped = next == KT_WALK_STOP;
    if (next == KT_WALK_ON && entry.kind == KT_ENTRY_DIRECTORY && !kt_paths_add(&l->ahead, l->way->pool, entry.path))
        return ENOMEM;
    return 0;
}

static bool is_dot_name(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int list_stream(lister *l, DIR *stream, kt_sv directory)
{
    const struct dirent *item;
    int error = 0;

    while (error == 0 && !l->stopped && (item = kt_sys_readdir(stream)) != NULL)
        if (!is_dot_name(item->d_name))
            error = list_item(l, dirfd(stream), directory, item);
    return error != 0 || l->stopped ? error : errno;
}

static int list_directory(lister *l, kt_sv path)
{
    int fd = kt_way_enter(l->way, path, false), error;
    DIR *stream;

    if (fd >= 0)
        fd = kt_sys_openat(fd, ".", KT_OPEN_DIRECTORY, 0);
    if (fd < 0)
        return errno;
    stream = kt_sys_fdopendir(fd);
    if (!stream) {
        error = errno;
        close(fd);
        return error;
    }
    error = list_stream(l, stream, path);
    closedir(stream);
    return error;
}

int kt_list(kt_way *way, kt_sv top, kt_entry_fn each, void *each_ctx, kt_sv *where)
{
    lister l = {way, each, each_ctx, {NULL, 0, 0}, false};
    int number;

    *where = top;
    for (;;) {
        number = list_directory(&l, *where);
        if (number != 0 || l.stopped || l.ahead.count == 0)
            break;
        *where = l.ahead.items[--l.ahead.count];
    }
    free(l.ahead.items);
    return number;
}

/* ---- Remove ---- */

typedef struct remover {
    kt_way *way;
    kt_paths files;
    kt_paths directories; /* each before those in it */
    bool failed;
} remover;

static kt_walk note_entry(void *ctx, const kt_entry *entry)
{
    remover *r = ctx;
    kt_paths *paths = entry->kind == KT_ENTRY_DIRECTORY ? &r->directories : &r->files;

    r->failed = !kt_paths_add(paths, r->way->pool, entry->path);
    return r->failed ? KT_WALK_STOP : KT_WALK_ON;
}

static int remove_last_first(kt_way *way, const kt_paths *paths, int flags)
{
    char name[KT_NAME_SIZE];
    int number = 0;

    for (size_t i = paths->count; i > 0; i--) {
        int directory = kt_way_enter_above(way, name, paths->items[i - 1], false);
        if ((directory < 0 || kt_sys_unlinkat(directory, name, flags) != 0) && errno != ENOENT && number == 0)
            number = errno;
    }
    return number;
}

int kt_list_remove(kt_way *way, kt_sv top, bool files)
{
    remover r = {way, {NULL, 0, 0}, {NULL, 0, 0}, false};
    kt_sv where;
    int number = top.len == 0 || kt_paths_add(&r.directories, way->pool, top) ? 0 : ENOMEM;

    if (number == 0)
        number = kt_list(way, top, note_entry, &r, &where);
    if (r.failed)
        number = ENOMEM;
    if (number == 0 && files)
        number = remove_last_first(way, &r.files, 0);
    if (number == 0)
        number = remove_last_first(way, &r.directories, AT_REMOVEDIR);
    free(r.files.items);
    free(r.directories.items);
    return number == ENOENT ? 0 : number;
}
