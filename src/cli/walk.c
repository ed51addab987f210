/* Finding the input files (DESIGN "Inputs").
 *
 * Folders wait on a list instead of a call stack, each with the .kratreeignore that holds in it. */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE /* d_type */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/ignore.h"
#include "cli/inputs.h"

#define IGNORE_NAME ".kratreeignore"
#define OUTPUTS_NAME "outputs"

typedef struct folder {
    kt_sv path; /* NUL behind it */
    kt_ignore *ignore;
    bool is_root;
} folder;

typedef struct walk {
    kt_inputs *inputs;
    const kt_settings *settings;
    kt_console *console;
    folder *folders; /* still to be read; the last one first */
    size_t folder_count;
    size_t folder_capacity;
    kt_ignore **ignores; /* to be freed */
    size_t ignore_count;
    size_t ignore_capacity;
    kt_file_id *skipped; /* --out, reports, --outputs, --lock */
    size_t skipped_count;
    bool failed;
    bool no_memory;
} walk;

/* ---- Small things ---- */

static void out_of_memory(walk *w)
{
    w->no_memory = true;
}

static void unreadable(walk *w, const char *path)
{
    kt_console_complain(w->console, KT_COMPLAINT_UNREADABLE, path, NULL, "cannot read: %s", strerror(errno));
    w->failed = true;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static bool is_manifest_name(const char *name)
{
    return ends_with(name, ".yaml") || ends_with(name, ".yml") || ends_with(name, ".json");
}

/* A path as the user would type it: "." does not show, "a/" and "a" are the same. */
static kt_sv path_below(walk *w, kt_sv above, const char *name)
{
    kt_sv texts[3] = {above, {"/", 1}, kt_str(name)}, path;

    if (above.len == 1 && above.ptr[0] == '.')
        above.len = texts[0].len = 0;
    if (above.len == 0 || above.ptr[above.len - 1] == '/')
        texts[1].len = 0;
    path = kt_pool_join(w->inputs->pool, texts, 3);
    if (!path.ptr)
        out_of_memory(w);
    return path;
}

static void add_file(walk *w, kt_sv path, unsigned flags)
{
    if (!path.ptr || !kt_inputs_add(w->inputs, path, flags, (kt_sv){NULL, 0}))
        out_of_memory(w);
}

static void push_folder(walk *w, kt_sv path, kt_ignore *ignore, bool is_root)
{
    folder *folders = path.ptr ? kt_grow(w->folders, w->folder_count, &w->folder_capacity, sizeof *folders) : NULL;

    if (!folders) {
        out_of_memory(w);
        return;
    }
    w->folders = folders;
    folders[w->folder_count++] = (folder){path, ignore, is_root};
}

/* ---- What is never entered ---- */

static void skip_path(walk *w, const char *path)
{
    struct stat there;

    if (path && stat(path, &there) == 0)
        w->skipped[w->skipped_count++] = (kt_file_id){there.st_dev, there.st_ino};
}

static bool collect_skipped(walk *w)
{
    const kt_settings *s = w->settings;

    w->skipped = calloc(s->report_count + 3, sizeof *w->skipped);
    if (!w->skipped)
        return false;
    skip_path(w, s->out && strcmp(s->out, "-") != 0 ? s->out : NULL);
    skip_path(w, s->outputs);
    skip_path(w, s->lock);
    for (size_t i = 0; i < s->report_count; i++)
        skip_path(w, s->reports[i].file);
    return true;
}

static bool is_skipped(const walk *w, const struct stat *file)
{
    for (size_t i = 0; i < w->skipped_count; i++)
        if (w->skipped[i].device == file->st_dev && w->skipped[i].inode == file->st_ino)
            return true;
    return false;
}

/* A folder that kratree or Kratix wrote: state files or a canary are in it (L-7, L-10). */
static bool is_rendered(int fd)
{
    static const char *const signs[] = {".kratix", "kratix-canary-namespace.yaml", "kratix-canary-configmap.yaml"};
    struct stat sign;

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (fstatat(fd, signs[i], &sign, AT_SYMLINK_NOFOLLOW) == 0)
            return true;
    return false;
}

/* ---- .kratreeignore ---- */

#define MOST_IGNORE_BYTES ((size_t)1 << 20)

/* Read a small file; NULL with errno ENOENT when there is none. */
static char *slurp(const char *path, size_t *length)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not make it wait */
    FILE *file = fd >= 0 ? fdopen(fd, "rb") : NULL;
    char *bytes = NULL;
    size_t capacity = 0, got;
    struct stat info;

    *length = 0;
    if (!file)
        return NULL;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        fclose(file);
        errno = EINVAL;
        return NULL;
    }
    do {
        char *grown = capacity < MOST_IGNORE_BYTES ? realloc(bytes, capacity + 4096) : NULL;
        if (!grown) {
            free(bytes);
            fclose(file);
            errno = capacity < MOST_IGNORE_BYTES ? ENOMEM : EFBIG;
            return NULL;
        }
        bytes = grown;
        capacity += 4096;
        got = fread(bytes + *length, 1, capacity - *length, file);
        *length += got;
    } while (got > 0);
    if (ferror(file)) {
        int error = errno;
        free(bytes);
        bytes = NULL;
        errno = error;
    }
    fclose(file);
    return bytes;
}

