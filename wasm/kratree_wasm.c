/* The core as a WebAssembly module: marshalling, nothing else (wasm/README.md shows a whole call).
 *
 * The host writes text into blocks of kratree_alloc() and hands them over; it reads what a call made
 * between kratree_output() and + kratree_output_size(). JavaScript sees a kt_status as a number. */
#include "kratree.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name)))

/* Flags of kratree_add() besides those of kt_source. */
#define SOURCE_LOCK (1u << 16) /* the kratree.lock */
#define SOURCE_HAVE (1u << 17) /* what the place holds that the lock tells of */

typedef struct list {
    kt_source *items;
    size_t count;
    size_t room;
} list;

/* One run: sources and options in, a result, and the output of the last call that made some. */
typedef struct session {
    list sources;
    list held; /* by path once it is used */
    kt_source lock;
    kt_have have;
    kt_render_options options;
    kt_result *result;
    kt_differences *differences; /* of two other sessions */
    kt_line_options lines;
    kt_zip_limits zip_limits;
    kt_archive *archive; /* of the first source */
    kt_sv view; /* the output: `output`, or borrowed from the result */
    char *output;
    size_t output_size;
    size_t output_room;
} session;

static kt_sv view(const char *text, size_t size)
{
    kt_sv out = {text, size};

    return out;
}

/* Text that the host handed over. */
static void free_text(kt_sv text)
{
    free((void *)(uintptr_t)text.ptr);
}

static bool is(kt_sv text, const char *word)
{
    return text.len == strlen(word) && (text.len == 0 || memcmp(text.ptr, word, text.len) == 0);
}

/* A kt_write_fn. */
static bool append(void *ctx, const char *bytes, size_t size)
{
    session *s = ctx;

    if (size > s->output_room - s->output_size) {
        size_t room = s->output_room ? s->output_room : 4096;
        char *grown;

        while (room - s->output_size < size) {
            if (room > SIZE_MAX / 2)
                return false;
            room *= 2;
        }
        grown = realloc(s->output, room);
        if (!grown)
            return false;
        s->output = grown;
        s->output_room = room;
    }
    if (size > 0)
        memcpy(s->output + s->output_size, bytes, size);
    s->output_size += size;
    return true;
}

/* ---- Options: a name and a text, as on the command line ------------------------------------- */

static bool set_flag(bool *out, kt_sv value)
{
    *out = is(value, "true");
    return *out || is(value, "false");
}

