/* A keeper in a directory. */
#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE /* d_type */
#include "store/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "store/pool.h"
#include "store/way.h"

#define TEMP_NAME_SIZE 64
#define TEMP_TRIES 1000
#define FILE_MODE 0644
#define READ_SIZE ((size_t)64 << 10)
#define WRITE_PARTS 64

/* What waits for commit. */
typedef struct waiting {
    kt_sv path;
    unsigned temp; /* number of the temporary file beside it */
    bool staged;   /* already at its place, in a root that nobody sees yet */
    bool removal;
    bool done;
} waiting;

typedef struct folder {
    kt_pool *pool;
    kt_sv root;   /* NUL-terminated, without trailing slashes */
    kt_sv stage;  /* the root that is being made; empty if there is none */
    bool absent;
    kt_way way;     /* from root or stage */
    kt_paths above; /* directories made above root */
    waiting *waits;
    size_t wait_count;
    size_t wait_capacity;
    unsigned temps;
} folder;

/* ---- Failures ---- */

static bool fail(folder *f, kt_keeper_error *error, const char *action, kt_sv path, int number)
{
    error->action = number == ENOMEM ? NULL : action;
    error->path = kt_pool_copy(f->pool, path);
    error->reason = kt_pool_copy(f->pool, kt_str(strerror(number)));
    if (!error->path.ptr || !error->reason.ptr)
        error->action = NULL;
    return false;
}

