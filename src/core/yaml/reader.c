/* A file into documents (K-1): YAML, cut by lines, or JSON objects one after the other. */
#include "yaml/reader.h"

#include <string.h>

#include "base/sv.h"
#include "yaml/build.h"
#include "yaml/events.h"
#include "yaml/json.h"
#include "yaml/libyaml_memory.h"
#include "yaml/split.h"
#include "yaml/text.h"

typedef struct file_reader {
    kt_documents *out;
    size_t capacity;
    kt_arena *arena;
    kt_arena scratch; /* gone when the file is read */
    kt_libyaml_pool pool;
    kt_diags *diags;
    kt_sv file;
    const kt_limits *limits;
    kt_text text;
    kt_build build;
} file_reader;

/* ---- Documents ------------------------------------------------------------------------------- */

static kt_pos line_pos(const file_reader *reader, uint32_t line)
{
    kt_pos pos = {reader->file, line, 1};
    return pos;
}

static kt_status add_document(file_reader *reader, uint32_t line)
{
    kt_documents *out = reader->out;
    kt_document *items;

    if (out->count >= reader->limits->documents) {
        kt_diags_add(reader->diags, KT_LIMIT_DOCUMENTS, line_pos(reader, line), "more than %u documents",
                     reader->limits->documents);
        return KT_ERR_LIMIT;
    }
    items = kt_arena_reserve(reader->arena, out->items, out->count, &reader->capacity, sizeof *items);
    if (!items)
        return KT_ERR_NOMEM;
    out->items = items;
    items[out->count].root = reader->build.root;
    items[out->count].line = line;
    out->count++;
    return KT_OK;
}

/* What became of one document: a wrong one does not keep the others from being read. */
static kt_status take(file_reader *reader, kt_status status, bool empty, uint32_t line)
{
    if (status == KT_ERR_INPUT) {
        reader->out->failed = true;
        return KT_OK;
    }
    if (status != KT_OK || empty)
        return status;
    return add_document(reader, line);
}

/* ---- YAML ------------------------------------------------------------------------------------ */

/* K-8: yaml.v2's reader refuses some characters wherever they are. */
static bool has_control(file_reader *reader, const kt_piece *piece)
{
    kt_sv text = {reader->text.bytes, reader->text.length};
    size_t at;

    if (!reader->text.control)
        return false;
    at = kt_text_find_control(text, piece->start, piece->end);
    if (at == piece->end)
        return false;
    kt_diags_add(reader->diags, KT_YAML_CONTROL, kt_text_pos(reader->file, text, piece->start, piece->line, at),
                 "control characters are not allowed");
    return true;
}

static kt_status read_yaml(file_reader *reader, const kt_piece *piece)
{
    bool empty = false;
    kt_status status;

    if (has_control(reader, piece))
        return take(reader, KT_ERR_INPUT, false, piece->line);
    status = kt_events_read(&empty, &reader->build, &reader->text, piece);
    return take(reader, status, empty, reader->build.root.line ? reader->build.root.line : piece->line);
}

static kt_status read_piece(file_reader *reader, const kt_piece *piece)
{
    kt_sv text = {reader->text.bytes, reader->text.length};
    kt_status status = KT_OK;
    size_t count = reader->out->count;

    if (reader->text.control || !kt_split_is_blank(text, piece))
        status = read_yaml(reader, piece);
    /* kubectl passes over a document that is null. */
    if (reader->out->count > count && reader->out->items[count].root.type == KT_TYPE_NULL)
        reader->out->count = count;
    if (piece->junk.len > 0) {
        kt_diags_add(reader->diags, KT_YAML_SEPARATOR, line_pos(reader, piece->next_line),
                     "invalid Yaml document separator: %v", piece->junk);
        reader->out->failed = true;
    }
    return status;
}

