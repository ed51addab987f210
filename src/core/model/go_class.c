/* Classes as regexp/syntax/parse.go reads them with the flags of regexp.Compile. */
#include "model/go_class.h"

#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "model/schema.h"

static const char range_problem[] = "invalid character class range";
static const char escape_problem[] = "invalid escape sequence";

/* Named parts of ASCII; -1 ends a row. */
static const struct ascii_class {
    const char *name;
    int ranges[9];
} ascii_classes[] = {
    {"\\d", {'0', '9', -1}},
    {"\\s", {'\t', '\n', '\f', '\r', ' ', ' ', -1}},
    {"\\w", {'0', '9', 'A', 'Z', '_', '_', 'a', 'z', -1}},
    {"alnum", {'0', '9', 'A', 'Z', 'a', 'z', -1}},
    {"alpha", {'A', 'Z', 'a', 'z', -1}},
    {"ascii", {0, 0x7F, -1}},
    {"blank", {'\t', '\t', ' ', ' ', -1}},
    {"cntrl", {0, 0x1F, 0x7F, 0x7F, -1}},
    {"digit", {'0', '9', -1}},
    {"graph", {'!', '~', -1}},
    {"lower", {'a', 'z', -1}},
    {"print", {' ', '~', -1}},
    {"punct", {'!', '/', ':', '@', '[', '`', '{', '~', -1}},
    {"space", {'\t', '\r', ' ', ' ', -1}},
    {"upper", {'A', 'Z', -1}},
    {"word", {'0', '9', 'A', 'Z', '_', '_', 'a', 'z', -1}},
    {"xdigit", {'0', '9', 'A', 'F', 'a', 'f', -1}},
};

bool kt_go_fail(kt_go_cursor *cursor, const char *problem, size_t from, size_t to)
{
    cursor->error = kt_arena_format(cursor->arena, "%s: `%v`", problem, kt_sv_slice(cursor->source, from, to));
    return false;
}

char kt_go_peek(const kt_go_cursor *cursor, size_t ahead)
{
    return ahead < cursor->source.len - cursor->at ? cursor->source.ptr[cursor->at + ahead] : '\0';
}

/* ---- Characters ----------------------------------------------------------------------------- */

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind "\x": two digits, or some in braces. */
static bool read_hex(kt_go_cursor *cursor, uint32_t *out)
{
    bool braces = kt_go_peek(cursor, 0) == '{';
    size_t digits = 0;

    cursor->at += braces;
    *out = 0;
    while (hex_of(kt_go_peek(cursor, 0)) >= 0 && (braces || digits < 2)) {
        *out = *out * 16 + (uint32_t)hex_of(kt_go_peek(cursor, 0));
        digits++;
        cursor->at++;
        if (*out > KT_CODE_MAX)
            return false;
    }
    if (braces && kt_go_peek(cursor, 0) != '}')
        return false;
    cursor->at += braces;
    return braces ? digits > 0 : digits == 2;
}

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

