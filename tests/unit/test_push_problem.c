/* Problems of pushing: every code is said with its place and its cure, and without a secret. */
#define _POSIX_C_SOURCE 200809L
#include "push/problem.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "push/patience.h"

#include "test.h"

static const char *const codes[KT_TROUBLE_COUNT] = {
    "KT-901", "KT-902", "KT-903", "KT-904", "KT-905", "KT-906", "KT-907", "KT-908", "KT-909",
    "KT-910", "KT-911", "KT-912", "KT-913", "KT-914", "KT-915", "KT-916", "KT-917",
    "KT-930", "KT-931", "KT-932", "KT-933", "KT-934"};

typedef struct stage {
    kt_settings settings;
    kt_console console;
    kt_store store;
    kt_push push;
} stage;

static void set_up(stage *s)
{
    memset(s, 0, sizeof *s);
    kt_console_init(&s->console, "kratree");
    s->store.kind = KT_STORE_GIT;
    s->store.name = kt_str("default");
    s->store.pos = (kt_pos){kt_str("store.yaml"), 3, 1};
    s->push.settings = &s->settings;
    s->push.console = &s->console;
    s->push.store = &s->store;
    s->push.vault = kt_vault_new();
    assert_non_null(s->push.vault);
    s->console.error.fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
}

static void tear_down(stage *s)
{
    close(s->console.error.fd);
    kt_vault_free(s->push.vault);
}

/* What was printed: flushing leaves the bytes where they are. */
static kt_sv printed(stage *s, size_t length)
{
    return (kt_sv){s->console.error.bytes, length};
}

static bool holds(kt_sv text, const char *wanted)
{
    size_t length = strlen(wanted);

    for (size_t at = 0; at + length <= text.len; at++)
        if (memcmp(text.ptr + at, wanted, length) == 0)
            return true;
    return false;
}

static void test_problem__every_code_is_said(void **state)
{
    (void)state;
    for (int i = 0; i < KT_TROUBLE_COUNT; i++) {
        stage s;
        set_up(&s);
        kt_vault_keep(s.push.vault, kt_str("hunter2secret"));
        kt_push_say(&s.push, (kt_trouble)i, NULL, "it said hunter2secret\nand more");
        assert_true(holds(printed(&s, 400), codes[i]));
        assert_true(holds(printed(&s, 400), "store.yaml:3:1: "));
        assert_true(holds(printed(&s, 400), "it said *** and more"));
        assert_false(holds(printed(&s, 400), "hunter2"));
        assert_int_equal(s.console.errors, kt_trouble_get((kt_trouble)i)->severity == KT_ERROR);
        tear_down(&s);
    }
}

static void test_problem__strict_makes_warnings_errors(void **state)
{
    stage s;

    (void)state;
    set_up(&s);
    s.settings.strict = true;
    kt_push_say(&s.push, KT_TROUBLE_ADDRESS_KIND, NULL, "a path");
    assert_int_equal(s.console.errors, 1);
    tear_down(&s);
}

static void test_problem__again_is_said_later(void **state)
{
    stage s;

    (void)state;
    set_up(&s);
    assert_int_equal(kt_push_again(&s.push, KT_TROUBLE_MOVED, "it moved to %d", 7), KT_OUTCOME_AGAIN);
    assert_int_equal(s.console.errors, 0);
    kt_push_say_again(&s.push, (kt_trouble)s.push.again_trouble);
    assert_int_equal(s.console.errors, 1);
    assert_true(holds(printed(&s, 200), "it moved to 7 [KT-907]"));
    free(s.push.again);
    tear_down(&s);
}

/* ---- The vault ---- */

static void check_redacted(const char *secret, const char *text, const char *wanted)
{
    kt_vault *vault = kt_vault_new();
    char copy[256];
    size_t length = strlen(text);

    memcpy(copy, text, length);
    kt_vault_keep(vault, kt_str(secret));
    length = kt_vault_redact(vault, copy, length);
    assert_int_equal(length, strlen(wanted));
    assert_memory_equal(copy, wanted, length);
    kt_vault_free(vault);
}

static void test_vault__hides_secrets_and_their_lines(void **state)
{
    (void)state;
    check_redacted("hunter2", "a hunter2hunter2 b", "a ****** b");
    check_redacted("abc", "abc stays: it is too short to hide", "abc stays: it is too short to hide");
    check_redacted("first\nsecond\n", "second, first", "***, ***");
    check_redacted("", "nothing", "nothing");
    check_redacted("longer than the text", "text", "text");
}

static void test_vault__files_go_with_it(void **state)
{
    kt_vault *vault = kt_vault_new();
    const char *path = kt_vault_file(vault, kt_str("key material"));
    char name[512], bytes[32];
    struct stat status;
    int fd;

    (void)state;
    assert_non_null(path);
    snprintf(name, sizeof name, "%s", path);
    fd = open(name, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(read(fd, bytes, sizeof bytes), 12);
    assert_memory_equal(bytes, "key material", 12);
    assert_int_equal(fstat(fd, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    kt_vault_free(vault);
    assert_int_equal(pread(fd, bytes, 12, 0), 12); /* the open one is cleared */
    assert_int_equal(bytes[0], 0);
    close(fd);
    assert_true(open(name, O_RDONLY | O_CLOEXEC) < 0);
}

/* ---- The schedule ---- */

static void test_patience__pauses_double_up_to_a_bound(void **state)
{
    (void)state;
    assert_int_equal(kt_pause_ms(1), 200);
    assert_int_equal(kt_pause_ms(2), 400);
    assert_int_equal(kt_pause_ms(6), 6400);
    assert_int_equal(kt_pause_ms(7), KT_LONGEST_PAUSE);
    assert_int_equal(kt_pause_ms(1000000), KT_LONGEST_PAUSE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_problem__every_code_is_said),
        cmocka_unit_test(test_problem__strict_makes_warnings_errors),
        cmocka_unit_test(test_problem__again_is_said_later),
        cmocka_unit_test(test_vault__hides_secrets_and_their_lines),
        cmocka_unit_test(test_vault__files_go_with_it),
        cmocka_unit_test(test_patience__pauses_double_up_to_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
