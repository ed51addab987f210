/* model: durations as Go reads and prints them (I-25). */
#include "test.h"

#include "model/duration.h"

static const struct {
    const char *text;
    const char *printed; /* NULL: no duration */
} vectors[] = {
    {"0", "0s"},
    {"-0", "0s"},
    {"30s", "30s"},
    {"90m", "1h30m0s"},
    {"1h30m", "1h30m0s"},
    {"1m", "1m0s"},
    {"60s", "1m0s"},
    {"1.5s", "1.5s"},
    {".5h", "30m0s"},
    {"1.h", "1h0m0s"},
    {"-2ms", "-2ms"},
    {"+3us", "3\xC2\xB5s"},
    {"3\xC2\xB5s", "3\xC2\xB5s"},
    {"3\xCE\xBCs", "3\xC2\xB5s"},
    {"1500ns", "1.5\xC2\xB5s"},
    {"7ns", "7ns"},
    {"1.0000000001s", "1s"},
    {"9223372036854775807ns", "2562047h47m16.854775807s"},
    {"-9223372036854775808ns", "-2562047h47m16.854775808s"},
    {"9223372036854775808ns", NULL},
    {"-9223372036854775809ns", NULL},
    {"2562048h", NULL},
    {"3000000h", NULL},
    {"", NULL},
    {"-", NULL},
    {"3", NULL},
    {".s", NULL},
    {"s", NULL},
    {"1x", NULL},
    {"1h ", NULL},
    {"1d", NULL},
    {"soon", NULL},
    {"--1s", NULL},
    {"1s-1s", NULL},
};

static void test_duration__reads_and_prints_as_go_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        int64_t duration = 0;
        kt_buf text;
        bool fine = kt_duration_parse(&duration, kt_str(vectors[i].text));
        if (fine != (vectors[i].printed != NULL))
            fail_msg("'%s' is %s", vectors[i].text, fine ? "read" : "refused");
        if (!fine)
            continue;
        kt_buf_init(&text, kt_allocator_default());
        kt_duration_print(&text, duration);
        check_text(kt_buf_view(&text), vectors[i].printed);
        kt_buf_dispose(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_duration__reads_and_prints_as_go_does)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
