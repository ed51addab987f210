/* Buffered output, and files that appear whole. */
#define _XOPEN_SOURCE 700
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Descriptors ---- */

void kt_output_init(kt_output *out, int fd)
{
    out->fd = fd;
    out->error = 0;
    out->used = 0;
}

static void write_all(kt_output *out, const char *bytes, size_t size)
{
    while (size > 0 && out->error == 0) {
        ssize_t written = write(out->fd, bytes, size);
        if (written < 0 && errno != EINTR)
            out->error = errno;
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
}

bool kt_output_flush(kt_output *out)
{
    write_all(out, out->bytes, out->used);
    out->used = 0;
    return out->error == 0;
}

bool kt_output_write(void *ctx, const char *bytes, size_t size)
{
    kt_output *out = ctx;

    if (size > sizeof out->bytes - out->used)
        kt_output_flush(out);
    if (size > sizeof out->bytes) {
        write_all(out, bytes, size);
    } else if (size > 0) {
        memcpy(out->bytes + out->used, bytes, size);
        out->used += size;
    }
    return out->error == 0;
}

void kt_output_put(kt_output *out, const char *text)
{
    kt_output_write(out, text, strlen(text));
}

void kt_output_format(kt_output *out, const char *format, ...)
{
    char text[512], *longer;
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length < (int)sizeof text) {
        kt_output_write(out, text, length > 0 ? (size_t)length : 0);
        return;
    }
    longer = malloc((size_t)length + 1);
    if (!longer) {
        out->error = out->error ? out->error : ENOMEM;
        return;
    }
    va_start(args, format);
    vsnprintf(longer, (size_t)length + 1, format, args);
    va_end(args);
    kt_output_write(out, longer, (size_t)length);
    free(longer);
}

/* ---- Files ---- */

/* "dir/.name.kratree-<process>", where the rename stays within a file system. */
static char *temporary_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    size_t size = strlen(path) + 48;
    char *name = malloc(size);

    if (name)
        snprintf(name, size, "%.*s.%s.kratree-%ld", folder, path, path + folder, (long)getpid());
    return name;
}

static void note_error(kt_file_output *out, bool failed)
{
    if (failed && out->output.error == 0)
        out->output.error = errno;
}

static bool open_failed(kt_file_output *out, int error)
{
    out->output.error = error;
    free(out->path);
    free(out->temporary);
    out->path = out->temporary = NULL;
    return false;
}

bool kt_file_output_open(kt_file_output *out, const char *path)
{
    struct stat there;
    bool exists = stat(path, &there) == 0, regular = !exists || S_ISREG(there.st_mode);

    kt_output_init(&out->output, -1);
    out->temporary = NULL;
    out->path = exists ? realpath(path, NULL) : strdup(path);
    if (!out->path || (exists && S_ISDIR(there.st_mode)))
        return open_failed(out, out->path ? EISDIR : errno);
    if (regular)
        out->temporary = temporary_name(out->path);
    if (regular && !out->temporary)
        return open_failed(out, ENOMEM);
    out->output.fd = regular ? open(out->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)
                             : open(path, O_WRONLY | O_CLOEXEC);
    if (out->output.fd < 0)
        return open_failed(out, errno);
    if (exists && regular && fchmod(out->output.fd, there.st_mode & 07777) != 0)
        note_error(out, true);
    return true;
}

bool kt_file_output_commit(kt_file_output *out)
{
    kt_output_flush(&out->output);
    note_error(out, fsync(out->output.fd) != 0 && errno != EINVAL);
    note_error(out, close(out->output.fd) != 0);
    out->output.fd = -1;
    if (out->output.error == 0 && out->temporary)
        note_error(out, rename(out->temporary, out->path) != 0);
    if (out->output.error == 0 && out->temporary) {
        free(out->temporary);
        out->temporary = NULL;
    }
    kt_file_output_abandon(out);
    return out->output.error == 0;
}

void kt_file_output_abandon(kt_file_output *out)
{
    if (out->output.fd >= 0)
        close(out->output.fd);
    out->output.fd = -1;
    if (out->temporary)
        unlink(out->temporary);
    free(out->temporary);
    free(out->path);
    out->temporary = out->path = NULL;
}
