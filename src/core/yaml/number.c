/* Doubles and decimals: scanning, the choice between the quick and the exact way, and the text formats. */
#include "yaml/number.h"

#include <string.h>

#include "yaml/number_parts.h"

const kt_float_format kt_format_double = {53, -1074, (uint64_t)0x7ff << 52, false};
const kt_float_format kt_format_float = {24, -149, (uint64_t)0xff << 23, true};

/* ---- Reading ------------------------------------------------------------------------------ */

#define HEAD_DIGITS 19 /* fit 64 bits */

/* Beyond these positions of the point every format has overflowed, or is zero. */
#define POINT_MAX 310
#define POINT_MIN (-330)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The text from its next byte on. */
typedef struct reader {
    const char *at, *end;
    bool grouped; /* pass over underscores */
} reader;

/* The next byte, 0 at the end. */
static char peek(reader *in)
{
    while (in->grouped && in->at < in->end && *in->at == '_')
        in->at++;
    return in->at < in->end ? *in->at : '\0';
}

static bool take(reader *in, char byte)
{
    if (peek(in) != byte || in->at == in->end)
        return false;
    in->at++;
    return true;
}

static void scan_digit(kt_scanned *out, char digit)
{
    if (out->head_count < HEAD_DIGITS) {
        out->head = out->head * 10 + (uint64_t)(digit - '0');
        out->head_count++;
    } else {
        out->more = out->more || digit != '0';
    }
}

/* The digits and their point, whose position is counted in 64 bits: texts are long. */
static bool scan_mantissa(kt_scanned *out, reader *in, int64_t *point)
{
    bool any = false, fraction = false;

    for (;;) {
        char c = peek(in);
        if (!is_digit(c)) {
            if (c != '.' || fraction)
                break;
            fraction = true;
        } else if (out->head_count > 0 || c != '0') {
            if (out->head_count == 0)
                out->digits.ptr = in->at;
            scan_digit(out, c);
            *point += !fraction;
            any = true;
        } else {
            *point -= fraction;
            any = true;
        }
        in->at++;
    }
    if (out->head_count > 0)
        out->digits.len = (size_t)(in->at - out->digits.ptr);
    return any;
}

static bool scan_exponent(reader *in, int64_t *point)
{
    int64_t exponent = 0;
    bool negative;

    if (!take(in, 'e') && !take(in, 'E'))
        return true;
    negative = take(in, '-');
    if (!negative)
        take(in, '+');
    if (!is_digit(peek(in)))
        return false;
    for (; is_digit(peek(in)); in->at++)
        if (exponent < 10000)
            exponent = exponent * 10 + (*in->at - '0');
    *point += negative ? -exponent : exponent;
    return true;
}

static bool scan(kt_scanned *out, kt_sv text, bool grouped)
{
    reader in = {text.ptr, text.ptr + text.len, grouped};
    int64_t point = 0;

    memset(out, 0, sizeof *out);
    if (text.len == 0)
        return false;
    out->negative = take(&in, '-');
    if (!out->negative)
        take(&in, '+');
    if (!scan_mantissa(out, &in, &point) || !scan_exponent(&in, &point))
        return false;
    peek(&in);
    out->point = point > POINT_MAX ? POINT_MAX + 1 : point < POINT_MIN ? POINT_MIN - 1 : (int)point;
    return in.at == in.end;
}

/* The bits of the nearest number, without its sign. False: it overflows. */
static bool to_bits(uint64_t *out, const kt_scanned *in, const kt_float_format *format)
{
    *out = 0;
    if (in->head_count == 0 || in->point < POINT_MIN)
        return true;
    if (in->point > POINT_MAX)
        return false;
    if (!kt_bits_quick(out, in, format))
        *out = kt_bits_exact(in, format);
    return *out < format->infinity;
}

static bool parse_double(double *out, kt_sv text, bool grouped)
{
    kt_scanned scanned;
    uint64_t bits;

    if (!scan(&scanned, text, grouped) || !to_bits(&bits, &scanned, &kt_format_double))
        return false;
    bits |= (uint64_t)scanned.negative << 63;
    memcpy(out, &bits, sizeof bits);
    return true;
}

bool kt_double_parse(double *out, kt_sv text)
{
    return parse_double(out, text, false);
}

bool kt_double_parse_grouped(double *out, kt_sv text)
{
    return parse_double(out, text, true);
}

