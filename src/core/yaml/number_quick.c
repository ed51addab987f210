/* Conversion by 128-bit arithmetic.
 *
 * A power of ten is the product of an exact power of five and one of 26 tabulated powers of 10^28. Every
 * step truncates, so the true value lies a few units above the computed one; where a boundary lies in that
 * gap, the answer is "undecided" and number_exact.c decides. */
#include "yaml/number_parts.h"

typedef struct wide {
    uint64_t high, low;
} wide;

/* Powers of 10^28, truncated. */
#define STEP 28
#define LOWEST_STEP (-13)
static const kt_power steps[] = {
    {0xe1afa13afbd14d6d, 0x82189c09a3a1ec21, -1337}, /* 10^-364 */
    {0xe3e27a444d8d98b7, 0xfd1b1b2308169b25, -1244}, /* 10^-336 */
    {0xe61acf033d1a45df, 0x6fb92487298e33bd, -1151}, /* 10^-308 */
    {0xe858ad248f5c22c9, 0xd1b3400f8f9cff68, -1058}, /* 10^-280 */
    {0xea9c227723ee8bcb, 0x465e15a979c1cadc, -965}, /* 10^-252 */
    {0xece53cec4a314ebd, 0xa4f8bf5635246428, -872}, /* 10^-224 */
    {0xef340a98172aace4, 0x86fb897116c87c34, -779}, /* 10^-196 */
    {0xf18899b1bc3f8ca1, 0xdc44e6c3cb279ac1, -686}, /* 10^-168 */
    {0xf3e2f893dec3f126, 0x5a89dba3c3efccfa, -593}, /* 10^-140 */
    {0xf64335bcf065d37d, 0x4d4617b5ff4a16d5, -500}, /* 10^-112 */
    {0xf8a95fcf88747d94, 0x75a44c6397ce912a, -407}, /* 10^-84 */
    {0xfb158592be068d2e, 0xeed6e2f0f0d56712, -314}, /* 10^-56 */
    {0xfd87b5f28300ca0d, 0x8bca9d6e188853fc, -221}, /* 10^-28 */
    {0x8000000000000000, 0x0000000000000000, -127}, /* 10^0 */
    {0x813f3978f8940984, 0x4000000000000000, -34}, /* 10^28 */
    {0x82818f1281ed449f, 0xbff8f10e7a8921a4, 59}, /* 10^56 */
    {0x83c7088e1aab65db, 0x792667c6da79e0fa, 152}, /* 10^84 */
    {0x850fadc09923329e, 0x03e2cf6bc604ddb0, 245}, /* 10^112 */
    {0x865b86925b9bc5c2, 0x0b8a2392ba45a9b2, 338}, /* 10^140 */
    {0x87aa9aff79042286, 0x90fb44d2f05d0842, 431}, /* 10^168 */
    {0x88fcf317f22241e2, 0x441fece3bdf81f03, 524}, /* 10^196 */
    {0x8a5296ffe33cc92f, 0x82bd6b70d99aaa6f, 617}, /* 10^224 */
    {0x8bab8eefb6409c1a, 0x1ad089b6c2f7548e, 710}, /* 10^252 */
    {0x8d07e33455637eb2, 0xdb0b487b6423e1e8, 803}, /* 10^280 */
    {0x8e679c2f5e44ff8f, 0x570f09eaa7ea7648, 896}, /* 10^308 */
    {0x8fcac257558ee4e6, 0x213a4f0aa5e8a7b1, 989}, /* 10^336 */
};

static const uint64_t fives[STEP] = {
    1u, 5u, 25u, 125u,
    625u, 3125u, 15625u, 78125u,
    390625u, 1953125u, 9765625u, 48828125u,
    244140625u, 1220703125u, 6103515625u, 30517578125u,
    152587890625u, 762939453125u, 3814697265625u, 19073486328125u,
    95367431640625u, 476837158203125u, 2384185791015625u, 11920928955078125u,
    59604644775390625u, 298023223876953125u, 1490116119384765625u, 7450580596923828125u,
};

