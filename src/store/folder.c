/* A keeper in a directory. */
#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE /* d_type */
#include "store/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "store/journal.h"
#include "store/list.h"
#include "store/place.h"
#include "store/system.h"

#define FILE_MODE 0644
#define READ_SIZE ((size_t)64 << 10)
#define WRITE_PARTS 64
#define SYNC_EACH 16 /* files that are synchronized one by one; more of them all at once */
#define JOURNAL_DRAFT "journal" /* in the stage, until it is whole */

typedef struct folder {
    kt_pool *pool;
    kt_way way;
    kt_place place;
    int stage;       /* KT_STAGE_NAME in an existing root; -1 if there is none */
    kt_steps steps;  /* what waits for commit in an existing root */
    unsigned staged; /* contents in the stage */
    bool begun;
    bool journaled;  /* the journal is in its place: there is no way back */
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

bool kt_folder_keeps(kt_sv path)
{
    static const kt_sv names[] = {{KT_JOURNAL_NAME, sizeof KT_JOURNAL_NAME - 1},
                                  {KT_STAGE_NAME, sizeof KT_STAGE_NAME - 1}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (path.len >= names[i].len && memcmp(path.ptr, names[i].ptr, names[i].len) == 0
            && (path.len == names[i].len || path.ptr[names[i].len] == '/'))
            return true;
    return false;
}

typedef struct lister {
    kt_entry_fn each;
    void *each_ctx;
} lister;

static kt_walk list_entry(void *ctx, const kt_entry *entry)
{
    const lister *l = ctx;

    return kt_folder_keeps(entry->path) ? KT_WALK_PAST : l->each(l->each_ctx, entry);
}

static bool list_entries(void *ctx, kt_entry_fn each, void *each_ctx, kt_keeper_error *error)
{
    folder *f = ctx;
    lister l = {each, each_ctx};
    kt_sv where;
    int number = f->place.absent ? 0 : kt_list(&f->way, kt_str(""), list_entry, &l, &where);

    return number == 0 || fail(f, error, "read", where, number);
}

/* ---- Read ---- */

/* Returns 0 or errno. */
static int read_descriptor(int fd, kt_write_fn write_out, void *ctx)
{
    char buffer[READ_SIZE];
    struct stat status;
    uint64_t left;

    if (kt_sys_fstat(fd, &status) != 0)
        return errno;
    if (!S_ISREG(status.st_mode))
        return EINVAL;
    for (left = (uint64_t)status.st_size; left > 0;) {
        ssize_t got = kt_sys_read(fd, buffer, sizeof buffer);
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
        fd = kt_sys_openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0);
    if (fd < 0)
        return fail(f, error, "read", path, errno);
    number = read_descriptor(fd, write_out, write_ctx);
    close(fd);
    return number == 0 || fail(f, error, "read", path, number);
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
        ssize_t done = kt_sys_writev(fd, vectors, count);
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
static int create_file(int directory, const char *name, const kt_sv *parts, size_t count, bool sync)
{
    int fd = kt_sys_openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE), error;

    if (fd < 0)
        return errno;
    error = write_parts(fd, parts, count);
    if (error == 0 && sync && kt_sys_fsync(fd) != 0)
        error = errno;
    if (kt_sys_close(fd) != 0 && error == 0)
        error = errno;
    if (error != 0)
        kt_sys_unlinkat(directory, name, 0);
    return error;
}

/* The stage in an existing root; what a killed run left there goes. */
static int make_stage(folder *f)
{
    int number = kt_list_remove(&f->way, kt_str(KT_STAGE_NAME), true);

    if (number != 0)
        return number;
    if (kt_sys_mkdirat(f->way.root_fd, KT_STAGE_NAME, KT_DIRECTORY_MODE) != 0)
        return errno;
    f->stage = kt_sys_openat(f->way.root_fd, KT_STAGE_NAME, KT_OPEN_DIRECTORY, 0);
    return f->stage >= 0 ? 0 : errno;
}

static int remove_stage(folder *f)
{
    if (f->stage >= 0)
        close(f->stage);
    f->stage = -1;
    f->staged = 0;
    kt_way_leave(&f->way);
    return kt_list_remove(&f->way, kt_str(KT_STAGE_NAME), true);
}

/* A file on the way to `path` will have gone when the directory is made; anything else that is none is refused. */
static int check_file_on_way(folder *f, kt_sv path)
{
    char name[KT_NAME_SIZE];
    struct stat status;
    int directory = kt_way_enter_above(&f->way, name, path, false);

    if (directory < 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : errno;
    if (kt_sys_fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? 0 : errno;
    return S_ISREG(status.st_mode) ? 0 : ENOTDIR;
}

/* Would the last directory that is there on the way to a file take it? Asked before anything is changed. */
static int check_way(folder *f, kt_sv path)
{
    char name[KT_NAME_SIZE];
    int directory = kt_way_enter_above(&f->way, name, path, false), number = 0;

    while (directory < 0 && number == 0 && path.len > 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return errno;
        path = kt_path_above(path);
        if (errno == ENOTDIR)
            number = check_file_on_way(f, path);
        if (number == 0)
            directory = kt_way_enter(&f->way, kt_path_above(path), false);
    }
    if (number != 0)
        return number;
    return directory >= 0 && kt_sys_faccessat(directory, ".", W_OK | X_OK) == 0 ? 0 : errno;
}

static int stage_file(folder *f, kt_sv path, const kt_sv *parts, size_t count)
{
    kt_step step = {path, f->staged, false};
    char name[KT_NUMBER_SIZE];
    int number = check_way(f, path);

    if (number == 0 && f->stage < 0)
        number = make_stage(f);
    if (number != 0)
        return number;
    kt_stage_name(name, f->staged);
    number = create_file(f->stage, name, parts, count, f->staged < SYNC_EACH);
    if (number == 0)
        number = kt_steps_add(&f->steps, f->pool, step) ? 0 : ENOMEM;
    f->staged++;
    return number;
}

/* Nobody sees a root that is being made. */
static int write_unseen(folder *f, kt_sv path, const kt_sv *parts, size_t count)
{
    char name[KT_NAME_SIZE];
    int directory = kt_way_enter_above(&f->way, name, path, true);

    return directory < 0 ? errno : create_file(directory, name, parts, count, false);
}

static bool begin(folder *f, kt_keeper_error *error)
{
    return f->begun || kt_folder_begin(f, error) > KT_FOLDER_BUSY;
}

static bool write_file(void *ctx, kt_sv path, const kt_sv *parts, size_t part_count, kt_keeper_error *error)
{
    folder *f = ctx;
    int number;

    if (!begin(f, error))
        return false;
    number = (f->place.absent ? write_unseen : stage_file)(f, path, parts, part_count);
    return number == 0 || fail(f, error, "write", path, number);
}

static bool remove_file(void *ctx, kt_sv path, kt_keeper_error *error)
{
    folder *f = ctx;
    kt_step step = {path, 0, true};
    int number;

    if (!begin(f, error))
        return false;
    number = f->place.absent ? ENOENT : check_way(f, path);
    if (number == 0 && !kt_steps_add(&f->steps, f->pool, step))
        number = ENOMEM;
    return number == 0 || fail(f, error, "remove", path, number);
}

/* ---- Commit ---- */

/* From the rename on there is no way back. */
static int put_journal(folder *f)
{
    kt_sv text = kt_journal_text(&f->steps, f->pool);
    int number = f->stage < 0 ? make_stage(f) : 0;

    if (!text.ptr)
        return ENOMEM;
    if (number == 0 && f->staged > SYNC_EACH && kt_sys_sync_all(f->way.root_fd) != 0)
        number = errno;
    if (number == 0)
        number = create_file(f->stage, JOURNAL_DRAFT, &text, 1, true);
    if (number == 0 && kt_sys_renameat(f->stage, JOURNAL_DRAFT, f->way.root_fd, KT_JOURNAL_NAME) != 0)
        number = errno;
    if (number != 0)
        return number;
    f->journaled = true;
    return kt_sys_fsync(f->way.root_fd) == 0 ? 0 : errno;
}

static int drop_journal(folder *f)
{
    int number = remove_stage(f);

    if (number == 0 && kt_sys_unlinkat(f->way.root_fd, KT_JOURNAL_NAME, 0) != 0)
        number = errno;
    return number;
}

static bool carry_out(folder *f, kt_keeper_error *error)
{
    size_t at;
    int number = kt_steps_carry_out(&f->steps, &f->way, f->stage, &at);

    error->changed = true;
    if (number != 0)
        return fail(f, error, f->steps.items[at].removal ? "remove" : "replace", f->steps.items[at].path, number);
    number = drop_journal(f);
    if (number != 0)
        return fail(f, error, "remove", kt_str(KT_JOURNAL_NAME), number);
    error->changed = false;
    f->journaled = false;
    f->steps.count = 0;
    return true;
}

static bool commit(void *ctx, kt_keeper_error *error)
{
    folder *f = ctx;
    int number = 0;

    error->changed = false;
    if (!begin(f, error))
        return false;
    if (f->place.absent)
        number = kt_place_move(&f->place);
    if (number != 0)
        return fail(f, error, "create", kt_str(""), number);
    if (f->steps.count == 0)
        return true;
    number = put_journal(f);
    error->changed = f->journaled;
    if (number != 0)
        return fail(f, error, "write", kt_str(KT_JOURNAL_NAME), number);
    return carry_out(f, error);
}

/* ---- Begin ---- */

typedef struct text {
    char *bytes; /* free() */
    size_t size;
    size_t capacity;
    bool failed; /* no memory */
} text;

static bool append(void *ctx, const char *bytes, size_t size)
{
    text *t = ctx;
    char *grown = t->bytes;

    if (t->capacity - t->size < size) {
        t->capacity = t->capacity * 2 + size;
        grown = realloc(t->bytes, t->capacity);
    }
    t->failed = !grown;
    if (t->failed)
        return false;
    t->bytes = grown;
    memcpy(grown + t->size, bytes, size);
    t->size += size;
    return true;
}

/* Read the journal; *whole tells whether it is one. */
static bool read_journal(folder *f, bool *whole, kt_keeper_error *error)
{
    text t = {NULL, 0, 0, false};
    bool done = read_file(f, kt_str(KT_JOURNAL_NAME), append, &t, error) && !t.failed;
    kt_sv view = {t.bytes, t.size};

    if (t.failed)
        error->action = NULL;
    *whole = done && t.size > 0 && kt_journal_parse(&f->steps, f->pool, view);
    if (!*whole)
        f->steps.count = 0;
    free(t.bytes);
    return done;
}

bool kt_folder_interrupted(void *ctx)
{
    folder *f = ctx;
    struct stat status;

    if (f->place.absent)
        return false;
    return kt_sys_fstatat(f->way.root_fd, KT_JOURNAL_NAME, &status, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

/* Complete what the journal says; one that is damaged goes, and the comparison finds what is missing. */
static kt_folder_state complete(folder *f, kt_keeper_error *error)
{
    bool whole;

    if (!read_journal(f, &whole, error))
        return KT_FOLDER_FAILED;
    f->stage = kt_sys_openat(f->way.root_fd, KT_STAGE_NAME, KT_OPEN_DIRECTORY, 0);
    if (f->stage < 0 && errno != ENOENT) {
        fail(f, error, "open", kt_str(KT_STAGE_NAME), errno);
        return KT_FOLDER_FAILED;
    }
    f->journaled = true;
    if (!carry_out(f, error))
        return KT_FOLDER_FAILED;
    return whole ? KT_FOLDER_COMPLETED : KT_FOLDER_DAMAGED;
}

kt_folder_state kt_folder_begin(void *ctx, kt_keeper_error *error)
{
    folder *f = ctx;
    int number = kt_place_hold(&f->place);

    error->action = NULL;
    error->changed = false;
    if (number != 0) {
        fail(f, error, f->place.absent ? "create" : "lock", kt_str(""), number);
        return number == EWOULDBLOCK || number == ESTALE ? KT_FOLDER_BUSY : KT_FOLDER_FAILED;
    }
    f->begun = true;
    if (f->place.absent)
        return KT_FOLDER_CLEAN;
    if (kt_folder_interrupted(f))
        return complete(f, error);
    number = kt_list_remove(&f->way, kt_str(KT_STAGE_NAME), true);
    if (number != 0)
        fail(f, error, "remove", kt_str(KT_STAGE_NAME), number);
    return number == 0 ? KT_FOLDER_CLEAN : KT_FOLDER_FAILED;
}

/* ---- Close ---- */

static void free_folder(folder *f)
{
    kt_way_dispose(&f->way);
    kt_pool_free(f->pool);
    free(f->steps.items);
    free(f);
}

static void close_folder(void *ctx)
{
    folder *f = ctx;

    if (f->stage >= 0 && !f->journaled)
        remove_stage(f);
    if (f->stage >= 0)
        close(f->stage);
    kt_place_close(&f->place);
    free_folder(f);
}

/* ---- Open ---- */

static folder *new_folder(void)
{
    folder *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    f->stage = -1;
    f->pool = kt_pool_new();
    if (kt_way_init(&f->way, f->pool) && f->pool)
        return f;
    free_folder(f);
    return NULL;
}

bool kt_folder_open(kt_keeper *out, const char *root, kt_keeper_error *error)
{
    folder *f = new_folder();
    kt_keeper keeper = {f, list_entries, read_file, write_file, remove_file, commit, close_folder};
    int number;

    error->action = NULL;
    if (!f)
        return false;
    number = kt_place_open(&f->place, &f->way, kt_str(root));
    if (number != 0) {
        error->action = number == ENOMEM ? NULL : "open";
        error->path = kt_str(root);
        error->reason = kt_str(strerror(number));
        free_folder(f);
        return false;
    }
    *out = keeper;
    return true;
}
