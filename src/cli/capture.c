/* Finding captured pipeline output: every file and folder below an outputs folder, hidden ones too, since
 * all that a pipeline leaves counts (G-22: links to files are read through, to folders they fail it). */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE /* d_type */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/inputs.h"

typedef struct finder {
    kt_inputs *inputs;
    kt_console *console;
    kt_sv root;
    char real_root[PATH_MAX];
    kt_sv *folders; /* below root, still to be read */
    size_t count;
    size_t capacity;
    bool failed;
    bool no_memory;
} finder;

static void unreadable(finder *f, const char *path)
{
    kt_console_complain(f->console, KT_COMPLAINT_UNREADABLE, path, "check that it is there and that you may read it",
                        "cannot read: %s", strerror(errno));
    f->failed = true;
}

static void add(finder *f, kt_sv path, unsigned flags, kt_sv capture)
{
    if (!kt_inputs_add(f->inputs, path, flags, capture))
        f->no_memory = true;
}

static void push(finder *f, kt_sv capture)
{
    kt_sv *folders = kt_grow(f->folders, f->count, &f->capacity, sizeof *folders);

    if (!folders) {
        f->no_memory = true;
        return;
    }
    f->folders = folders;
    folders[f->count++] = capture;
}

/* A link to a regular file that lies below the root. */
static bool is_readable_link(const finder *f, const char *path)
{
    char target[PATH_MAX];
    size_t length = strlen(f->real_root);
    struct stat file;

    return stat(path, &file) == 0 && S_ISREG(file.st_mode) && realpath(path, target)
           && strncmp(target, f->real_root, length) == 0 && target[length] == '/';
}

/* Its type, as S_IFMT has it. Where the system tells it with the name, ask no further. */
static bool type_of(mode_t *out, const char *path, const struct dirent *entry)
{
    struct stat file;

#ifdef DTTOIF
    if (entry->d_type != DT_UNKNOWN) {
        *out = (mode_t)DTTOIF(entry->d_type);
        return true;
    }
#endif
    if (lstat(path, &file) != 0)
        return false;
    *out = file.st_mode;
    return true;
}

static void meet(finder *f, kt_sv above, const struct dirent *entry)
{
    kt_sv capture = kt_pool_path(f->inputs->pool, above, kt_str(entry->d_name));
    kt_sv path = capture.ptr ? kt_pool_path(f->inputs->pool, f->root, capture) : (kt_sv){NULL, 0};
    mode_t mode;

    if (!path.ptr) {
        f->no_memory = true;
    } else if (!type_of(&mode, path.ptr, entry)) {
        unreadable(f, path.ptr);
    } else if (S_ISDIR(mode)) {
        add(f, path, KT_SOURCE_FOLDER, capture);
        push(f, capture);
    } else {
        bool fine = S_ISREG(mode) || (S_ISLNK(mode) && is_readable_link(f, path.ptr));
        add(f, path, fine ? 0 : KT_SOURCE_UNREADABLE, capture);
    }
}

static void read_folder(finder *f, kt_sv capture)
{
    kt_sv path = kt_pool_path(f->inputs->pool, f->root, capture);
    DIR *dir = path.ptr ? opendir(path.ptr) : NULL;
    const struct dirent *entry;

    if (!dir) {
        if (path.ptr)
            unreadable(f, path.ptr);
        f->no_memory |= !path.ptr;
        return;
    }
    for (errno = 0; !f->no_memory && (entry = readdir(dir)) != NULL; errno = 0)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            meet(f, capture, entry);
    if (errno != 0)
        unreadable(f, path.ptr);
    closedir(dir);
}

bool kt_capture_find(kt_inputs *inputs, const char *root, kt_console *console)
{
    finder f;

    memset(&f, 0, sizeof f);
    f.inputs = inputs;
    f.console = console;
    f.root = kt_str(root);
    while (f.root.len > 1 && root[f.root.len - 1] == '/')
        f.root.len--;
    if (!realpath(root, f.real_root)) {
        unreadable(&f, root);
        return false;
    }
    push(&f, (kt_sv){"", 0});
    while (f.count > 0 && !f.no_memory)
        read_folder(&f, f.folders[--f.count]);
    free(f.folders);
    if (f.no_memory)
        kt_console_complain(console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
    return !f.failed && !f.no_memory;
}
