/* The core as a WebAssembly module: marshalling, nothing else (wasm/README.md shows a whole call).
 *
 * The host writes text into blocks of kratree_alloc() and hands them over; it reads what a call made
 * between kratree_output() and + kratree_output_size(). JavaScript sees a kt_status as a number. */
#include "kratree.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name)))

/* One run: sources and options in, a result, and the output of the last call that made some. */
typedef struct session {
    kt_source *sources;
    size_t source_count;
    size_t source_room;
    kt_render_options options;
    kt_result *result;
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

/* The only way in which append() fails is for want of memory. */
static kt_status written(kt_status status)
{
    return status == KT_ERR_WRITE ? KT_ERR_NOMEM : status;
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
    {"kratix-version", set_version}, {"keep-going", set_keep_going},   {"strict", set_strict},
    {"store", set_store},            {"destination", set_destination},
};

static const struct {
    const char *name;
    size_t offset; /* of a uint64_t in kt_limits */
} limit_table[] = {
    {"max-file-bytes", offsetof(kt_limits, file_bytes)}, {"max-total-bytes", offsetof(kt_limits, total_bytes)},
    {"max-depth", offsetof(kt_limits, depth)},           {"max-documents", offsetof(kt_limits, documents)},
    {"max-values", offsetof(kt_limits, values)},         {"max-output-bytes", offsetof(kt_limits, output_bytes)},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static bool set_option(kt_render_options *options, kt_sv name, kt_sv value)
{
    for (size_t i = 0; i < COUNT(option_table); i++)
        if (is(name, option_table[i].name))
            return option_table[i].set(options, value);
    for (size_t i = 0; i < COUNT(limit_table); i++)
        if (is(name, limit_table[i].name))
            return set_number((uint64_t *)(void *)((char *)&options->limits + limit_table[i].offset), value);
    return false;
}

/* ---- Exports -------------------------------------------------------------------------------- */

EXPORT(kratree_version) const char *kratree_version(void);
EXPORT(kratree_alloc) void *kratree_alloc(size_t size);
EXPORT(kratree_new) session *kratree_new(void);
EXPORT(kratree_free) void kratree_free(session *s);
EXPORT(kratree_add) kt_status kratree_add(session *s, char *path, size_t path_size, char *capture, size_t capture_size,
                                         char *bytes, size_t size, unsigned flags);
EXPORT(kratree_option) kt_status kratree_option(session *s, char *name, size_t name_size, char *value,
                                               size_t value_size);
EXPORT(kratree_render) kt_status kratree_render(session *s);
EXPORT(kratree_left_out) size_t kratree_left_out(const session *s);
EXPORT(kratree_diagnostics) kt_status kratree_diagnostics(session *s);
EXPORT(kratree_report) kt_status kratree_report(session *s);
EXPORT(kratree_zip) kt_status kratree_zip(session *s, int level);
EXPORT(kratree_file) kt_status kratree_file(session *s, size_t store, size_t file);
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

session *kratree_new(void)
{
    static const kt_render_options defaults = KT_RENDER_OPTIONS_INIT;
    session *s = calloc(1, sizeof *s);

    if (s)
        s->options = defaults;
    return s;
}

void kratree_free(session *s)
{
    if (!s)
        return;
    kt_result_free(s->result);
    for (size_t i = 0; i < s->source_count; i++) {
        free_text(s->sources[i].path);
        free_text(s->sources[i].capture);
        free_text(s->sources[i].bytes);
    }
    free_text(s->options.store);
    free_text(s->options.destination);
    free(s->sources);
    free(s->output);
    free(s);
}

kt_status kratree_add(session *s, char *path, size_t path_size, char *capture, size_t capture_size, char *bytes,
                      size_t size, unsigned flags)
{
    kt_source source = {{path, path_size}, {bytes, size}, flags, {capture, capture_size}};

    if (s->source_count == s->source_room) {
        size_t room = s->source_room ? s->source_room * 2 : 16;
        kt_source *grown = room > SIZE_MAX / sizeof *grown ? NULL : realloc(s->sources, room * sizeof *grown);

        if (!grown)
            return KT_ERR_NOMEM;
        s->sources = grown;
        s->source_room = room;
    }
    s->sources[s->source_count++] = source;
    return KT_OK;
}

kt_status kratree_option(session *s, char *name, size_t name_size, char *value, size_t value_size)
{
    bool known;

    kt_result_free(s->result); /* it points into the options */
    s->result = NULL;
    known = set_option(&s->options, view(name, name_size), view(value, value_size));
    free(name);
    if (s->options.store.ptr != value && s->options.destination.ptr != value)
        free(value);
    return known ? KT_OK : KT_ERR_ARGUMENT;
}

kt_status kratree_render(session *s)
{
    kt_result_free(s->result);
    s->result = NULL;
    return kt_render(&s->result, s->sources, s->source_count, &s->options);
}

size_t kratree_left_out(const session *s)
{
    return s->result ? kt_result_left_out(s->result) : 0;
}

/* Empty the output. False: there is no result that it could be made from. */
static bool begin(session *s)
{
    s->output_size = 0;
    return s->result != NULL;
}

kt_status kratree_diagnostics(session *s)
{
    size_t count;
    const kt_diag *diags;

    if (!begin(s))
        return KT_ERR_ARGUMENT;
    diags = kt_result_diags(s->result, &count);
    for (size_t i = 0; i < count; i++)
        if (!kt_diag_print(&diags[i], append, s))
            return KT_ERR_NOMEM;
    return KT_OK;
}

kt_status kratree_report(session *s)
{
    return begin(s) ? written(kt_report_json(s->result, append, s)) : KT_ERR_ARGUMENT;
}

kt_status kratree_zip(session *s, int level)
{
    return begin(s) ? written(kt_zip_write(s->result, level, append, s)) : KT_ERR_ARGUMENT;
}

kt_status kratree_file(session *s, size_t store, size_t file)
{
    const kt_tree *tree;
    const kt_file *found;

    if (!begin(s))
        return KT_ERR_ARGUMENT;
    tree = kt_result_tree(s->result);
    if (store >= tree->store_count || file >= tree->stores[store].file_count)
        return KT_ERR_ARGUMENT;
    found = &tree->stores[store].files[file];
    for (size_t i = 0; i < found->part_count; i++)
        if (!append(s, found->parts[i].ptr, found->parts[i].len))
            return KT_ERR_NOMEM;
    return KT_OK;
}

const char *kratree_output(const session *s)
{
    return s->output;
}

size_t kratree_output_size(const session *s)
{
    return s->output_size;
}