static wide multiply(uint64_t a, uint64_t b)
{
    uint64_t a1 = a >> 32, a0 = a & 0xffffffffu, b1 = b >> 32, b0 = b & 0xffffffffu;
    uint64_t low = a0 * b0, middle = a1 * b0 + (low >> 32), other = a0 * b1 + (middle & 0xffffffffu);
    wide product = {a1 * b1 + (middle >> 32) + (other >> 32), other << 32 | (low & 0xffffffffu)};

    return product;
}

/* The upper 128 bits of factor × (high:low); the next 64 in *rest. */
static wide multiply_wide(uint64_t factor, uint64_t high, uint64_t low, uint64_t *rest)
{
    wide upper = multiply(factor, high), lower = multiply(factor, low);

    upper.low += lower.high;
    upper.high += upper.low < lower.high;
    *rest = lower.low;
    return upper;
}

/* Shift left until the top bit is set; x is not 0. Returns how far. */
static int normalize(uint64_t *x)
{
    int shift = 0;

    for (int step = 32; step > 0; step /= 2) {
        if (*x >> (64 - step) == 0) {
            *x <<= step;
            shift += step;
        }
    }
    return shift;
}

/* Shift by 0 … 127 bits; bits that leave are lost. */
static wide shift_right(wide x, int by)
{
    wide y = {0, x.high};

    if (by >= 64) {
        y.low = by == 64 ? x.high : x.high >> (by - 64);
        return y;
    }
    if (by == 0)
        return x;
    y.high = x.high >> by;
    y.low = x.low >> by | x.high << (64 - by);
    return y;
}

static wide shift_left(wide x, int by)
{
    wide y = {x.low, 0};

    if (by >= 64) {
        y.high = by == 64 ? x.low : x.low << (by - 64);
        return y;
    }
    if (by == 0)
        return x;
    y.high = x.high << by | x.low >> (64 - by);
    y.low = x.low << by;
    return y;
}

static bool less(wide a, wide b)
{
    return a.high < b.high || (a.high == b.high && a.low < b.low);
}

kt_power kt_power_of_ten(int power)
{
    int step = (power - LOWEST_STEP * STEP) / STEP, rest = power - (step + LOWEST_STEP) * STEP;
    const kt_power *base = &steps[step];
    uint64_t five = fives[rest], dropped;
    int shift = normalize(&five);
    wide product = multiply_wide(five, base->high, base->low, &dropped);
    kt_power out;

    out.exponent = base->exponent + rest + 64 - shift;
    if (product.high >> 63 == 0) {
        product.high = product.high << 1 | product.low >> 63;
        product.low = product.low << 1 | dropped >> 63;
        out.exponent--;
    }
    out.high = product.high;
    out.low = product.low;
    return out;
}

/* ---- Decimal to binary -------------------------------------------------------------------- */

bool kt_bits_quick(uint64_t *out, const kt_scanned *in, const kt_float_format *format)
{
    static const wide half = {(uint64_t)1 << 63, 0};
    kt_power power = kt_power_of_ten(in->point - in->head_count);
    uint64_t head = in->head, dropped;
    int shift = normalize(&head);
    wide value = multiply_wide(head, power.high, power.low, &dropped);
    int exponent = power.exponent + 64 - shift, kept = format->bits;
    /* The truth is less than `above` over `value`: 4 units of the power and 1 dropped, doubled by the
     * shift below; digits behind the head add up to one unit of it. */
    wide above = {in->more ? (uint64_t)2 << shift : 0, 10}, rest;
    uint64_t mantissa;

    if (value.high >> 63 == 0) {
        value = shift_left(value, 1);
        exponent--;
    }
    exponent += 128 - format->bits; /* of the mantissa's last bit */
    if (exponent < format->min_exponent) {
        kept -= format->min_exponent - exponent;
        exponent = format->min_exponent;
    }
    if (kept < 0) {
        *out = 0;
        return kept < -1;
    }
    mantissa = kept == 0 ? 0 : value.high >> (64 - kept);
    rest = shift_left(value, kept);
    above = shift_left(above, kept);
    /* Undecided if rest <= half <= rest + above. */
    if (!less(half, rest)) {
        wide gap = {half.high - rest.high - (rest.low > 0), 0 - rest.low};
        if (!less(above, gap))
            return false;
    } else {
        mantissa++;
    }
    *out = ((uint64_t)(exponent - format->min_exponent) << (format->bits - 1)) + mantissa;
    if (*out > format->infinity)
        *out = format->infinity;
    return true;
}

