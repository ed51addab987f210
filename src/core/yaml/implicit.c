/* The typing of plain scalars (K-2, Y-12). The first byte tells what a text may be; nearly all can only be
 * strings. */
#include "yaml/implicit.h"

#include <string.h>

#include "yaml/number.h"

/* What a first byte allows. */
enum { ONLY_STRING, WORD, DOT, NUMBER };

static int hint(unsigned char first)
{
    if ((first >= '0' && first <= '9') || first == '+' || first == '-')
        return NUMBER;
    if (first == '.')
        return DOT;
    return first != 0 && strchr("yYnNtTfFoO~", first) ? WORD : ONLY_STRING;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static kt_implicit string_result(void)
{
    kt_implicit result;

    memset(&result, 0, sizeof result);
    return result;
}

static kt_implicit integer_result(int64_t value)
{
    kt_implicit result = string_result();

    result.type = KT_IMPLICIT_INT;
    result.as.integer = value;
    return result;
}

static kt_implicit float_result(double value)
{
    kt_implicit result = string_result();

    result.type = KT_IMPLICIT_FLOAT;
    result.as.number = value;
    return result;
}

/* ---- Words -------------------------------------------------------------------------------- */

#define LONGEST_WORD 5

typedef struct word {
    char text[LONGEST_WORD + 1];
    unsigned char type; /* kt_implicit_type */
    bool truth;
} word;

static const word words[] = {
    {"y", KT_IMPLICIT_BOOL, true},      {"Y", KT_IMPLICIT_BOOL, true},
    {"yes", KT_IMPLICIT_BOOL, true},    {"Yes", KT_IMPLICIT_BOOL, true},
    {"YES", KT_IMPLICIT_BOOL, true},    {"true", KT_IMPLICIT_BOOL, true},
    {"True", KT_IMPLICIT_BOOL, true},   {"TRUE", KT_IMPLICIT_BOOL, true},
    {"on", KT_IMPLICIT_BOOL, true},     {"On", KT_IMPLICIT_BOOL, true},
    {"ON", KT_IMPLICIT_BOOL, true},     {"n", KT_IMPLICIT_BOOL, false},
    {"N", KT_IMPLICIT_BOOL, false},     {"no", KT_IMPLICIT_BOOL, false},
    {"No", KT_IMPLICIT_BOOL, false},    {"NO", KT_IMPLICIT_BOOL, false},
    {"false", KT_IMPLICIT_BOOL, false}, {"False", KT_IMPLICIT_BOOL, false},
    {"FALSE", KT_IMPLICIT_BOOL, false}, {"off", KT_IMPLICIT_BOOL, false},
    {"Off", KT_IMPLICIT_BOOL, false},   {"OFF", KT_IMPLICIT_BOOL, false},
    {"~", KT_IMPLICIT_NULL, false},     {"null", KT_IMPLICIT_NULL, false},
    {"Null", KT_IMPLICIT_NULL, false},  {"NULL", KT_IMPLICIT_NULL, false},
};

static kt_implicit resolve_word(kt_sv text)
{
    kt_implicit result = string_result();

    if (text.len > LONGEST_WORD)
        return result;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].text[text.len] != '\0' || memcmp(words[i].text, text.ptr, text.len) != 0)
            continue;
        result.type = (kt_implicit_type)words[i].type;
        result.as.boolean = words[i].truth;
        break;
    }
    return result;
}

static double from_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool one_of(kt_sv text, const char *a, const char *b, const char *c)
{
    return text.len == 4
           && (memcmp(text.ptr, a, 4) == 0 || memcmp(text.ptr, b, 4) == 0 || memcmp(text.ptr, c, 4) == 0);
}

