/* The four styles. */
#include "yaml/scalar.h"

#include <string.h>

#include "base/utf8.h"

/* Y-21: a space beyond this column becomes a line break. */
#define WIDTH 80

/* The indentation hint of literal blocks is always the step of indentation. */
#define HINT '2'

/* ---- Lines -------------------------------------------------------------------------------- */

void kt_pen_indent(kt_pen *pen, size_t indent)
{
    bool new_line =
        !pen->at_indent || pen->column > indent || (pen->column == indent && !pen->spaced);
    size_t pad = new_line ? indent : indent - pen->column;
    char *at = kt_buf_reserve(pen->out, pad + new_line);

    if (at) {
        if (new_line)
            *at++ = '\n';
        memset(at, ' ', pad);
        pen->out->len += pad + new_line;
    }
    pen->column = indent;
    pen->spaced = pen->at_indent = true;
}

/* A line break in a scalar and the indentation behind it. */
static void fold(kt_pen *pen, size_t indent)
{
    kt_buf_byte(pen->out, '\n');
    kt_buf_fill(pen->out, ' ', indent);
    pen->column = indent;
}

/* Bytes that take `columns` in the line. */
static void put(kt_pen *pen, const char *bytes, size_t size, size_t columns)
{
    kt_buf_bytes(pen->out, bytes, size);
    pen->column += columns;
}

static void end_token(kt_pen *pen)
{
    pen->spaced = pen->at_indent = false;
}

