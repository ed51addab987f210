/* Scalar resolution as yaml.v2 does it. Steps and their order are those of K-2: a table of words, then
 * timestamp, integer, float; whatever is left is a string. */
#include "yaml/resolve.h"

#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "yaml/number.h"

/* ---- Words ----------------------------------------------------------------------------------- */

typedef enum word_meaning { WORD_TRUE, WORD_FALSE, WORD_NULL, WORD_NAN, WORD_INF, WORD_MINUS_INF } word_meaning;

typedef struct word {
    const char *text;
    word_meaning meaning;
} word;

/* All spellings: as they stand, capitalised, in capitals. */
static const word words[] = {
    {"y", WORD_TRUE},       {"Y", WORD_TRUE},       {"yes", WORD_TRUE},     {"Yes", WORD_TRUE},
    {"YES", WORD_TRUE},     {"true", WORD_TRUE},    {"True", WORD_TRUE},    {"TRUE", WORD_TRUE},
    {"on", WORD_TRUE},      {"On", WORD_TRUE},      {"ON", WORD_TRUE},      {"n", WORD_FALSE},
    {"N", WORD_FALSE},      {"no", WORD_FALSE},     {"No", WORD_FALSE},     {"NO", WORD_FALSE},
    {"false", WORD_FALSE},  {"False", WORD_FALSE},  {"FALSE", WORD_FALSE},  {"off", WORD_FALSE},
    {"Off", WORD_FALSE},    {"OFF", WORD_FALSE},    {"~", WORD_NULL},       {"null", WORD_NULL},
    {"Null", WORD_NULL},    {"NULL", WORD_NULL},    {".nan", WORD_NAN},     {".NaN", WORD_NAN},
    {".NAN", WORD_NAN},     {".inf", WORD_INF},     {".Inf", WORD_INF},     {".INF", WORD_INF},
    {"+.inf", WORD_INF},    {"+.Inf", WORD_INF},    {"+.INF", WORD_INF},    {"-.inf", WORD_MINUS_INF},
    {"-.Inf", WORD_MINUS_INF}, {"-.INF", WORD_MINUS_INF},
};

#define LONGEST_WORD 5

/* Infinity and NaN without math.h, which the core does without. */
static double special(word_meaning meaning)
{
    uint64_t bits = meaning == WORD_NAN ? 0x7ff8000000000000u
                    : meaning == WORD_INF ? 0x7ff0000000000000u
                                          : 0xfff0000000000000u;
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static void set_word(kt_scalar *out, word_meaning meaning)
{
    if (meaning == WORD_NULL) {
        out->kind = KT_SCALAR_NULL;
    } else if (meaning <= WORD_FALSE) {
        out->kind = KT_SCALAR_BOOL;
        out->as.boolean = meaning == WORD_TRUE;
    } else {
        out->kind = KT_SCALAR_FLOAT;
        out->as.number = special(meaning);
    }
}

static bool resolve_word(kt_scalar *out, kt_sv text)
{
    if (text.len > LONGEST_WORD)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].text[0] == text.ptr[0] && kt_sv_is(text, words[i].text)) {
            set_word(out, words[i].meaning);
            return true;
        }
    }
    return false;
}

/* ---- Integers -------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static unsigned digit_value(char c)
{
    if (is_digit(c))
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 99;
}

/* The next character that is no '_', or NUL at the end. */
static char next_char(kt_sv text, size_t *at)
{
    while (*at < text.len && text.ptr[*at] == '_')
        (*at)++;
    return *at < text.len ? text.ptr[(*at)++] : '\0';
}

/* All that is left as digits of the base. False: something else is there, nothing is there, or the
 * number is too large. */
static bool read_digits(uint64_t *out, kt_sv text, size_t at, unsigned base)
{
    uint64_t value = 0;
    bool any = false;

    for (char c = next_char(text, &at); c != '\0'; c = next_char(text, &at)) {
        unsigned digit = digit_value(c);
        if (digit >= base || value > (UINT64_MAX - digit) / base)
            return false;
        value = value * base + digit;
        any = true;
    }
    *out = value;
    return any && at == text.len;
}

