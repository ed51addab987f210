/* What plain scalars mean (SPEC K-2, Y-12). */
#include "test.h"

#include "yaml/implicit.h"

static kt_implicit resolve(const char *text)
{
    kt_implicit result = kt_implicit_resolve(kt_str(text));

    if (kt_implicit_is_string(kt_str(text)) != (result.type == KT_IMPLICIT_STRING))
        fail_msg("'%s': the quick test disagrees", text);
    return result;
}

static void check_all(const char *const *texts, kt_implicit_type type)
{
    for (; *texts; texts++)
        if (resolve(*texts).type != type)
            fail_msg("'%s' has type %d, want %d", *texts, (int)resolve(*texts).type, (int)type);
}

static void implicit__words(void **state)
{
    static const char *const truths[] = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
    static const char *const lies[] = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const strings[] = {"tRue", "nULL", "yEs", "t", "f", "~~", "=", "<<", "_1", "nan", "inf",
                                          "Infinity", "oN", "truex", "nulls", NULL};

    (void)state;
    for (size_t i = 0; i < 11; i++) {
        assert_true(resolve(truths[i]).type == KT_IMPLICIT_BOOL && resolve(truths[i]).as.boolean);
        assert_true(resolve(lies[i]).type == KT_IMPLICIT_BOOL && !resolve(lies[i]).as.boolean);
    }
    check_all(nulls, KT_IMPLICIT_NULL);
    check_all(strings, KT_IMPLICIT_STRING);
}

static void implicit__integers(void **state)
{
    static const struct {
        const char *text;
        int64_t value;
    } cases[] = {
        {"0", 0}, {"-0", 0}, {"00", 0}, {"017", 15}, {"0777", 511}, {"0o17", 15}, {"0O7", 7}, {"1_000", 1000},
        {"1__0", 10}, {"1_", 1}, {"-_1", -1}, {"+_1", 1}, {"0_1", 1}, {"0b101", 5}, {"-0b11", -3}, {"0B1", 1},
        {"0b-11", -3}, {"0b+11", 3}, {"0_b_-_1", -1}, {"0x_f", 15}, {"0X1", 1}, {"+1", 1}, {"-0x10", -16},
        {"9223372036854775807", INT64_MAX}, {"-9223372036854775808", INT64_MIN},
        {"-0x8000000000000000", INT64_MIN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kt_implicit have = resolve(cases[i].text);
        if (have.type != KT_IMPLICIT_INT || have.as.integer != cases[i].value)
            fail_msg("'%s': type %d, %lld", cases[i].text, (int)have.type, (long long)have.as.integer);
    }
    assert_int_equal(resolve("9223372036854775808").type, KT_IMPLICIT_UINT);
    assert_true(resolve("18446744073709551615").as.natural == UINT64_MAX);
    assert_int_equal(resolve("0x8000000000000000").type, KT_IMPLICIT_UINT);
}

static void implicit__floats(void **state)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"1e3", 1000}, {"1.", 1}, {"08", 8}, {"0888", 888}, {"09.5", 9.5}, {".5", 0.5}, {"-.5", -0.5},
        {"+.5", 0.5}, {".1_0", 0.1}, {".5e3", 500}, {".5e1_0", 0.5e10}, {"1._0", 1}, {"12e03", 12000},
        {"1_e_0", 1}, {"+9223372036854775808", 9223372036854775808.0}, {"0e0", 0},
        {"18446744073709551616", 18446744073709551616.0}, {"-9223372036854775809", -9223372036854775808.0},
    };
    static const char *const strings[] = {
        "1e400", ".1e400", "._1", ".1_", ".1__0", ".5e", ".5e_3", ".e1", ".", "-.e", "1e", "0x", "0b", "0o8",
        "0b2", "0B-1", "-0b-1", "0o-7", "0x-7", "0b-", "+", "-", "+0x8000000000000000", "0x1p-2", "1.2.3",
        "12:30:45", "1,000", "1 0", "100m", "1Gi", "+.nan", ".infx", "2.inf", "1e+", "--1", NULL};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kt_implicit have = resolve(cases[i].text);
        if (have.type != KT_IMPLICIT_FLOAT || have.as.number != cases[i].value)
            fail_msg("'%s': type %d", cases[i].text, (int)have.type);
    }
    check_all(strings, KT_IMPLICIT_STRING);
}