bool kt_float_parse(float *out, kt_sv text)
{
    kt_scanned scanned;
    uint64_t bits;
    uint32_t narrow;

    if (!scan(&scanned, text, false) || !to_bits(&bits, &scanned, &kt_format_float))
        return false;
    narrow = (uint32_t)bits | (uint32_t)scanned.negative << 31;
    memcpy(out, &narrow, sizeof narrow);
    return true;
}

/* ---- Shortest digits ---------------------------------------------------------------------- */

static void from_bits(kt_decimal *out, uint64_t bits, const kt_float_format *format)
{
    const uint64_t hidden = (uint64_t)1 << (format->bits - 1);
    uint64_t fraction = bits & (hidden - 1);
    int biased = (int)(bits >> (format->bits - 1));
    kt_binary number = {biased == 0 ? fraction : fraction | hidden,
                        format->min_exponent + (biased == 0 ? 0 : biased - 1), fraction == 0 && biased > 1};

    if (number.mantissa == 0) {
        out->digits[0] = '0';
        out->count = 1;
        out->point = 1;
    } else if (!kt_decimal_quick(out, &number)) {
        kt_decimal_exact(out, &number, format);
    }
}

void kt_decimal_from_double(kt_decimal *out, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    out->negative = bits >> 63 != 0;
    from_bits(out, bits & ~((uint64_t)1 << 63), &kt_format_double);
}

void kt_decimal_from_float(kt_decimal *out, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    out->negative = bits >> 31 != 0;
    from_bits(out, bits & ~((uint32_t)1 << 31), &kt_format_float);
}

/* ---- Text --------------------------------------------------------------------------------- */

typedef struct text {
    char *at; /* where the next byte goes */
} text;

static void put(text *out, char byte)
{
    *out->at++ = byte;
}

/* Digits [from, to) of the number, zeros where it has none. */
static void put_digits(text *out, const kt_decimal *in, int from, int to)
{
    for (int i = from; i < to; i++)
        put(out, i >= 0 && i < in->count ? in->digits[i] : '0');
}

static void put_plain(text *out, const kt_decimal *in)
{
    if (in->point > 0)
        put_digits(out, in, 0, in->point);
    else
        put(out, '0');
    if (in->count <= in->point)
        return;
    put(out, '.');
    put_digits(out, in, in->point, in->count);
}

/* d.ddde±dd, with at least `width` digits in the exponent. */
static void put_scientific(text *out, const kt_decimal *in, int width)
{
    int exponent = in->point - 1, size = exponent < 0 ? -exponent : exponent;

    put(out, in->digits[0]);
    if (in->count > 1) {
        put(out, '.');
        put_digits(out, in, 1, in->count);
    }
    put(out, 'e');
    put(out, exponent < 0 ? '-' : '+');
    if (size >= 100)
        put(out, (char)('0' + size / 100));
    if (size >= 10 || width > 1)
        put(out, (char)('0' + size / 10 % 10));
    put(out, (char)('0' + size % 10));
}

/* Y-4: the exponent form outside of [1e-4, 1e6). */
static size_t print_yaml(char *out, const kt_decimal *in)
{
    text to = {out};

    if (in->negative)
        put(&to, '-');
    if (in->point - 1 < -4 || in->point - 1 >= 6)
        put_scientific(&to, in, 2);
    else
        put_plain(&to, in);
    return (size_t)(to.at - out);
}

size_t kt_number_print_yaml(char out[KT_NUMBER_TEXT], double value)
{
    kt_decimal decimal;

    kt_decimal_from_double(&decimal, value);
    return print_yaml(out, &decimal);
}

size_t kt_number_print_yaml_float(char out[KT_NUMBER_TEXT], float value)
{
    kt_decimal decimal;

    kt_decimal_from_float(&decimal, value);
    return print_yaml(out, &decimal);
}

size_t kt_number_print_json(char out[KT_NUMBER_TEXT], double value)
{
    kt_decimal decimal;
    text to = {out};

    kt_decimal_from_double(&decimal, value);
    if (decimal.negative)
        put(&to, '-');
    if (value != 0 && (decimal.point < -5 || decimal.point > 21))
        put_scientific(&to, &decimal, 1);
    else
        put_plain(&to, &decimal);
    return (size_t)(to.at - out);
}
