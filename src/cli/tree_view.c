/* The tree as text: rows of three columns (what, how big, why), built first and aligned then.
 *
 *     store, its size, how much is in it
 *     ├─ Destination, size, mode and labels
 *     │  ├─ folder/
 *     │  │  ├─ file, size, why it is here
 *     │  │  │    part of it, size, why
 */
#include "cli/tree_view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/pool.h"

#define GAP 2
#define SIZE_COLUMN 10
#define LEAST_WHY 24 /* columns that long names leave to the reasons; what does not fit gets its own line */
#define WIDEST_LEFT 72

typedef enum row_kind { ROW_STORE, ROW_DESTINATION, ROW_FOLDER, ROW_FILE, ROW_PART, ROW_NOTE } row_kind;

typedef struct row {
    row_kind kind;
    unsigned level; /* 0: store */
    kt_sv name;
    bool has_size;
    uint64_t size;
    kt_sv why;
    bool open[4]; /* open[l]: more rows of level l follow; filled backwards */
} row;

typedef struct view {
    kt_pool *pool;
    row *rows;
    size_t count;
    size_t capacity;
    bool failed;
    const kt_tree_view_options *options;
} view;

/* ---- Rows ---- */

static kt_sv text(view *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

static kt_sv text(view *v, const char *format, ...)
{
    va_list args, again;
    kt_sv out = {NULL, 0};
    char *bytes;
    int length;

    va_start(args, format);
    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    bytes = length < 0 ? NULL : kt_pool_alloc(v->pool, (size_t)length + 1);
    if (bytes) {
        vsnprintf(bytes, (size_t)length + 1, format, again);
        out = (kt_sv){bytes, (size_t)length};
    }
    va_end(again);
    v->failed |= !bytes;
    return out;
}

#define SV(view) (int)(view).len, (view).ptr ? (view).ptr : ""

static row *add(view *v, row_kind kind, unsigned level, kt_sv name)
{
    static row lost;
    row *rows = kt_grow(v->rows, v->count, &v->capacity, sizeof *rows);

    if (!rows) {
        v->failed = true;
        return &lost;
    }
    v->rows = rows;
    rows[v->count] = (row){kind, level, name, false, 0, {NULL, 0}, {false, false, false, false}};
    return &rows[v->count++];
}

static void add_sized(view *v, row_kind kind, unsigned level, kt_sv name, uint64_t size, kt_sv why)
{
    row *r = add(v, kind, level, name);

    r->has_size = true;
    r->size = size;
    r->why = why;
}

/* ---- Why ---- */

/* A kt_write_fn: append to a text of the view. */
typedef struct clause {
    view *v;
    kt_sv text;
} clause;

static bool append(void *ctx, const char *bytes, size_t size)
{
    clause *c = ctx;

    c->text = text(c->v, "%.*s%.*s", SV(c->text), (int)size, bytes);
    return true;
}

static kt_sv what(view *v, const kt_work *work)
{
    clause c = {v, {NULL, 0}};

    kt_why_work(work, append, &c);
    return c.text;
}

static kt_sv why_maker(view *v, const kt_maker *maker, const kt_destination *destination)
{
    clause c = {v, {NULL, 0}};

    kt_why_maker(maker, destination, append, &c);
    return c.text;
}

static kt_sv why_file(view *v, const kt_file *file)
{
    clause c = {v, {NULL, 0}};

    kt_why_file(file, append, &c);
    return c.text;
}

/* Which rule gave a file its path: SPEC L-3 to L-7, L-10. */
static const char *rule_text(const kt_file *file)
{
    bool nested = file->destination->mode == KT_MODE_NESTED;

    switch (file->rule) {
    case KT_RULE_CANARY:
        return nested ? "a canary, in nested mode below dependencies/ and resources/"
                      : "a canary, in this mode at the root of the Destination";
    case KT_RULE_STATE_FILE:
        return "a state file: .kratix/NAMESPACE-PLACEMENT.yaml";
    case KT_RULE_AGGREGATE:
        return "one file for all that the Destination gets";
    default:
        break;
    }
    if (!nested)
        return "mode none: the path that the workload has";
    return file->maker_count > 0 && file->makers[0].work && file->makers[0].work->type == KT_WORK_RESOURCE
               ? "nested mode: resources/NAMESPACE/PROMISE/REQUEST/PIPELINE/GROUP/file"
               : "nested mode: dependencies/PROMISE/[PIPELINE/]GROUP/file";
}

/* ---- Files ---- */

static size_t part_count(const kt_file *file)
{
    size_t count = 0;

    for (size_t i = 0; i < file->maker_count; i++)
        count += kt_file_part_begins(file, i);
    return count;
}

static void add_origin(view *v, const kt_maker *maker, unsigned level)
{
    if (!v->options->verbose || maker->pos.file.len == 0)
        return;
    add(v, ROW_NOTE, level,
        maker->pos.line > 0 ? text(v, "from %.*s:%u", SV(maker->pos.file), maker->pos.line)
                            : text(v, "from %.*s", SV(maker->pos.file)));
}

static void add_parts(view *v, const kt_file *file, unsigned level)
{
    for (size_t i = 0; i < file->maker_count;) {
        const kt_maker *maker = &file->makers[i];
        uint64_t size = 0;
        size_t first = i;
        do
            size += file->makers[i++].size;
        while (i < file->maker_count && !kt_file_part_begins(file, i));
        if (!file->makers[first].work)
            continue;
        kt_sv name = what(v, maker->work);
        add_sized(v, ROW_PART, level, name, size, why_maker(v, maker, file->destination));
        add_origin(v, maker, level);
    }
}

static void add_file(view *v, const kt_file *file, kt_sv name, unsigned level)
{
    size_t parts = part_count(file);

    add_sized(v, ROW_FILE, level, name, file->size, why_file(v, file));
    if (v->options->verbose)
        add(v, ROW_NOTE, level + 1, kt_str(rule_text(file)));
    if (parts > 1)
        add_parts(v, file, level + 1);
    else if (file->maker_count > 0)
        add_origin(v, &file->makers[0], level + 1);
}

/* ---- Destinations ---- */

typedef struct group {
    const kt_file *const *files; /* sorted by path */
    size_t count;
} group;

/* Bytes of the folders that all files share, with the last '/'. */
static size_t common_folder(const group *g)
{
    size_t common = g->count > 0 ? g->files[0]->path.len : 0, slash = 0;

    for (size_t i = 1; i < g->count; i++) {
        kt_sv a = g->files[0]->path, b = g->files[i]->path;
        size_t at = 0;
        while (at < common && at < b.len && a.ptr[at] == b.ptr[at])
            at++;
        common = at;
    }
    for (size_t i = 0; i < common; i++)
        if (g->files[0]->path.ptr[i] == '/')
            slash = i + 1;
    return slash;
}

/* What a Destination's own path takes of its files' paths: as much as they share, but never `dependencies/`. */
static size_t destination_folder(const group *g, const kt_destination *destination)
{
    size_t shared = common_folder(g), elements = 0, at = 0;
    kt_sv path = destination->path, prefix = destination->store ? destination->store->prefix : (kt_sv){NULL, 0};
    kt_sv texts[2] = {prefix, path};

    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < texts[t].len; i++)
            elements += texts[t].ptr[i] != '/' && (i == 0 || texts[t].ptr[i - 1] == '/')
                        && !(texts[t].ptr[i] == '.' && (i + 1 == texts[t].len || texts[t].ptr[i + 1] == '/'));
    for (size_t i = 0; i < shared && elements > 0; i++)
        if (g->files[0]->path.ptr[i] == '/') {
            at = i + 1;
            elements--;
        }
    return at;
}