/* Eat a prefix such as 0x; a lone zero is left where it is. */
static unsigned take_base(kt_sv text, size_t *at)
{
    size_t behind = *at;
    char c;

    if (next_char(text, &behind) != '0')
        return 10;
    c = next_char(text, &behind);
    if (c == '\0')
        return 10;
    if (is_digit(c))
        return 8;
    *at = behind;
    return c == 'x' || c == 'X' ? 16 : c == 'o' || c == 'O' ? 8 : c == 'b' || c == 'B' ? 2 : 0;
}

static bool set_integer(kt_scalar *out, uint64_t value, char sign)
{
    uint64_t top = (uint64_t)INT64_MAX + (sign == '-');

    if (value > top) {
        out->kind = KT_SCALAR_UINT;
        out->as.natural = value;
        return sign == '\0';
    }
    out->kind = KT_SCALAR_INT;
    out->as.integer = sign != '-' ? (int64_t)value : value == 0 ? 0 : -(int64_t)(value - 1) - 1;
    return true;
}

static bool resolve_integer(kt_scalar *out, kt_sv text)
{
    size_t at = 0, behind;
    uint64_t value;
    char sign = next_char(text, &at);
    unsigned base;

    if (sign != '+' && sign != '-') {
        sign = '\0';
        at = 0;
    }
    base = take_base(text, &at);
    if (base == 0)
        return false;
    if (read_digits(&value, text, at, base))
        return set_integer(out, value, sign);
    behind = at;
    if (sign != '\0' || base != 2 || text.ptr[at - 1] != 'b')
        return false;
    sign = next_char(text, &behind); /* 0b-11 (K-2) */
    return (sign == '-' || sign == '+') && read_digits(&value, text, behind, 2)
           && set_integer(out, value, sign);
}

/* ---- Floats ---------------------------------------------------------------------------------- */

/* More digits than decide the rounding of any double; what comes after them only counts as "not zero". */
#define SIGNIFICANT 780

typedef struct decimal_text {
    char text[SIGNIFICANT + 40];
    size_t length;
    size_t digits;
    int64_t exponent; /* of the last digit */
} decimal_text;

static void add_digit(decimal_text *out, char digit, bool fraction)
{
    if (out->digits == 0 && digit == '0') {
        out->exponent -= fraction;
        return;
    }
    if (out->digits < SIGNIFICANT) {
        out->text[out->length++] = digit;
        out->digits++;
        out->exponent -= fraction;
    } else {
        if (digit != '0')
            out->text[out->length - 1] |= 1;
        out->exponent += !fraction;
    }
}

static void add_exponent(decimal_text *out, int64_t exponent)
{
    int64_t sum = out->exponent + exponent;
    uint64_t size = sum < 0 ? (uint64_t)-sum : (uint64_t)sum;
    char digits[20];
    size_t count = 0;

    if (size > 100000)
        size = 100000;
    out->text[out->length++] = 'e';
    if (sum < 0)
        out->text[out->length++] = '-';
    do
        digits[count++] = (char)('0' + size % 10);
    while (size /= 10);
    while (count > 0)
        out->text[out->length++] = digits[--count];
}

static int64_t read_exponent(kt_sv text, size_t at)
{
    int64_t value = 0;
    bool negative = false;

    for (; at < text.len; at++) {
        if (text.ptr[at] == '-')
            negative = true;
        else if (is_digit(text.ptr[at]) && value < INT64_MAX / 100)
            value = value * 10 + (text.ptr[at] - '0');
    }
    return negative ? -value : value;
}

bool kt_scalar_read_float(double *out, kt_sv text)
{
    decimal_text decimal = {{0}, 0, 0, 0};
    bool fraction = false;
    int64_t exponent = 0;
    kt_sv view;

    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        if (c == '-')
            decimal.text[decimal.length++] = '-';
        else if (c == '.')
            fraction = true;
        else if (is_digit(c))
            add_digit(&decimal, c, fraction);
        else if (c == 'e' || c == 'E') {
            exponent = read_exponent(text, at + 1);
            break;
        }
    }
    if (decimal.digits == 0) {
        decimal.text[decimal.length++] = '0';
        decimal.exponent = exponent = 0;
    }
    add_exponent(&decimal, exponent);
    view.ptr = decimal.text;
    view.len = decimal.length;
    return kt_double_parse(out, view);
}