/* ---- List ---- */

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
    if (fstatat(fd, item->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    *out = kind_of_mode(status.st_mode);
    return true;
}

typedef struct lister {
    folder *f;
    kt_entry_fn each;
    void *each_ctx;
    kt_paths ahead; /* directories to look into */
    bool stopped;
} lister;

/* Returns 0 or errno. */
static int list_item(lister *l, int fd, kt_sv directory, const struct dirent *item)
{
    kt_entry entry;
    kt_walk next;

    entry.path = kt_pool_path(l->f->pool, directory, kt_str(item->d_name));
    if (!entry.path.ptr)
        return ENOMEM;
    if (!kind_of(&entry.kind, fd, item))
        return errno;
    next = l->each(l->each_ctx, &entry);
    l->stopped = next == KT_WALK_STOP;
    if (next == KT_WALK_ON && entry.kind == KT_ENTRY_DIRECTORY && !kt_paths_add(&l->ahead, l->f->pool, entry.path))
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

    while (error == 0 && !l->stopped && (errno = 0, item = readdir(stream)) != NULL)
        if (!is_dot_name(item->d_name))
            error = list_item(l, dirfd(stream), directory, item);
    return error != 0 || l->stopped ? error : errno;
}

static int list_directory(lister *l, kt_sv path)
{
    int fd = kt_way_enter(&l->f->way, path, false), error;
    DIR *stream;

    if (fd >= 0)
        fd = openat(fd, ".", KT_OPEN_DIRECTORY);
    if (fd < 0)
        return errno;
    stream = fdopendir(fd);
    if (!stream) {
        error = errno;
        close(fd);
        return error;
    }
    error = list_stream(l, stream, path);
    closedir(stream);
    return error;
}

static bool list_entries(void *ctx, kt_entry_fn each, void *each_ctx, kt_keeper_error *error)
{
    folder *f = ctx;
    lister l = {f, each, each_ctx, {NULL, 0, 0}, false};
    kt_sv path = kt_str("");
    int number = 0;

    if (f->absent)
        return true;
    for (;;) {
        number = list_directory(&l, path);
        if (number != 0 || l.stopped || l.ahead.count == 0)
            break;
        path = l.ahead.items[--l.ahead.count];
    }
    free(l.ahead.items);
    return number == 0 || fail(f, error, "read", path, number);
}

/* ---- Read ---- */

/* Returns 0 or errno. */
static int read_descriptor(int fd, kt_write_fn write_out, void *ctx)
{
    char buffer[READ_SIZE];
    struct stat status;
    uint64_t left;

    if (fstat(fd, &status) != 0)
        return errno;
    if (!S_ISREG(status.st_mode))
        return EINVAL;
    for (left = (uint64_t)status.st_size; left > 0;) {
        ssize_t got = read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno;
        if (got == 0 || !write_out(ctx, buffer, (size_t)got))
            break;
        left -= (uint64_t)got < left ? (uint64_t)got : left;
    }
    return 0;
}

static bool read_file(void *ctx, kt_sv path, kt_write_fn write_out, void *write_ctx, kt_keeper_error *error)
{
    folder *f = ctx;
    char name[KT_NAME_SIZE];
    int directory = kt_way_enter_above(&f->way, name, path, false), fd = -1, number;

    if (directory >= 0)
        fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return fail(f, error, "read", path, errno);
    number = read_descriptor(fd, write_out, write_ctx);
    close(fd);
    return number == 0 || fail(f, error, "read", path, number);
}

/* ---- The root ---- */

static void temp_name(char out[TEMP_NAME_SIZE], unsigned number)
{
    snprintf(out, TEMP_NAME_SIZE, ".kratree-%ld-%u", (long)getpid(), number);
}

/* Make the directories above `path` that are absent. Returns 0 or errno. */
static int make_above(folder *f, kt_sv path)
{
    for (size_t at = 1; at < path.len; at++) {
        kt_sv above = {path.ptr, at};
        kt_sv copy;
        if (path.ptr[at] != '/' || path.ptr[at - 1] == '/')
            continue;
        copy = kt_pool_copy(f->pool, above);
        if (!copy.ptr)
            return ENOMEM;
        if (mkdir(copy.ptr, KT_DIRECTORY_MODE) == 0) {
            if (!kt_paths_add(&f->above, f->pool, copy))
                return ENOMEM;
        } else if (errno != EEXIST && errno != EISDIR) {
            struct stat status; /* a read-only directory above says EROFS or EACCES first */
            int number = errno;
            if (stat(copy.ptr, &status) != 0)
                return number;
        }
    }
    return 0;
}

/* Make the directory that is going to be root. Returns 0 or errno. */
static int make_stage(folder *f)
{
    size_t slash = f->root.len;
    char name[TEMP_NAME_SIZE];
    int error = make_above(f, f->root);

    while (slash > 0 && f->root.ptr[slash - 1] != '/')
        slash--;
    for (unsigned i = 0; error == 0 && i < TEMP_TRIES; i++) {
        kt_sv texts[2] = {{f->root.ptr, slash}, {NULL, 0}};
        kt_sv stage;
        temp_name(name, f->temps++);
        texts[1] = kt_str(name);
        stage = kt_pool_join(f->pool, texts, 2);
        if (!stage.ptr)
            return ENOMEM;
        if (mkdir(stage.ptr, KT_DIRECTORY_MODE) == 0) {
            f->stage = stage;
            f->way.root_fd = open(stage.ptr, KT_OPEN_DIRECTORY);
            return f->way.root_fd < 0 ? errno : 0;
        }
        if (errno != EEXIST)
            return errno;
    }
    return error != 0 ? error : EEXIST;
}

static int ensure_root(folder *f)
{
    return f->way.root_fd >= 0 ? 0 : make_stage(f);
}

/* ---- Write ---- */

/* Move `vectors` behind `done` bytes. */
static void advance(struct iovec **vectors, int *count, size_t done)
{
    while (*count > 0 && done >= (*vectors)->iov_len) {
        done -= (*vectors)->iov_len;
        ++*vectors;
        --*count;
    }
    if (*count > 0) {
        (*vectors)->iov_base = (char *)(*vectors)->iov_base + done;
        (*vectors)->iov_len -= done;
    }
}

static int write_vectors(int fd, struct iovec *vectors, int count)
{
    advance(&vectors, &count, 0);
    while (count > 0) {
        ssize_t done = writev(fd, vectors, count);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return errno;
        advance(&vectors, &count, (size_t)done);
    }
    return 0;
}

/* iovec is for reading and writing, and so not const. */
static void *without_const(const char *bytes)
{
    union {
        const char *in;
        void *out;
    } pun = {bytes};

    return pun.out;
}

static int write_parts(int fd, const kt_sv *parts, size_t count)
{
    struct iovec vectors[WRITE_PARTS];
    int error = 0;

    for (size_t at = 0; at < count && error == 0;) {
        int used = 0;
        for (; used < WRITE_PARTS && at < count; used++, at++) {
            vectors[used].iov_base = without_const(parts[at].ptr);
            vectors[used].iov_len = parts[at].len;
        }
        error = write_vectors(fd, vectors, used);
    }
    return error;
}

/* Create a file that is not there and fill it; it is gone again after a failure. */
static int create_file(int directory, const char *name, const kt_sv *parts, size_t count)
{
    int fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE), error;

    if (fd < 0)
        return errno;
    error = write_parts(fd, parts, count);
    if (close(fd) != 0 && error == 0)
        error = errno;
    if (error != 0)
        unlinkat(directory, name, 0);
    return error;
}

