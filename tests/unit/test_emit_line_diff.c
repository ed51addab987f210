/* emit/line_diff, myers, unified: what is removed and added leads from one text to the other, with the fewest lines. */
#include <time.h>

#include "failing.h"

/* ---- Checks ---- */

static kt_line_diff *compare(const char *before, const char *after, uint64_t context)
{
    kt_line_options options = KT_LINE_OPTIONS_INIT;
    kt_line_diff *diff;

    options.context = context;
    assert_int_equal(kt_line_diff_new(&diff, kt_str(before), kt_str(after), &options), KT_OK);
    return diff;
}

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf_bytes(ctx, bytes, size);
    return true;
}

static void check_unified(const char *before, const char *after, const char *want)
{
    kt_line_diff *diff = compare(before, after, 3);
    kt_buf text;

    kt_buf_init(&text, kt_allocator_default());
    assert_true(kt_line_diff_write(diff, KT_SV("x"), KT_SV("y"), append, &text));
    check_text(kt_buf_view(&text), want);
    kt_buf_dispose(&text);
    kt_line_diff_free(diff);
}

static void add_line(kt_buf *text, const kt_line *line)
{
    kt_buf_sv(text, line->text);
    if (!line->open)
        kt_buf_byte(text, '\n');
}

/* With all lines as context, one hunk holds both texts. */
static void check_leads(const kt_line_diff *diff, const char *before, const char *after)
{
    kt_buf old, new;

    kt_buf_init(&old, kt_allocator_default());
    kt_buf_init(&new, kt_allocator_default());
    assert_int_equal(diff->hunk_count, diff->same ? 0 : 1);
    for (size_t i = 0; !diff->same && i < diff->hunks[0].line_count; i++) {
        const kt_line *line = &diff->hunks[0].lines[i];
        if (line->kind != KT_LINE_ADDED)
            add_line(&old, line);
        if (line->kind != KT_LINE_REMOVED)
            add_line(&new, line);
    }
    if (!diff->same) {
        check_text(kt_buf_view(&old), before);
        check_text(kt_buf_view(&new), after);
    }
    kt_buf_dispose(&old);
    kt_buf_dispose(&new);
}

/* ---- Tests ---- */