static void implicit__specials(void **state)
{
    static const char *const infinities[] = {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF",
                                             "-.inf", "-.Inf", "-.INF"};
    static const char *const nans[] = {".nan", ".NaN", ".NAN"};

    (void)state;
    for (size_t i = 0; i < 9; i++) {
        kt_implicit have = resolve(infinities[i]);
        assert_int_equal(have.type, KT_IMPLICIT_FLOAT);
        assert_true(i < 6 ? have.as.number > 1e308 : have.as.number < -1e308);
    }
    for (size_t i = 0; i < 3; i++) {
        kt_implicit have = resolve(nans[i]);
        assert_true(have.type == KT_IMPLICIT_FLOAT && have.as.number != have.as.number);
    }
}

static void implicit__timestamps(void **state)
{
    static const char *const dates[] = {
        "2001-01-01", "2001-1-1", "0000-01-01", "2000-02-29", "2001-01-01T00:00:00Z", "2001-1-1 1:1:1",
        "2001-01-01  00:00:00", "2001-01-01t1:2:3.4+01:00", "2001-12-14t21:59:43.10-05:00",
        "2001-01-01T01:01:01.123456789012Z", "2001-12-14 21:59:43,10", "2001-01-01T1:1:1+24:60", NULL};
    static const char *const strings[] = {
        "2001-13-01", "2001-00-01", "2001-01-00", "2001-02-29", "1900-02-29", "20010-01-01", "200-01-01",
        "2001-01-01T1:1:1", "2001-01-01T24:00:00Z", "2001-01-01T1:60:1Z", "2001-01-01 1:1:60",
        "2001-01-01T1:1:1+25:00", "2001-01-01T1:1:1+1:00", "2001-01-01T1:1:1+0100", "2001-01-01T1:1:1z",
        "2001-01-01 1:1:1Z", "2001-01-01 1:1:1.", "2001-01-01 ", "2001-01-011", "2001-12-14 21:59:43.10 -5",
        "2001-01-01T1:1:1+24:61", NULL};

    (void)state;
    check_all(dates, KT_IMPLICIT_TIMESTAMP);
    check_all(strings, KT_IMPLICIT_STRING);
}

/* Long texts are read in place, whatever their length. */
static void implicit__long_texts(void **state)
{
    enum { SIZE = 1000000 };
    char *text = malloc(SIZE);
    kt_sv view = {text, SIZE};

    (void)state;
    assert_non_null(text);
    memset(text, '1', SIZE);
    assert_int_equal(kt_implicit_resolve(view).type, KT_IMPLICIT_STRING); /* out of range */
    memset(text, '_', SIZE);
    text[0] = '1';
    assert_int_equal(kt_implicit_resolve(view).type, KT_IMPLICIT_INT);
    text[SIZE - 1] = '.';
    assert_int_equal(kt_implicit_resolve(view).type, KT_IMPLICIT_FLOAT);
    memset(text, '0', SIZE);
    text[0] = '.';
    assert_int_equal(kt_implicit_resolve(view).type, KT_IMPLICIT_FLOAT);
    text[SIZE - 1] = '\0';
    assert_int_equal(kt_implicit_resolve(view).type, KT_IMPLICIT_STRING);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(implicit__words),     cmocka_unit_test(implicit__integers),
        cmocka_unit_test(implicit__floats),    cmocka_unit_test(implicit__specials),
        cmocka_unit_test(implicit__timestamps), cmocka_unit_test(implicit__long_texts),
    };

    return cmocka_run_group_tests_name("yaml_implicit", tests, NULL, NULL);
}