/* The list of the folder `where` ("" for the current one) below `parent`; `parent` itself when the folder has none. */
static kt_ignore *read_ignore(walk *w, kt_ignore *parent, kt_sv where)
{
    kt_sv path = path_below(w, where, IGNORE_NAME);
    size_t length;
    char *bytes;
    kt_ignore *list, **ignores;

    if (!path.ptr)
        return parent;
    bytes = slurp(path.ptr, &length);
    if (!bytes) {
        if (errno != ENOENT && errno != ENOTDIR)
            unreadable(w, path.ptr);
        return parent;
    }
    ignores = kt_grow(w->ignores, w->ignore_count, &w->ignore_capacity, sizeof *ignores);
    w->ignores = ignores ? ignores : w->ignores;
    list = ignores ? kt_ignore_new(parent, where.len == 1 && where.ptr[0] == '.' ? "" : where.ptr,
                                   (kt_sv){bytes, length})
                   : NULL;
    free(bytes);
    if (!list) {
        out_of_memory(w);
        return parent;
    }
    w->ignores[w->ignore_count++] = list;
    return list;
}

/* Whether a PATH leads down from the current folder without detours. */
static bool leads_down(const char *path)
{
    while (*path) {
        size_t length = strcspn(path, "/");
        if (length == 0 || (path[0] == '.' && (length == 1 || (length == 2 && path[1] == '.'))))
            return false;
        path += length;
        path += strspn(path, "/");
    }
    return true;
}

/* The lists of the folders above `path`, the current one first. */
static kt_ignore *ignore_above(walk *w, const char *path)
{
    kt_ignore *list;

    if (!leads_down(path))
        return NULL;
    list = read_ignore(w, NULL, kt_str(""));
    for (const char *slash = strchr(path, '/'); slash && slash[1]; slash = strchr(slash + 1, '/')) {
        kt_sv above = kt_pool_copy(w->inputs->pool, (kt_sv){path, (size_t)(slash - path)});
        if (above.ptr)
            list = read_ignore(w, list, above);
        else
            out_of_memory(w);
    }
    return list;
}

/* ---- Folders ---- */

static void skip_note(walk *w, kt_sv path, const char *why)
{
    kt_console_complain(w->console, KT_COMPLAINT_SKIPPED, path.ptr, NULL, "not searched for manifests: %s", why);
}

static void enter(walk *w, const folder *in, const char *name, kt_sv path, const struct stat *file)
{
    if (is_skipped(w, file))
        skip_note(w, path, "this run writes it, or reads it otherwise");
    else if (in->is_root && strcmp(name, OUTPUTS_NAME) == 0)
        skip_note(w, path, "it holds captured pipeline output");
    else if (strcmp(name, "node_modules") == 0)
        skip_note(w, path, "installed packages");
    else
        push_folder(w, path, in->ignore, false);
}

/* A file with the name of a manifest. */
static void meet_file(walk *w, kt_sv path, const struct stat *file)
{
    if (is_skipped(w, file))
        skip_note(w, path, "this run writes it");
    else if (S_ISREG(file->st_mode))
        add_file(w, path, 0);
    else
        kt_console_complain(w->console, KT_COMPLAINT_SPECIAL, path.ptr, NULL, "skipped: not a regular file");
}

/* Links to files are followed; links to folders could lead in circles. */
static void meet_link(walk *w, int fd, const char *name, kt_sv path)
{
    struct stat target;
    bool there = fstatat(fd, name, &target, 0) == 0;

    if (there && S_ISDIR(target.st_mode))
        skip_note(w, path, "a symbolic link to a folder");
    else if (there && is_manifest_name(name))
        meet_file(w, path, &target);
    else if (is_manifest_name(name))
        unreadable(w, path.ptr);
}

static void meet(walk *w, const folder *in, int fd, const struct dirent *entry)
{
    const char *name = entry->d_name;
    struct stat file;
    kt_sv path;

    if (name[0] == '.' || (entry->d_type == DT_REG && !is_manifest_name(name)))
        return;
    path = path_below(w, in->path, name);
    if (!path.ptr)
        return;
    if (fstatat(fd, name, &file, AT_SYMLINK_NOFOLLOW) != 0) {
        unreadable(w, path.ptr);
        return;
    }
    if ((!S_ISDIR(file.st_mode) && !is_manifest_name(name) && !S_ISLNK(file.st_mode))
        || kt_ignore_match(in->ignore, path.ptr, S_ISDIR(file.st_mode)))
        return;
    if (S_ISLNK(file.st_mode))
        meet_link(w, fd, name, path);
    else if (S_ISDIR(file.st_mode))
        enter(w, in, name, path, &file);
    else
        meet_file(w, path, &file);
}