static bool set_number(uint64_t *out, kt_sv value)
{
    uint64_t number = 0;

    for (size_t i = 0; i < value.len; i++) {
        unsigned digit = (unsigned)(value.ptr[i] - '0');

        if (digit > 9 || number > (UINT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *out = number;
    return value.len > 0;
}

static bool set_version(kt_render_options *options, kt_sv value)
{
    return kt_profile_from_name(&options->profile, value);
}

static bool set_keep_going(kt_render_options *options, kt_sv value)
{
    return set_flag(&options->keep_going, value);
}

static bool set_strict(kt_render_options *options, kt_sv value)
{
    return set_flag(&options->strict, value);
}

static bool set_validate(kt_render_options *options, kt_sv value)
{
    return set_flag(&options->validate, value);
}

/* Keeps the block of `value`. */
static bool set_text(kt_sv *out, kt_sv value)
{
    free_text(*out);
    *out = value;
    return true;
}

static bool set_store(kt_render_options *options, kt_sv value)
{
    return set_text(&options->store, value);
}

static bool set_destination(kt_render_options *options, kt_sv value)
{
    return set_text(&options->destination, value);
}

static const struct {
    const char *name;
    bool (*set)(kt_render_options *options, kt_sv value);
} option_table[] = {
    {"kratix-version", set_version}, {"keep-going", set_keep_going}, {"strict", set_strict},
    {"validate", set_validate},      {"store", set_store},           {"destination", set_destination},
};

static const struct {
    const char *name;
    size_t offset; /* of a uint64_t in kt_limits */
} limit_table[] = {
    {"max-file-bytes", offsetof(kt_limits, file_bytes)}, {"max-total-bytes", offsetof(kt_limits, total_bytes)},
    {"max-depth", offsetof(kt_limits, depth)},           {"max-documents", offsetof(kt_limits, documents)},
    {"max-values", offsetof(kt_limits, values)},         {"max-output-bytes", offsetof(kt_limits, output_bytes)},
    {"max-pattern-steps", offsetof(kt_limits, pattern_steps)},
    {"max-pattern-depth", offsetof(kt_limits, pattern_depth)},
    {"max-checks", offsetof(kt_limits, checks)},
};

static const struct {
    const char *name;
    size_t offset; /* of a uint64_t in kt_zip_limits */
} zip_limit_table[] = {
    {"max-zip-entries", offsetof(kt_zip_limits, entries)},
    {"max-zip-bytes", offsetof(kt_zip_limits, bytes)},
    {"max-zip-ratio", offsetof(kt_zip_limits, ratio)},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

_Static_assert(COUNT(limit_table) * sizeof(uint64_t) == sizeof(kt_limits), "every limit is an option");

static bool set_option(session *s, kt_sv name, kt_sv value)
{
    for (size_t i = 0; i < COUNT(option_table); i++)
        if (is(name, option_table[i].name))
            return option_table[i].set(&s->options, value);
    for (size_t i = 0; i < COUNT(limit_table); i++)
        if (is(name, limit_table[i].name))
            return set_number((uint64_t *)(void *)((char *)&s->options.limits + limit_table[i].offset), value);
    for (size_t i = 0; i < COUNT(zip_limit_table); i++)
        if (is(name, zip_limit_table[i].name))
            return set_number((uint64_t *)(void *)((char *)&s->zip_limits + zip_limit_table[i].offset), value);
    return is(name, "max-diff-lines") && set_number(&s->lines.max_lines, value);
}

/* ---- What a place holds ---------------------------------------------------------------------- */

static int compare_paths(const void *left, const void *right)
{
    kt_sv a = ((const kt_source *)left)->path, b = ((const kt_source *)right)->path;
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static bool is_below(kt_sv path, kt_sv folder)
{
    return folder.len == 0
           || (path.len >= folder.len && memcmp(path.ptr, folder.ptr, folder.len) == 0
               && (path.len == folder.len || path.ptr[folder.len] == '/'));
}

static bool list_held(void *ctx, kt_sv folder, bool (*each)(void *each_ctx, kt_sv path, bool is_file), void *each_ctx)
{
    const list *held = ctx;

    for (size_t i = 0; i < held->count; i++)
        if (is_below(held->items[i].path, folder) && !each(each_ctx, held->items[i].path, true))
            return false;
    return true;
}

static bool read_held(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx)
{
    const list *held = ctx;
    kt_source wanted = {path, {NULL, 0}, 0, {NULL, 0}};
    const kt_source *found = bsearch(&wanted, held->items, held->count, sizeof wanted, compare_paths);

    if (found)
        write(write_ctx, found->bytes.ptr, found->bytes.len);
    return found != NULL;
}

static const kt_have *have_of(session *s)
{
    if (s->archive) {
        kt_archive_have(&s->have, s->archive);
        return &s->have;
    }
    if (s->held.count == 0)
        return NULL;
    qsort(s->held.items, s->held.count, sizeof *s->held.items, compare_paths);
    s->have = (kt_have){list_held, read_held, &s->held, NULL};
    return &s->have;
}

/* ---- Sources --------------------------------------------------------------------------------- */

static bool add_source(list *sources, kt_source source)
{
    if (sources->count == sources->room) {
        size_t room = sources->room ? sources->room * 2 : 16;
        kt_source *grown = room > SIZE_MAX / sizeof *grown ? NULL : realloc(sources->items, room * sizeof *grown);

        if (!grown)
            return false;
        sources->items = grown;
        sources->room = room;
    }
    sources->items[sources->count++] = source;
    return true;
}

static void free_source(const kt_source *source)
{
    free_text(source->path);
    free_text(source->capture);
    free_text(source->bytes);
}

static void free_list(list *sources)
{
    for (size_t i = 0; i < sources->count; i++)
        free_source(&sources->items[i]);
    free(sources->items);
}

/* What was made from the sources. */
static void drop_result(session *s)
{
    kt_differences_free(s->differences);
    s->differences = NULL;
    kt_result_free(s->result);
    s->result = NULL;
}

/* ---- Exports -------------------------------------------------------------------------------- */

EXPORT(kratree_version) const char *kratree_version(void);
EXPORT(kratree_alloc) void *kratree_alloc(size_t size);
EXPORT(kratree_resize) void *kratree_resize(void *block, size_t size);
EXPORT(kratree_new) session *kratree_new(void);
EXPORT(kratree_free) void kratree_free(session *s);
EXPORT(kratree_add) kt_status kratree_add(session *s, char *path, size_t path_size, char *capture, size_t capture_size,
                                         char *bytes, size_t size, unsigned flags);
EXPORT(kratree_option) kt_status kratree_option(session *s, char *name, size_t name_size, char *value,
                                               size_t value_size);
EXPORT(kratree_render) kt_status kratree_render(session *s);
EXPORT(kratree_left_out) size_t kratree_left_out(const session *s);
EXPORT(kratree_diagnostics) kt_status kratree_diagnostics(session *s, size_t first, size_t count);
EXPORT(kratree_report) kt_status kratree_report(session *s);
EXPORT(kratree_outline) kt_status kratree_outline(session *s);
EXPORT(kratree_zip) kt_status kratree_zip(session *s, int level);
EXPORT(kratree_file) kt_status kratree_file(session *s, size_t store, size_t file);
EXPORT(kratree_lock) kt_status kratree_lock(session *s);
EXPORT(kratree_compare) kt_status kratree_compare(session *s, const session *now, session *base, bool ours);
EXPORT(kratree_differences) kt_status kratree_differences(session *s);
EXPORT(kratree_difference_lines) kt_status kratree_difference_lines(session *s, size_t index, size_t context);
EXPORT(kratree_unified) kt_status kratree_unified(session *s, size_t index, size_t context);
EXPORT(kratree_unzip) kt_status kratree_unzip(session *s);
EXPORT(kratree_archive_file) kt_status kratree_archive_file(session *s, size_t index);
EXPORT(kratree_archive_paths) kt_status kratree_archive_paths(session *s);
EXPORT(kratree_output) const char *kratree_output(const session *s);
EXPORT(kratree_output_size) size_t kratree_output_size(const session *s);

const char *kratree_version(void)
{
    return kt_version();
}

void *kratree_alloc(size_t size)
{
    return malloc(size ? size : 1);
}

void *kratree_resize(void *block, size_t size)
{
    return realloc(block, size ? size : 1);
}

session *kratree_new(void)
{
    static const kt_render_options defaults = KT_RENDER_OPTIONS_INIT;
    static const kt_line_options line_defaults = KT_LINE_OPTIONS_INIT;
    session *s = calloc(1, sizeof *s);

    if (s) {
        s->options = defaults;
        s->lines = line_defaults;
    }
    return s;
}

void kratree_free(session *s)
{
    if (!s)
        return;
    drop_result(s);
    kt_archive_free(s->archive);
    free_list(&s->sources);
    free_list(&s->held);
    free_source(&s->lock);
    free_text(s->options.store);
    free_text(s->options.destination);
    free(s->output);
    free(s);
}

kt_status kratree_add(session *s, char *path, size_t path_size, char *capture, size_t capture_size, char *bytes,
                      size_t size, unsigned flags)
{
    kt_source source = {{path, path_size}, {bytes, size}, flags & (SOURCE_LOCK - 1), {capture, capture_size}};

    if (flags & SOURCE_LOCK) {
        free_source(&s->lock);
        s->lock = source;
        s->options.lock = &s->lock;
        return KT_OK;
    }
    return add_source(flags & SOURCE_HAVE ? &s->held : &s->sources, source) ? KT_OK : KT_ERR_NOMEM;
}

kt_status kratree_option(session *s, char *name, size_t name_size, char *value, size_t value_size)
{
    bool known;

    drop_result(s); /* it points into the options */
    known = set_option(s, view(name, name_size), view(value, value_size));
    free(name);
    if (s->options.store.ptr != value && s->options.destination.ptr != value)
        free(value);
    return known ? KT_OK : KT_ERR_ARGUMENT;
}

kt_status kratree_render(session *s)
{
    drop_result(s);
    s->options.have = have_of(s);
    return kt_render(&s->result, s->sources.items, s->sources.count, &s->options);
}

size_t kratree_left_out(const session *s)
{
    return s->result ? kt_result_left_out(s->result) : 0;
}

/* Empty the output. False: there is no result that it could be made from. */
static bool begin(session *s)
{
    s->output_size = 0;
    s->view = view(NULL, 0);
    return s->result != NULL;
}

/* What was appended is the output. The only way in which append() fails is for want of memory. */
static kt_status written(session *s, kt_status status)
{
    s->view = view(s->output, s->output_size);
    return status == KT_ERR_WRITE ? KT_ERR_NOMEM : status;
}

kt_status kratree_diagnostics(session *s, size_t first, size_t count)
{
    kt_status status = KT_OK;
    const kt_diag *diags;
    size_t all;

    if (!begin(s))
        return KT_ERR_ARGUMENT;
    diags = kt_result_diags(s->result, &all);
    for (size_t i = first; i < all && i - first < count && status == KT_OK; i++)
        status = kt_diag_print(&diags[i], append, s) ? KT_OK : KT_ERR_NOMEM;
    return written(s, status);
}

kt_status kratree_report(session *s)
{
    return begin(s) ? written(s, kt_report_json(s->result, append, s)) : KT_ERR_ARGUMENT;
}

kt_status kratree_outline(session *s)
{
    return begin(s) ? written(s, kt_outline_json(s->result, append, s)) : KT_ERR_ARGUMENT;
}

kt_status kratree_zip(session *s, int level)
{
    return begin(s) ? written(s, kt_zip_write(s->result, level, append, s)) : KT_ERR_ARGUMENT;
}

kt_status kratree_lock(session *s)
{
    return begin(s) ? written(s, kt_lock_write(s->result, append, s)) : KT_ERR_ARGUMENT;
}

/* Content of one part is shown where it is. */
static kt_status show(session *s, const kt_sv *parts, size_t count)
{
    kt_status status = KT_OK;

    if (count == 1) {
        s->view = parts[0];
        return KT_OK;
    }
    for (size_t i = 0; i < count && status == KT_OK; i++)
        status = append(s, parts[i].ptr, parts[i].len) ? KT_OK : KT_ERR_NOMEM;
    return written(s, status);
}

kt_status kratree_file(session *s, size_t store, size_t file)
{
    const kt_tree *tree;

    if (!begin(s))
        return KT_ERR_ARGUMENT;
    tree = kt_result_tree(s->result);
    if (store >= tree->store_count || file >= tree->stores[store].file_count)
        return KT_ERR_ARGUMENT;
    return show(s, tree->stores[store].files[file].parts, tree->stores[store].files[file].part_count);
}

/* ---- Comparing ------------------------------------------------------------------------------- */

/* From `base` to the result of `now`, which both live on: from its result if it has one, else from the files that it
 * was given as SOURCE_HAVE. */
kt_status kratree_compare(session *s, const session *now, session *base, bool ours)
{
    kt_difference_options options = KT_DIFFERENCE_OPTIONS_INIT;
    kt_have empty = {list_held, read_held, &base->held, NULL};
    const kt_have *have = have_of(base);

    kt_differences_free(s->differences);
    s->differences = NULL;
    options.ours = ours;
    if (base->result)
        return kt_differences_between(&s->differences, now->result, base->result, &options);
    return kt_differences_from(&s->differences, now->result, have ? have : &empty, &options);
}

/* As begin(), for what is made from differences. */
static bool begin_differences(session *s)
{
    begin(s);
    return s->differences != NULL;
}

kt_status kratree_differences(session *s)
{
    if (!begin_differences(s))
        return KT_ERR_ARGUMENT;
    return written(s, kt_differences_json(s->differences, NULL, append, s));
}

kt_status kratree_difference_lines(session *s, size_t index, size_t context)
{
    kt_line_diff *diff;
    kt_status status;

    if (!begin_differences(s))
        return KT_ERR_ARGUMENT;
    s->lines.context = context;
    status = kt_difference_lines(&diff, s->differences, index, &s->lines);
    if (status == KT_OK)
        status = written(s, kt_line_diff_json(diff, append, s));
    kt_line_diff_free(diff);
    return status;
}

kt_status kratree_unified(session *s, size_t index, size_t context)
{
    if (!begin_differences(s))
        return KT_ERR_ARGUMENT;
    s->lines.context = context;
    return written(s, kt_differences_unified(s->differences, index, &s->lines, append, s));
}

/* ---- Reading a zip --------------------------------------------------------------------------- */

/* What the first source, a zip, holds; the output is its problem as text, empty without one. The files are what a
 * comparison takes for SOURCE_HAVE. */
kt_status kratree_unzip(session *s)
{
    kt_status status, written_status;

    begin(s);
    kt_archive_free(s->archive);
    s->archive = NULL;
    if (s->sources.count != 1)
        return KT_ERR_ARGUMENT;
    status = kt_unzip(&s->archive, s->sources.items[0].path, s->sources.items[0].bytes, &s->zip_limits, NULL);
    if (s->archive && s->archive->problem && !kt_diag_print(s->archive->problem, append, s))
        status = KT_ERR_NOMEM;
    written_status = written(s, KT_OK);
    return status != KT_OK ? status : written_status;
}

/* Size and path of each file: "12 a/b.yaml" and a NUL. */
kt_status kratree_archive_paths(session *s)
{
    bool fine = true;

    begin(s);
    for (size_t i = 0; s->archive && i < s->archive->count && fine; i++) {
        const kt_archive_file *file = &s->archive->files[i];
        char digits[24];
        size_t at = sizeof digits, size = file->bytes.len;

        digits[--at] = ' ';
        do {
            digits[--at] = (char)('0' + size % 10);
            size /= 10;
        } while (size > 0);
        fine = append(s, digits + at, sizeof digits - at) && append(s, file->path.ptr, file->path.len)
               && append(s, "", 1);
    }
    return written(s, fine ? KT_OK : KT_ERR_NOMEM);
}

kt_status kratree_archive_file(session *s, size_t index)
{
    begin(s);
    if (!s->archive || index >= s->archive->count)
        return KT_ERR_ARGUMENT;
    s->view = s->archive->files[index].bytes;
    return KT_OK;
}

const char *kratree_output(const session *s)
{
    return s->view.ptr;
}

size_t kratree_output_size(const session *s)
{
    return s->view.len;
}
