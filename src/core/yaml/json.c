/* A JSON reader as Go's encoding/json reads: strict grammar, lone surrogates become U+FFFD (K-9), numbers as
 * K-7. Depth is the builder's stack, so there is no recursion. */
#include "yaml/json.h"

#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "yaml/number.h"

typedef struct json_reader {
    kt_json_input *in;
    kt_build *build;
    kt_json_error *error;
} json_reader;

/* ---- Places and errors ------------------------------------------------------------------------- */

kt_pos kt_json_pos(const kt_json_input *input, kt_sv file)
{
    kt_pos pos = {file, input->line, 0};
    pos.column = (uint32_t)kt_utf8_count(kt_sv_slice(input->text, input->line_start, input->at)) + 1;
    return pos;
}

/* The place of in->at; counting goes on from the last one, as a file may be one line. */
static kt_pos here(json_reader *reader)
{
    kt_json_input *in = reader->in;
    kt_pos pos = {reader->build->file, in->line, 0};

    if (in->column == 0 || in->counted_line != in->line_start || in->counted > in->at) {
        in->counted_line = in->counted = in->line_start;
        in->column = 1;
    }
    in->column += (uint32_t)kt_utf8_count(kt_sv_slice(in->text, in->counted, in->at));
    in->counted = in->at;
    pos.column = in->column;
    return pos;
}

static bool has(const kt_json_input *in)
{
    return in->at < in->text.len;
}

static char peek(const kt_json_input *in)
{
    return has(in) ? in->text.ptr[in->at] : '\0';
}

/* Go's words: "invalid character 'x' after object key". */
static bool wrong(json_reader *reader, const char *where)
{
    kt_json_input *in = reader->in;
    kt_arena *arena = reader->build->diags->arena;
    size_t end = in->at;

    reader->error->at = in->at;
    reader->error->pos = here(reader);
    if (!has(in)) {
        reader->error->message = KT_SV("unexpected end of JSON input");
        return false;
    }
    kt_utf8_next(in->text, &end);
    reader->error->message = kt_arena_format(arena, "invalid character %q %s",
                                             kt_sv_slice(in->text, in->at, end), where);
    return false;
}

bool kt_json_skip_white(kt_json_input *in)
{
    for (; has(in); in->at++) {
        char c = in->text.ptr[in->at];
        if (c == '\n') {
            in->line++;
            in->line_start = in->at + 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            return true;
        }
    }
    return false;
}

/* ---- Strings --------------------------------------------------------------------------------- */

static bool read_hex(json_reader *reader, uint32_t *out)
{
    kt_json_input *in = reader->in;

    *out = 0;
    for (int i = 0; i < 4; i++, in->at++) {
        char c = peek(in);
        if (c >= '0' && c <= '9')
            *out = *out << 4 | (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            *out = *out << 4 | (uint32_t)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            *out = *out << 4 | (uint32_t)(c - 'A' + 10);
        else
            return wrong(reader, "in \\u hexadecimal character escape");
    }
    return true;
}

/* Behind "\u": one code point, of two escapes if they are a pair. */
static bool read_unicode(json_reader *reader, uint32_t *out)
{
    kt_json_input *in = reader->in;
    uint32_t low;

    if (!read_hex(reader, out))
        return false;
    if (*out < 0xd800 || *out > 0xdfff)
        return true;
    if (*out < 0xdc00 && kt_sv_starts(kt_sv_slice(in->text, in->at, in->text.len), KT_SV("\\u"))) {
        size_t back = in->at;
        in->at += 2;
        if (!read_hex(reader, &low))
            return false;
        if (low >= 0xdc00 && low <= 0xdfff) {
            *out = 0x10000 + ((*out & 0x3ff) << 10) + (low & 0x3ff);
            return true;
        }
        in->at = back;
    }
    *out = 0xfffd;
    return true;
}

static bool read_escape(json_reader *reader, char *out, size_t *length)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    kt_json_input *in = reader->in;
    char c;
    const char *found;
    uint32_t point;

    in->at++;
    c = peek(in);
    found = c != '\0' ? strchr(letters, c) : NULL;
    if (found) {
        out[(*length)++] = meanings[found - letters];
        in->at++;
        return true;
    }
    if (c != 'u')
        return wrong(reader, "in string escape code");
    in->at++;
    if (!read_unicode(reader, &point))
        return false;
    *length += kt_utf8_put(out + *length, point);
    return true;
}