/* Digits, of which '_' may be part if it stands between two when `strict`. */
static size_t skip_digits(kt_sv text, size_t at, bool strict, bool *any)
{
    *any = false;
    while (at < text.len) {
        char c = text.ptr[at];
        if (is_digit(c))
            *any = true;
        else if (c != '_' || (strict && (!*any || at + 1 == text.len || !is_digit(text.ptr[at + 1]))))
            break;
        at++;
    }
    return at;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? with '_' ignored, or, when the text starts with
 * '.', between digits only. */
static bool is_float(kt_sv text)
{
    bool strict = text.ptr[0] == '.', whole, part = false;
    size_t at = 0, behind;

    if (text.ptr[0] == '+' || text.ptr[0] == '-')
        at++;
    at = skip_digits(text, at, strict, &whole);
    if (at < text.len && text.ptr[at] == '.')
        at = skip_digits(text, at + 1, strict, &part);
    if (!whole && !part)
        return false;
    if (at == text.len)
        return true;
    if (text.ptr[at] != 'e' && text.ptr[at] != 'E')
        return false;
    behind = at + 1;
    while (!strict && behind < text.len && text.ptr[behind] == '_')
        behind++;
    if (behind < text.len && (text.ptr[behind] == '+' || text.ptr[behind] == '-'))
        behind++;
    return skip_digits(text, behind, strict, &part) == text.len && part;
}

static bool resolve_float(kt_scalar *out, kt_sv text)
{
    double number;

    if (!is_float(text) || !kt_scalar_read_float(&number, text))
        return false;
    out->kind = KT_SCALAR_FLOAT;
    out->as.number = number;
    return true;
}

/* ---- Plain scalars --------------------------------------------------------------------------- */

static bool is_hint(char c)
{
    return is_digit(c) || strchr("+-.~yYnNtTfFoO", c) != NULL;
}

static void set_string(kt_scalar *out, kt_sv text)
{
    out->kind = KT_SCALAR_STRING;
    out->text = text;
}

/* K-2, with timestamps only where yaml.v2 looks for them. */
static void resolve(kt_scalar *out, kt_sv text, bool timestamps)
{
    char first = text.len > 0 ? text.ptr[0] : '~';

    set_string(out, text);
    if (text.len == 0)
        out->kind = KT_SCALAR_NULL;
    if (text.len == 0 || first == '\0' || !is_hint(first) || resolve_word(out, text))
        return;
    if (first == '.') {
        if (resolve_float(out, text))
            return;
    } else if ((is_digit(first) || first == '+' || first == '-') && !memchr(text.ptr, '\0', text.len)) {
        if (timestamps && kt_scalar_is_timestamp(text))
            out->kind = KT_SCALAR_TIMESTAMP;
        else if (resolve_integer(out, text) || resolve_float(out, text))
            return;
        if (out->kind == KT_SCALAR_TIMESTAMP)
            return;
    }
    out->kind = KT_SCALAR_STRING;
}

void kt_scalar_resolve(kt_scalar *out, kt_sv text)
{
    resolve(out, text, true);
}

/* ---- Tags ------------------------------------------------------------------------------------ */

#define LONG_PREFIX "tag:yaml.org,2002:"

static const char *const kind_tags[] = {"!!null",  "!!bool", "!!int",       "!!int",
                                        "!!float", "!!str",  "!!timestamp", "!!binary"};

const char *kt_scalar_tag(kt_scalar_kind kind)
{
    return kind_tags[kind];
}

kt_sv kt_tag_short(kt_arena *arena, kt_sv tag)
{
    if (!kt_sv_starts(tag, KT_SV(LONG_PREFIX)))
        return tag;
    return kt_arena_format(arena, "!!%v", kt_sv_slice(tag, sizeof LONG_PREFIX - 1, tag.len));
}

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c != '\0' ? strchr(digits, c) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* Strict base64 in which line breaks may stand; the decoded length, or SIZE_MAX. */
static size_t decode_base64(char *out, kt_sv text)
{
    uint32_t bits = 0;
    size_t count = 0, length = 0, padding = 0;

    for (size_t i = 0; i < text.len; i++) {
        int value = base64_value(text.ptr[i]);
        if (text.ptr[i] == '\n' || text.ptr[i] == '\r')
            continue;
        padding += text.ptr[i] == '=';
        if (value < 0 && text.ptr[i] != '=')
            return SIZE_MAX;
        if (padding > 0 && (value >= 0 || padding > 2 || count % 4 < 2))
            return SIZE_MAX;
        bits = bits << 6 | (uint32_t)(value < 0 ? 0 : value);
        if (++count % 4 == 0)
            for (size_t k = 0; k < 3 - padding; k++)
                out[length++] = (char)(bits >> (16 - 8 * k) & 0xff);
    }
    return count % 4 == 0 ? length : SIZE_MAX;
}

/* JSON carries UTF-8: each byte that is part of none is one U+FFFD. */
static kt_tag_result resolve_binary(kt_scalar *out, kt_arena *arena, kt_sv text)
{
    char *bytes = kt_arena_alloc(arena, text.len), *clean;
    kt_sv raw;
    size_t length;

    if (!bytes)
        return KT_TAG_NOMEM;
    raw.ptr = bytes;
    raw.len = decode_base64(bytes, text);
    if (raw.len == SIZE_MAX)
        return KT_TAG_BASE64;
    set_string(out, raw);
    if (kt_utf8_valid(raw))
        return KT_TAG_OK;
    clean = kt_arena_alloc(arena, raw.len * 3);
    if (!clean)
        return KT_TAG_NOMEM;
    length = 0;
    for (size_t at = 0; at < raw.len;) {
        size_t here = at;
        uint32_t point = kt_utf8_next(raw, &at);
        if (point == KT_UTF8_INVALID)
            at = here + 1;
        length += kt_utf8_put(clean + length, point == KT_UTF8_INVALID ? 0xFFFD : point);
    }
    out->kind = KT_SCALAR_BINARY;
    out->text.ptr = clean;
    out->text.len = length;
    return KT_TAG_OK;
}

kt_tag_result kt_scalar_resolve_tagged(kt_scalar *out, kt_arena *arena, kt_sv tag, kt_sv text)
{
    static const struct {
        const char *tag;
        kt_scalar_kind kind;
    } known[] = {{"bool", KT_SCALAR_BOOL}, {"int", KT_SCALAR_INT}, {"float", KT_SCALAR_FLOAT},
                 {"null", KT_SCALAR_NULL}, {"timestamp", KT_SCALAR_TIMESTAMP}};
    kt_sv name = kt_sv_slice(tag, sizeof LONG_PREFIX - 1, tag.len);

    set_string(out, text);
    if (!kt_sv_starts(tag, KT_SV(LONG_PREFIX)))
        return KT_TAG_OK;
    if (kt_sv_is(name, "binary"))
        return resolve_binary(out, arena, text);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!kt_sv_is(name, known[i].tag))
            continue;
        resolve(out, text, known[i].kind == KT_SCALAR_TIMESTAMP);
        if (out->kind == KT_SCALAR_INT && known[i].kind == KT_SCALAR_FLOAT) {
            out->kind = KT_SCALAR_FLOAT;
            out->as.number = (double)out->as.integer;
        }
        if (out->kind == KT_SCALAR_UINT && known[i].kind == KT_SCALAR_INT)
            return KT_TAG_OK;
        return out->kind == known[i].kind ? KT_TAG_OK : KT_TAG_MISMATCH;
    }
    return KT_TAG_OK;
}