void kt_pen_token(kt_pen *pen, const char *bytes, size_t size)
{
    size_t space = !pen->spaced;
    char *at = kt_buf_reserve(pen->out, size + space);

    if (at && space)
        *at++ = ' ';
    if (at && size > 0)
        memcpy(at, bytes, size);
    if (at)
        pen->out->len += size + space;
    pen->column += size + space;
    end_token(pen);
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static size_t count_columns(kt_sv text, bool ascii)
{
    return ascii ? text.len : kt_utf8_count(text);
}

/* The index behind the characters that are left before the line is full; text.len if they all fit. */
static size_t fill_line(kt_pen *pen, kt_sv text, size_t at, bool ascii)
{
    size_t room = pen->column > WIDTH ? 0 : WIDTH + 1 - pen->column;

    if (ascii) {
        size_t step = room < text.len - at ? room : text.len - at;
        pen->column += step;
        return at + step;
    }
    for (; at < text.len && room > 0; room--, pen->column++)
        do
            at++;
        while (at < text.len && is_continuation(text.ptr[at]));
    return at;
}

/* ---- Plain and single quotes -------------------------------------------------------------- */

/* A space that may become a line break: a single one, not at an end. */
static bool is_lone_space(kt_sv text, size_t at)
{
    return text.ptr[at] == ' ' && at > 0 && text.ptr[at - 1] != ' ' && at + 1 < text.len
           && text.ptr[at + 1] != ' ';
}

/* Characters as they are, folded. */
static void put_folded(kt_pen *pen, kt_sv text, size_t indent, bool ascii)
{
    size_t written = 0, at = 0;

    while ((at = fill_line(pen, text, at, ascii)) < text.len) {
        for (; at < text.len && !is_lone_space(text, at); at++)
            pen->column += !is_continuation(text.ptr[at]);
        kt_buf_bytes(pen->out, text.ptr + written, at - written);
        written = at;
        if (at < text.len) {
            fold(pen, indent);
            written = ++at;
        }
    }
    kt_buf_bytes(pen->out, text.ptr + written, text.len - written);
}

static void put_text(kt_pen *pen, kt_sv text, size_t indent, bool folds, bool ascii)
{
    size_t columns = count_columns(text, ascii);

    if (folds && pen->column + columns > WIDTH)
        put_folded(pen, text, indent, ascii);
    else
        put(pen, text.ptr, text.len, columns);
}

/* Length of a U+2028 or U+2029 at text[at], else 0. */
static size_t separator_at(kt_sv text, size_t at)
{
    return text.len - at >= 3 && memcmp(text.ptr + at, "\xe2\x80", 2) == 0
                   && (unsigned char)(text.ptr[at + 2] & ~1) == 0xa8
               ? 3
               : 0;
}

/* One by one: with quotes to double, or breaks (Y-18). */
static void put_single_slowly(kt_pen *pen, kt_sv text, size_t indent, bool folds)
{
    bool after_break = false;

    for (size_t at = 0; at < text.len;) {
        size_t from = at, separator = separator_at(text, at);
        if (separator > 0) {
            put(pen, text.ptr + at, separator, 0);
            pen->column = 0;
            after_break = true;
            at += separator;
            continue;
        }
        if (folds && pen->column > WIDTH && is_lone_space(text, at)) {
            fold(pen, indent);
            at++;
            continue;
        }
        if (after_break) {
            kt_buf_fill(pen->out, ' ', indent);
            pen->column = indent;
            after_break = false;
        }
        if (text.ptr[at] == '\'')
            put(pen, "'", 1, 1);
        kt_utf8_next(text, &at);
        put(pen, text.ptr + from, at - from, 1);
    }
}

static void put_single(kt_pen *pen, kt_sv text, const kt_look *look, size_t indent, bool folds)
{
    kt_pen_token(pen, "'", 1);
    if (look->has_separator || memchr(text.ptr, '\'', text.len))
        put_single_slowly(pen, text, indent, folds);
    else
        put_text(pen, text, indent, folds, look->ascii);
    put(pen, "'", 1, 1);
}

static void put_plain(kt_pen *pen, kt_sv text, const kt_look *look, size_t indent, bool folds)
{
    kt_pen_token(pen, NULL, 0);
    put_text(pen, text, indent, folds, look->ascii);
}

/* ---- Double quotes ------------------------------------------------------------------------ */

/* The letter of a short escape (Y-16), else 0. */
static char short_escape(uint32_t c)
{
    static const char low[] = "0......abtnvfr";

    if (c < sizeof low - 1)
        return low[c] != '.' ? low[c] : '\0';
    switch (c) {
    case 0x1b: return 'e';
    case '"': return '"';
    case '\\': return '\\';
    case 0x85: return 'N';
    case 0xa0: return '_';
    case 0x2028: return 'L';
    case 0x2029: return 'P';
    default: return '\0';
    }
}

static bool is_raw(uint32_t c)
{
    if (c < 0x80)
        return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
    return c >= 0xa0 && c <= 0xfffd && c != 0xfeff && c != 0x2028 && c != 0x2029;
}

static void put_escape(kt_pen *pen, uint32_t c)
{
    static const char hex[] = "0123456789ABCDEF";
    char escape[10] = {'\\'};
    size_t size = 2;
    int digits = c <= 0xff ? 2 : c <= 0xffff ? 4 : 8;

    escape[1] = short_escape(c);
    if (escape[1] == '\0') {
        escape[1] = digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
        while (digits-- > 0)
            escape[size++] = hex[c >> 4 * digits & 15];
    }
    put(pen, escape, size, size);
}

/* ASCII that stands for itself and is no space, from text[at]; returns where it ends. */
static size_t skip_raw(kt_sv text, size_t at)
{
    while (at < text.len && text.ptr[at] > ' ' && text.ptr[at] < 0x7f && text.ptr[at] != '"'
           && text.ptr[at] != '\\')
        at++;
    return at;
}

/* A space at text[at] that is not the first or last: a line break if the line is full and no space was
 * written before it. */
static bool fold_space(kt_pen *pen, kt_sv text, size_t at, size_t indent)
{
    if (pen->column <= WIDTH || at == 0 || at + 1 >= text.len)
        return false;
    fold(pen, indent);
    if (text.ptr[at + 1] == ' ')
        put(pen, "\\", 1, 1);
    return true;
}

static void put_double(kt_pen *pen, kt_sv text, size_t indent, bool folds)
{
    /* Y-17: behind a leading BOM everything is escaped. */
    bool all = text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0, after_space = false;

    kt_pen_token(pen, "\"", 1);
    for (size_t at = 0; at < text.len;) {
        size_t from = at, end = all ? at : skip_raw(text, at);
        uint32_t c;
        if (end > at) {
            put(pen, text.ptr + at, end - at, end - at);
            at = end;
            after_space = false;
            continue;
        }
        c = kt_utf8_next(text, &at);
        if (all || !is_raw(c))
            put_escape(pen, c);
        else if (c != ' ' || !folds || after_space || !fold_space(pen, text, from, indent))
            put(pen, text.ptr + from, at - from, 1);
        after_space = c == ' ' && !all;
    }
    put(pen, "\"", 1, 1);
}

/* ---- Literal blocks ----------------------------------------------------------------------- */

/* Length of the break that ends at `end`, else 0. */
static size_t break_before(kt_sv text, size_t end)
{
    if (end == 0)
        return 0;
    if (text.ptr[end - 1] == '\n')
        return 1;
    return end >= 3 ? separator_at(text, end - 3) : 0;
}

/* Y-23: the indentation hint, then what becomes of the final breaks. */
static void put_header(kt_pen *pen, kt_sv text)
{
    size_t last = break_before(text, text.len);

    kt_pen_token(pen, "|", 1);
    if (text.ptr[0] == ' ' || text.ptr[0] == '\n' || separator_at(text, 0) > 0)
        kt_buf_byte(pen->out, HINT);
    if (last == 0)
        kt_buf_byte(pen->out, '-');
    else if (last == text.len || break_before(text, text.len - last) > 0)
        kt_buf_byte(pen->out, '+');
    kt_buf_byte(pen->out, '\n');
}

/* Index of the next break, or text.len. */
static size_t find_break(kt_sv text, size_t from, bool separators)
{
    const char *line_feed = memchr(text.ptr + from, '\n', text.len - from);
    size_t end = line_feed ? (size_t)(line_feed - text.ptr) : text.len;

    if (separators)
        for (size_t at = from; at < end; at++)
            if (separator_at(text, at) > 0)
                return at;
    return end;
}

static void put_literal(kt_pen *pen, kt_sv text, const kt_look *look, size_t indent)
{
    size_t at = 0;

    put_header(pen, text);
    while (at < text.len) {
        size_t end = find_break(text, at, look->has_separator);
        size_t next = end == text.len ? end : end + (text.ptr[end] == '\n' ? 1 : 3);
        if (end > at)
            kt_buf_fill(pen->out, ' ', indent);
        kt_buf_bytes(pen->out, text.ptr + at, next - at);
        at = next;
    }
    pen->column = 0;
    pen->spaced = true;
    pen->at_indent = break_before(text, text.len) > 0;
}

/* ---- All styles --------------------------------------------------------------------------- */

void kt_pen_string(kt_pen *pen, kt_sv text, const kt_look *look, size_t indent, bool simple_key)
{
    switch (look->style) {
    case KT_STYLE_PLAIN:
        put_plain(pen, text, look, indent, !simple_key);
        break;
    case KT_STYLE_SINGLE:
        put_single(pen, text, look, indent, !simple_key);
        break;
    case KT_STYLE_DOUBLE:
        put_double(pen, text, indent, !simple_key);
        break;
    case KT_STYLE_LITERAL:
        put_literal(pen, text, look, indent);
        break;
    }
}
