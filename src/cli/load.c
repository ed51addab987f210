/* Reading the input files: one read each, in the order of their paths. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/inputs.h"

#define MIB ((uint64_t)1 << 20)
#define USUAL_FILE_BYTES (256 * MIB)
#define USUAL_TOTAL_BYTES (2048 * MIB)
#define STEP 65536

typedef struct loader {
    kt_inputs *inputs;
    kt_console *console;
    uint64_t file_bytes;
    uint64_t total_bytes;
    uint64_t total;
    kt_progress progress;
    kt_file_id *ids; /* of the sources that were kept; {0, 0} for what is no regular file */
} loader;

bool kt_inputs_add(kt_inputs *inputs, kt_sv path, unsigned flags, kt_sv capture)
{
    kt_source *sources = kt_grow(inputs->sources, inputs->count, &inputs->capacity, sizeof *sources);

    if (!sources)
        return false;
    inputs->sources = sources;
    sources[inputs->count++] = (kt_source){path, {NULL, 0}, flags, capture};
    inputs->captured += capture.len > 0;
    return true;
}

void kt_inputs_dispose(kt_inputs *inputs)
{
    for (size_t i = 0; inputs->contents && i < inputs->count; i++)
        free(inputs->contents[i]);
    free(inputs->contents);
    free(inputs->sources);
    kt_pool_free(inputs->pool);
    memset(inputs, 0, sizeof *inputs);
}

/* ---- Reading ---- */

static bool too_long(loader *l, const kt_source *source)
{
    kt_console_complain(l->console, KT_COMPLAINT_FILE_LIMIT, source->path.ptr, NULL,
                        "the file has more than %llu bytes", (unsigned long long)l->file_bytes);
    return false;
}

/* Read to the end; `size` is what the file system says, 0 when it does not know. A file that grows meanwhile
 * is taken as long as it was. */
static bool read_all(loader *l, kt_source *source, char **content, int fd, uint64_t size)
{
    size_t capacity = size > 0 ? (size_t)size + 1 : STEP, length = 0;
    char *bytes = malloc(capacity), *grown;
    ssize_t got = 1;

    *content = bytes;
    while (bytes && got != 0 && (size == 0 || length < size)) {
        if (length == capacity) {
            grown = realloc(bytes, capacity * 2);
            if (!grown)
                break;
            *content = bytes = grown;
            capacity *= 2;
        }
        got = read(fd, bytes + length, capacity - length);
        if (got < 0 && errno != EINTR)
            break;
        length += got > 0 ? (size_t)got : 0;
        if (length > l->file_bytes)
            return too_long(l, source);
    }
    if (bytes && (got == 0 || (size > 0 && length >= size))) {
        source->bytes = (kt_sv){bytes, length};
        l->total += length;
        return true;
    }
    kt_console_complain(l->console, KT_COMPLAINT_UNREADABLE, source->path.ptr, NULL, "cannot read: %s",
                        got < 0 ? strerror(errno) : "out of memory");
    return false;
}

static bool load_open(loader *l, kt_source *source, char **content, kt_file_id *id, int fd)
{
    struct stat file;

    if (fstat(fd, &file) != 0 || S_ISDIR(file.st_mode)) {
        kt_console_complain(l->console, KT_COMPLAINT_UNREADABLE, source->path.ptr, NULL, "cannot read: %s",
                            S_ISDIR(file.st_mode) ? "it is a folder" : strerror(errno));
        return false;
    }
    if (S_ISREG(file.st_mode)) {
        *id = (kt_file_id){file.st_dev, file.st_ino};
        if ((uint64_t)file.st_size > l->file_bytes)
            return too_long(l, source);
        if ((uint64_t)file.st_size > l->total_bytes - l->total) {
            kt_console_complain(l->console, KT_COMPLAINT_TOTAL_LIMIT, source->path.ptr, NULL,
                                "with this file there are more than %llu bytes of manifests",
                                (unsigned long long)l->total_bytes);
            return false;
        }
    }
    return read_all(l, source, content, fd, S_ISREG(file.st_mode) ? (uint64_t)file.st_size : 0);
}