/* Create a temporary file; its number in *temp. */
static int create_temp(folder *f, int directory, unsigned *temp, const kt_sv *parts, size_t count)
{
    char name[TEMP_NAME_SIZE];
    int error = EEXIST;

    for (unsigned i = 0; error == EEXIST && i < TEMP_TRIES; i++) {
        *temp = f->temps++;
        temp_name(name, *temp);
        error = create_file(directory, name, parts, count);
    }
    return error;
}

/* Room for one more that waits, so that nothing can fail once the file is there. */
static waiting *next_wait(folder *f, kt_sv path)
{
    waiting *waits = kt_grow(f->waits, f->wait_count, &f->wait_capacity, sizeof *waits);
    kt_sv copy = kt_pool_copy(f->pool, path);

    if (waits)
        f->waits = waits;
    if (!waits || !copy.ptr)
        return NULL;
    memset(&waits[f->wait_count], 0, sizeof *waits);
    waits[f->wait_count].path = copy;
    return &waits[f->wait_count];
}

static int write_wait(folder *f, waiting *w, const kt_sv *parts, size_t count)
{
    char name[KT_NAME_SIZE];
    int error = ensure_root(f), directory;

    if (error != 0)
        return error;
    directory = kt_way_enter_above(&f->way, name, w->path, true);
    if (directory < 0)
        return errno;
    w->staged = f->absent;
    if (w->staged)
        return create_file(directory, name, parts, count);
    return create_temp(f, directory, &w->temp, parts, count);
}

static bool write_file(void *ctx, kt_sv path, const kt_sv *parts, size_t part_count, kt_keeper_error *error)
{
    folder *f = ctx;
    waiting *w = next_wait(f, path);
    int number = w ? write_wait(f, w, parts, part_count) : ENOMEM;

    if (number != 0)
        return fail(f, error, "write", path, number);
    f->wait_count++;
    return true;
}

static bool remove_file(void *ctx, kt_sv path, kt_keeper_error *error)
{
    folder *f = ctx;
    waiting *w = next_wait(f, path);

    if (!w)
        return fail(f, error, "remove", path, ENOMEM);
    w->removal = true;
    f->wait_count++;
    return true;
}

/* ---- Commit ---- */

/* Remove the directories above a removed file, from below, until one is not empty. */
static void remove_empty(folder *f, kt_sv path)
{
    char name[KT_NAME_SIZE];

    for (path = kt_path_above(path); path.len > 0; path = kt_path_above(path)) {
        int directory = kt_way_enter_above(&f->way, name, path, false);
        if (directory < 0 || unlinkat(directory, name, AT_REMOVEDIR) != 0)
            return;
    }
}

/* Returns 0 or errno. */
static int commit_one(folder *f, const waiting *w)
{
    char name[KT_NAME_SIZE], temp[TEMP_NAME_SIZE];
    int directory;

    if (w->staged)
        return 0;
    directory = kt_way_enter_above(&f->way, name, w->path, false);
    if (directory < 0)
        return errno;
    if (w->removal) {
        if (unlinkat(directory, name, 0) != 0)
            return errno;
        remove_empty(f, w->path);
        return 0;
    }
    temp_name(temp, w->temp);
    return renameat(directory, temp, directory, name) == 0 ? 0 : errno;
}