/* Length of the first element of `path` behind `from`, with its '/'; 0 when it is a file. */
static size_t first_folder(kt_sv path, size_t from)
{
    const char *slash = memchr(path.ptr + from, '/', path.len - from);

    return slash ? (size_t)(slash - path.ptr) + 1 - from : 0;
}

static kt_sv slice(kt_sv path, size_t from)
{
    return (kt_sv){path.ptr + from, path.len - from};
}

/* Files below one folder follow each other, since paths are sorted. */
static void add_files(view *v, const group *g, size_t from)
{
    for (size_t i = 0; i < g->count;) {
        kt_sv path = g->files[i]->path;
        size_t folder = first_folder(path, from), end = i + 1;
        while (folder > 0 && end < g->count && g->files[end]->path.len > from + folder
               && memcmp(g->files[end]->path.ptr + from, path.ptr + from, folder) == 0)
            end++;
        if (end - i == 1) {
            add_file(v, g->files[i], slice(path, from), 2);
        } else {
            add(v, ROW_FOLDER, 2, (kt_sv){path.ptr + from, folder});
            for (size_t j = i; j < end; j++)
                add_file(v, g->files[j], slice(g->files[j]->path, from + folder), 3);
        }
        i = end;
    }
}

#define MOST_LABELS 8

