/* The analysis of a string, in one pass that only stops at bytes that matter. */
#include "yaml/style.h"

#include <string.h>

#include "yaml/implicit.h"

/* Flags of Y-13. */
enum {
    INDICATOR = 1,      /* looks like syntax */
    SPECIAL = 2,        /* holds what cannot be printed */
    BREAK = 4,          /* holds a line break */
    LINE_FEED = 8,      /* holds LF */
    SEPARATOR = 16,     /* holds U+2028 or U+2029 */
    EDGE = 32,          /* begins or ends with a space or break */
    TRAILING_SPACE = 64,
    BREAK_SPACE = 128,
    SPACE_BREAK = 256,
    WIDE = 512          /* holds a byte above ASCII */
};

/* What a style cannot carry (Y-14). */
#define NOT_PLAIN (INDICATOR | SPECIAL | BREAK | EDGE | BREAK_SPACE | SPACE_BREAK)
#define NOT_SINGLE (SPECIAL | BREAK_SPACE | SPACE_BREAK)
#define NOT_LITERAL (SPECIAL | SPACE_BREAK | TRAILING_SPACE)

/* Classes of bytes; ORD is passed over. */
enum { ORD, SPC, COL, NUM, LNF, CRT, CTL, HIG };

static const unsigned char classes[256] = {
    CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, LNF, CTL, CTL, CRT, CTL, CTL, /* 00 */
    CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, CTL, /* 10 */
    SPC, ORD, ORD, NUM, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, /* 20 */
    ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, COL, ORD, ORD, ORD, ORD, ORD, /* 30 */
    ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, /* 40 */
    ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, /* 50 */
    ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, /* 60 */
    ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, ORD, CTL, /* 70 */
    HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, /* 80 */
    HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, /* 90 */
    HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, /* a0 */
    HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, /* b0 */
    HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, /* c0 */
    HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, /* d0 */
    HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, /* e0 */
    HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, HIG, /* f0 */
};

/* A blank or the end stands at `at`. */
static bool ends_word(kt_sv text, size_t at)
{
    return at >= text.len || text.ptr[at] == ' ' || text.ptr[at] == '\t';
}

static unsigned first_flags(kt_sv text)
{
    char first = text.ptr[0];

    if (text.len >= 3 && (memcmp(text.ptr, "---", 3) == 0 || memcmp(text.ptr, "...", 3) == 0))
        return INDICATOR;
    if (first == '?' || first == ':' || first == '-')
        return ends_word(text, 1) ? INDICATOR : 0;
    return first != '\0' && strchr("#,[]{}&*!|>'\"%@`", first) ? INDICATOR : 0;
}

/* Flags of the character whose first byte, above ASCII, is text[at]; strings are valid UTF-8. */
static unsigned wide_flags(kt_sv text, size_t at)
{
    const unsigned char *bytes = (const unsigned char *)text.ptr + at;
    size_t left = text.len - at;
    unsigned char first = bytes[0], second = left > 1 ? bytes[1] : 0, third = left > 2 ? bytes[2] : 0;

    if (first < 0xc0)
        return WIDE; /* within a character */
    if (first == 0xc2 && second < 0xa0)
        return WIDE | SPECIAL | (second == 0x85 ? BREAK : 0);
    if (first == 0xe2 && second == 0x80 && (third == 0xa8 || third == 0xa9))
        return WIDE | BREAK | SEPARATOR;
    if (first == 0xef && ((second == 0xbb && third == 0xbf) || (second == 0xbf && third >= 0xbe)))
        return WIDE | SPECIAL;
    return first >= 0xf0 ? WIDE | SPECIAL : WIDE;
}

/* Flags of a space, knowing whether a break stands before it. */
static unsigned space_flags(kt_sv text, size_t at, bool after_break)
{
    return (at == 0 ? EDGE : 0u) | (at + 1 == text.len ? EDGE | TRAILING_SPACE : 0u)
           | (after_break ? BREAK_SPACE : 0u);
}

/* Flags of a break of `size` bytes. */
static unsigned break_flags(kt_sv text, size_t at, size_t size)
{
    return BREAK | (at == 0 || at + size >= text.len ? EDGE : 0u)
           | (at > 0 && text.ptr[at - 1] == ' ' ? SPACE_BREAK : 0u);
}

static unsigned analyse(kt_sv text)
{
    unsigned flags = first_flags(text), wide;
    size_t break_end = SIZE_MAX; /* behind the latest break */

    for (size_t at = 0; at < text.len; at++) {
        while (at < text.len && classes[(unsigned char)text.ptr[at]] == ORD)
            at++;
        if (at == text.len)
            break;
        switch (classes[(unsigned char)text.ptr[at]]) {
        case SPC:
            flags |= space_flags(text, at, at == break_end);
            break;
        case COL:
            flags |= ends_word(text, at + 1) ? INDICATOR : 0;
            break;
        case NUM: /* behind other white space it is no matter: plain is forbidden anyway */
            flags |= at > 0 && text.ptr[at - 1] == ' ' ? INDICATOR : 0;
            break;
        case LNF:
            flags |= LINE_FEED | break_flags(text, at, 1);
            break_end = at + 1;
            break;
        case CRT:
            flags |= SPECIAL | BREAK;
            break;
        case CTL:
            flags |= SPECIAL;
            break;
        default:
            wide = wide_flags(text, at);
            if (wide & SEPARATOR) {
                wide |= break_flags(text, at, 3);
                break_end = at + 3;
            }
            flags |= wide;
        }
    }
    return flags;
}

/* ^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$ : a number to the base 60 in YAML 1.1 (Y-10). */
static bool is_base60(kt_sv text)
{
    const char *at = text.ptr, *end = text.ptr + text.len;
    bool parts = false;

    at += at < end && (*at == '-' || *at == '+');
    if (at == end || *at < '0' || *at > '9')
        return false;
    while (at < end && ((*at >= '0' && *at <= '9') || *at == '_'))
        at++;
    while (end - at >= 2 && at[0] == ':' && at[1] >= '0' && at[1] <= '9') {
        bool second = end - at >= 3 && at[1] <= '5' && at[2] >= '0' && at[2] <= '9';
        at += second ? 3 : 2;
        parts = true;
    }
    if (at < end && *at == '.')
        for (at++; at < end && ((*at >= '0' && *at <= '9') || *at == '_');)
            at++;
    return parts && at == end;
}

/* Y-11, Y-15. */
static kt_style choose(kt_sv text, unsigned flags)
{
    if (flags & LINE_FEED)
        return flags & NOT_LITERAL ? KT_STYLE_DOUBLE : KT_STYLE_LITERAL;
    if (!kt_implicit_is_string(text) || is_base60(text))
        return KT_STYLE_DOUBLE;
    if (!(flags & NOT_PLAIN))
        return KT_STYLE_PLAIN;
    return flags & NOT_SINGLE ? KT_STYLE_DOUBLE : KT_STYLE_SINGLE;
}

kt_look kt_style_of(kt_sv text)
{
    kt_look look = {KT_STYLE_DOUBLE, false, false, true};
    unsigned flags;

    if (text.len == 0)
        return look;
    flags = analyse(text);
    look.style = choose(text, flags);
    look.has_break = (flags & BREAK) != 0;
    look.has_separator = (flags & SEPARATOR) != 0;
    look.ascii = (flags & WIDE) == 0;
    return look;
}