static bool commit_root(folder *f, kt_keeper_error *error)
{
    int number = ensure_root(f);

    if (number == 0 && rename(f->stage.ptr, f->root.ptr) != 0)
        number = errno;
    if (number != 0)
        return fail(f, error, "create", kt_str(""), number);
    f->stage = kt_str("");
    f->absent = false;
    return true;
}

static void forget_waits(folder *f)
{
    f->wait_count = 0;
    f->way.made.count = 0;
    f->above.count = 0;
}

static bool commit(void *ctx, kt_keeper_error *error)
{
    folder *f = ctx;

    error->changed = false;
    if (f->absent && !commit_root(f, error))
        return false;
    for (size_t i = 0; i < f->wait_count; i++) {
        int number = commit_one(f, &f->waits[i]);
        if (number != 0) {
            error->changed = i > 0;
            return fail(f, error, f->waits[i].removal ? "remove" : "replace", f->waits[i].path, number);
        }
        f->waits[i].done = true;
    }
    forget_waits(f);
    return true;
}

/* ---- Close ---- */

/* Remove the file that waits, unless it has reached its place. */
static void undo_wait(folder *f, const waiting *w)
{
    char name[KT_NAME_SIZE], temp[TEMP_NAME_SIZE];
    int directory;

    if (w->removal || w->done)
        return;
    directory = kt_way_enter_above(&f->way, name, w->path, false);
    temp_name(temp, w->temp);
    if (directory >= 0)
        unlinkat(directory, w->staged ? name : temp, 0);
}

static void undo(folder *f)
{
    char name[KT_NAME_SIZE];

    for (size_t i = f->wait_count; i > 0; i--)
        undo_wait(f, &f->waits[i - 1]);
    for (size_t i = f->way.made.count; i > 0; i--) {
        int directory = kt_way_enter_above(&f->way, name, f->way.made.items[i - 1], false);
        if (directory >= 0)
            unlinkat(directory, name, AT_REMOVEDIR);
    }
    kt_way_leave(&f->way);
    if (f->stage.len > 0)
        rmdir(f->stage.ptr);
    for (size_t i = f->above.count; i > 0; i--)
        rmdir(f->above.items[i - 1].ptr);
}

static void free_folder(folder *f)
{
    if (f->way.root_fd >= 0)
        close(f->way.root_fd);
    kt_way_dispose(&f->way);
    kt_pool_free(f->pool);
    free(f->above.items);
    free(f->waits);
    free(f);
}

static void close_folder(void *ctx)
{
    folder *f = ctx;

    undo(f);
    free_folder(f);
}

/* ---- Open ---- */

static folder *new_folder(kt_sv root)
{
    folder *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    f->pool = kt_pool_new();
    while (root.len > 1 && root.ptr[root.len - 1] == '/')
        root.len--;
    if (f->pool)
        f->root = kt_pool_copy(f->pool, root);
    if (kt_way_init(&f->way, f->pool) && f->root.ptr)
        return f;
    free_folder(f);
    return NULL;
}

bool kt_folder_open(kt_keeper *out, const char *root, kt_keeper_error *error)
{
    folder *f = new_folder(kt_str(root));
    kt_keeper keeper = {f, list_entries, read_file, write_file, remove_file, commit, close_folder};

    error->action = NULL;
    if (!f)
        return false;
    f->way.root_fd = open(f->root.ptr, KT_OPEN_DIRECTORY);
    f->absent = f->way.root_fd < 0 && errno == ENOENT;
    if (f->way.root_fd < 0 && !f->absent) {
        error->action = "open";
        error->path = kt_str(root);
        error->reason = kt_str(strerror(errno));
        free_folder(f);
        return false;
    }
    *out = keeper;
    return true;
}
