/* Secrets: remembered to be hidden, and cleared. */
#define _GNU_SOURCE /* memfd_create, explicit_bzero */
#include "push/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "store/pool.h"
#include "store/temporary.h"

#define SHORTEST_HIDDEN 4 /* bytes; hiding less would garble every message */
#define FILE_NAME_SIZE 512
#define MASK "***"

typedef struct secret {
    char *bytes;
    size_t length;
} secret;

typedef struct file {
    int fd;
    bool named; /* it has a name on disk, which is to go */
    char path[FILE_NAME_SIZE];
} file;

struct kt_vault {
    secret *secrets;
    size_t secret_count;
    size_t secret_capacity;
    file **files;
    size_t file_count;
    size_t file_capacity;
};

/* ---- Clearing ---- */

void kt_clear(void *bytes, size_t size)
{
    if (size > 0)
        explicit_bzero(bytes, size);
}

/* Blocks never grow in place: what is left behind would not be cleared. */
static void *resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    void *moved = new_size > 0 ? malloc(new_size) : NULL;

    (void)ctx;
    if (new_size > 0 && !moved)
        return NULL;
    if (moved && ptr)
        memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
    if (ptr)
        kt_clear(ptr, old_size);
    free(ptr);
    return moved;
}

kt_allocator kt_clearing_allocator(void)
{
    kt_allocator allocator = {resize, NULL};

    return allocator;
}

/* ---- Life ---- */

kt_vault *kt_vault_new(void)
{
    return calloc(1, sizeof(kt_vault));
}

static void drop_file(file *f)
{
    static const char zeros[4096];
    off_t left = lseek(f->fd, 0, SEEK_END);

    for (off_t at = 0; at < left; at += (off_t)sizeof zeros) {
        off_t some = left - at < (off_t)sizeof zeros ? left - at : (off_t)sizeof zeros;
        if (pwrite(f->fd, zeros, (size_t)some, at) < 0)
            break;
    }
    if (f->named)
        unlink(f->path);
    close(f->fd);
    free(f);
}

void kt_vault_free(kt_vault *vault)
{
    if (!vault)
        return;
    for (size_t i = 0; i < vault->secret_count; i++) {
        kt_clear(vault->secrets[i].bytes, vault->secrets[i].length);
        free(vault->secrets[i].bytes);
    }
    for (size_t i = 0; i < vault->file_count; i++)
        drop_file(vault->files[i]);
    free(vault->secrets);
    free(vault->files);
    free(vault);
}

kt_sv kt_vault_keep(kt_vault *vault, kt_sv text)
{
    secret *secrets = kt_grow(vault->secrets, vault->secret_count, &vault->secret_capacity, sizeof *secrets);
    char *bytes = malloc(text.len + 1);

    if (secrets)
        vault->secrets = secrets;
    if (!secrets || !bytes) {
        free(bytes);
        return (kt_sv){NULL, 0};
    }
    if (text.len > 0)
        memcpy(bytes, text.ptr, text.len);
    bytes[text.len] = '\0';
    secrets[vault->secret_count++] = (secret){bytes, text.len};
    return (kt_sv){bytes, text.len};
}

/* ---- Files ---- */

static int open_file(file *f)
{
#ifdef __linux__
    f->fd = memfd_create("kratree", MFD_CLOEXEC);
    if (f->fd >= 0) {
        snprintf(f->path, sizeof f->path, "/proc/%ld/fd/%d", (long)getpid(), f->fd);
        f->named = false;
        return access(f->path, R_OK) == 0 ? 0 : (close(f->fd), -1);
    }
#endif
    return -1;
}

/* Where memory has no path, a file that only we may read. */
static int open_named_file(file *f)
{
    snprintf(f->path, sizeof f->path, "%s/kratree-XXXXXX", kt_temporary_place());
    f->fd = mkostemp(f->path, O_CLOEXEC);
    f->named = true;
    return f->fd >= 0 ? 0 : -1;
}

const char *kt_vault_file(kt_vault *vault, kt_sv bytes)
{
    file **files = kt_grow(vault->files, vault->file_count, &vault->file_capacity, sizeof *files);
    file *f = calloc(1, sizeof *f);

    if (files)
        vault->files = files;
    if (!files || !f || (open_file(f) != 0 && open_named_file(f) != 0)) {
        free(f);
        return NULL;
    }
    if (fchmod(f->fd, S_IRUSR | S_IWUSR) != 0 || !kt_write_all(f->fd, bytes)) {
        drop_file(f);
        return NULL;
    }
    files[vault->file_count++] = f;
    return f->path;
}

/* ---- Hiding ---- */

static bool is_long_enough(size_t length)
{
    return length >= SHORTEST_HIDDEN;
}

/* Replace what is found of `hidden`; the mask is never longer. */
static size_t hide(char *text, size_t length, const char *hidden, size_t size)
{
    size_t out = 0;

    for (size_t at = 0; at < length;) {
        if (size <= length - at && memcmp(text + at, hidden, size) == 0) {
            memcpy(text + out, MASK, sizeof MASK - 1);
            out += sizeof MASK - 1;
            at += size;
        } else {
            text[out++] = text[at++];
        }
    }
    return out;
}

static size_t hide_lines(char *text, size_t length, const secret *s)
{
    size_t from = 0;

    for (size_t at = 0; at <= s->length; at++) {
        if (at < s->length && s->bytes[at] != '\n' && s->bytes[at] != '\r')
            continue;
        if (is_long_enough(at - from))
            length = hide(text, length, s->bytes + from, at - from);
        from = at + 1;
    }
    return length;
}

size_t kt_vault_redact(const kt_vault *vault, char *text, size_t length)
{
    for (size_t i = 0; i < vault->secret_count; i++) {
        const secret *s = &vault->secrets[i];
        if (is_long_enough(s->length))
            length = hide(text, length, s->bytes, s->length);
        length = hide_lines(text, length, s);
    }
    return length;
}