static void test_line_diff__writes_what_git_writes(void **state)
{
    (void)state;
    check_unified("a\nb\nc\n", "a\nB\nc\n", "--- a/x\n+++ b/y\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
    check_unified("", "a\n", "--- a/x\n+++ b/y\n@@ -0,0 +1 @@\n+a\n");
    check_unified("a\nb", "", "--- a/x\n+++ b/y\n@@ -1,2 +0,0 @@\n-a\n-b\n\\ No newline at end of file\n");
    check_unified("a", "a\n", "--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
    check_unified("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n5\n6\n7\n8\n9\n",
                  "--- a/x\n+++ b/y\n@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n");
    check_unified("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
                  "--- a/x\n+++ b/y\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n");
    check_unified("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
                  "--- a/x\n+++ b/y\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n");
    check_unified("same\n", "same\n", "");
}

static void test_line_diff__does_not_show_binary_content(void **state)
{
    kt_line_diff *diff;

    (void)state;
    assert_int_equal(kt_line_diff_new(&diff, (kt_sv){"a\0b", 3}, KT_SV("a"), NULL), KT_OK);
    assert_true(diff->binary && !diff->same && diff->hunk_count == 0);
    kt_line_diff_free(diff);
    assert_int_equal(kt_line_diff_new(&diff, (kt_sv){"a\0b", 3}, (kt_sv){"a\0b", 3}, NULL), KT_OK);
    assert_true(diff->same);
    kt_line_diff_free(diff);
}

static void test_line_diff__ends_at_its_limit(void **state)
{
    kt_line_options options = KT_LINE_OPTIONS_INIT;
    kt_line_diff *diff;

    (void)state;
    options.max_lines = 4;
    assert_int_equal(kt_line_diff_new(&diff, KT_SV("1\n2\n"), KT_SV("1\n3\n"), &options), KT_OK);
    assert_true(!diff->too_long && diff->hunk_count == 1);
    kt_line_diff_free(diff);
    assert_int_equal(kt_line_diff_new(&diff, KT_SV("1\n2\n"), KT_SV("1\n3\n4\n"), &options), KT_OK);
    assert_true(diff->too_long && diff->hunk_count == 0);
    kt_line_diff_free(diff);
    options.version = 9;
    assert_int_equal(kt_line_diff_new(&diff, KT_SV("1\n"), KT_SV("2\n"), &options), KT_ERR_ARGUMENT);
    assert_null(diff);
}

static uint32_t random_below(uint32_t *seed, uint32_t limit)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % limit;
}

/* Lines of one letter, the last perhaps without a line feed. */
static void make_text(char out[64], uint32_t *seed)
{
    uint32_t lines = random_below(seed, 14), letters = 1 + random_below(seed, 5);
    size_t at = 0;

    for (uint32_t i = 0; i < lines; i++) {
        out[at++] = (char)('a' + random_below(seed, letters));
        out[at++] = '\n';
    }
    at -= lines > 0 && random_below(seed, 4) == 0;
    out[at] = '\0';
}

/* The length of the longest common sequence of lines, by the textbook. */
static uint64_t longest(const char *a, const char *b)
{
    size_t best[16][16] = {{0}}, rows = (strlen(a) + 1) / 2, columns = (strlen(b) + 1) / 2;

    for (size_t i = rows; i-- > 0;)
        for (size_t k = columns; k-- > 0;) {
            bool same = a[2 * i] == b[2 * k] && (a[2 * i + 1] == '\n') == (b[2 * k + 1] == '\n');
            size_t skip = best[i + 1][k] > best[i][k + 1] ? best[i + 1][k] : best[i][k + 1];
            best[i][k] = same ? best[i + 1][k + 1] + 1 : skip;
        }
    return best[0][0];
}

static void test_line_diff__finds_the_fewest_lines(void **state)
{
    uint32_t seed = 7;
    char before[64], after[64];

    (void)state;
    for (int i = 0; i < 20000; i++) {
        kt_line_diff *diff;
        make_text(before, &seed);
        make_text(after, &seed);
        diff = compare(before, after, 1000);
        check_leads(diff, before, after);
        assert_int_equal(diff->removed, (strlen(before) + 1) / 2 - longest(before, after));
        assert_int_equal(diff->added, (strlen(after) + 1) / 2 - longest(before, after));
        kt_line_diff_free(diff);
    }
}

/* Texts of many shared lines in another order are what an attacker would send. */
static void test_line_diff__is_quick_on_hostile_texts(void **state)
{
    size_t lines = 200000;
    char *before = malloc(lines * 4 + 1), *after = malloc(lines * 4 + 1);
    uint32_t seed = 3;
    kt_line_diff *diff;
    clock_t start;

    (void)state;
    assert_true(before && after);
    for (size_t i = 0; i < lines; i++) {
        snprintf(before + 4 * i, 5, "%03u\n", random_below(&seed, 1000));
        snprintf(after + 4 * i, 5, "%03u\n", random_below(&seed, 1000));
    }
    start = clock();
    diff = compare(before, after, 1000000);
    assert_true(clock() - start < 60 * CLOCKS_PER_SEC);
    check_leads(diff, before, after);
    kt_line_diff_free(diff);
    free(before);
    free(after);
}

/* ---- Memory ---- */

static void test_line_diff__survives_each_failed_allocation(void **state)
{
    kt_line_options options = KT_LINE_OPTIONS_INIT;
    kt_line_diff *diff = NULL;

    (void)state;
    for (size_t n = 1; !diff; n++) {
        memory m = {0, n, 0};
        options.allocator = (kt_allocator){resize, &m};
        assert_true(n < 1000);
        if (kt_line_diff_new(&diff, KT_SV("a\nb\nc\nd\n"), KT_SV("b\nx\nd\na\n"), &options) != KT_OK)
            assert_null(diff);
        else
            assert_true(m.calls < n);
        kt_line_diff_free(diff);
        assert_int_equal(m.held, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_diff__writes_what_git_writes),
        cmocka_unit_test(test_line_diff__does_not_show_binary_content),
        cmocka_unit_test(test_line_diff__ends_at_its_limit),
        cmocka_unit_test(test_line_diff__finds_the_fewest_lines),
        cmocka_unit_test(test_line_diff__is_quick_on_hostile_texts),
        cmocka_unit_test(test_line_diff__survives_each_failed_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
