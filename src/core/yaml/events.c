/* Pulling events, resolving scalars, and the places where libyaml's grammar is not yaml.v2's (K-11).
 *
 * libyaml gets the whole piece as its decoded buffer: the text is valid UTF-8, holds no forbidden character
 * and ends with NUL, so that its reader has nothing to do. Scalars that stand in the text as they are
 * become views of it. */
#include "yaml/events.h"

#include <string.h>
#include <yaml.h>

#include "base/sv.h"

typedef struct event_reader {
    kt_build *build;
    const char *bytes;   /* the piece, behind a byte order mark */
    const char *lasting; /* the same bytes where values may point to */
    size_t length;
    uint32_t line;     /* of bytes[0] */
    bool ascii;
    yaml_parser_t parser;
    size_t cursor_index, cursor_byte; /* one place as code points and as bytes */
    uint64_t work;
} event_reader;

/* ---- Places ---------------------------------------------------------------------------------- */

static kt_pos pos_of(const event_reader *reader, yaml_mark_t mark)
{
    kt_pos pos = {reader->build->file, reader->line + (uint32_t)mark.line, (uint32_t)mark.column + 1};
    return pos;
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* The byte at which a code point begins. Marks hardly ever go back, so a cursor is enough. */
static size_t byte_of(event_reader *reader, size_t index)
{
    size_t at = reader->cursor_byte, here = reader->cursor_index;

    if (reader->ascii)
        return index < reader->length ? index : reader->length;
    while (here < index && at < reader->length) {
        at++;
        while (at < reader->length && is_continuation(reader->bytes[at]))
            at++;
        here++;
    }
    while (here > index && at > 0) {
        at--;
        while (at > 0 && is_continuation(reader->bytes[at]))
            at--;
        here--;
    }
    reader->cursor_byte = at;
    reader->cursor_index = here;
    return at;
}

/* ---- Errors ---------------------------------------------------------------------------------- */

typedef struct advice {
    const char *problem;
    const char *at; /* only when one of these characters is there; NULL: always */
    const char *help;
} advice;

static const advice advices[] = {
    {"found character that cannot start any token", "\t", "indent with spaces, YAML does not allow a tab here"},
    {"found character that cannot start any token", "@`%|>", "put the value in quotes"},
    {"found a tab character where an indentation space is expected", NULL, "indent with spaces"},
    {"found a tab character that violates indentation", NULL, "indent with spaces"},
    {"mapping values are not allowed in this context", NULL,
     "put a value that contains ': ' in quotes, or check the indentation"},
    {"block sequence entries are not allowed in this context", NULL, "begin the list on a line of its own"},
    {"mapping keys are not allowed in this context", NULL, "begin the map on a line of its own"},
    {"did not find expected key", NULL, "check the indentation of this line, and quotes before it"},
    {"did not find expected '-' indicator", NULL, "check the indentation of this line"},
    {"could not find expected ':'", NULL, "a line of a map needs ': ' behind its key"},
    {"did not find expected ',' or ']'", NULL, "close the list with ']', or put its items in quotes"},
    {"did not find expected ',' or '}'", NULL, "close the map with '}', or put its values in quotes"},
    {"found unexpected ':'", NULL, "put the text in quotes, or a space behind ':'"},
    {"found unexpected end of stream", NULL, "close the quotes"},
    {"found unknown escape character", NULL, "write \\\\ for a backslash, or use single quotes"},
    {"found undefined tag handle", NULL, "remove the tag: it means nothing here"},
    {"did not find expected <document start>", NULL, "remove directives such as %YAML"},
    {"did not find expected alphabetic or numeric character", NULL,
     "put a value that begins with '*' or '&' in quotes"},
};

static kt_sv advice_for(const char *problem, char at)
{
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++)
        if (strcmp(advices[i].problem, problem) == 0
            && (!advices[i].at || (at != '\0' && strchr(advices[i].at, at))))
            return kt_str(advices[i].help);
    return kt_str(NULL);
}