/* readdir() gives no order; kt_inputs_load() sorts. */
static void read_folder(walk *w, folder in)
{
    DIR *dir = opendir(in.path.ptr);
    const struct dirent *entry;

    if (!dir) {
        unreadable(w, in.path.ptr);
        return;
    }
    if (!in.is_root && is_rendered(dirfd(dir))) {
        skip_note(w, in.path, "it looks like a rendered State Store");
        closedir(dir);
        return;
    }
    in.ignore = read_ignore(w, in.ignore, in.path);
    for (;;) {
        errno = 0;
        entry = readdir(dir);
        if (!entry || w->no_memory)
            break;
        meet(w, &in, dirfd(dir), entry);
    }
    if (!entry && errno != 0)
        unreadable(w, in.path.ptr);
    closedir(dir);
}

/* ---- Paths of the command line ---- */

/* --out resolved, also when it does not exist yet. False: it is of no folder that exists. */
static bool resolve_out(const char *out, char resolved[PATH_MAX])
{
    char above[PATH_MAX];
    const char *slash = strrchr(out, '/');
    size_t length = slash ? (size_t)(slash - out) + 1 : 0;

    if (realpath(out, resolved))
        return true;
    if (length >= sizeof above)
        return false;
    memcpy(above, out, length);
    above[length] = '\0';
    return realpath(length > 0 ? above : ".", resolved)
           && strlen(resolved) + strlen(out + length) + 2 < PATH_MAX
           && strcat(strcat(resolved, "/"), out + length);
}

/* Writing there would write over manifests. */
static void refuse_out_above(walk *w, const char *path)
{
    char out[PATH_MAX], in[PATH_MAX];
    size_t length;

    if (!w->settings->out || strcmp(w->settings->out, "-") == 0 || !resolve_out(w->settings->out, out)
        || !realpath(path, in))
        return;
    length = strlen(out);
    if (strncmp(in, out, length) != 0 || (in[length] != '\0' && in[length] != '/' && length > 1))
        return;
    kt_console_complain(w->console, KT_COMPLAINT_OUT_ABOVE, w->settings->out, NULL,
                        "--out is %s the manifests in '%s'", in[length] == '\0' ? "the same as" : "above", path);
    w->failed = true;
}

static kt_sv without_slashes(walk *w, const char *path)
{
    kt_sv trimmed = kt_str(path);

    while (trimmed.len > 1 && trimmed.ptr[trimmed.len - 1] == '/')
        trimmed.len--;
    trimmed = kt_pool_copy(w->inputs->pool, trimmed);
    if (!trimmed.ptr)
        out_of_memory(w);
    return trimmed;
}

static void find_outputs(walk *w, kt_sv root)
{
    struct stat there;
    kt_sv path = w->settings->outputs ? (kt_sv){NULL, 0} : path_below(w, root, OUTPUTS_NAME);

    if (path.ptr && stat(path.ptr, &there) == 0 && S_ISDIR(there.st_mode)
        && !kt_capture_find(w->inputs, path.ptr, w->console))
        w->failed = true;
}

static void walk_path(walk *w, const char *path)
{
    struct stat there;
    kt_sv root;

    if (strcmp(path, "-") == 0) {
        add_file(w, kt_str("<stdin>"), KT_SOURCE_NAMED);
        return;
    }
    if (stat(path, &there) != 0) {
        unreadable(w, path);
        return;
    }
    refuse_out_above(w, path);
    if (!S_ISDIR(there.st_mode)) {
        add_file(w, kt_str(path), KT_SOURCE_NAMED);
        return;
    }
    root = without_slashes(w, path);
    push_folder(w, root, ignore_above(w, path), true);
    while (w->folder_count > 0 && !w->no_memory)
        read_folder(w, w->folders[--w->folder_count]);
    if (root.ptr)
        find_outputs(w, root);
}

bool kt_inputs_find(kt_inputs *out, const kt_settings *settings, kt_console *console)
{
    walk w;

    memset(out, 0, sizeof *out);
    memset(&w, 0, sizeof w);
    w.inputs = out;
    w.settings = settings;
    w.console = console;
    out->pool = kt_pool_new();
    w.no_memory = !out->pool || !collect_skipped(&w);
    for (size_t i = 0; i < settings->path_count && !w.no_memory; i++)
        walk_path(&w, settings->paths[i]);
    if (!w.no_memory && settings->outputs && !kt_capture_find(out, settings->outputs, console))
        w.failed = true;
    if (w.no_memory)
        kt_console_complain(console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
    else if (!w.failed && out->count == out->captured) {
        kt_console_complain(console, KT_COMPLAINT_EMPTY, settings->paths[0], NULL, "no manifest here");
        w.failed = true;
    }
    for (size_t i = 0; i < w.ignore_count; i++)
        kt_ignore_free(w.ignores[i]);
    free(w.ignores);
    free(w.folders);
    free(w.skipped);
    return !w.failed && !w.no_memory;
}