/* Up to the closing quote, which in->at is left at; whether there are escapes. */
static bool scan_string(json_reader *reader, bool *escapes)
{
    kt_json_input *in = reader->in;

    *escapes = false;
    for (; has(in); in->at++) {
        unsigned char c = (unsigned char)in->text.ptr[in->at];
        if (c == '"')
            return true;
        if (c < 0x20)
            return wrong(reader, "in string literal");
        if (c == '\\') {
            *escapes = true;
            in->at++;
            if (has(in) && (unsigned char)in->text.ptr[in->at] < 0x20)
                return wrong(reader, "in string escape code");
        }
    }
    return wrong(reader, "");
}

/* A string; in->at is at its opening quote. */
static bool read_string(json_reader *reader, kt_sv *out)
{
    kt_json_input *in = reader->in;
    size_t start = ++in->at, end, length = 0;
    bool escapes;
    char *copy;

    if (!scan_string(reader, &escapes))
        return false;
    end = in->at;
    *out = kt_sv_slice(in->text, start, end);
    if (escapes) {
        copy = kt_arena_alloc(reader->build->arena, out->len);
        if (!copy) {
            reader->build->status = KT_ERR_NOMEM;
            return false;
        }
        for (in->at = start; in->at < end;) {
            if (in->text.ptr[in->at] != '\\')
                copy[length++] = in->text.ptr[in->at++];
            else if (!read_escape(reader, copy, &length))
                return false;
        }
        copy = kt_arena_shrink(reader->build->arena, copy, out->len, length);
        out->ptr = copy;
        out->len = length;
    }
    in->at = end + 1;
    return true;
}

/* ---- Numbers and words ----------------------------------------------------------------------- */

static bool skip_digits(json_reader *reader, const char *where)
{
    kt_json_input *in = reader->in;

    if (peek(in) < '0' || peek(in) > '9')
        return wrong(reader, where);
    while (peek(in) >= '0' && peek(in) <= '9')
        in->at++;
    return true;
}

static bool scan_number(json_reader *reader)
{
    kt_json_input *in = reader->in;

    if (peek(in) == '-')
        in->at++;
    if (peek(in) == '0')
        in->at++;
    else if (!skip_digits(reader, "in numeric literal"))
        return false;
    if (peek(in) == '.') {
        in->at++;
        if (!skip_digits(reader, "after decimal point in numeric literal"))
            return false;
    }
    if (peek(in) == 'e' || peek(in) == 'E') {
        in->at++;
        if (peek(in) == '+' || peek(in) == '-')
            in->at++;
        return skip_digits(reader, "in exponent of numeric literal");
    }
    return true;
}

/* Integers that fit int64 are integers, everything else is a double (C-3): unlike in YAML, where numbers are
 * printed as JSON first (K-7), 1e16 stays one. */
static bool read_number(json_reader *reader, kt_scalar *out, kt_pos pos)
{
    kt_json_input *in = reader->in;
    size_t start = in->at;
    kt_sv text;

    if (!scan_number(reader))
        return false;
    text = kt_sv_slice(in->text, start, in->at);
    out->kind = KT_SCALAR_STRING;
    if (kt_sv_find(text, '.') == text.len && kt_sv_find(text, 'e') == text.len && kt_sv_find(text, 'E') == text.len)
        kt_scalar_resolve(out, text);
    if (out->kind == KT_SCALAR_INT || out->kind == KT_SCALAR_UINT)
        return true;
    out->kind = KT_SCALAR_DOUBLE;
    if (kt_double_parse(&out->as.number, text))
        return true;
    return kt_build_fail(reader->build, KT_YAML_NUMBER, pos, "json: cannot unmarshal number %v into float64", text);
}