static void report_problem(event_reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    kt_build *build = reader->build;
    size_t at = byte_of(reader, parser->problem_mark.index);
    const char *problem = parser->problem ? parser->problem : "unknown problem parsing YAML content";
    kt_sv help = advice_for(problem, at < reader->length ? reader->bytes[at] : '\0');
    kt_diag *diag = kt_diags_add(build->diags, KT_YAML_SYNTAX, pos_of(reader, parser->problem_mark), "%s", problem);

    if (help.len > 0)
        diag->help = help;
    if (parser->context && parser->context_mark.index != parser->problem_mark.index) {
        diag->related = pos_of(reader, parser->context_mark);
        diag->related_text = kt_str(parser->context);
    }
}

static void fail_parse(event_reader *reader)
{
    /* libyaml forgets to set its error where some small allocations fail. */
    if (reader->parser.error == YAML_MEMORY_ERROR || reader->parser.error == YAML_NO_ERROR) {
        reader->build->status = KT_ERR_NOMEM;
        return;
    }
    report_problem(reader);
    reader->build->status = KT_ERR_INPUT;
}

/* ---- Where libyaml and yaml.v2 disagree (K-11) ------------------------------------------------- */

static bool refuse(event_reader *reader, yaml_mark_t mark, const char *message)
{
    return kt_build_fail(reader->build, KT_YAML_PORT, pos_of(reader, mark), "%s", message);
}