static bool load(loader *l, kt_source *source, char **content, kt_file_id *id)
{
    bool is_stdin = strcmp(source->path.ptr, "<stdin>") == 0 && (source->flags & KT_SOURCE_NAMED);
    int fd = is_stdin ? 0 : open(source->path.ptr, O_RDONLY | O_CLOEXEC);
    bool fine;

    if (fd < 0) {
        kt_console_complain(l->console, KT_COMPLAINT_UNREADABLE, source->path.ptr, NULL, "cannot read: %s",
                            strerror(errno));
        return false;
    }
    fine = load_open(l, source, content, id, fd);
    if (!is_stdin)
        close(fd);
    return fine;
}

/* ---- One file, two paths ---- */

typedef struct place {
    kt_file_id id;
    size_t source;
} place;

static int order_places(const void *a, const void *b)
{
    const place *x = a, *y = b;

    if (x->id.device != y->id.device)
        return x->id.device < y->id.device ? -1 : 1;
    if (x->id.inode != y->id.inode)
        return x->id.inode < y->id.inode ? -1 : 1;
    return x->source < y->source ? -1 : x->source > y->source;
}

static bool same_file(const place *a, const place *b)
{
    return a->id.device == b->id.device && a->id.inode == b->id.inode && (a->id.device || a->id.inode);
}

/* Of the paths of one file the first in byte order stays; sources[i].path.ptr becomes NULL for the others. */
static void mark_twins(loader *l, const place *places, size_t count)
{
    kt_source *sources = l->inputs->sources;

    for (size_t i = 1, first = 0; i < count; i++) {
        kt_source *kept = &sources[places[first].source], *twin = &sources[places[i].source];
        if (!same_file(&places[first], &places[i])) {
            first = i;
            continue;
        }
        kt_console_complain(l->console, KT_COMPLAINT_TWICE, twin->path.ptr, NULL, "the same file as '%s', read once",
                            kept->path.ptr);
        kept->flags |= twin->flags;
        twin->path.ptr = NULL;
    }
}

static void drop_twins(kt_inputs *inputs)
{
    size_t kept = 0;

    for (size_t i = 0; i < inputs->count; i++) {
        char *content = inputs->contents[i];
        if (!inputs->sources[i].path.ptr) {
            free(content);
            continue;
        }
        inputs->sources[kept] = inputs->sources[i];
        inputs->contents[kept++] = content;
    }
    inputs->count = kept;
}

/* Captured output may well hold hard links and links to one file: each path counts there. */
static bool read_once(loader *l)
{
    kt_inputs *inputs = l->inputs;
    place *places = calloc(inputs->count > 0 ? inputs->count : 1, sizeof *places);
    size_t count = 0;

    if (!places)
        return false;
    for (size_t i = 0; i < inputs->count; i++)
        if (inputs->sources[i].capture.len == 0)
            places[count++] = (place){l->ids[i], i};
    qsort(places, count, sizeof *places, order_places);
    mark_twins(l, places, count);
    drop_twins(inputs);
    free(places);
    return true;
}

/* ---- All ---- */

static int order_sources(const void *a, const void *b)
{
    return kt_path_order(((const kt_source *)a)->path, ((const kt_source *)b)->path);
}

static bool load_all(loader *l)
{
    kt_inputs *inputs = l->inputs;
    bool fine = true;

    for (size_t i = 0; i < inputs->count; i++) {
        if (!(inputs->sources[i].flags & (KT_SOURCE_FOLDER | KT_SOURCE_UNREADABLE)))
            fine &= load(l, &inputs->sources[i], &inputs->contents[i], &l->ids[i]);
        kt_progress_tick(&l->progress, "reading", i, inputs->count);
    }
    kt_progress_end(&l->progress);
    return fine;
}

bool kt_inputs_load(kt_inputs *inputs, const kt_settings *settings, kt_console *console)
{
    loader l = {inputs, console, settings->limits.file_bytes, settings->limits.total_bytes, 0,
                {false, false, 0}, NULL};
    bool fine;

    kt_progress_init(&l.progress, console->progress && !console->quiet);
    l.file_bytes = l.file_bytes ? l.file_bytes : USUAL_FILE_BYTES;
    l.total_bytes = l.total_bytes ? l.total_bytes : USUAL_TOTAL_BYTES;
    qsort(inputs->sources, inputs->count, sizeof *inputs->sources, order_sources);
    inputs->contents = calloc(inputs->count + 1, sizeof *inputs->contents);
    l.ids = calloc(inputs->count + 1, sizeof *l.ids);
    fine = inputs->contents && l.ids && load_all(&l);
    if (fine)
        fine = read_once(&l);
    if (!fine && console->errors == 0)
        kt_console_complain(console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
    free(l.ids);
    return fine;
}
