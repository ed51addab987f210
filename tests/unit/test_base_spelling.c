/* base/spelling: names that are canonically equal, or equal but for case. The pairs are of Unicode's NormalizationTest.txt and
 * CaseFolding.txt. tests/validate.py asks for all that Python knows. */
#include "test.h"

#include "base/spelling.h"

static kt_arena arena;
static kt_spelling spelling;

static int set_up(void **state)
{
    (void)state;
    kt_arena_init(&arena, kt_allocator_default());
    kt_spelling_init(&spelling, &arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kt_arena_dispose(&arena);
    return 0;
}

static bool is_one(const char *a, const char *b, bool fold)
{
    return kt_sv_equal(kt_spelling_key(&spelling, kt_str(a), fold), kt_spelling_key(&spelling, kt_str(b), fold));
}

static void test_spelling__decomposes(void **state)
{
    (void)state;
    check_text(kt_spelling_key(&spelling, KT_SV("caf\u00e9"), false), "cafe\u0301");
    check_text(kt_spelling_key(&spelling, KT_SV("\u01d5"), false), "U\u0308\u0304");
    check_text(kt_spelling_key(&spelling, KT_SV("\u1f82"), false), "\u03b1\u0313\u0300\u0345");
    check_text(kt_spelling_key(&spelling, KT_SV("\u212b"), false), "A\u030a");
    check_text(kt_spelling_key(&spelling, KT_SV("\uf900\U0002f800"), false), "\u8c48\u4e3d");
    check_text(kt_spelling_key(&spelling, KT_SV("\U0001d15e"), false), "\U0001d157\U0001d165");
}

static void test_spelling__computes_hangul(void **state)
{
    (void)state;
    check_text(kt_spelling_key(&spelling, KT_SV("\uac00"), false), "\u1100\u1161");
    check_text(kt_spelling_key(&spelling, KT_SV("\uac01"), false), "\u1100\u1161\u11a8");
    check_text(kt_spelling_key(&spelling, KT_SV("\ud7a3"), false), "\u1112\u1175\u11c2");
    check_text(kt_spelling_key(&spelling, KT_SV("\uabff\ud7a4"), false), "\uabff\ud7a4");
}

static void test_spelling__orders_marks(void **state)
{
    (void)state;
    assert_true(is_one("a\u0315\u0300\u05ae\u0300b", "a\u05ae\u0300\u0300\u0315b", false));
    assert_true(is_one("\u1e0b\u0323", "\u1e0d\u0307", false));
    assert_false(is_one("a\u0300\u0301", "a\u0301\u0300", false)); /* one class: their order counts */
}

static void test_spelling__folds_if_asked(void **state)
{
    (void)state;
    assert_true(is_one("CAF\u00c9", "cafe\u0301", true));
    assert_false(is_one("CAF\u00c9", "caf\u00e9", false));
    assert_true(is_one("\u0416\u03a3\u0562\u0130", "\u0436\u03c2\u0532i\u0307", true));
    assert_true(is_one("\U00010400\u1e9e\uff21", "\U00010428\u00df\uff41", true));
    assert_true(is_one("\u0178", "\u00ff", true));
    assert_false(is_one("\u0131", "i", true));
    assert_true(is_one("README.md", "readme.MD", true));
    assert_false(is_one("README.md", "readme.md", false));
}

static void test_spelling__keeps_what_is_no_utf8(void **state)
{
    (void)state;
    check_text(kt_spelling_key(&spelling, KT_SV("A\xff\xc3\u00e9\xe2\x82"), true), "a\xff\xc3" "e\u0301\xe2\x82");
    check_text(kt_spelling_key(&spelling, KT_SV(""), true), "");
}

static void test_spelling__grows(void **state)
{
    char name[2 * 4000 + 1];

    (void)state;
    for (size_t i = 0; i < 4000; i++)
        memcpy(name + 2 * i, i % 2 ? "\xcc\xa3" : "\xcc\x81", 2); /* U+0323, U+0301 */
    name[8000] = '\0';
    check_text(kt_spelling_key(&spelling, KT_SV("\u00e9"), false), "e\u0301");
    assert_int_equal(kt_spelling_key(&spelling, kt_str(name), false).len, 8000);
    check_text(kt_sv_slice(kt_spelling_key(&spelling, kt_str(name), false), 3998, 4002), "\u0323\u0301");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_spelling__decomposes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spelling__computes_hangul, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spelling__orders_marks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spelling__folds_if_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spelling__keeps_what_is_no_utf8, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spelling__grows, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