static bool read_word(json_reader *reader, kt_scalar *out)
{
    static const struct {
        const char *text, *where;
        kt_scalar_kind kind;
        bool value;
    } words[] = {{"true", "in literal true", KT_SCALAR_BOOL, true},
                 {"false", "in literal false", KT_SCALAR_BOOL, false},
                 {"null", "in literal null", KT_SCALAR_NULL, false}};
    kt_json_input *in = reader->in;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (peek(in) != words[i].text[0])
            continue;
        for (const char *c = words[i].text; *c != '\0'; c++, in->at++)
            if (peek(in) != *c)
                return wrong(reader, words[i].where);
        out->kind = words[i].kind;
        out->as.boolean = words[i].value;
        return true;
    }
    return wrong(reader, "looking for beginning of value");
}

/* ---- Values ---------------------------------------------------------------------------------- */

static bool read_scalar(json_reader *reader)
{
    kt_pos pos = here(reader);
    kt_scalar scalar;
    kt_sv none = {NULL, 0};
    char c = peek(reader->in);

    scalar.kind = KT_SCALAR_STRING;
    scalar.text = none;
    if (c == '"') {
        if (!read_string(reader, &scalar.text))
            return false;
        if (!scalar.text.ptr)
            scalar.text = KT_SV("");
    } else if (c == '-' || (c >= '0' && c <= '9') ? !read_number(reader, &scalar, pos)
                                                   : !read_word(reader, &scalar)) {
        return false;
    }
    return kt_build_scalar(reader->build, &scalar, pos, none);
}

static bool open(json_reader *reader)
{
    bool is_map = peek(reader->in) == '{';
    kt_sv none = {NULL, 0};

    if (!kt_build_open(reader->build, is_map ? KT_TYPE_MAP : KT_TYPE_LIST, here(reader), false, none))
        return false;
    reader->in->at++;
    return true;
}

static bool in_map(const kt_build *build)
{
    return build->depth > 0 && build->frames[build->depth - 1].head.type == KT_TYPE_MAP;
}

/* A key and its colon. */
static bool read_key(json_reader *reader, const char *where)
{
    kt_json_input *in = reader->in;

    if (peek(in) != '"')
        return wrong(reader, where);
    if (!read_scalar(reader))
        return false;
    kt_json_skip_white(in);
    if (peek(in) != ':')
        return wrong(reader, "after object key");
    in->at++;
    kt_json_skip_white(in);
    return true;
}

/* Behind a value: close what ends, and come to the next value if one must follow. */
static bool advance(json_reader *reader)
{
    kt_json_input *in = reader->in;
    kt_build *build = reader->build;

    while (build->depth > 0) {
        bool map = in_map(build);
        kt_json_skip_white(in);
        if (peek(in) == (map ? '}' : ']')) {
            in->at++;
            if (!kt_build_close(build))
                return false;
            continue;
        }
        if (peek(in) != ',')
            return wrong(reader, map ? "after object key:value pair" : "after array element");
        in->at++;
        kt_json_skip_white(in);
        return !map || read_key(reader, "looking for beginning of object key string");
    }
    return true;
}

/* One value, or the beginning of one. False: stop. */
static bool step(json_reader *reader)
{
    kt_json_input *in = reader->in;
    char c = peek(in);

    if (c != '{' && c != '[')
        return read_scalar(reader) && advance(reader);
    if (!open(reader))
        return false;
    kt_json_skip_white(in);
    if (peek(in) == (c == '{' ? '}' : ']')) {
        in->at++;
        return kt_build_close(reader->build) && advance(reader);
    }
    return c == '[' || read_key(reader, "looking for beginning of object key string");
}

kt_status kt_json_read(kt_json_input *input, kt_build *build, kt_json_error *error)
{
    json_reader reader = {input, build, error};

    memset(error, 0, sizeof *error);
    kt_build_start(build);
    do {
        if (step(&reader))
            continue;
        if (error->message.ptr && build->status == KT_OK)
            return KT_ERR_ARGUMENT;
        break;
    } while (build->depth > 0);
    return kt_build_finish(build);
}
