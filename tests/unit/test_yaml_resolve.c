/* What plain and tagged scalars mean (SPEC K-2, K-3, K-7; section 11, 106-109). */
#include "test.h"

#include "yaml/resolve.h"

typedef struct sample {
    const char *text;
    const char *want; /* null, true, false, i15, u…, f1.5, s, t */
} sample;

static const sample plain[] = {
    {"", "null"},       {"~", "null"},        {"Null", "null"},      {"nULL", "s"},        {"y", "true"},
    {"Y", "true"},      {"yES", "s"},         {"On", "true"},        {"off", "false"},     {"FALSE", "false"},
    {"n", "false"},     {"017", "i15"},       {"0o17", "i15"},       {"1_000", "i1000"},   {"0b101", "i5"},
    {"-0b11", "i-3"},   {"0x_f", "i15"},      {"+1", "i1"},          {"0777", "i511"},     {"0b-11", "i-3"},
    {"0b+11", "i3"},    {"0b_-1", "i-1"},     {"0B-1", "s"},         {"-0b-1", "s"},       {"0o-7", "s"},
    {"0x-7", "s"},      {"_1", "s"},          {"-_1", "i-1"},        {"+0x10", "i16"},     {"-0o17", "i-15"},
    {"0", "i0"},        {"-0", "i0"},         {"00", "i0"},          {"0_0", "i0"},        {"0o8", "s"},
    {"0b12", "s"},      {"08", "f8"},         {"0888", "f888"},      {"08.5", "f8.5"},     {"1e3", "f1000"},
    {"1.", "f1"},       {"1.e1", "f10"},      {"1e+1", "f10"},       {".5", "f0.5"},       {"-.5", "f-0.5"},
    {".1_0", "f0.1"},   {"._1", "s"},         {".1_", "s"},          {".1__0", "s"},       {".1e1_0", "f1e+09"},
    {"1_0.5_0e1", "f105"}, {"1e400", "s"},    {"-1e400", "s"},       {"1e-400", "f0"},     {".", "s"},
    {"..", "s"},        {"+", "s"},           {"-", "s"},            {"1e", "s"},          {"1e+", "s"},
    {".inf", "finf"},   {"-.INF", "f-inf"},   {"+.Inf", "finf"},     {".iNF", "s"},        {"+-0.5", "s"},
    {"1.2.3", "s"},     {"12:30:45", "s"},    {"<<", "s"},           {"=", "s"},           {"0x", "s"},
    {"6.inf", "s"},     {"2.nan", "s"},       {"-.nan", "s"},
    {"9223372036854775807", "i9223372036854775807"},   {"-9223372036854775808", "i-9223372036854775808"},
    {"9223372036854775808", "u9223372036854775808"},   {"18446744073709551615", "u18446744073709551615"},
    {"+9223372036854775808", "f9.22337e+18"},          {"18446744073709551616", "f1.84467e+19"},
    {"0x7fffffffffffffff", "i9223372036854775807"},    {"0x10000000000000000", "s"},
    {"2001-01-01", "t"},           {"2001-1-1", "t"},                {"2001-02-29", "s"},
    {"2000-02-29", "t"},           {"2001-13-01", "s"},              {"2001-01-01  00:00:00", "t"},
    {"2001-01-01T1:1:1", "s"},     {"2001-01-01t1:2:3.4+01:00", "t"}, {"2001-01-01T1:2:3Z", "t"},
    {"2001-01-01T1:2:3+24:60", "t"}, {"2001-01-01T1:2:3+25:00", "s"}, {"2001-01-01T1:2:3+1:00", "s"},
    {"2001-01-01 24:00:00", "s"},  {"2001-01-01 00:00:60", "s"},     {"0000-01-01", "t"},
    {"2001-00-01", "s"},           {"20010-01-01", "s"},
};

static const char *show(const kt_scalar *scalar)
{
    static char text[64];

    switch (scalar->kind) {
    case KT_SCALAR_NULL:
        return "null";
    case KT_SCALAR_BOOL:
        return scalar->as.boolean ? "true" : "false";
    case KT_SCALAR_INT:
        snprintf(text, sizeof text, "i%lld", (long long)scalar->as.integer);
        return text;
    case KT_SCALAR_UINT:
        snprintf(text, sizeof text, "u%llu", (unsigned long long)scalar->as.natural);
        return text;
    case KT_SCALAR_FLOAT:
        snprintf(text, sizeof text, "f%g", scalar->as.number);
        return text;
    default:
        return scalar->kind == KT_SCALAR_TIMESTAMP ? "t" : scalar->kind == KT_SCALAR_BINARY ? "b" : "s";
    }
}

static void resolve__plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        kt_scalar scalar;
        kt_scalar_resolve(&scalar, kt_str(plain[i].text));
        if (strcmp(show(&scalar), plain[i].want) != 0)
            fail_msg("'%s' is %s, want %s", plain[i].text, show(&scalar), plain[i].want);
    }
}

