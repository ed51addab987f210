/* Addresses: readers that take what they know from the front of the text. */
#include "model/formats_net.h"

#include <string.h>

#include "base/sv.h"

static kt_sv from(kt_sv text, size_t at)
{
    return kt_sv_slice(text, at, text.len);
}

static char first(kt_sv text)
{
    return text.len > 0 ? text.ptr[0] : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static int hex_of(char c)
{
    if (is_digit(c))
        return c - '0';
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c);
}

/* ---- IP ------------------------------------------------------------------------------------- */

/* Digits at the front as a number of at most `max`; `most_digits` 0: any number of them. */
static bool take_number(kt_sv *text, int base, unsigned max, size_t most_digits)
{
    size_t digits = 0;
    unsigned value = 0;

    for (; digits < text->len; digits++) {
        int digit = base == 16 ? hex_of(text->ptr[digits]) : is_digit(text->ptr[digits]) ? text->ptr[digits] - '0' : -1;
        if (digit < 0)
            break;
        value = value * (unsigned)base + (unsigned)digit;
        if (value > max)
            return false;
    }
    *text = from(*text, digits);
    return digits > 0 && (most_digits == 0 || digits <= most_digits);
}

/* `sloppy`: zeros may lead, as before Go 1.17. */
static bool read_ipv4(kt_sv text, bool sloppy)
{
    for (int i = 0; i < 4; i++) {
        if (i > 0 && first(text) != '.')
            return false;
        text = from(text, i > 0);
        if (!sloppy && text.len > 1 && text.ptr[0] == '0' && is_digit(text.ptr[1]))
            return false;
        if (!take_number(&text, 10, 255, 0))
            return false;
    }
    return text.len == 0;
}

/* Groups of hex digits; "::" once for at least one group; an IPv4 address in the place of the last two. */
static bool read_ipv6(kt_sv text, bool sloppy)
{
    int groups = 0;
    bool gap = false, more = text.len > 0;

    if (kt_sv_starts(text, KT_SV("::"))) {
        gap = true;
        text = from(text, 2);
        more = text.len > 0;
    }
    while (more && groups < 8) {
        kt_sv group = text;
        if (!take_number(&text, 16, 0xFFFF, sloppy ? 0 : 4))
            return false;
        if (first(text) == '.') {
            groups += 2;
            return read_ipv4(group, sloppy) && (gap ? groups < 8 : groups == 8);
        }
        groups++;
        if (text.len == 0)
            break;
        if (first(text) != ':' || text.len == 1)
            return false;
        text = from(text, 1);
        if (first(text) == ':') {
            if (gap)
                return false;
            gap = true;
            text = from(text, 1);
            more = text.len > 0;
        }
    }
    return text.len == 0 && (gap ? groups < 8 : groups == 8);
}

bool kt_is_ipv4(kt_sv text)
{
    return kt_sv_find(text, '.') < text.len && (read_ipv4(text, true) || read_ipv6(text, true));
}

bool kt_is_ipv6(kt_sv text)
{
    return kt_sv_find(text, ':') < text.len && read_ipv6(text, false);
}

bool kt_is_cidr(kt_sv text)
{
    size_t slash = kt_sv_find(text, '/');
    kt_sv address = kt_sv_slice(text, 0, slash), length = from(text, slash + 1);
    bool v4 = read_ipv4(address, true);

    return slash < text.len && (v4 || read_ipv6(address, true)) && take_number(&length, 10, v4 ? 32 : 128, 0) &&
           length.len == 0;
}

/* ---- MAC ------------------------------------------------------------------------------------ */

/* Pairs of hex digits, `pairs` of them between separators. */
static bool read_mac(kt_sv text, char separator, size_t pairs)
{
    size_t step = pairs * 2 + 1, bytes = (text.len + 1) / step * pairs;

    if ((text.len + 1) % step != 0 || (bytes != 6 && bytes != 8 && bytes != 20))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (i % step == step - 1 ? text.ptr[i] != separator : hex_of(text.ptr[i]) < 0)
            return false;
    return true;
}

bool kt_is_mac(kt_sv text)
{
    if (text.len < 14)
        return false;
    if (text.ptr[2] == ':' || text.ptr[2] == '-')
        return read_mac(text, text.ptr[2], 1);
    return text.ptr[4] == '.' && read_mac(text, '.', 2);
}

/* ---- URI ------------------------------------------------------------------------------------ */

/* Percent signs begin two hex digits. In a host they stand for bytes beyond ASCII, or for "%". */
static bool has_escapes(kt_sv text, bool host)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '%')
            continue;
        if (i + 2 >= text.len || hex_of(text.ptr[i + 1]) < 0 || hex_of(text.ptr[i + 2]) < 0)
            return false;
        if (host && hex_of(text.ptr[i + 1]) < 8 && !kt_sv_starts(from(text, i), KT_SV("%25")))
            return false;
        i += 2;
    }
    return true;
}

static bool has_only(kt_sv text, const char *others)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!is_letter(c) && !is_digit(c) && (unsigned char)c < 0x80 && !is_one_of(c, others))
            return false;
    }
    return true;
}

static bool is_port(kt_sv text)
{
    if (text.len > 0 && text.ptr[0] != ':')
        return false;
    for (size_t i = 1; i < text.len; i++)
        if (!is_digit(text.ptr[i]))
            return false;
    return true;
}