/* .inf with a sign or none, .nan without. */
static bool resolve_special(double *out, kt_sv text)
{
    const uint64_t infinity = (uint64_t)0x7ff << 52, quiet = (uint64_t)1 << 51, sign = (uint64_t)1 << 63;
    bool is_signed = text.ptr[0] == '+' || text.ptr[0] == '-';
    kt_sv body = {text.ptr + is_signed, text.len - is_signed};

    if (one_of(body, ".inf", ".Inf", ".INF"))
        *out = from_bits(infinity | (text.ptr[0] == '-' ? sign : 0));
    else if (!is_signed && one_of(body, ".nan", ".NaN", ".NAN"))
        *out = from_bits(infinity | quiet);
    else
        return false;
    return true;
}

/* ---- Numbers ------------------------------------------------------------------------------ */

/* The next byte but underscores, which count nowhere in a number; 0 at the end. */
static char peek(kt_sv *rest)
{
    while (rest->len > 0 && rest->ptr[0] == '_') {
        rest->ptr++;
        rest->len--;
    }
    return rest->len > 0 ? rest->ptr[0] : '\0';
}

static char take(kt_sv *rest)
{
    char byte = peek(rest);

    if (rest->len > 0) {
        rest->ptr++;
        rest->len--;
    }
    return byte;
}

/* '+' or '-' if one stands there, else 0. */
static char take_sign(kt_sv *rest)
{
    char byte = peek(rest);

    return byte == '+' || byte == '-' ? take(rest) : '\0';
}

static unsigned digit_value(char c)
{
    if (is_digit(c))
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 16;
}

/* All the rest as digits of the base. False: another byte, or too large. */
static bool read_digits(uint64_t *out, kt_sv rest, unsigned base)
{
    *out = 0;
    while (peek(&rest) != '\0') {
        unsigned digit = digit_value(take(&rest));
        if (digit >= base || *out > (UINT64_MAX - digit) / base)
            return false;
        *out = *out * base + digit;
    }
    return rest.len == 0;
}

/* 0b, 0o or 0x, else a leading zero, says the base; nothing of a prefix may stand alone. */
static bool read_natural(uint64_t *out, kt_sv rest)
{
    static const struct { char letter; unsigned base; } prefixes[] = {{'b', 2}, {'o', 8}, {'x', 16}};

    if (peek(&rest) == '\0')
        return false;
    if (peek(&rest) != '0')
        return read_digits(out, rest, 10);
    take(&rest);
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if ((peek(&rest) | 0x20) != prefixes[i].letter)
            continue;
        take(&rest);
        return peek(&rest) != '\0' && read_digits(out, rest, prefixes[i].base);
    }
    return read_digits(out, rest, 8);
}

static bool apply_sign(kt_implicit *out, uint64_t natural, char sign)
{
    const uint64_t limit = (uint64_t)INT64_MAX + (sign == '-');

    if (natural > limit) {
        out->type = KT_IMPLICIT_UINT;
        out->as.natural = natural;
        return sign == '\0';
    }
    *out = integer_result(sign != '-' ? (int64_t)natural
                          : natural > (uint64_t)INT64_MAX ? INT64_MIN
                                                          : -(int64_t)natural);
    return true;
}

/* yaml.v2 also reads a sign behind a lower-case 0b. */
static bool resolve_inner_sign(kt_implicit *out, kt_sv text)
{
    uint64_t natural;
    char sign;

    if (take(&text) != '0' || take(&text) != 'b')
        return false;
    sign = take_sign(&text);
    return sign != '\0' && peek(&text) != '\0' && read_digits(&natural, text, 2)
           && apply_sign(out, natural, sign);
}

static bool resolve_integer(kt_implicit *out, kt_sv text)
{
    kt_sv rest = text;
    char sign = take_sign(&rest);
    uint64_t natural;

    if (read_natural(&natural, rest) && apply_sign(out, natural, sign))
        return true;
    return resolve_inner_sign(out, text);
}

static kt_implicit resolve_number(kt_sv text)
{
    kt_implicit result = string_result();
    double value;

    if (kt_implicit_is_timestamp(text)) {
        result.type = KT_IMPLICIT_TIMESTAMP;
        return result;
    }
    if (resolve_integer(&result, text))
        return result;
    return kt_double_parse_grouped(&value, text) ? float_result(value) : string_result();
}