/* ---- Binary to decimal -------------------------------------------------------------------- */

/* Numbers are scaled to 18 or 19 digits before the point: that is always enough to tell neighbours apart. */
#define SCALED_DIGITS 18

/* The integers of an interval, with its inner point. 64 bits before and 64 behind the point. */
typedef struct interval {
    wide low, value, high;
} interval;

/* What the truth may lie above a scaled number. */
#define SCALED_ERROR 8u

static wide scale(uint64_t quarters, kt_power power, int shift)
{
    uint64_t dropped;
    int normal = normalize(&quarters);

    return shift_right(multiply_wide(quarters, power.high, power.low, &dropped), shift + normal);
}

int kt_log10_of_power(int e)
{
    const int offset = 1000; /* keeps the shifted number positive */

    return ((e * 78913 + offset * (1 << 18)) >> 18) - offset;
}

/* Returns the power of ten by which was multiplied. */
static int scale_interval(interval *out, const kt_binary *in)
{
    uint64_t mantissa = in->mantissa;
    int top = 63 - normalize(&mantissa) + in->exponent; /* 2^top <= value < 2^(top + 1) */
    int by = SCALED_DIGITS - 1 - kt_log10_of_power(top);
    kt_power power = kt_power_of_ten(by);
    int shift = -(in->exponent - 2 + power.exponent + 128);

    mantissa = in->mantissa * 4;
    out->low = scale(mantissa - (in->lowest ? 1 : 2), power, shift);
    out->value = scale(mantissa, power, shift);
    out->high = scale(mantissa + 2, power, shift);
    return by;
}

/* Whether the true x may reach the next integer, or is one. */
static bool is_near_integer(wide x)
{
    return 0 - x.low <= SCALED_ERROR;
}

/* Round to a multiple of `unit` (a power of ten), in such multiples. False if x may lie half-way. */
static bool round_to(uint64_t *out, wide x, uint64_t unit)
{
    const uint64_t middle = (uint64_t)1 << 63;
    uint64_t rest = x.high % unit;

    *out = x.high / unit;
    if (unit == 1) {
        *out += x.low >> 63;
        return middle - x.low > SCALED_ERROR;
    }
    *out += rest >= unit / 2;
    return !(rest == unit / 2 && x.low == 0) && !(rest == unit / 2 - 1 && is_near_integer(x));
}

static void put_digits(kt_decimal *out, uint64_t number, int power)
{
    char digits[20];
    int count = 0;

    while (number > 0) {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    }
    for (int i = 0; i < count; i++)
        out->digits[i] = digits[count - 1 - i];
    out->count = count;
    out->point = count + power;
}

bool kt_decimal_quick(kt_decimal *out, const kt_binary *in)
{
    interval scaled;
    int power = -scale_interval(&scaled, in);
    uint64_t low = scaled.low.high + 1, high = scaled.high.high, unit = 1, nearest;

    if (is_near_integer(scaled.low) || is_near_integer(scaled.high))
        return false;
    while (high / 10 >= (low + 9) / 10) {
        low = (low + 9) / 10;
        high /= 10;
        unit *= 10;
        power++;
    }
    if (!round_to(&nearest, scaled.value, unit))
        return false;
    if (nearest < low)
        nearest = low;
    if (nearest > high)
        nearest = high;
    put_digits(out, nearest, power);
    return true;
}
