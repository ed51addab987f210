/* cli: what a complaint looks like, whichever it is. */
#define _POSIX_C_SOURCE 200809L
#include "test.h"

#include <unistd.h>

#include "cli/console.h"

static char said[4096];

/* Complain on a console whose stderr is a file, and read that into `said`. */
static void complain(kt_complaint complaint, bool verbose)
{
    FILE *file = tmpfile();
    kt_console console;

    assert_non_null(file);
    kt_console_init(&console, "kratree");
    console.error.fd = fileno(file);
    console.error_color = false;
    console.verbose = verbose;
    kt_console_complain(&console, complaint, "place", NULL, "message %d", 7);
    kt_console_finish(&console);
    rewind(file);
    memset(said, 0, sizeof said);
    assert_true(fread(said, 1, sizeof said - 1, file) < sizeof said);
    fclose(file);
}

static void test_cli_console__each_complaint_has_its_code(void **state)
{
    static const char *const codes[KT_COMPLAINT_COUNT] = {
        "[KT-615]", "[KT-640]", "[KT-641]", "[KT-642]", "[KT-643]", "[KT-644]", "[KT-645]", "[KT-646]", "[KT-647]",
        "[KT-648]", "[KT-649]", "[KT-650]", "[KT-651]", "[KT-660]", "[KT-701]", "[KT-702]", "[KT-911]", "[KT-915]",
    };

    (void)state;
    for (int i = 0; i < KT_COMPLAINT_COUNT; i++) {
        complain((kt_complaint)i, true);
        assert_non_null(strstr(said, "place: "));
        assert_non_null(strstr(said, ": message 7 "));
        assert_non_null(strstr(said, codes[i]));
    }
}

static void test_cli_console__notes_are_for_the_curious(void **state)
{
    (void)state;
    complain(KT_COMPLAINT_SKIPPED, false);
    assert_string_equal(said, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cli_console__each_complaint_has_its_code),
        cmocka_unit_test(test_cli_console__notes_are_for_the_curious),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