/* ---- Numbers and keys ------------------------------------------------------------------------ */

/* Below this every integer is a double, so that no digit is padded. */
#define EXACT 9007199254740992.0

static bool is_padded_integer(int64_t *out, double number)
{
    kt_decimal decimal;
    uint64_t value = 0;

    kt_decimal_from_double(&decimal, number);
    if (decimal.point < decimal.count || decimal.point > 19)
        return false;
    for (int i = 0; i < decimal.point; i++) {
        unsigned digit = i < decimal.count ? (unsigned)(decimal.digits[i] - '0') : 0;
        if (value > ((uint64_t)INT64_MAX + 1 - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (value > (uint64_t)INT64_MAX + decimal.negative)
        return false;
    *out = decimal.negative ? (value == 0 ? 0 : -(int64_t)(value - 1) - 1) : (int64_t)value;
    return true;
}

void kt_value_set_number(kt_value *out, double number)
{
    int64_t integer;

    if (number > -EXACT && number < EXACT) {
        integer = (int64_t)number;
        if ((double)integer != number) {
            out->type = KT_TYPE_FLOAT;
            out->as.number = number;
            return;
        }
    } else if (!is_padded_integer(&integer, number)) {
        out->type = KT_TYPE_FLOAT;
        out->as.number = number;
        return;
    }
    out->type = KT_TYPE_INT;
    out->as.integer = integer;
}

/* Doubles from here on round to an infinite float. */
#define FLOAT_OVERFLOW 3.4028235677973366e38

static kt_sv float_key(double number, kt_arena *arena)
{
    char text[KT_NUMBER_TEXT];
    kt_sv view = {text, 0};

    if (number != number)
        return KT_SV(".nan");
    if (number >= FLOAT_OVERFLOW)
        return KT_SV(".inf");
    if (number <= -FLOAT_OVERFLOW)
        return KT_SV("-.inf");
    view.len = kt_number_print_yaml_float(text, (float)number);
    return kt_arena_copy(arena, view);
}

kt_sv kt_scalar_key(const kt_scalar *scalar, kt_arena *arena)
{
    switch (scalar->kind) {
    case KT_SCALAR_BOOL:
        return scalar->as.boolean ? KT_SV("true") : KT_SV("false");
    case KT_SCALAR_INT:
        return kt_arena_format(arena, "%d", scalar->as.integer);
    case KT_SCALAR_FLOAT:
        return float_key(scalar->as.number, arena);
    default:
        return scalar->text;
    }
}

/* ---- Timestamps (Y-12) ----------------------------------------------------------------------- */

/* One or two digits in [low, high]. */
static bool take_field(kt_sv text, size_t *at, unsigned low, unsigned high, unsigned *value)
{
    size_t start = *at;

    *value = 0;
    while (*at < text.len && *at < start + 2 && is_digit(text.ptr[*at]))
        *value = *value * 10 + (unsigned)(text.ptr[(*at)++] - '0');
    return *at > start && *value >= low && *value <= high;
}

static bool take_char(kt_sv text, size_t *at, char c)
{
    if (*at == text.len || text.ptr[*at] != c)
        return false;
    (*at)++;
    return true;
}

static unsigned days_of(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (unsigned)(month == 2 && leap);
}

/* h:m:s and a fraction. */
static bool take_time(kt_sv text, size_t *at)
{
    unsigned value;
    size_t start;

    if (!take_field(text, at, 0, 23, &value) || !take_char(text, at, ':')
        || !take_field(text, at, 0, 59, &value) || !take_char(text, at, ':')
        || !take_field(text, at, 0, 59, &value))
        return false;
    start = *at;
    if (!take_char(text, at, '.') && !take_char(text, at, ','))
        return true;
    while (*at < text.len && is_digit(text.ptr[*at]))
        (*at)++;
    if (*at == start + 1)
        *at = start;
    return true;
}

static bool take_zone(kt_sv text, size_t *at)
{
    size_t start = *at;
    unsigned value;

    if (take_char(text, at, 'Z'))
        return true;
    if (!take_char(text, at, '+') && !take_char(text, at, '-'))
        return false;
    return take_field(text, at, 0, 24, &value) && *at == start + 3 && take_char(text, at, ':')
           && take_field(text, at, 0, 60, &value) && *at == start + 6;
}

bool kt_scalar_is_timestamp(kt_sv text)
{
    size_t at = 4;
    unsigned year = 0, month, day;

    if (text.len < 5 || text.ptr[4] != '-')
        return false;
    for (size_t i = 0; i < 4; i++) {
        if (!is_digit(text.ptr[i]))
            return false;
        year = year * 10 + (unsigned)(text.ptr[i] - '0');
    }
    if (!take_char(text, &at, '-') || !take_field(text, &at, 1, 12, &month) || !take_char(text, &at, '-')
        || !take_field(text, &at, 1, 31, &day) || day > days_of(year, month))
        return false;
    if (at == text.len)
        return true;
    if (take_char(text, &at, 'T') || take_char(text, &at, 't'))
        return take_time(text, &at) && take_zone(text, &at) && at == text.len;
    if (!take_char(text, &at, ' '))
        return false;
    while (take_char(text, &at, ' '))
        continue;
    return take_time(text, &at) && at == text.len;
}
