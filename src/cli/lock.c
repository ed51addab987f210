/* Reading and writing the lock. Its text is the core's. */
#define _POSIX_C_SOURCE 200809L
#include "cli/lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOCK_NAME "kratree.lock"

/* ---- Finding ---- */

static bool is_folder(const char *path)
{
    struct stat there;

    return stat(path, &there) == 0 && S_ISDIR(there.st_mode);
}

/* "PATH/kratree.lock", or "kratree.lock" in the current folder; NULL: there is no memory. */
static char *lock_in(const char *path)
{
    size_t length = strlen(path);
    char *text;

    if (strcmp(path, ".") == 0)
        return strdup(LOCK_NAME);
    while (length > 1 && path[length - 1] == '/')
        length--;
    text = malloc(length + 1 + sizeof LOCK_NAME);
    if (!text)
        return NULL;
    memcpy(text, path, length);
    snprintf(text + length, 1 + sizeof LOCK_NAME, "/%s", LOCK_NAME);
    return text;
}

/* "PATH/kratree.lock" if it is there; NULL: it is not, or there is no memory. */
static char *lock_below(const char *path)
{
    char *text = is_folder(path) ? lock_in(path) : NULL;
    struct stat there;

    if (text && stat(text, &there) == 0)
        return text;
    free(text);
    return NULL;
}

static bool same_file(const char *a, const char *b)
{
    struct stat left, right;

    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

static bool no_memory(kt_console *console)
{
    kt_console_complain(console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
    return false;
}

static bool choose(kt_lock_file *out, const kt_settings *settings, kt_console *console)
{
    char *found = lock_below(settings->paths[0]);

    if (!settings->lock) {
        out->path = found;
        return true;
    }
    if (found && !same_file(found, settings->lock)) {
        kt_console_complain(console, KT_COMPLAINT_USAGE, NULL, "remove one of them", "two locks: '%s' and '%s'",
                            settings->lock, found);
        free(found);
        return false;
    }
    free(found);
    out->path = strdup(settings->lock);
    return out->path || no_memory(console);
}

bool kt_lock_place(kt_lock_file *lock, const kt_settings *settings, kt_console *console)
{
    if (!lock->path)
        lock->path = lock_in(is_folder(settings->paths[0]) ? settings->paths[0] : ".");
    return lock->path || no_memory(console);
}

/* ---- Reading ---- */

static bool unreadable(const kt_lock_file *lock, kt_console *console, int error)
{
    kt_console_complain(console, KT_COMPLAINT_UNREADABLE, lock->path, "check that it is a file and that you may read it",
                        "cannot read: %s", strerror(error));
    return false;
}

static bool read_all(kt_lock_file *lock, FILE *file)
{
    size_t capacity = 0, got = 1;

    while (got > 0) {
        char *grown = lock->length < capacity ? lock->bytes : realloc(lock->bytes, capacity = capacity * 2 + 65536);
        if (!grown)
            return false;
        lock->bytes = grown;
        got = fread(grown + lock->length, 1, capacity - lock->length, file);
        lock->length += got;
    }
    return true;
}

bool kt_lock_find(kt_lock_file *out, const kt_settings *settings, kt_console *console)
{
    FILE *file;
    bool fine;

    memset(out, 0, sizeof *out);
    if (!choose(out, settings, console))
        return false;
    if (!out->path)
        return true;
    file = fopen(out->path, "rbe");
    if (!file)
        return errno == ENOENT || unreadable(out, console, errno);
    fine = read_all(out, file);
    if (ferror(file)) {
        fine = unreadable(out, console, errno);
    } else if (!fine) {
        no_memory(console);
    }
    fclose(file);
    out->there = fine;
    out->source = (kt_source){kt_str(out->path), {out->bytes, out->length}, KT_SOURCE_NAMED, {NULL, 0}};
    return fine;
}

void kt_lock_dispose(kt_lock_file *lock)
{
    free(lock->path);
    free(lock->bytes);
    memset(lock, 0, sizeof *lock);
}

/* ---- Writing ---- */

typedef struct comparison {
    const kt_lock_file *lock;
    size_t at;
    bool differs;
} comparison;

static bool compare(void *ctx, const char *bytes, size_t size)
{
    comparison *c = ctx;

    c->differs |= size > c->lock->length - c->at || memcmp(c->lock->bytes + c->at, bytes, size) != 0;
    c->at += c->differs ? 0 : size;
    return true;
}

bool kt_lock_differs(const kt_lock_file *lock, const kt_result *result)
{
    comparison c = {lock, 0, false};

    if (!lock->path || kt_lock_write(result, compare, &c) == KT_ERR_ARGUMENT)
        return false;
    return !lock->there || c.differs || c.at != lock->length;
}

bool kt_lock_would_change(const kt_lock_file *lock, const kt_settings *settings, const kt_result *result,
                          kt_console *console)
{
    if (!settings->locked || !kt_lock_differs(lock, result))
        return false;
    kt_console_complain(console, KT_COMPLAINT_LOCKED, lock->path, NULL, "the lock would change");
    return true;
}

bool kt_lock_save(const kt_lock_file *lock, const kt_result *result, kt_console *console)
{
    static kt_file_output file;
    bool fine;

    if (!kt_lock_differs(lock, result))
        return true;
    fine = kt_file_output_open(&file, lock->path);
    if (fine && kt_lock_write(result, kt_output_write, &file.output) == KT_ERR_NOMEM) {
        kt_file_output_abandon(&file);
        return no_memory(console);
    }
    if (fine && kt_file_output_commit(&file))
        return true;
    kt_console_complain(console, KT_COMPLAINT_OUTPUT, lock->path, NULL, "cannot write: %s",
                        strerror(file.output.error));
    return false;
}