static kt_sv labels_text(view *v, const kt_destination *destination)
{
    static const char *const modes[] = {"nestedByMetadata", "none", "aggregatedYAML"};
    kt_sv all = kt_str(modes[destination->mode]);

    if (destination->strict_match_labels)
        all = text(v, "%.*s, strict", SV(all));
    for (size_t i = 0; i < destination->label_count && i < MOST_LABELS; i++) {
        const kt_label *label = &destination->labels[i];
        all = text(v, "%.*s%s%.*s=%.*s", SV(all), i == 0 ? " · " : ", ", SV(label->key), SV(label->value));
    }
    if (destination->label_count > MOST_LABELS)
        return text(v, "%.*s and %zu more", SV(all), destination->label_count - MOST_LABELS);
    return destination->label_count > 0 ? all : text(v, "%.*s · no labels", SV(all));
}

static void add_destination(view *v, const kt_destination *destination, const group *g)
{
    size_t from = destination_folder(g, destination);
    kt_sv folder = g->count > 0 ? (kt_sv){g->files[0]->path.ptr, from} : (kt_sv){NULL, 0};
    kt_sv name = destination->name;
    uint64_t size = 0;

    for (size_t i = 0; i < g->count; i++)
        size += g->files[i]->size;
    if (folder.len > 0)
        name = text(v, "%.*s  %.*s", SV(name), SV(folder));
    add_sized(v, ROW_DESTINATION, 1, name, size, labels_text(v, destination));
    if (g->count == 0)
        add(v, ROW_NOTE, 2, kt_str("nothing is written here"));
    add_files(v, g, from);
}

/* ---- State Stores ---- */

/* Files of a store by Destination name, then path. */
static int order_files(const void *a, const void *b)
{
    const kt_file *x = *(const kt_file *const *)a, *y = *(const kt_file *const *)b;
    int order = kt_path_order(x->destination->name, y->destination->name);

    return order != 0 ? order : kt_path_order(x->path, y->path);
}

/* Destinations without files show too, but not those that were not asked for. */
static bool is_shown(const view *v, const kt_store_tree *tree, const kt_destination *destination)
{
    return destination->store == tree->store && v->options->only.len == 0;
}

static void add_store(view *v, const kt_store_tree *tree, const kt_plan *plan)
{
    const kt_file **files = calloc(tree->file_count + 1, sizeof *files);
    char count[64];
    size_t at = 0;

    if (!files) {
        v->failed = true;
        return;
    }
    for (size_t i = 0; i < tree->file_count; i++)
        files[i] = &tree->files[i];
    qsort(files, tree->file_count, sizeof *files, order_files);
    add_sized(v, ROW_STORE, 0,
              text(v, "%s/%.*s", tree->store->kind == KT_STORE_GIT ? "GitStateStore" : "BucketStateStore",
                   SV(tree->store->name)),
              tree->size, text(v, "%s", kt_count_text(count, tree->file_count, "file", "files")));
    for (size_t i = 0; i < plan->destination_count; i++) {
        const kt_destination *destination = &plan->destinations[i];
        group g = {files + at, 0};
        while (at + g.count < tree->file_count && files[at + g.count]->destination == destination)
            g.count++;
        at += g.count;
        if (g.count > 0 || is_shown(v, tree, destination))
            add_destination(v, destination, &g);
    }
    free(files);
}

/* ---- Printing ---- */

/* For each row, at which levels the lines go on below it. */
static void connect(view *v)
{
    bool open[5] = {false};

    for (size_t i = v->count; i > 0; i--) {
        row *r = &v->rows[i - 1];
        bool own = r->kind != ROW_PART && r->kind != ROW_NOTE;
        for (unsigned l = 0; l < 4; l++)
            r->open[l] = open[l];
        if (own && r->level < 4)
            open[r->level] = true;
        for (unsigned l = r->level + 1; own && l < 5; l++)
            open[l] = false;
    }
}