static const struct {
    const char *tag, *text, *want;
    kt_tag_result result;
} tagged[] = {
    {"tag:yaml.org,2002:str", "123", "s", KT_TAG_OK},
    {"tag:yaml.org,2002:int", "12", "i12", KT_TAG_OK},
    {"tag:yaml.org,2002:int", "1e3", "f1000", KT_TAG_MISMATCH},
    {"tag:yaml.org,2002:int", "", "null", KT_TAG_MISMATCH},
    {"tag:yaml.org,2002:int", "2001-01-01", "s", KT_TAG_MISMATCH},
    {"tag:yaml.org,2002:float", "3", "f3", KT_TAG_OK},
    {"tag:yaml.org,2002:float", "18446744073709551615", "u18446744073709551615", KT_TAG_MISMATCH},
    {"tag:yaml.org,2002:bool", "yes", "true", KT_TAG_OK},
    {"tag:yaml.org,2002:bool", "1", "i1", KT_TAG_MISMATCH},
    {"tag:yaml.org,2002:null", "", "null", KT_TAG_OK},
    {"tag:yaml.org,2002:null", "x", "s", KT_TAG_MISMATCH},
    {"tag:yaml.org,2002:timestamp", "2001-01-01", "t", KT_TAG_OK},
    {"tag:yaml.org,2002:timestamp", "1", "i1", KT_TAG_MISMATCH},
    {"tag:yaml.org,2002:binary", "aGVsbG8=", "s", KT_TAG_OK},
    {"tag:yaml.org,2002:binary", "aGVs\nbG8=", "s", KT_TAG_OK},
    {"tag:yaml.org,2002:binary", "/w==", "b", KT_TAG_OK},
    {"tag:yaml.org,2002:binary", "aGVs=", "s", KT_TAG_BASE64},
    {"tag:yaml.org,2002:binary", "a b=", "s", KT_TAG_BASE64},
    {"!", "12", "s", KT_TAG_OK},
    {"!foo", "12", "s", KT_TAG_OK},
};

static void resolve__tagged(void **state)
{
    kt_arena arena;

    (void)state;
    kt_arena_init(&arena, kt_allocator_default());
    for (size_t i = 0; i < sizeof tagged / sizeof tagged[0]; i++) {
        kt_scalar scalar;
        kt_tag_result result = kt_scalar_resolve_tagged(&scalar, &arena, kt_str(tagged[i].tag), kt_str(tagged[i].text));
        if (result != tagged[i].result || strcmp(show(&scalar), tagged[i].want) != 0)
            fail_msg("%s %s is %s (%d)", tagged[i].tag, tagged[i].text, show(&scalar), (int)result);
    }
    kt_arena_dispose(&arena);
}

static void resolve__binary_replaces_each_invalid_byte(void **state)
{
    kt_arena arena;
    kt_scalar scalar;

    (void)state;
    kt_arena_init(&arena, kt_allocator_default());
    assert_int_equal(kt_scalar_resolve_tagged(&scalar, &arena, KT_SV("tag:yaml.org,2002:binary"), KT_SV("4oI=")), KT_TAG_OK);
    assert_true(kt_sv_is(scalar.text, "\xef\xbf\xbd\xef\xbf\xbd"));
    kt_arena_dispose(&arena);
}

static void resolve__numbers_as_json_prints_them(void **state)
{
    static const struct {
        double number;
        kt_type type;
        int64_t integer;
    } samples[] = {{1.0, KT_TYPE_INT, 1},
                   {-0.0, KT_TYPE_INT, 0},
                   {1e3, KT_TYPE_INT, 1000},
                   {1.5, KT_TYPE_FLOAT, 0},
                   {80091776560320291.0, KT_TYPE_INT, 80091776560320290},
                   {9.2233720368547748e18, KT_TYPE_INT, 9223372036854775000},
                   {-9223372036854775808.0, KT_TYPE_FLOAT, 0},
                   {9223372036854775808.0, KT_TYPE_FLOAT, 0},
                   {1e20, KT_TYPE_FLOAT, 0},
                   {-4503599627370497.0, KT_TYPE_INT, -4503599627370497},
                   {1e-7, KT_TYPE_FLOAT, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        kt_value value;
        kt_value_set_number(&value, samples[i].number);
        assert_int_equal(value.type, samples[i].type);
        if (value.type == KT_TYPE_INT)
            assert_true(value.as.integer == samples[i].integer);
        else
            assert_true(value.as.number == samples[i].number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolve__plain),
        cmocka_unit_test(resolve__tagged),
        cmocka_unit_test(resolve__binary_replaces_each_invalid_byte),
        cmocka_unit_test(resolve__numbers_as_json_prints_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
