/* Conversion by long integers: slow and always right. */
#include "yaml/number_parts.h"

#include <string.h>

/* A natural number, least significant word first. The largest here are 801 digits, or 10^1131, and a few
 * bits to shift: below 4,000 bits. */
#define BIG_WORDS 128

typedef struct big {
    uint32_t words[BIG_WORDS];
    size_t count; /* without leading zeros */
} big;

/* So many digits decide every case: a half-way point between two doubles has at most 768. */
#define EXACT_DIGITS 800

static void big_from(big *x, uint64_t value)
{
    x->count = 0;
    for (; value > 0; value >>= 32)
        x->words[x->count++] = (uint32_t)value;
}

static void big_push(big *x, uint64_t word)
{
    if (word > 0 && x->count < BIG_WORDS)
        x->words[x->count++] = (uint32_t)word;
}

/* x = x × factor + addend */
static void big_multiply(big *x, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;

    for (size_t i = 0; i < x->count; i++) {
        carry += (uint64_t)x->words[i] * factor;
        x->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    big_push(x, carry);
}

static void big_shift(big *x, int bits)
{
    size_t words = (size_t)(bits / 32);

    if (x->count == 0)
        return;
    big_multiply(x, (uint32_t)1 << bits % 32, 0);
    if (words == 0 || x->count + words > BIG_WORDS)
        return;
    memmove(x->words + words, x->words, x->count * sizeof x->words[0]);
    memset(x->words, 0, words * sizeof x->words[0]);
    x->count += words;
}

static void big_multiply_power_of_ten(big *x, int power)
{
    const uint32_t five_13 = 1220703125;

    for (int rest = power; rest > 0; rest -= 13) {
        uint32_t factor = five_13;
        if (rest < 13)
            for (factor = 1; rest > 0; rest--)
                factor *= 5;
        big_multiply(x, factor, 0);
    }
    big_shift(x, power);
}

static int big_compare(const big *a, const big *b)
{
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (size_t i = a->count; i-- > 0;)
        if (a->words[i] != b->words[i])
            return a->words[i] < b->words[i] ? -1 : 1;
    return 0;
}

/* The sign of a + b - c. */
static int big_compare_sum(const big *a, const big *b, const big *c)
{
    big sum = a->count >= b->count ? *a : *b;
    const big *other = a->count >= b->count ? b : a;
    uint64_t carry = 0;

    for (size_t i = 0; i < sum.count; i++) {
        carry += (uint64_t)sum.words[i] + (i < other->count ? other->words[i] : 0);
        sum.words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    big_push(&sum, carry);
    return big_compare(&sum, c);
}

/* a -= b, which is not larger. */
static void big_subtract(big *a, const big *b)
{
    uint64_t borrow = 0;

    for (size_t i = 0; i < a->count; i++) {
        uint64_t part = (uint64_t)a->words[i] - (i < b->count ? b->words[i] : 0) - borrow;
        a->words[i] = (uint32_t)part;
        borrow = part >> 63;
    }
    while (a->count > 0 && a->words[a->count - 1] == 0)
        a->count--;
}

static int big_bits(const big *x)
{
    int bits = (int)x->count * 32;

    for (uint32_t top = x->words[x->count - 1]; top >> 31 == 0; top <<= 1)
        bits--;
    return bits;
}

/* ---- Decimal to binary -------------------------------------------------------------------- */

/* The digits as an integer; returns how many there are. Beyond EXACT_DIGITS one '1' stands for the rest. */
static int big_from_digits(big *x, const kt_scanned *in)
{
    int count = 0;
    bool rest = false;

    big_from(x, 0);
    for (size_t i = 0; i < in->digits.len && !rest; i++) {
        if (in->digits.ptr[i] < '0' || in->digits.ptr[i] > '9')
            continue;
        if (count == EXACT_DIGITS) {
            rest = in->digits.ptr[i] != '0';
            continue;
        }
        big_multiply(x, 10, (uint32_t)(in->digits.ptr[i] - '0'));
        count++;
    }
    if (!rest)
        return count;
    big_multiply(x, 10, 1);
    return count + 1;
}

/* Shift one of the two so that 1 <= a / b < 2; returns e where the old a / b is the new one × 2^e. */
static int big_normalize(big *a, big *b)
{
    int e = big_bits(a) - big_bits(b);

    if (e >= 0)
        big_shift(b, e);
    else
        big_shift(a, -e);
    if (big_compare(a, b) >= 0)
        return e;
    big_shift(a, 1);
    return e - 1;
}

uint64_t kt_bits_exact(const kt_scanned *in, const kt_float_format *format)
{
    big numerator, denominator;
    int power = in->point - big_from_digits(&numerator, in), exponent, kept = format->bits, rest;
    uint64_t mantissa = 0;

    big_from(&denominator, 1);
    big_multiply_power_of_ten(power >= 0 ? &numerator : &denominator, power >= 0 ? power : -power);
    exponent = big_normalize(&numerator, &denominator) - (format->bits - 1);
    if (exponent < format->min_exponent) {
        kept -= format->min_exponent - exponent;
        exponent = format->min_exponent;
    }
    if (kept < 0)
        return 0;
    for (; kept > 0; kept--) {
        mantissa <<= 1;
        if (big_compare(&numerator, &denominator) >= 0) {
            big_subtract(&numerator, &denominator);
            mantissa |= 1;
        }
        big_shift(&numerator, 1);
    }
    rest = big_compare(&numerator, &denominator);
    if (rest > 0 || (rest == 0 && mantissa % 2 == 1))
        mantissa++;
    mantissa += (uint64_t)(exponent - format->min_exponent) << (format->bits - 1);
    return mantissa < format->infinity ? mantissa : format->infinity;
}

/* ---- Binary to decimal -------------------------------------------------------------------- */

/* Steele and White's digits as Burger and Dybvig make them: value / scale is what is still to be printed,
 * below / scale and above / scale are half the distances to the neighbours. */
typedef struct digit_maker {
    big value, scale, below, above;
    bool even; /* the ends of the interval belong to it */
} digit_maker;

static bool reaches_low(const digit_maker *maker)
{
    int order = big_compare(&maker->value, &maker->below);
    return order < 0 || (order == 0 && maker->even);
}

static bool reaches_high(const digit_maker *maker)
{
    int order = big_compare_sum(&maker->value, &maker->above, &maker->scale);
    return order > 0 || (order == 0 && maker->even);
}

static void multiply_by_power_of_ten(digit_maker *maker, int power)
{
    big_multiply_power_of_ten(&maker->value, power);
    big_multiply_power_of_ten(&maker->below, power);
    big_multiply_power_of_ten(&maker->above, power);
}

/* Set up so that the next digit is value × 10 / scale; returns the position of the point. */
static int maker_init(digit_maker *maker, const kt_binary *in)
{
    int e = in->exponent, point;

    big_from(&maker->value, in->mantissa * 4);
    big_from(&maker->scale, 4);
    big_from(&maker->below, in->lowest ? 1 : 2);
    big_from(&maker->above, 2);
    maker->even = in->mantissa % 2 == 0;
    point = kt_log10_of_power(e + big_bits(&maker->value) - 3) + 1; /* may be one too small */
    big_shift(&maker->scale, e < 0 ? -e : 0);
    big_shift(&maker->value, e < 0 ? 0 : e);
    big_shift(&maker->below, e < 0 ? 0 : e);
    big_shift(&maker->above, e < 0 ? 0 : e);
    if (point >= 0)
        big_multiply_power_of_ten(&maker->scale, point);
    else
        multiply_by_power_of_ten(maker, -point);
    if (!reaches_high(maker))
        return point;
    big_multiply(&maker->scale, 10, 0);
    return point + 1;
}

static unsigned next_digit(digit_maker *maker)
{
    unsigned digit = 0;

    multiply_by_power_of_ten(maker, 1);
    while (big_compare(&maker->value, &maker->scale) >= 0) {
        big_subtract(&maker->value, &maker->scale);
        digit++;
    }
    return digit;
}

void kt_decimal_exact(kt_decimal *out, const kt_binary *in, const kt_float_format *format)
{
    digit_maker maker;
    unsigned digit;
    bool low, high;

    out->point = maker_init(&maker, in);
    out->count = 0;
    for (;;) {
        digit = next_digit(&maker);
        low = reaches_low(&maker);
        high = reaches_high(&maker);
        if (low || high)
            break;
        out->digits[out->count++] = (char)('0' + digit);
    }
    if (low && high) {
        int half = big_compare_sum(&maker.value, &maker.value, &maker.scale);
        bool tie_up = digit % 2 == 1 || (format->tie_up && in->lowest);
        high = half > 0 || (half == 0 && tie_up);
    }
    out->digits[out->count++] = (char)('0' + digit + (high ? 1 : 0));
}
