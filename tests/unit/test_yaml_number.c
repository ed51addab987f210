/* Doubles and decimals, against the C library on a million values (SPEC Y-4, K-4, K-7). */
#include "test.h"

#include <float.h>
#include <math.h>

#include "yaml/number.h"
#include "yaml/number_parts.h"

#if defined(__SANITIZE_ADDRESS__)
#define VALUES 100000
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VALUES 100000
#endif
#endif
#ifndef VALUES
#define VALUES 1000000
#endif

static uint64_t seed = 1;

static uint64_t random_bits(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static double from_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static uint64_t to_bits(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* ---- Shortest digits and back --------------------------------------------------------------- */

/* The digits as d.ddde±x, for strtod. */
static void spell(char *out, const kt_decimal *d)
{
    sprintf(out, "%s%c.%.*se%d", d->negative ? "-" : "", d->digits[0], d->count - 1, d->digits + 1, d->point - 1);
}

/* The digits read back, fewer do not, and as many are not nearer. */
static void check_double(double value)
{
    char have[40], want[40];
    kt_decimal decimal;
    double back;

    kt_decimal_from_double(&decimal, value);
    spell(have, &decimal);
    if (!same_bits(strtod(have, NULL), value))
        fail_msg("%s does not read back as %a", have, value);
    if (!kt_double_parse(&back, kt_str(have)) || !same_bits(back, value))
        fail_msg("%s is misread", have);
    if (decimal.count > 1 && value != 0) {
        sprintf(want, "%.*e", decimal.count - 2, value);
        if (strtod(want, NULL) == value)
            fail_msg("%s is longer than %s", have, want);
    }
    sprintf(want, "%.*e", decimal.count - 1, value);
    if (strtod(want, NULL) == value && strncmp(have, want, strcspn(want, "e")) != 0)
        fail_msg("%s is not as near as %s", have, want);
}

static double next_value(size_t i)
{
    uint64_t bits = random_bits();
    int shift = (int)(bits >> 58);

    switch (i % 8) {
    case 0: return from_bits(bits);                                 /* any pattern */
    case 1: return from_bits(bits >> 12 >> shift);                  /* denormals, both small and large */
    case 2: return ldexp(1.0 + (double)(int)(bits % 3 - 1) * DBL_EPSILON, (int)(i % 2098) - 1074);
    case 3: return (double)(bits >> 11) / (double)(1 << shift % 24); /* ends in binary fractions */
    case 4: return (double)(bits % 1000000) / 1000;                 /* what people type */
    case 5: return (double)(bits % 100000) * 1e17;
    case 6: return from_bits((bits & 0x800fffffffffffff) | (uint64_t)(1000 + shift) << 52);
    default: return (double)(int64_t)bits;
    }
}

static void number__a_million_doubles(void **state)
{
    (void)state;
    for (size_t i = 0; i < VALUES; i++) {
        double value = next_value(i);
        if (isfinite(value))
            check_double(value);
    }
    for (int power = -323; power <= 308; power++) {
        char text[8];
        sprintf(text, "1e%d", power);
        check_double(strtod(text, NULL));
    }
    check_double(DBL_MAX);
    check_double(DBL_MIN);
    check_double(from_bits(to_bits(DBL_MIN) - 1));
    check_double(-0.0);
}

static void number__floats(void **state)
{
    (void)state;
    for (size_t i = 0; i < VALUES / 10; i++) {
        uint32_t bits = i < 512 ? (uint32_t)i << 23 : (uint32_t)random_bits();
        char have[40], want[40];
        float value, back;
        kt_decimal decimal;

        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value) || value == 0)
            continue;
        kt_decimal_from_float(&decimal, value);
        spell(have, &decimal);
        if (strtof(have, NULL) != value || !kt_float_parse(&back, kt_str(have)) || back != value)
            fail_msg("%s is not %a", have, (double)value);
        sprintf(want, "%.*e", decimal.count > 1 ? decimal.count - 2 : 0, (double)value);
        if (decimal.count > 1 && strtof(want, NULL) == value)
            fail_msg("%s is longer than %s", have, want);
    }
}

/* ---- Reading -------------------------------------------------------------------------------- */