/* (a) A '?' ends a plain scalar inside brackets. */
static bool check_question(event_reader *reader, const yaml_event_t *event)
{
    const kt_build *build = reader->build;
    const char *value = (const char *)event->data.scalar.value;
    const char *found;
    yaml_mark_t mark = event->start_mark;

    if (build->flow_depth == 0 || event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return true;
    found = memchr(value, '?', event->data.scalar.length);
    if (!found)
        return true;
    if (mark.line == event->end_mark.line && !event->data.scalar.tag && !event->data.scalar.anchor)
        for (const char *c = value; c < found; c++)
            mark.column += !is_continuation(*c);
    return refuse(reader, mark,
                  build->frames[build->depth - 1].head.type == KT_TYPE_MAP ? "did not find expected ',' or '}'"
                                                                           : "did not find expected ',' or ']'");
}

/* (e) "\/" is no escape. A tag or an anchor may come before the quotes. */
static bool check_escapes(event_reader *reader, const yaml_event_t *event)
{
    size_t at, end;

    if (event->data.scalar.style != YAML_DOUBLE_QUOTED_SCALAR_STYLE)
        return true;
    at = byte_of(reader, event->start_mark.index);
    end = byte_of(reader, event->end_mark.index);
    if (event->data.scalar.tag || event->data.scalar.anchor)
        while (at < end && reader->bytes[at] != '"')
            at++;
    while (at < end) {
        const char *found = memchr(reader->bytes + at, '\\', end - at);
        if (!found)
            return true;
        if (found[1] == '/')
            return refuse(reader, event->start_mark, "found unknown escape character");
        at = (size_t)(found - reader->bytes) + 2;
    }
    return true;
}

/* Whether the last thing before `end` is the anchor: "!!str &a" and not "&a !!str". */
static bool ends_with_anchor(const event_reader *reader, size_t end, const yaml_char_t *anchor)
{
    size_t length = anchor ? strlen((const char *)anchor) : 0;

    return length > 0 && end > length + 1 && reader->bytes[end - length - 1] == '&'
           && memcmp(reader->bytes + end - length, anchor, length) == 0
           && strchr(" \t\n", reader->bytes[end - length - 2]);
}

/* (c), (d) More characters belong to a tag, and its end needs white space. */
static bool check_tag(event_reader *reader, const yaml_event_t *event)
{
    size_t at = byte_of(reader, event->start_mark.index);
    size_t end = byte_of(reader, event->end_mark.index);

    if (event->type == YAML_SCALAR_EVENT && event->data.scalar.length == 0 && end < reader->length
        && reader->bytes[end] == ',' && !ends_with_anchor(reader, end, event->data.scalar.anchor))
        return refuse(reader, event->end_mark, "did not find white space behind the tag");
    while (at < end && reader->bytes[at] != '!')
        at++;
    for (; at + 2 < end && !strchr(" \t\n\r", reader->bytes[at]); at++)
        if (memcmp(reader->bytes + at, "%00", 3) == 0)
            return refuse(reader, event->start_mark, "found NUL in a tag");
    return true;
}

/* (f) U+FEFF counts as a mark only at the very beginning. */
static bool check_marks(event_reader *reader)
{
    kt_sv text = {reader->bytes, reader->length};

    for (size_t at = 0; at + 3 <= text.len; at++) {
        const char *found = memchr(text.ptr + at, '\xef', text.len - at);
        if (!found)
            return true;
        at = (size_t)(found - text.ptr);
        if (!kt_sv_starts(kt_sv_slice(text, at, text.len), KT_SV("\xef\xbb\xbf")))
            continue;
        if (at == 0 || strchr("\n\r\x85\xa8\xa9", text.ptr[at - 1]))
            return kt_build_fail(reader->build, KT_YAML_PORT,
                                 kt_text_pos(reader->build->file, text, 0, reader->line, at),
                                 "a line begins with the invisible character U+FEFF");
    }
    return true;
}

static bool check_version(event_reader *reader, const yaml_event_t *event)
{
    const yaml_version_directive_t *version = event->data.document_start.version_directive;

    if (!version || (version->major == 1 && version->minor == 1))
        return true;
    return refuse(reader, event->start_mark, "found incompatible YAML document");
}

/* ---- What would keep libyaml busy for ever ----------------------------------------------------- */

#define MOST_DIRECTIVES 100

static size_t line_end(const event_reader *reader, size_t at)
{
    const char *found = memchr(reader->bytes + at, '\n', reader->length - at);
    return found ? (size_t)(found - reader->bytes) + 1 : reader->length;
}

/* Each directive is compared with all before it. */
static bool check_directives(event_reader *reader)
{
    size_t count = 0;

    for (size_t at = 0, end; at < reader->length && strchr("%#\n\r ", reader->bytes[at]); at = end) {
        end = line_end(reader, at);
        for (size_t i = at; i < end; i++) /* libyaml ends lines at CR, NEL, LS and PS too */
            count += reader->bytes[i] == '%' && (i == at || strchr("\r\x85\xa8\xa9", reader->bytes[i - 1]));
    }
    if (count <= MOST_DIRECTIVES)
        return true;
    return kt_build_fail(reader->build, KT_LIMIT_WORK, pos_of(reader, reader->parser.mark),
                         "more than %u directives", (uint64_t)MOST_DIRECTIVES);
}

#define LONG_RUN ((size_t)1024)
#define MOST_BLANK_WORK ((uint64_t)1 << 36)

static bool is_blank(char byte)
{
    return byte != '\0' && strchr(" \t\n\r\xc2\x85\xe2\x80\xa8\xa9", byte) != NULL;
}

/* The longest run of blanks, if it is a long one: such a run has a byte at every LONG_RUN / 2. */
static size_t longest_run(const event_reader *reader)
{
    size_t longest = 0;

    for (size_t at = 0; at < reader->length; at += LONG_RUN / 2) {
        size_t from = at, to = at;
        while (from > 0 && is_blank(reader->bytes[at]) && is_blank(reader->bytes[from - 1]) && at - from < LONG_RUN)
            from--;
        while (to < reader->length && is_blank(reader->bytes[to]))
            to++;
        if (to - from > longest)
            longest = to - from;
        if (to > at)
            at = to - to % (LONG_RUN / 2);
    }
    return longest < LONG_RUN ? 0 : longest;
}

/* libyaml's buffer for blanks grows with the longest run and is cleared after each. */
static bool check_blanks(event_reader *reader)
{
    size_t longest = longest_run(reader);
    uint64_t runs = 0;

    if ((uint64_t)longest * reader->length < MOST_BLANK_WORK)
        return true;
    for (size_t at = 1; at < reader->length; at++)
        runs += is_blank(reader->bytes[at - 1]) && !is_blank(reader->bytes[at]);
    if (longest * runs < MOST_BLANK_WORK)
        return true;
    return kt_build_fail(reader->build, KT_LIMIT_WORK, pos_of(reader, reader->parser.mark),
                         "too many blanks, of which %u in one place", (uint64_t)longest);
}

#define DEEP 32
#define MOST_DEEP_WORK ((uint64_t)1 << 28)

/* libyaml looks at every open bracket for each token. */
static bool check_work(event_reader *reader, yaml_mark_t mark)
{
    if (reader->build->flow_depth <= DEEP)
        return true;
    reader->work += reader->build->flow_depth;
    if (reader->work < MOST_DEEP_WORK)
        return true;
    return kt_build_fail(reader->build, KT_LIMIT_WORK, pos_of(reader, mark),
                         "too many values inside too many brackets");
}

/* ---- Events ---------------------------------------------------------------------------------- */

static kt_sv view_of(const yaml_char_t *text)
{
    return kt_str((const char *)text);
}

/* The value as a view of the text where it stands there as it is, else a copy. */
static kt_sv scalar_text(event_reader *reader, const yaml_event_t *event)
{
    kt_sv value = {(const char *)event->data.scalar.value, event->data.scalar.length};
    bool quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    size_t end;

    if (value.len == 0)
        return KT_SV("");
    if (event->data.scalar.style == YAML_LITERAL_SCALAR_STYLE || event->data.scalar.style == YAML_FOLDED_SCALAR_STYLE)
        return kt_arena_copy(reader->build->arena, value);
    end = byte_of(reader, event->end_mark.index);
    if (end >= value.len + quoted && memcmp(reader->bytes + end - quoted - value.len, value.ptr, value.len) == 0)
        value.ptr = reader->lasting + end - quoted - value.len;
    else
        value = kt_arena_copy(reader->build->arena, value);
    return value;
}

static bool is_merge(const yaml_event_t *event)
{
    if (event->data.scalar.length != 2 || memcmp(event->data.scalar.value, "<<", 2) != 0)
        return false;
    return event->data.scalar.plain_implicit
           || kt_sv_is(view_of(event->data.scalar.tag), "tag:yaml.org,2002:merge");
}

/* K-3 */
static bool resolve_tagged(event_reader *reader, kt_scalar *scalar, const yaml_event_t *event, kt_sv text)
{
    kt_build *build = reader->build;
    kt_sv tag = view_of(event->data.scalar.tag);
    kt_pos pos = pos_of(reader, event->start_mark);

    switch (kt_scalar_resolve_tagged(scalar, build->arena, tag, text)) {
    case KT_TAG_OK:
        return true;
    case KT_TAG_MISMATCH:
        return kt_build_fail(build, KT_YAML_TAG, pos, "cannot decode %s `%v` as a %v",
                             kt_scalar_tag(scalar->kind), text, kt_tag_short(build->scratch, tag));
    case KT_TAG_BASE64:
        return kt_build_fail(build, KT_YAML_TAG, pos, "!!binary value contains invalid base64 data");
    default:
        build->status = KT_ERR_NOMEM;
        return false;
    }
}

/* Scalars in which a number sign is no comment. */
static bool note_span(event_reader *reader, const yaml_event_t *event)
{
    kt_spans *spans = reader->build->spans;
    kt_pos from = pos_of(reader, event->start_mark), to = pos_of(reader, event->end_mark);
    kt_span *items;

    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        return true;
    items = kt_arena_reserve(reader->build->arena, spans->items, spans->count, &spans->capacity, sizeof *items);
    if (!items) {
        reader->build->status = KT_ERR_NOMEM;
        return false;
    }
    spans->items = items;
    items[spans->count++] = (kt_span){from.line, from.column, to.line, to.column};
    return true;
}

static bool on_scalar(event_reader *reader, const yaml_event_t *event)
{
    kt_build *build = reader->build;
    kt_pos pos = pos_of(reader, event->start_mark);
    kt_scalar scalar;
    kt_sv text;

    if (build->spans && !note_span(reader, event))
        return false;
    if (!check_question(reader, event) || (event->data.scalar.tag && !check_tag(reader, event)))
        return false;
    if (kt_build_wants_key(build) && is_merge(event))
        return kt_build_merge_key(build, pos);
    text = scalar_text(reader, event);
    if (!text.ptr) {
        build->status = KT_ERR_NOMEM;
        return false;
    }
    if (!check_escapes(reader, event))
        return false;
    scalar.kind = KT_SCALAR_STRING;
    scalar.text = text;
    if (event->data.scalar.tag) {
        if (!resolve_tagged(reader, &scalar, event, text))
            return false;
    } else if (event->data.scalar.plain_implicit) {
        kt_scalar_resolve(&scalar, text);
    }
    return kt_build_scalar(build, &scalar, pos, view_of(event->data.scalar.anchor));
}

static bool on_list(event_reader *reader, const yaml_event_t *event)
{
    return (!event->data.sequence_start.tag || check_tag(reader, event))
           && kt_build_open(reader->build, KT_TYPE_LIST, pos_of(reader, event->start_mark),
                            event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
                            view_of(event->data.sequence_start.anchor));
}

static bool on_map(event_reader *reader, const yaml_event_t *event)
{
    return (!event->data.mapping_start.tag || check_tag(reader, event))
           && kt_build_open(reader->build, KT_TYPE_MAP, pos_of(reader, event->start_mark),
                            event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
                            view_of(event->data.mapping_start.anchor));
}

/* Returns whether to go on. */
static bool on_event(event_reader *reader, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return check_version(reader, event);
    case YAML_SCALAR_EVENT:
        return on_scalar(reader, event);
    case YAML_ALIAS_EVENT:
        return kt_build_alias(reader->build, view_of(event->data.alias.anchor), pos_of(reader, event->start_mark));
    case YAML_SEQUENCE_START_EVENT:
        return on_list(reader, event);
    case YAML_MAPPING_START_EVENT:
        return on_map(reader, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return kt_build_close(reader->build);
    default:
        return true;
    }
}

/* Pull until the first document is complete. */
static void pull(event_reader *reader, bool *empty)
{
    bool more = true;

    while (more) {
        yaml_event_t event;
        if (!yaml_parser_parse(&reader->parser, &event)) {
            fail_parse(reader);
            return;
        }
        *empty = event.type == YAML_STREAM_END_EVENT;
        more = event.type != YAML_STREAM_END_EVENT && event.type != YAML_DOCUMENT_END_EVENT
               && on_event(reader, &event) && check_work(reader, event.end_mark);
        yaml_event_delete(&event);
    }
}

/* ---- The parser ------------------------------------------------------------------------------ */

/* More characters than any text has: libyaml never asks its reader for more. */
#define ENDLESS (SIZE_MAX / 2)

static void parse(event_reader *reader, unsigned char *bytes, bool *empty)
{
    yaml_parser_t *parser = &reader->parser;
    unsigned char *own;

    if (!yaml_parser_initialize(parser)) {
        reader->build->status = KT_ERR_NOMEM;
        return;
    }
    own = parser->buffer.start;
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser, bytes, reader->length);
    parser->buffer.start = parser->buffer.pointer = bytes;
    parser->buffer.last = parser->buffer.end = bytes + reader->length + 1;
    parser->unread = ENDLESS;
    parser->eof = 1;
    pull(reader, empty);
    parser->buffer.start = own;
    yaml_parser_delete(parser);
}

kt_status kt_events_read(bool *empty, kt_build *build, const kt_text *text, const kt_piece *piece)
{
    kt_sv all = {text->bytes, text->length};
    char *end = text->bytes + piece->end, saved = *end;
    size_t start = piece->start;
    event_reader reader;

    *empty = false;
    if (text->marks && kt_sv_starts(kt_sv_slice(all, start, piece->end), KT_SV("\xef\xbb\xbf")))
        start += 3;
    memset(&reader, 0, sizeof reader);
    reader.build = build;
    reader.bytes = text->bytes + start;
    reader.lasting = text->lasting.ptr + start;
    reader.length = piece->end - start;
    reader.line = piece->line;
    reader.ascii = text->ascii;
    kt_build_start(build);
    if ((text->marks && !check_marks(&reader)) || !check_directives(&reader) || !check_blanks(&reader))
        return build->status;
    *end = '\0';
    parse(&reader, (unsigned char *)text->bytes + start, empty);
    *end = saved;
    if (build->status == KT_OK && *empty)
        return KT_OK;
    return kt_build_finish(build);
}
