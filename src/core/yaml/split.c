/* Splitting (K-1). A line that starts with "---" separates, wherever it is: inside a quoted scalar too. One that
 * nothing stands before in its document is left to the parser: it may open a document that is empty or has
 * directives, and "---#c" is text to it. */
#include "yaml/split.h"

#include <string.h>

#include "base/sv.h"
#include "base/utf8.h"

static size_t line_end(kt_sv text, size_t at)
{
    const char *found = at < text.len ? memchr(text.ptr + at, '\n', text.len - at) : NULL;
    return found ? (size_t)(found - text.ptr) : text.len;
}

/* White space that Go trims besides that of kt_sv_trim(). */
static bool is_wide_space(uint32_t c)
{
    return c == '\v' || c == '\f' || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* What stands behind a separator, without the white space around it. */
static kt_sv trim_junk(kt_sv text)
{
    size_t at = 0;

    for (text = kt_sv_trim(text); at < text.len && is_wide_space(kt_utf8_next(text, &at)); at = 0)
        text = kt_sv_trim(kt_sv_slice(text, at, text.len));
    return text;
}

void kt_split_init(kt_split *split, kt_sv text)
{
    split->text = text;
    split->at = 0;
    split->line = 1;
    split->done = text.len == 0;
}

bool kt_split_separator(kt_sv text, size_t at, kt_sv *junk, size_t *next)
{
    size_t end;

    if (!kt_sv_starts(kt_sv_slice(text, at, text.len), KT_SV("---")))
        return false;
    end = line_end(text, at);
    *junk = trim_junk(kt_sv_slice(text, at + 3, end));
    if (junk->len > 0 && junk->ptr[0] == '#')
        junk->len = 0;
    *next = end < text.len ? end + 1 : end;
    return true;
}

bool kt_split_next(kt_split *split, kt_piece *out)
{
    size_t at = split->at, next;

    if (split->done)
        return false;
    memset(out, 0, sizeof *out);
    out->start = at;
    out->line = split->line;
    while (at < split->text.len && (!kt_split_separator(split->text, at, &out->junk, &next) ||
                                    (at == out->start && out->junk.len == 0))) {
        at = line_end(split->text, at);
        at += at < split->text.len;
        split->line++;
    }
    out->end = at;
    out->next_line = split->line;
    split->done = at == split->text.len;
    if (!split->done) {
        split->at = next;
        split->line++;
    }
    return true;
}

/* A comment may also end with CR, NEL, U+2028 or U+2029: such a line is better left to the parser. */
static bool is_plain_comment(kt_sv line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] == '\r' || line.ptr[i] == '\xc2' || line.ptr[i] == '\xe2')
            return false;
    return true;
}

bool kt_split_is_blank(kt_sv text, const kt_piece *piece)
{
    for (size_t at = piece->start; at < piece->end;) {
        char c = text.ptr[at];
        size_t end = c == '#' ? line_end(text, at) : at + 1;
        if (c == '#' ? !is_plain_comment(kt_sv_slice(text, at, end)) : c != ' ' && c != '\n' && c != '\r')
            return false;
        at = end;
    }
    return true;
}
