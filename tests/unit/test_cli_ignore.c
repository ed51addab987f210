/* cli: .kratreeignore, as gitignore(5) describes it and git behaves. */
#include "test.h"

#include "cli/ignore.h"

static const struct {
    const char *list;
    const char *path;
    bool is_folder;
    bool ignored;
} vectors[] = {
    {"a.yaml", "a.yaml", false, true},
    {"a.yaml", "x/y/a.yaml", false, true},
    {"/a.yaml", "a.yaml", false, true},
    {"/a.yaml", "x/a.yaml", false, false},
    {"./a.yaml", "a.yaml", false, true},
    {"x/a.yaml", "x/a.yaml", false, true},
    {"x/a.yaml", "y/x/a.yaml", false, false},
    {"*.yaml", "x/a.yaml", false, true},
    {"*.yaml", "a.yml", false, false},
    {"x/*.yaml", "x/y/a.yaml", false, false},
    {"x/*", "x/a", false, true},
    {"x/*", "x/y/a", false, false},
    {"charts/", "charts", true, true},
    {"charts/", "charts", false, false},
    {"charts/", "x/charts", true, true},
    {"/charts/", "x/charts", true, false},
    {"**/a", "a", false, true},
    {"**/a", "x/y/a", false, true},
    {"**/x/a", "y/x/a", false, true},
    {"**/x/a", "y/x/z/a", false, false},
    {"x/**", "x/a", false, true},
    {"x/**", "x/y/a", false, true},
    {"x/**", "x", true, false},
    {"x/**/a", "x/a", false, true},
    {"x/**/a", "x/y/a", false, true},
    {"x/**/a", "x/y/z/a", false, true},
    {"x/**/a", "xa", false, false},
    {"x/**/y/**/a", "x/1/y/2/y/3/a", false, true},
    {"x/**/y/b/**/a", "x/y/c/y/b/a", false, true},
    {"**", "x/y", false, true},
    {"a**b", "x/a1b", false, true},
    {"a**/b", "a1/b", false, true},
    {"a**/b", "a1/2/b", false, false},
    {"?.yaml", "a.yaml", false, true},
    {"?.yaml", "ab.yaml", false, false},
    {"[ab].yaml", "b.yaml", false, true},
    {"[!ab].yaml", "b.yaml", false, false},
    {"[^ab].yaml", "c.yaml", false, true},
    {"[a-c].yaml", "b.yaml", false, true},
    {"[a-c].yaml", "d.yaml", false, false},
    {"[]a].yaml", "].yaml", false, true},
    {"[a-].yaml", "-.yaml", false, true},
    {"[\\]].yaml", "].yaml", false, true},
    {"[[:digit:]].yaml", "7.yaml", false, true},
    {"[[:alpha:][:digit:]].yaml", "7.yaml", false, true},
    {"[[:alpha:]].yaml", "7.yaml", false, false},
    {"[[:nothing:]].yaml", "7.yaml", false, false},
    {"[ab.yaml", "a.yaml", false, false},
    {"\\*.yaml", "*.yaml", false, true},
    {"\\*.yaml", "a.yaml", false, false},
    {"\\#a", "#a", false, true},
    {"\\!a", "!a", false, true},
    {"#a", "#a", false, false},
    {"# a comment\n\n\na", "a", false, true},
    {"a   ", "a", false, true},
    {"a\\ ", "a ", false, true},
    {"a\\ ", "a", false, false},
    {"a\r\nb\r\n", "a", false, true},
    {"\xef\xbb\xbf" "a", "a", false, true},
    {"*.yaml\n!keep.yaml", "keep.yaml", false, false},
    {"*.yaml\n!keep.yaml", "a.yaml", false, true},
    {"!keep.yaml\n*.yaml", "keep.yaml", false, true},
    {"/", "a", true, false},
    {"!", "!", false, false},
    {"", "a", false, false},
    {"A.yaml", "a.yaml", false, false},
    {"caf\xc3\xa9", "caf\xc3\xa9", false, true},
};

static void test_ignore__follows_gitignore(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        kt_ignore *list = kt_ignore_new(NULL, "", kt_str(vectors[i].list));
        assert_non_null(list);
        if (kt_ignore_match(list, vectors[i].path, vectors[i].is_folder) != vectors[i].ignored)
            fail_msg("'%s' against '%s': want %d", vectors[i].list, vectors[i].path, vectors[i].ignored);
        kt_ignore_free(list);
    }
}

static void test_ignore__nearest_folder_decides(void **state)
{
    kt_ignore *root = kt_ignore_new(NULL, "p", kt_str("*.yaml\n!b.yaml\n/only.yml"));
    kt_ignore *nested = kt_ignore_new(root, "p/q", kt_str("!a.yaml\nb.yaml\n/x/y.yml"));

    (void)state;
    assert_false(kt_ignore_match(nested, "p/q/a.yaml", false));
    assert_true(kt_ignore_match(nested, "p/q/b.yaml", false));
    assert_true(kt_ignore_match(nested, "p/q/c.yaml", false));
    assert_true(kt_ignore_match(nested, "p/q/x/y.yml", false));
    assert_false(kt_ignore_match(nested, "p/q/only.yml", false));
    assert_true(kt_ignore_match(root, "p/only.yml", false));
    assert_false(kt_ignore_match(NULL, "p/only.yml", false));
    kt_ignore_free(nested);
    kt_ignore_free(root);
}

/* Backtracking to the last wildcard only: no pattern takes exponential time. */
static void test_ignore__hostile_patterns_end(void **state)
{
    char pattern[2000], text[2000];
    kt_ignore *list;

    (void)state;
    for (size_t i = 0; i < sizeof pattern - 2; i += 2)
        memcpy(pattern + i, "*a", 2);
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    pattern[sizeof pattern - 2] = 'b';
    pattern[sizeof pattern - 1] = '\0';
    assert_false(kt_glob_match(kt_str(pattern), kt_str(text)));
    for (size_t i = 0; i + 4 < sizeof pattern; i += 5)
        memcpy(pattern + i, "**/a/", 5);
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "a/", 2);
    memcpy(pattern + sizeof pattern - 5, "b", 2);
    memcpy(text + sizeof text - 2, "a", 2);
    list = kt_ignore_new(NULL, "", kt_str(pattern));
    assert_false(kt_ignore_match(list, text, false));
    kt_ignore_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ignore__follows_gitignore),
        cmocka_unit_test(test_ignore__nearest_folder_decides),
        cmocka_unit_test(test_ignore__hostile_patterns_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
