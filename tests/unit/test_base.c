/* base: arena, buffer, map, sort, UTF-8, paths. */
#include "test.h"

#include "base/map.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/utf8.h"

static kt_arena arena;

static int set_up(void **state)
{
    (void)state;
    kt_arena_init(&arena, kt_allocator_default());
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kt_arena_dispose(&arena);
    return 0;
}

static void test_arena__grows_the_newest_block_in_place(void **state)
{
    char *first = kt_arena_alloc(&arena, 10), *grown;

    (void)state;
    memcpy(first, "123456789", 10);
    grown = kt_arena_grow(&arena, first, 10, 200);
    assert_ptr_equal(grown, first);
    kt_arena_alloc(&arena, 1);
    grown = kt_arena_grow(&arena, first, 200, 400);
    assert_ptr_not_equal(grown, first);
    assert_string_equal(grown, "123456789");
}

static void test_arena__keeps_large_pieces_while_they_grow(void **state)
{
    char *piece = kt_arena_alloc(&arena, 20000), *other = kt_arena_alloc(&arena, 30000);

    (void)state;
    memset(piece, 'a', 20000);
    memset(other, 'b', 30000);
    piece = kt_arena_grow(&arena, piece, 20000, 2000000);
    other = kt_arena_shrink(&arena, other, 30000, 10);
    assert_int_equal(piece[19999], 'a');
    assert_int_equal(other[9], 'b');
    piece[1999999] = 'c';
    kt_arena_reset(&arena);
    assert_non_null(kt_arena_alloc(&arena, 20000));
}

static void test_arena__refuses_products_that_overflow(void **state)
{
    (void)state;
    assert_null(kt_arena_array(&arena, SIZE_MAX / 2, 3));
    assert_true(arena.failed);
    assert_null(kt_arena_alloc(&arena, 1)); /* failure sticks */
}

static void test_buf__formats_messages(void **state)
{
    kt_sv odd = {"a\"\n\x01\xc3\xa9\xff", 7};

    (void)state;
    check_text(kt_arena_format(&arena, "%s %v %u %d %%", "c", KT_SV("view"), UINT64_MAX, INT64_MIN),
               "c view 18446744073709551615 -9223372036854775808 %");
    check_text(kt_arena_format(&arena, "%q", odd), "\"a\\\"\\n\\x01\xc3\xa9\\xff\"");
}

static void test_buf__stops_at_its_limit(void **state)
{
    kt_buf buf;

    (void)state;
    kt_buf_init(&buf, arena.allocator);
    buf.max = 3;
    kt_buf_str(&buf, "abc");
    assert_int_equal(buf.status, KT_OK);
    kt_buf_byte(&buf, 'd');
    assert_int_equal(buf.status, KT_ERR_LIMIT);
    check_text(kt_buf_view(&buf), "abc");
    kt_buf_dispose(&buf);
}

static void test_map__finds_what_was_set(void **state)
{
    kt_map map;

    (void)state;
    kt_map_init(&map, &arena);
    assert_true(kt_map_get(&map, KT_SV("x")) == KT_MAP_NONE);
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(kt_map_set(&map, kt_arena_format(&arena, "key-%u", i), (size_t)i));
    assert_true(kt_map_set(&map, KT_SV("key-7"), 70));
    assert_int_equal(map.count, 1000);
    assert_int_equal(kt_map_get(&map, KT_SV("key-7")), 70);
    assert_int_equal(kt_map_get(&map, KT_SV("key-999")), 999);
    assert_true(kt_map_get(&map, KT_SV("key-1000")) == KT_MAP_NONE);
}

static int compare_tens(const void *a, const void *b)
{
    int left = *(const int *)a / 10, right = *(const int *)b / 10;
    return (left > right) - (left < right);
}

static void test_sort__is_stable(void **state)
{
    int items[] = {31, 12, 30, 11, 35, 10, 2};
    const int want[] = {2, 12, 11, 10, 31, 30, 35};

    (void)state;
    assert_true(kt_sort(items, 7, sizeof items[0], compare_tens, &arena));
    assert_memory_equal(items, want, sizeof want);
}

static void test_utf8__skips_one_maximal_invalid_part(void **state) /* K-8 */
{
    (void)state;
    assert_int_equal(kt_utf8_count(KT_SV("\xe2\x82")), 1);
    assert_int_equal(kt_utf8_count(KT_SV("\xed\xa0\x80")), 3);
    assert_int_equal(kt_utf8_count(KT_SV("a\xf0\x9f\x98\x80z")), 3);
    assert_false(kt_utf8_valid(KT_SV("\xc0\x80")));
    assert_false(kt_utf8_valid(KT_SV("\xf4\x90\x80\x80")));
}

static void test_path__cleans_as_go_does(void **state)
{
    static const char *const table[][2] = {
        {"", "."},         {".", "."},          {"./", "."},        {"a/..", "."},     {"/", "/"},
        {"//", "/"},       {"..", ".."},        {"../..", "../.."}, {"/..", "/"},      {"/../a", "/a"},
        {"a//b", "a/b"},   {"a/./b/", "a/b"},   {"a/../../b", "../b"}, {"../a/..", ".."}, {"/a/../..", "/"},
        {"..a", "..a"},    {"a/b/../../c", "c"}, {" a", " a"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        check_text(kt_path_clean(&arena, kt_str(table[i][0])), table[i][1]);
}

static void test_path__joins_what_is_not_empty(void **state)
{
    kt_sv none[] = {{NULL, 0}, {"", 0}}, some[] = {{"", 0}, {"/d", 2}, {"", 0}, {"x", 1}};

    (void)state;
    assert_int_equal(kt_path_join(&arena, none, 2).len, 0);
    check_text(kt_path_join(&arena, some, 4), "/d/x");
    check_text(kt_path_join2(&arena, KT_SV("s"), KT_SV("../d")), "d");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_arena__grows_the_newest_block_in_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arena__keeps_large_pieces_while_they_grow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_arena__refuses_products_that_overflow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_buf__formats_messages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_buf__stops_at_its_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_map__finds_what_was_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sort__is_stable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_utf8__skips_one_maximal_invalid_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_path__cleans_as_go_does, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_path__joins_what_is_not_empty, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