/* \123, \012: one to three digits; a single one from 1 to 7 would be a backreference, which Go has not. */
static bool read_octal(kt_go_cursor *cursor, char first, uint32_t *out)
{
    if (first != '0' && !is_octal(kt_go_peek(cursor, 0)))
        return false;
    *out = (uint32_t)(first - '0');
    for (size_t i = 1; i < 3 && is_octal(kt_go_peek(cursor, 0)); i++)
        *out = *out * 8 + (uint32_t)(cursor->source.ptr[cursor->at++] - '0');
    return true;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

bool kt_go_escape_read(kt_go_cursor *cursor, uint32_t *out)
{
    static const char letters[] = "afnrtv", meanings[] = "\a\f\n\r\t\v";
    size_t from = cursor->at;
    const char *letter;
    bool fine;
    char c;

    if (++cursor->at >= cursor->source.len)
        return kt_go_fail(cursor, "trailing backslash at end of expression", 0, 0);
    c = cursor->source.ptr[cursor->at++];
    letter = c ? strchr(letters, c) : NULL;
    *out = (unsigned char)c;
    if (letter)
        *out = (uint32_t)meanings[letter - letters];
    fine = letter || ((unsigned char)c < 0x80 && !is_alnum(c));
    if (is_octal(c))
        fine = read_octal(cursor, c, out);
    else if (c == 'x')
        fine = read_hex(cursor, out);
    if ((unsigned char)c >= 0x80) /* whole in the message */
        while ((kt_go_peek(cursor, 0) & 0xC0) == 0x80)
            cursor->at++;
    return fine || kt_go_fail(cursor, escape_problem, from, cursor->at);
}

/* ---- Classes by name ------------------------------------------------------------------------ */

static void merge(kt_go_cursor *cursor, kt_code_set *set, kt_code_set *part, bool fold, bool negated)
{
    if (fold && !kt_code_set_fold(part, cursor->arena))
        cursor->unknown = "the case of characters beyond ASCII";
    kt_code_set_finish(part, cursor->arena, negated);
    kt_code_set_add_all(set, cursor->arena, part->ranges, part->count);
}

static bool add_ascii(kt_go_cursor *cursor, kt_code_set *set, kt_sv name, bool fold, bool negated)
{
    kt_code_set part = {NULL, 0, 0};

    for (size_t i = 0; i < KT_ARRAY_COUNT(ascii_classes); i++) {
        const int *range = ascii_classes[i].ranges;
        if (!kt_sv_is(name, ascii_classes[i].name))
            continue;
        for (; *range >= 0; range += 2)
            kt_code_set_add(&part, cursor->arena, (uint32_t)range[0], (uint32_t)range[1]);
        merge(cursor, set, &part, fold, negated);
        return true;
    }
    return false;
}

/* \pL, \p{Nd}. Only these two categories are known; Go knows all of Unicode. */
static void add_property(kt_go_cursor *cursor, kt_code_set *set, kt_sv name, bool fold, bool negated)
{
    const kt_code_range *ranges;
    kt_code_set part = {NULL, 0, 0};
    size_t count;

    if (kt_sv_is(name, "Any")) {
        kt_code_set_add(&part, cursor->arena, 0, KT_CODE_MAX);
        fold = false;
    } else if (kt_sv_is(name, "L")) {
        ranges = kt_unicode_letters(&count);
        kt_code_set_add(&part, cursor->arena, 'A', 'Z');
        kt_code_set_add(&part, cursor->arena, 'a', 'z');
        kt_code_set_add_all(&part, cursor->arena, ranges, count);
    } else if (kt_sv_is(name, "Nd")) { /* digits have no case */
        ranges = kt_unicode_digits(&count);
        kt_code_set_add(&part, cursor->arena, '0', '9');
        kt_code_set_add_all(&part, cursor->arena, ranges, count);
        fold = false;
    } else {
        cursor->unknown = "a class of Unicode characters other than L and Nd";
        return;
    }
    merge(cursor, set, &part, fold, negated);
}

static bool read_property(kt_go_cursor *cursor, kt_code_set *set, bool fold)
{
    size_t from = cursor->at, end;
    bool negated = kt_go_peek(cursor, 1) == 'P';
    kt_sv name;

    cursor->at += 2;
    if (cursor->at >= cursor->source.len)
        return kt_go_fail(cursor, range_problem, from, cursor->at);
    if (kt_go_peek(cursor, 0) == '{') {
        end = cursor->at + kt_sv_find(kt_sv_slice(cursor->source, cursor->at, cursor->source.len), '}');
        if (end == cursor->source.len)
            return kt_go_fail(cursor, range_problem, from, end);
        name = kt_sv_slice(cursor->source, cursor->at + 1, end);
        cursor->at = end + 1;
    } else {
        end = cursor->at;
        kt_utf8_next(cursor->source, &cursor->at);
        name = kt_sv_slice(cursor->source, end, cursor->at);
    }
    if (name.len > 0 && name.ptr[0] == '^') {
        negated = !negated;
        name = kt_sv_slice(name, 1, name.len);
    }
    if (name.len == 0)
        return kt_go_fail(cursor, range_problem, from, cursor->at);
    add_property(cursor, set, name, fold, negated);
    return true;
}

bool kt_go_escape_class(kt_go_cursor *cursor, kt_code_set *set, bool fold)
{
    char c = kt_go_peek(cursor, 1), name[2] = {'\\', (char)(c | 0x20)};

    if (c == 'p' || c == 'P') {
        read_property(cursor, set, fold);
        return true;
    }
    if (!add_ascii(cursor, set, (kt_sv){name, sizeof name}, fold, c >= 'A' && c <= 'Z'))
        return false;
    cursor->at += 2;
    return true;
}

/* [:alpha:] inside brackets. False: it is not one. */
static bool read_posix(kt_go_cursor *cursor, kt_code_set *set, bool fold)
{
    kt_sv rest = kt_sv_slice(cursor->source, cursor->at, cursor->source.len), name;
    size_t end = 2;
    bool negated;

    if (!kt_sv_starts(rest, KT_SV("[:")))
        return false;
    while (end + 1 < rest.len && !(rest.ptr[end] == ':' && rest.ptr[end + 1] == ']'))
        end++;
    if (end + 1 >= rest.len)
        return false;
    negated = rest.ptr[2] == '^';
    name = kt_sv_slice(rest, 2 + negated, end);
    if (name.len == 0 || name.ptr[0] == '\\' || !add_ascii(cursor, set, name, fold, negated))
        kt_go_fail(cursor, range_problem, cursor->at, cursor->at + end + 2);
    cursor->at += end + 2;
    return true;
}

/* ---- Brackets ------------------------------------------------------------------------------- */

static bool read_member(kt_go_cursor *cursor, uint32_t *out, size_t bracket)
{
    if (cursor->at >= cursor->source.len)
        return kt_go_fail(cursor, "missing closing ]", bracket, cursor->source.len);
    if (kt_go_peek(cursor, 0) == '\\')
        return kt_go_escape_read(cursor, out);
    *out = kt_utf8_next(cursor->source, &cursor->at);
    return true;
}

static bool read_range(kt_go_cursor *cursor, kt_code_set *part, size_t bracket)
{
    size_t from = cursor->at;
    uint32_t first, last;

    if (!read_member(cursor, &first, bracket))
        return false;
    last = first;
    if (kt_go_peek(cursor, 0) == '-' && cursor->at + 1 < cursor->source.len && kt_go_peek(cursor, 1) != ']') {
        cursor->at++;
        if (!read_member(cursor, &last, bracket))
            return false;
        if (last < first)
            return kt_go_fail(cursor, range_problem, from, cursor->at);
    }
    kt_code_set_add(part, cursor->arena, first, last);
    return true;
}

bool kt_go_class_read(kt_go_cursor *cursor, kt_code_set *set, bool fold)
{
    kt_code_set part = {NULL, 0, 0}; /* single characters and ranges, to be folded together */
    size_t bracket = cursor->at++;
    bool negated = kt_go_peek(cursor, 0) == '^', first = true;

    cursor->at += negated;
    for (; kt_go_peek(cursor, 0) != ']' || first; first = false) {
        if (read_posix(cursor, set, fold) ||
            (kt_go_peek(cursor, 0) == '\\' && kt_go_escape_class(cursor, set, fold))) {
            if (cursor->error.len > 0)
                return false;
        } else if (!read_range(cursor, &part, bracket)) {
            return false;
        }
    }
    cursor->at++;
    merge(cursor, set, &part, fold, false);
    kt_code_set_finish(set, cursor->arena, negated);
    return true;
}