static void check_text_value(const char *text)
{
    char *end;
    double want = strtod(text, &end), have;
    float want_float = strtof(text, NULL), have_float;
    bool read = kt_double_parse(&have, kt_str(text));

    assert_int_equal(*end, '\0');
    if (read != (isfinite(want) != 0) || (read && !same_bits(have, want)))
        fail_msg("%s is misread: %a, want %a", text, have, want);
    read = kt_float_parse(&have_float, kt_str(text));
    if (read != (isfinite(want_float) != 0) || (read && memcmp(&have_float, &want_float, sizeof have_float) != 0))
        fail_msg("%s is misread as a float: %a", text, (double)have_float);
}

static void number__random_decimals(void **state)
{
    char text[80];

    (void)state;
    for (size_t i = 0; i < VALUES / 5; i++) {
        uint64_t a = random_bits(), b = random_bits();
        int exponent = (int)(b >> 32) % 340;
        switch (i % 4) {
        case 0: sprintf(text, "%llu.%llue%d", (unsigned long long)(a >> (b & 63)), (unsigned long long)b, exponent); break;
        case 1: sprintf(text, "-%llue%d", (unsigned long long)(a >> (b & 63)), exponent); break;
        case 2: sprintf(text, "0.000%llu%020llu", (unsigned long long)(a >> (b & 63)), (unsigned long long)b); break;
        default: sprintf(text, "%llu", (unsigned long long)a); break;
        }
        check_text_value(text);
    }
}

/* The exact decimal of the point half-way to the next number, and a little more. */
static void number__halfway(void **state)
{
    static char text[2000];

    (void)state;
    if (LDBL_MANT_DIG < 64)
        skip();
    for (size_t i = 0; i < VALUES / 200; i++) {
        uint64_t bits = random_bits() >> 1;
        double low, high;
        if (i % 4 == 0)
            bits >>= 12; /* denormal */
        if (i % 4 == 1)
            bits = (bits & 0x003fffffffffffff) + ((uint64_t)1023 << 52); /* about 1 */
        low = from_bits(bits);
        high = from_bits(bits + 1);
        if (!isfinite(high) || high > 1e300)
            continue;
        sprintf(text, "%.1100Lf", ((long double)low + (long double)high) / 2);
        check_text_value(text);
        strcat(text, "000000001");
        check_text_value(text);
    }
}

static void number__quick_and_exact_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < VALUES / 20; i++) {
        kt_binary binary = {random_bits() >> 11, (int)(random_bits() % 2046) - 1074, false};
        kt_decimal quick, exact;
        if (i % 16 == 0)
            binary.mantissa = (uint64_t)1 << 52;
        binary.mantissa |= (uint64_t)1 << 52;
        binary.lowest = binary.mantissa == (uint64_t)1 << 52;
        kt_decimal_exact(&exact, &binary, &kt_format_double);
        if (!kt_decimal_quick(&quick, &binary))
            continue;
        if (quick.count != exact.count || quick.point != exact.point
            || memcmp(quick.digits, exact.digits, (size_t)exact.count) != 0)
            fail_msg("%llu × 2^%d", (unsigned long long)binary.mantissa, binary.exponent);
    }
    for (size_t i = 0; i < VALUES / 20; i++) {
        char digits[24];
        kt_scanned in = {{digits, 0}, (int)(random_bits() % 640) - 330, random_bits() >> 1, 0, false, false};
        uint64_t quick;
        in.head %= 10000000000000000000u;
        in.digits.len = (size_t)sprintf(digits, "%llu", (unsigned long long)in.head);
        in.head_count = (int)in.digits.len;
        if (kt_bits_quick(&quick, &in, &kt_format_double))
            assert_true(quick == kt_bits_exact(&in, &kt_format_double));
        if (kt_bits_quick(&quick, &in, &kt_format_float))
            assert_true(quick == kt_bits_exact(&in, &kt_format_float));
    }
}