static kt_status read_pieces(file_reader *reader)
{
    kt_sv text = {reader->text.bytes, reader->text.length};
    kt_split split;
    kt_piece piece;
    kt_status status = KT_OK;

    kt_split_init(&split, text);
    while (status == KT_OK && kt_split_next(&split, &piece))
        status = read_piece(reader, &piece);
    return status;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void report_json(file_reader *reader, const kt_json_error *error)
{
    kt_diags_add(reader->diags, KT_JSON_SYNTAX, error->pos, "%v", error->message);
    reader->out->failed = true;
}

/* Behind the separator line that comes next, or at the end. */
static void skip_piece(kt_json_input *input)
{
    kt_sv junk;
    size_t next;

    while (input->at < input->text.len) {
        size_t end = input->at + kt_sv_find(kt_sv_slice(input->text, input->at, input->text.len), '\n');
        if (input->at == input->line_start && kt_split_separator(input->text, input->at, &junk, &next))
            return;
        input->at = end < input->text.len ? end + 1 : end;
        input->line += end < input->text.len;
        input->line_start = input->at;
    }
}

/* Whether a quote comes first in the braces: then it was meant to be JSON. */
static bool has_quoted_key(const kt_json_input *start)
{
    kt_json_input input = *start;

    input.at++;
    return kt_json_skip_white(&input) && input.text.ptr[input.at] == '"';
}

/* Whether what failed as JSON was meant to be YAML: `fresh` if it begins a document, `before` documents were read
 * until then. */
static bool meant_yaml(const file_reader *reader, const kt_json_input *start, bool fresh, size_t before)
{
    const kt_documents *out = reader->out;

    if (out->failed)
        return !has_quoted_key(start);
    return fresh || out->count == before || out->items[out->count - 1].root.type == KT_TYPE_MAP;
}

/* JSON failed where a document begins: perhaps it is YAML, in braces or behind the braces. If that fails as well,
 * the error of what it looks like is reported. */
static kt_status read_as_yaml(file_reader *reader, kt_json_input *input, const kt_json_input *start, bool fresh,
                              const kt_json_error *error)
{
    kt_piece piece;
    kt_diags before = *reader->diags;
    bool failed = reader->out->failed;
    size_t count = reader->out->count;
    kt_status status;

    memset(&piece, 0, sizeof piece);
    *input = *start;
    skip_piece(input);
    piece.start = start->at;
    piece.end = input->at;
    piece.line = start->line;
    reader->out->failed = false;
    status = read_piece(reader, &piece);
    if (status == KT_OK && !meant_yaml(reader, start, fresh, count)) {
        *reader->diags = before;
        reader->out->count = count;
        report_json(reader, error);
    }
    reader->out->failed = reader->out->failed || failed;
    return status;
}

/* A separator line among JSON objects (K-1). */
static bool take_separator(file_reader *reader, kt_json_input *input)
{
    kt_sv junk;
    size_t next;

    if (input->at != input->line_start || !kt_split_separator(input->text, input->at, &junk, &next))
        return false;
    if (junk.len > 0) {
        kt_diags_add(reader->diags, KT_YAML_SEPARATOR, line_pos(reader, input->line),
                     "invalid Yaml document separator: %v", junk);
        reader->out->failed = true;
    }
    input->line += next > input->at && input->text.ptr[next - 1] == '\n';
    input->at = input->line_start = next;
    return true;
}

static kt_status read_objects(file_reader *reader)
{
    kt_json_input input = {reader->text.lasting, 0, 1, 0, 0, 0, 0}, start;
    kt_status status = KT_OK;
    bool fresh = true;  /* at the beginning of the file or behind a separator */
    size_t objects = 0; /* behind a second one, what follows must be JSON as well */

    while (status == KT_OK && kt_json_skip_white(&input)) {
        kt_json_error error;
        if (take_separator(reader, &input)) {
            fresh = true;
            continue;
        }
        start = input;
        status = kt_json_read(&input, &reader->build, &error);
        if (status != KT_ERR_ARGUMENT) {
            if (status == KT_ERR_INPUT)
                skip_piece(&input);
            status = take(reader, status, reader->build.root.type == KT_TYPE_NULL, start.line);
            fresh = false;
            objects++;
        } else if (fresh || objects < 2 || input.text.ptr[start.at] == '{') {
            status = read_as_yaml(reader, &input, &start, fresh, &error);
        } else {
            report_json(reader, &error);
            skip_piece(&input);
            status = KT_OK;
        }
    }
    return status;
}

/* K-1: whether the first thing in the file is a brace. */
static bool looks_like_json(const kt_text *text)
{
    size_t at = 0;

    while (at < text->length && text->bytes[at] != '\0' && strchr(" \t\r\n\v\f", text->bytes[at]))
        at++;
    return at < text->length && text->bytes[at] == '{';
}

/* ---- All of it ------------------------------------------------------------------------------- */

/* Lengths of strings are 32 bits. */
#define LONGEST ((uint64_t)UINT32_MAX / 4)

static kt_status check_size(const file_reader *reader, const kt_source *source)
{
    uint64_t most = reader->limits->file_bytes < LONGEST ? reader->limits->file_bytes : LONGEST;
    kt_pos pos = {source->path, 0, 0};

    if (source->bytes.len <= most)
        return KT_OK;
    kt_diags_add(reader->diags, KT_LIMIT_FILE, pos, "the file has %u bytes, more than %u",
                 (uint64_t)source->bytes.len, most);
    return KT_ERR_LIMIT;
}

static kt_status read_with(file_reader *reader, const kt_source *source, kt_text_mode mode)
{
    kt_status status = check_size(reader, source);

    if (status == KT_OK)
        status = kt_text_read(&reader->text, reader->arena, &reader->scratch, reader->diags, source, mode);
    if (status != KT_OK)
        return status;
    kt_build_init(&reader->build, reader->arena, &reader->scratch, reader->diags, reader->file, reader->limits);
    kt_libyaml_enter(&reader->pool, &reader->scratch);
    reader->build.as_text = mode == KT_TEXT_YAML;
    if (kt_sv_contains(source->bytes, KT_SV(KT_COMMENT_WORD)))
        reader->build.spans = &reader->out->spans;
    if (mode == KT_TEXT_YAML) {
        kt_piece piece = {0, reader->text.length, 1, {NULL, 0}, 1};
        status = read_yaml(reader, &piece);
    } else {
        status = looks_like_json(&reader->text) ? read_objects(reader) : read_pieces(reader);
    }
    kt_libyaml_leave();
    reader->out->values = reader->build.before + reader->build.decoded;
    return status;
}

static kt_status read_file(kt_documents *out, kt_arena *arena, kt_diags *diags, const kt_source *source,
                           const kt_limits *limits, kt_text_mode mode)
{
    file_reader reader;
    kt_status status;

    memset(out, 0, sizeof *out);
    memset(&reader, 0, sizeof reader);
    reader.out = out;
    reader.arena = arena;
    reader.diags = diags;
    reader.file = source->path;
    reader.limits = limits;
    kt_arena_init(&reader.scratch, arena->allocator);
    status = read_with(&reader, source, mode);
    if (arena->failed || reader.scratch.failed || diags->arena->failed)
        status = KT_ERR_NOMEM;
    kt_arena_dispose(&reader.scratch);
    out->failed = out->failed || status != KT_OK;
    return status == KT_ERR_INPUT ? KT_OK : status;
}

kt_status kt_yaml_read(kt_documents *out, kt_arena *arena, kt_diags *diags, const kt_source *source,
                       const kt_limits *limits)
{
    return read_file(out, arena, diags, source, limits, KT_TEXT_KUBECTL);
}

kt_status kt_yaml_read_first(kt_documents *out, kt_arena *arena, kt_diags *diags, const kt_source *source,
                             const kt_limits *limits)
{
    return read_file(out, arena, diags, source, limits, KT_TEXT_YAML);
}
