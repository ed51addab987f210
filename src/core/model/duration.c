/* Go's time.ParseDuration and Duration.String (I-25). */
#include "model/duration.h"

#include "base/sv.h"

#define MAGNITUDE_MAX ((uint64_t)1 << 63)
#define MICROSECOND INT64_C(1000)
#define MILLISECOND (1000 * MICROSECOND)
#define SECOND (1000 * MILLISECOND)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

static const struct unit {
    const char *name;
    int64_t nanoseconds;
} units[] = {
    {"ns", 1},
    {"us", MICROSECOND},
    {"\xC2\xB5s", MICROSECOND}, /* micro sign */
    {"\xCE\xBCs", MICROSECOND}, /* Greek mu */
    {"ms", MILLISECOND},
    {"s", SECOND},
    {"m", MINUTE},
    {"h", HOUR},
};

static bool digit_at(kt_sv text, size_t at)
{
    return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

/* Digits at *at; false if they exceed 2^63. */
static bool take_integer(uint64_t *out, kt_sv text, size_t *at)
{
    *out = 0;
    for (; digit_at(text, *at); ++*at) {
        if (*out > MAGNITUDE_MAX / 10)
            return false;
        *out = *out * 10 + (uint64_t)(text.ptr[*at] - '0');
        if (*out > MAGNITUDE_MAX)
            return false;
    }
    return true;
}

/* Digits behind the point as `value` / `scale`; those that do not fit are dropped, as in Go. */
static void take_fraction(uint64_t *value, double *scale, kt_sv text, size_t *at)
{
    bool overflow = false;

    *value = 0;
    *scale = 1;
    for (; digit_at(text, *at); ++*at) {
        uint64_t more;
        if (overflow || *value > (MAGNITUDE_MAX - 1) / 10) {
            overflow = true;
            continue;
        }
        more = *value * 10 + (uint64_t)(text.ptr[*at] - '0');
        if (more > MAGNITUDE_MAX) {
            overflow = true;
            continue;
        }
        *value = more;
        *scale *= 10;
    }
}

static const struct unit *take_unit(kt_sv text, size_t *at)
{
    size_t from = *at;

    while (*at < text.len && text.ptr[*at] != '.' && !digit_at(text, *at))
        ++*at;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (kt_sv_is(kt_sv_slice(text, from, *at), units[i].name))
            return &units[i];
    return NULL;
}

/* One "1.5h"; adds to *total. */
static bool take_term(uint64_t *total, kt_sv text, size_t *at)
{
    uint64_t whole, fraction = 0;
    double scale = 1;
    const struct unit *unit;
    size_t from = *at, digits;

    if (!take_integer(&whole, text, at))
        return false;
    digits = *at - from;
    if (*at < text.len && text.ptr[*at] == '.') {
        from = ++*at;
        take_fraction(&fraction, &scale, text, at);
        digits += *at - from;
    }
    unit = digits > 0 ? take_unit(text, at) : NULL;
    if (!unit || whole > MAGNITUDE_MAX / (uint64_t)unit->nanoseconds)
        return false;
    whole *= (uint64_t)unit->nanoseconds;
    if (fraction > 0)
        whole += (uint64_t)((double)fraction * ((double)unit->nanoseconds / scale));
    if (whole > MAGNITUDE_MAX || *total + whole > MAGNITUDE_MAX)
        return false;
    *total += whole;
    return true;
}

bool kt_duration_parse(int64_t *out, kt_sv text)
{
    uint64_t total = 0;
    size_t at = 0;
    bool negative = false;

    if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        negative = text.ptr[at++] == '-';
    if (at == text.len)
        return false;
    if (!kt_sv_is(kt_sv_slice(text, at, text.len), "0"))
        while (at < text.len)
            if (!take_term(&total, text, &at))
                return false;
    if (total == MAGNITUDE_MAX) {
        *out = INT64_MIN;
        return negative;
    }
    *out = negative ? -(int64_t)total : (int64_t)total;
    return true;
}

/* `number` / 10^`digits` without trailing zeros: 1500, 3 is "1.5". */
static void print_fixed(kt_buf *out, uint64_t number, int digits)
{
    char fraction[10];
    uint64_t divisor = 1;
    int length = 0;

    for (int i = 0; i < digits; i++)
        divisor *= 10;
    kt_buf_u64(out, number / divisor);
    number %= divisor;
    for (; number > 0; length++) {
        divisor /= 10;
        fraction[length] = (char)('0' + number / divisor);
        number %= divisor;
    }
    if (length > 0) {
        kt_buf_byte(out, '.');
        kt_buf_bytes(out, fraction, (size_t)length);
    }
}

void kt_duration_print(kt_buf *out, int64_t nanoseconds)
{
    uint64_t rest = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;

    if (rest == 0) {
        kt_buf_str(out, "0s");
        return;
    }
    if (nanoseconds < 0)
        kt_buf_byte(out, '-');
    if (rest < (uint64_t)SECOND) {
        int digits = rest < (uint64_t)MICROSECOND ? 0 : rest < (uint64_t)MILLISECOND ? 3 : 6;
        print_fixed(out, rest, digits);
        kt_buf_str(out, digits == 0 ? "ns" : digits == 3 ? "\xC2\xB5s" : "ms");
        return;
    }
    if (rest >= (uint64_t)HOUR)
        kt_buf_format(out, "%uh", rest / (uint64_t)HOUR);
    if (rest >= (uint64_t)MINUTE)
        kt_buf_format(out, "%um", rest / (uint64_t)MINUTE % 60);
    print_fixed(out, rest % (uint64_t)MINUTE, 9);
    kt_buf_byte(out, 's');
}