/* Behind a leading point underscores stand between digits only. */
static kt_implicit resolve_fraction(kt_sv text)
{
    double value;

    for (size_t i = 1; i < text.len; i++)
        if (text.ptr[i] == '_'
            && (!is_digit(text.ptr[i - 1]) || i + 1 == text.len || !is_digit(text.ptr[i + 1])))
            return string_result();
    return kt_double_parse_grouped(&value, text) ? float_result(value) : string_result();
}

/* ---- Timestamps (Y-12) -------------------------------------------------------------------- */

static bool take_byte(kt_sv *rest, char byte)
{
    if (rest->len == 0 || rest->ptr[0] != byte)
        return false;
    rest->ptr++;
    rest->len--;
    return true;
}

/* A number of `shortest` to `longest` digits within [low, high]. */
static bool take_number(int *out, kt_sv *rest, int shortest, int longest, int low, int high)
{
    int count = 0;

    for (*out = 0; count < longest && rest->len > 0 && is_digit(rest->ptr[0]); count++) {
        *out = *out * 10 + (rest->ptr[0] - '0');
        rest->ptr++;
        rest->len--;
    }
    return count >= shortest && *out >= low && *out <= high;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

static bool take_date(kt_sv *rest)
{
    int year, month, day;

    return take_number(&year, rest, 4, 4, 0, 9999) && take_byte(rest, '-')
           && take_number(&month, rest, 1, 2, 1, 12) && take_byte(rest, '-')
           && take_number(&day, rest, 1, 2, 1, days_of(year, month));
}

/* h:m:s and any number of digits of a second. */
static bool take_time(kt_sv *rest)
{
    int part;

    if (!take_number(&part, rest, 1, 2, 0, 23) || !take_byte(rest, ':')
        || !take_number(&part, rest, 1, 2, 0, 59) || !take_byte(rest, ':')
        || !take_number(&part, rest, 1, 2, 0, 59))
        return false;
    if (rest->len < 2 || (rest->ptr[0] != '.' && rest->ptr[0] != ',') || !is_digit(rest->ptr[1]))
        return true;
    rest->ptr++;
    rest->len--;
    while (rest->len > 0 && is_digit(rest->ptr[0]))
        take_byte(rest, rest->ptr[0]);
    return true;
}

static bool take_zone(kt_sv *rest)
{
    int part;

    if (take_byte(rest, 'Z'))
        return true;
    return (take_byte(rest, '+') || take_byte(rest, '-')) && take_number(&part, rest, 2, 2, 0, 24)
           && take_byte(rest, ':') && take_number(&part, rest, 2, 2, 0, 60);
}

bool kt_implicit_is_timestamp(kt_sv text)
{
    if (!take_date(&text))
        return false;
    if (text.len == 0)
        return true;
    if (take_byte(&text, 'T') || take_byte(&text, 't'))
        return take_time(&text) && take_zone(&text) && text.len == 0;
    if (!take_byte(&text, ' '))
        return false;
    while (take_byte(&text, ' '))
        ;
    return take_time(&text) && text.len == 0;
}

/* ---- All together ------------------------------------------------------------------------- */

kt_implicit kt_implicit_resolve(kt_sv text)
{
    kt_implicit result = string_result();
    int kind;
    double special;

    if (text.len == 0) {
        result.type = KT_IMPLICIT_NULL;
        return result;
    }
    kind = hint((unsigned char)text.ptr[0]);
    if (kind == ONLY_STRING)
        return result;
    if (kind == WORD)
        return resolve_word(text);
    if (resolve_special(&special, text))
        return float_result(special);
    return kind == DOT ? resolve_fraction(text) : resolve_number(text);
}

bool kt_implicit_is_string(kt_sv text)
{
    int kind;

    if (text.len == 0)
        return false;
    kind = hint((unsigned char)text.ptr[0]);
    if (kind == ONLY_STRING || (kind == WORD && text.len > LONGEST_WORD))
        return true;
    return kt_implicit_resolve(text).type == KT_IMPLICIT_STRING;
}