/* "│  ├─ ": three columns for each level but the first. */
static void put_guide(kt_output *out, const row *r, bool color, bool first_line)
{
    bool own = r->kind != ROW_PART && r->kind != ROW_NOTE && first_line;

    if (r->level > 0)
        kt_output_put(out, kt_paint_begin(color, KT_PAINT_DIM));
    for (unsigned l = 1; l < r->level + !own; l++)
        kt_output_put(out, l < 4 && r->open[l] ? "│  " : "   ");
    if (own && r->level > 0)
        kt_output_put(out, r->level < 4 && r->open[r->level] ? "├─ " : "└─ ");
    if (r->level > 0)
        kt_output_put(out, kt_paint_end(color, KT_PAINT_DIM));
}

static size_t left_width(const row *r)
{
    return 3 * (size_t)r->level + kt_safe_width(r->name);
}

static kt_paint name_paint(row_kind kind)
{
    static const kt_paint paints[] = {KT_PAINT_STRONG, KT_PAINT_NAME, KT_PAINT_FOLDER,
                                      KT_PAINT_NONE,   KT_PAINT_NONE, KT_PAINT_DIM};

    return paints[kind];
}

static void put_why(kt_output *out, const row *r, bool color, size_t columns)
{
    kt_paint paint = r->kind == ROW_FILE || r->kind == ROW_PART ? KT_PAINT_GOOD : KT_PAINT_DIM;

    kt_output_put(out, kt_paint_begin(color, paint));
    kt_output_cut(out, r->why, columns);
    kt_output_put(out, kt_paint_end(color, paint));
}

static void put_row(kt_output *out, const row *r, bool color, size_t left, size_t width)
{
    char size[24];
    size_t used = left_width(r), pad = used < left ? left - used : 0, room;

    put_guide(out, r, color, true);
    kt_output_put(out, kt_paint_begin(color, name_paint(r->kind)));
    kt_output_safe(out, r->name);
    kt_output_put(out, kt_paint_end(color, name_paint(r->kind)));
    if (r->has_size)
        kt_output_format(out, "%*s%*s", (int)pad, "", SIZE_COLUMN + GAP, kt_size_text(size, r->size));
    used += pad + SIZE_COLUMN + 2 * GAP;
    room = width == 0 ? SIZE_MAX : width > used ? width - used : 0;
    if (r->why.len > 0 && kt_safe_width(r->why) <= room) {
        kt_output_put(out, "  ");
        put_why(out, r, color, room);
    } else if (r->why.len > 0) {
        kt_output_put(out, "\n");
        put_guide(out, r, color, false);
        kt_output_put(out, "  ");
        put_why(out, r, color, width - 3 * (size_t)r->level - 2);
    }
    kt_output_put(out, "\n");
}

/* Where the second column begins: behind the longest name that leaves room for reasons. */
static size_t align(const view *v)
{
    size_t width = v->options->width, reserved = LEAST_WHY + SIZE_COLUMN + 2 * GAP, left = 0;
    size_t most = width == 0 ? WIDEST_LEFT : width > reserved ? width - reserved : 0;

    for (size_t i = 0; i < v->count; i++) {
        size_t w = v->rows[i].has_size ? left_width(&v->rows[i]) : 0;
        left = w > left && w <= most ? w : left;
    }
    return left;
}

bool kt_tree_view(kt_output *out, const kt_result *result, const kt_tree_view_options *options)
{
    const kt_tree *tree = kt_result_tree(result);
    view v = {kt_pool_new(), NULL, 0, 0, false, options};
    size_t left;

    v.failed = !v.pool;
    for (size_t i = 0; i < tree->store_count && !v.failed; i++)
        if (tree->stores[i].file_count > 0 || options->only.len == 0)
            add_store(&v, &tree->stores[i], kt_result_plan(result));
    connect(&v);
    left = align(&v);
    for (size_t i = 0; i < v.count && !v.failed; i++) {
        if (i > 0 && v.rows[i].kind == ROW_STORE)
            kt_output_put(out, "\n");
        put_row(out, &v.rows[i], options->color, left, options->width);
    }
    free(v.rows);
    kt_pool_free(v.pool);
    return !v.failed;
}
