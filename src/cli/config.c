/* Finding and reading .kratree.yaml. What it means is the core's (kt_config_read). */
#define _POSIX_C_SOURCE 200809L
#include "cli/config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME ".kratree.yaml"
#define LONGEST (1 << 20)

/* ---- Finding ---- */

static bool exists(const char *path)
{
    struct stat there;

    return stat(path, &there) == 0;
}

static bool is_folder(const char *path)
{
    struct stat there;

    return stat(path, &there) == 0 && S_ISDIR(there.st_mode);
}

/* The root is its own parent. */
static bool same_folder(const char *a, const char *b)
{
    struct stat left, right;

    return stat(a, &left) != 0 || stat(b, &right) != 0
           || (left.st_dev == right.st_dev && left.st_ino == right.st_ino);
}

/* "folder/name" if it is there and fits. */
static bool look(char out[PATH_MAX], const char *folder, const char *name)
{
    int length = snprintf(out, PATH_MAX, "%s%s", folder, name);

    return length > 0 && length < PATH_MAX && exists(out);
}

/* From the current folder upward: "", "../", "../../", … */
static bool look_upward(char out[PATH_MAX])
{
    char folder[PATH_MAX] = "", here[PATH_MAX], above[PATH_MAX];

    for (;;) {
        size_t length = strlen(folder);
        if (look(out, folder, NAME))
            return true;
        snprintf(here, sizeof here, "%s", length > 0 ? folder : ".");
        if (look(above, folder, ".git") || length + 4 > sizeof folder)
            return false;
        memcpy(folder + length, "../", 4);
        if (same_folder(here, folder))
            return false;
    }
}

/* False: there is none. */
static bool find(char out[PATH_MAX], const kt_settings *settings)
{
    char folder[PATH_MAX];
    const char *first = settings->paths[0];
    size_t length = strlen(first);

    if (settings->config_path) {
        snprintf(out, PATH_MAX, "%s", settings->config_path);
        return true;
    }
    if (strcmp(first, "-") != 0 && strcmp(first, ".") != 0 && length + 2 < sizeof folder && is_folder(first)) {
        snprintf(folder, sizeof folder, "%s%s", first, first[length - 1] == '/' ? "" : "/");
        if (look(out, folder, NAME))
            return true;
    }
    return look_upward(out);
}

/* ---- Reading ---- */

static bool no_memory(kt_console *console)
{
    kt_console_complain(console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
    return false;
}

static bool unreadable(kt_console *console, const char *path, const char *why)
{
    kt_console_complain(console, KT_COMPLAINT_UNREADABLE, path, "check that it is a file and that you may read it",
                        "cannot read: %s", why);
    return false;
}

/* The whole file into `bytes`, which has room for `size`. */
static bool read_all(int fd, char *bytes, size_t size)
{
    size_t got = 0;

    while (got < size) {
        ssize_t some = read(fd, bytes + got, size - got);
        if (some == 0 || (some < 0 && errno != EINTR))
            return false;
        got += some > 0 ? (size_t)some : 0;
    }
    return true;
}

static bool read_file(kt_config_file *file, const char *path, kt_console *console)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat there;
    char *bytes;
    bool fine;

    if (fd < 0)
        return unreadable(console, path, strerror(errno));
    if (fstat(fd, &there) != 0 || !S_ISREG(there.st_mode) || there.st_size > LONGEST) {
        close(fd);
        return unreadable(console, path, "it is no regular file of at most 1 MiB");
    }
    bytes = kt_pool_alloc(file->pool, (size_t)there.st_size + 1);
    fine = bytes && read_all(fd, bytes, (size_t)there.st_size);
    close(fd);
    if (!bytes)
        return no_memory(console);
    if (!fine)
        return unreadable(console, path, "it has changed");
    file->source.bytes = (kt_sv){bytes, (size_t)there.st_size};
    file->source.flags = KT_SOURCE_NAMED;
    file->source.path = kt_pool_copy(file->pool, kt_str(path));
    return file->source.path.ptr || no_memory(console);
}

/* Warnings are told by validate, among its findings. */
static bool parse(kt_config_file *file, kt_console *console)
{
    kt_status status = kt_config_read(&file->config, &file->source, NULL);
    size_t count;
    const kt_diag *diags;

    if (status == KT_OK)
        return true;
    if (!file->config)
        return no_memory(console);
    diags = kt_config_diags(file->config, &count);
    for (size_t i = 0; i < count; i++)
        kt_console_diag(console, &diags[i]);
    return false;
}

bool kt_config_load(kt_config_file *out, const kt_settings *settings, kt_console *console)
{
    char path[PATH_MAX];

    memset(out, 0, sizeof *out);
    if (!find(path, settings))
        return true;
    out->pool = kt_pool_new();
    return (out->pool || no_memory(console)) && read_file(out, path, console) && parse(out, console);
}

void kt_config_dispose(kt_config_file *file)
{
    kt_config_free(file->config);
    kt_pool_free(file->pool);
}

/* ---- Settings ---- */

const char *kt_config_value(const kt_config_file *file, const kt_setting *setting, bool is_path)
{
    bool absolute = setting->value.len > 0 && setting->value.ptr[0] == '/';
    kt_sv value = is_path && !absolute
                      ? kt_pool_path(file->pool, kt_path_above(file->source.path), setting->value)
                      : kt_pool_copy(file->pool, setting->value);

    return value.ptr;
}

void kt_config_complain(kt_console *console, const kt_setting *setting, const char *format, ...)
{
    char message[1024];
    kt_diag diag;
    va_list args;

    memset(&diag, 0, sizeof diag);
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    diag.severity = KT_ERROR;
    diag.code = kt_complaint_get(KT_COMPLAINT_CONFIG)->id;
    diag.pos = setting->pos;
    diag.message = kt_str(message);
    diag.help = kt_str(kt_complaint_get(KT_COMPLAINT_CONFIG)->help);
    kt_console_diag(console, &diag);
}