static void number__odd_texts(void **state)
{
    static const char *const bad[] = {"", "+", "-", ".", "e1", "1e", "1e+", "1 ", " 1", "1_0", "0x1", "inf", "nan",
                                      "--1", "1..2", "1.2.3", "1e1.5", "1e400", "-1e400", "1e99999999999999999999"};
    static const char *const zero[] = {"0", "0.000", ".0", "0.", "0e999999999", "1e-400", "1e-99999999999999"};
    double value;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (kt_double_parse(&value, kt_str(bad[i])))
            fail_msg("'%s' was read", bad[i]);
    for (size_t i = 0; i < sizeof zero / sizeof zero[0]; i++)
        assert_true(kt_double_parse(&value, kt_str(zero[i])) && same_bits(value, 0.0));
    assert_true(kt_double_parse(&value, KT_SV("-1e-400")) && same_bits(value, -0.0));
    assert_true(kt_double_parse(&value, KT_SV("1.")) && value == 1);
    assert_true(kt_double_parse(&value, KT_SV("+.5E+1")) && value == 5);
    assert_true(kt_double_parse_grouped(&value, KT_SV("-_1_0._5e_1_")) && value == -105);
    assert_false(kt_double_parse_grouped(&value, KT_SV("1_x")));
}

/* ---- Text ----------------------------------------------------------------------------------- */

static void number__yaml_text(void **state)
{
    static const struct {
        double value;
        const char *want;
    } cases[] = {
        {0, "0"}, {-0.0, "-0"}, {1, "1"}, {100000, "100000"}, {1000000, "1e+06"}, {0.0001, "0.0001"},
        {0.00001, "1e-05"}, {123456.5, "123456.5"}, {999999.5, "999999.5"}, {1234567.5, "1.2345675e+06"},
        {123456.78901234567, "123456.78901234567"}, {12345678.9, "1.23456789e+07"}, {1e20, "1e+20"},
        {9223372036854775808.0, "9.223372036854776e+18"}, {18446744073709551616.0, "1.8446744073709552e+19"},
        {5.9604644775390625e-08, "5.960464477539063e-08"}, {5e-324, "5e-324"}, {-1.5, "-1.5"},
        {1.7976931348623157e308, "1.7976931348623157e+308"}, {1125899906842625.25, "1.1258999068426252e+15"},
        {2.98023223876953125e-08, "2.9802322387695312e-08"}, {1e100, "1e+100"}, {0.1, "0.1"},
    };
    char text[KT_NUMBER_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_text((kt_sv){text, kt_number_print_yaml(text, cases[i].value)}, cases[i].want);
}

static void number__yaml_float_text(void **state)
{
    static const struct {
        float value;
        const char *want;
    } cases[] = {
        {1.5e6f, "1.5e+06"}, {1e6f, "1e+06"}, {123456789.0f, "1.2345679e+08"}, {0.000244140625f, "0.00024414063"},
        {-0.0f, "-0"}, {0.1f, "0.1"}, {1e-45f, "1e-45"}, {16777216.0f, "1.6777216e+07"},
    };
    char text[KT_NUMBER_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_text((kt_sv){text, kt_number_print_yaml_float(text, cases[i].value)}, cases[i].want);
}

static void number__json_text(void **state)
{
    static const struct {
        double value;
        const char *want;
    } cases[] = {
        {1, "1"}, {1000, "1000"}, {-0.0, "-0"}, {1e20, "100000000000000000000"}, {1e21, "1e+21"},
        {0.000001, "0.000001"}, {0.0000001, "1e-7"}, {1e-10, "1e-10"}, {1.5e300, "1.5e+300"},
        {80091776560320291.0, "80091776560320290"}, {9.2233720368547748e18, "9223372036854775000"},
        {123456789.125, "123456789.125"},
    };
    char text[KT_NUMBER_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_text((kt_sv){text, kt_number_print_json(text, cases[i].value)}, cases[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number__a_million_doubles),
        cmocka_unit_test(number__floats),
        cmocka_unit_test(number__random_decimals),
        cmocka_unit_test(number__halfway),
        cmocka_unit_test(number__quick_and_exact_agree),
        cmocka_unit_test(number__odd_texts),
        cmocka_unit_test(number__yaml_text),
        cmocka_unit_test(number__yaml_float_text),
        cmocka_unit_test(number__json_text),
    };

    return cmocka_run_group_tests_name("yaml_number", tests, NULL, NULL);
}