static bool is_host(kt_sv text)
{
    size_t end = first(text) == '[' ? kt_sv_rfind(text, ']') + 1 : kt_sv_rfind(text, ':');

    if (end > text.len)
        return false;
    return is_port(from(text, end)) && has_only(text, "-_.~!$&'()*+,;=:[]<>\"%") && has_escapes(text, true);
}

static bool is_authority(kt_sv text)
{
    size_t at = kt_sv_rfind(text, '@');
    kt_sv user = kt_sv_slice(text, 0, at);

    if (at == text.len)
        return is_host(text);
    for (size_t i = 0; i < user.len; i++)
        if ((unsigned char)user.ptr[i] >= 0x80)
            return false;
    return is_host(from(text, at + 1)) && has_only(user, "-._:~!$&'()*+,;=%@") && has_escapes(user, false);
}

/* Length of the scheme before ':'; 0 if there is none, text.len + 1 if it is empty. */
static size_t scheme_of(kt_sv text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ':')
            return i > 0 ? i : text.len + 1;
        if (!is_letter(c) && (i == 0 || (!is_digit(c) && !is_one_of(c, "+-."))))
            return 0;
    }
    return 0;
}

bool kt_is_uri(kt_sv text)
{
    size_t scheme = scheme_of(text), end;
    kt_sv rest;

    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
            return false;
    if (text.len == 0 || scheme > text.len)
        return false;
    if (kt_sv_is(text, "*"))
        return true;
    rest = scheme > 0 ? from(text, scheme + 1) : text;
    rest = kt_sv_slice(rest, 0, kt_sv_find(rest, '?'));
    if (first(rest) != '/')
        return scheme > 0;
    if (scheme > 0 && kt_sv_starts(rest, KT_SV("//"))) {
        rest = from(rest, 2);
        end = kt_sv_find(rest, '/');
        if (!is_authority(kt_sv_slice(rest, 0, end)))
            return false;
        rest = from(rest, end);
    }
    return has_escapes(rest, false);
}

/* ---- Mail ----------------------------------------------------------------------------------- */

static void skip_blanks(kt_sv *text)
{
    while (first(*text) == ' ' || first(*text) == '\t')
        *text = from(*text, 1);
}

/* Blanks and comments, which nest. False: one has no end. */
static bool skip_comments(kt_sv *text)
{
    size_t depth = 0;

    for (skip_blanks(text); depth > 0 || first(*text) == '('; *text = from(*text, 1)) {
        if (text->len == 0)
            return false;
        if (text->ptr[0] == '\\' && text->len > 1)
            *text = from(*text, 1);
        else if (text->ptr[0] == '(')
            depth++;
        else if (text->ptr[0] == ')' && --depth == 0) {
            *text = from(*text, 1);
            skip_blanks(text);
            if (first(*text) != '(')
                return true;
            depth = 1;
        }
    }
    return true;
}

static bool is_atom_byte(char c)
{
    return (unsigned char)c > ' ' && c != 0x7F && !is_one_of(c, "()[];@\\,<>\":");
}

/* Letters and dots; a name is freer with the dots than an address. */
static bool take_atom(kt_sv *text, bool name)
{
    size_t length = 0;
    kt_sv atom;

    while (length < text->len && is_atom_byte(text->ptr[length]))
        length++;
    atom = kt_sv_slice(*text, 0, length);
    *text = from(*text, length);
    return length > 0 && (name || (atom.ptr[0] != '.' && atom.ptr[length - 1] != '.' &&
                                   !kt_sv_contains(atom, KT_SV(".."))));
}

/* "…" with escapes. Sets *length to what is inside. */
static bool take_quoted(kt_sv *text, size_t *length)
{
    *length = 0;
    for (size_t i = 1; i < text->len; i++, ++*length) {
        char c = text->ptr[i];
        if (c == '"') {
            *text = from(*text, i + 1);
            return true;
        }
        if (c == '\\')
            c = ++i < text->len ? text->ptr[i] : '\0';
        if ((unsigned char)c < ' ' && c != '\t')
            return false;
    }
    return false;
}

/* An IP address in brackets. */
static bool take_domain_literal(kt_sv *text)
{
    size_t end = kt_sv_find(*text, ']');
    kt_sv address = kt_sv_slice(*text, 1, end);

    *text = from(*text, end + 1);
    return read_ipv4(address, false) || read_ipv6(address, false);
}

static bool take_address(kt_sv *text)
{
    size_t length = 1;

    skip_blanks(text);
    if (first(*text) == '"' ? !take_quoted(text, &length) || length == 0 : !take_atom(text, false))
        return false;
    if (first(*text) != '@')
        return false;
    *text = from(*text, 1);
    skip_blanks(text);
    return first(*text) == '[' ? take_domain_literal(text) : take_atom(text, false);
}

/* Words before "<". */
static bool take_name(kt_sv *text)
{
    size_t length, words = 0;

    for (;; words++) {
        if (!skip_comments(text))
            return false;
        if (text->len == 0 || first(*text) == '<')
            return words > 0;
        if (first(*text) == '"' ? !take_quoted(text, &length) : !take_atom(text, true))
            return false;
    }
}

bool kt_is_email(kt_sv text)
{
    kt_sv rest = text;

    if (!take_address(&rest)) {
        rest = text;
        skip_blanks(&rest);
        if (first(rest) != '<' && !take_name(&rest))
            return false;
        skip_blanks(&rest);
        if (first(rest) != '<')
            return false;
        rest = from(rest, 1);
        if (!take_address(&rest) || first(rest) != '>')
            return false;
        rest = from(rest, 1);
    }
    return skip_comments(&rest) && rest.len == 0;
}
