/* model: patterns of schemas, as Go's regexp reads and matches them. */
#include "test.h"

#include "model/go_regexp.h"
#include "model/pattern.h"

typedef struct world {
    kt_arena arena;
    kt_limits limits;
    kt_patterns patterns;
} world;

static void open_world(world *w)
{
    memset(w, 0, sizeof *w);
    w->limits.pattern_steps = 100000;
    w->limits.pattern_depth = 100000;
    kt_arena_init(&w->arena, kt_allocator_default());
    kt_patterns_init(&w->patterns, &w->arena, &w->limits);
}

static kt_pattern_verdict match(world *w, const char *source, const char *text)
{
    kt_pattern *pattern = kt_pattern_get(&w->patterns, kt_str(source));

    assert_non_null(pattern);
    if (pattern->error.len > 0 || pattern->unknown)
        fail_msg("%s: %.*s %s", source, (int)pattern->error.len, pattern->error.ptr ? pattern->error.ptr : "",
                 pattern->unknown ? pattern->unknown : "");
    return kt_pattern_match(&w->patterns, pattern, kt_str(text));
}

/* Each was asked of Go's regexp.MatchString. */
static const struct {
    const char *pattern, *text;
    bool matches;
} matches[] = {
    {"b", "abc", true},
    {"^b", "abc", false},
    {"c$", "abc", true},
    {"c$", "abc\n", false},
    {"(?m)c$", "abc\n", true},
    {"(?m)^d", "abc\nd", true},
    {"\\Aa", "ba", false},
    {"c\\z", "abc\n", false},
    {"a.c", "a\nc", false},
    {"(?s)a.c", "a\nc", true},
    {"^.$", "é", true},
    {"^.{2}$", "é日", true},
    {"^..$", "é", false},
    {"^.+.+$", "é", false},
    {"^.*.*é$", "é", true},
    {"^[^a]$", "日", true},
    {"^[^a]+$", "日本", true},
    {"^[é-ü]$", "è", false},
    {"^[é-ü]$", "þ", false},
    {"^[^é]$", "é", false},
    {"^[^é]$", "e", true},
    {"^[a-z日]+$", "a日b", true},
    {"^é*$", "ééé", true},
    {"^é{2}$", "é", false},
    {"^é?$", "", true},
    {"^\\d+$", "12", true},
    {"^\\d$", "٣", false},
    {"^\\p{Nd}$", "٣", true},
    {"^\\pL+$", "aé日", true},
    {"^\\pL$", "1", false},
    {"^\\PL$", "1", true},
    {"^\\PL$", "é", false},
    {"^[^\\pL]$", "é", false},
    {"^[\\pL-]+$", "a-é", true},
    {"^\\p{^L}$", "a", false},
    {"^\\w$", "é", false},
    {"^\\W$", "é", true},
    {"^\\s$", "", false},
    {"^\\S+$", "é", true},
    {"[[:alpha:]]", "1", false},
    {"^[[:^alpha:]]$", "é", true},
    {"^[[:punct:]]$", "~", true},
    {"^[[:word:]]$", "_", true},
    {"\\bb", "a b", true},
    {"a\\b", "aé", true},
    {"^a.*\\Bé", "aé", false},
    {"\\B", "é", true},
    {"^a.*\\B$", "aéb", false},
    {"(?i)K", "K", true},
    {"(?i)^[k-s]+$", "ſK", true},
    {"(?i:a)b", "AB", false},
    {"(?i)a(?-i)b", "AB", false},
    {"(?i)a|b", "B", true},
    {"((?i)a)b", "AB", false},
    {"^(?:a|ab)(?:c|bcd)$", "abcd", true},
    {"^(a+)+$", "aaa", true},
    {"^(?:|a)*$", "aa", true},
    {"a{2}", "aba", false},
    {"^a{2,3}$", "aaaa", false},
    {"^a{,2}$", "a{,2}", true},
    {"^a{02}$", "a{02}", true},
    {"x{", "x{", true},
    {"^[]a]+$", "]a", true},
    {"^[a-]$", "-", true},
    {"^[\\d-z]+$", "3-z", true},
    {"^\\Qa.b\\E+$", "a.bb", true},
    {"\\Qa", "a", true},
    {"^\\x41\\x{e9}$", "Aé", true},
    {"^\\012\\a?$", "\n", true},
    {"^(?P<n>a)(?<n>b)$", "ab", true},
    {"^(?U)a+?$", "aa", true},
    {"^[^\\x00-\\x7F]$", "é", true},
    {"[^\\x00-\\x{10FFFF}]", "a", false},
    {"^\\p{Any}$", "日", true},
    {"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "a-b", true},
    {"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "a-", false},
    {"^(?:[0-9]{1,3}\\.){3}[0-9]{1,3}$", "10.0.0.1", true},
    {"^/[^/]+(/[^/]+)*$", "/é/ü", true},
    {"", "x", true},
    {"(?:)*", "x", true},
    {"^*a", "a", true},
    {"(|a)+b", "aab", true},
    {"\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\^\\$", ".*+?()[]{}|^$", true},
};

static void test_pattern__matches_as_go_does(void **state)
{
    world w;

    (void)state;
    open_world(&w);
    for (size_t i = 0; i < sizeof matches / sizeof matches[0]; i++)
        if ((match(&w, matches[i].pattern, matches[i].text) == KT_PATTERN_MATCHES) != matches[i].matches)
            fail_msg("'%s' and '%s': Go says %d", matches[i].pattern, matches[i].text, matches[i].matches);
    kt_arena_dispose(&w.arena);
}

/* What Go's regexp.Compile says of them. */
static const struct {
    const char *pattern, *error;
} errors[] = {
    {"a(", "missing closing ): `a(`"},
    {"a)", "unexpected ): `a)`"},
    {"[a", "missing closing ]: `[a`"},
    {"a**", "invalid nested repetition operator: `**`"},
    {"a++", "invalid nested repetition operator: `++`"},
    {"a{2}{3}", "invalid nested repetition operator: `{2}{3}`"},
    {"*a", "missing argument to repetition operator: `*`"},
    {"a|*", "missing argument to repetition operator: `*`"},
    {"(?=a)", "invalid or unsupported Perl syntax: `(?=`"},
    {"(?!a)", "invalid or unsupported Perl syntax: `(?!`"},
    {"(?<!a)", "invalid named capture: `(?<!a)`"},
    {"(?>a)", "invalid or unsupported Perl syntax: `(?>`"},
    {"(?i", "invalid or unsupported Perl syntax: `(?i`"},
    {"(?P<n", "invalid named capture: `(?P<n`"},
    {"(?P<>a)", "invalid named capture: `(?P<>`"},
    {"(?P<1-2>a)", "invalid named capture: `(?P<1-2>`"},
    {"a{1001}", "invalid repeat count: `{1001}`"},
    {"a{3,2}", "invalid repeat count: `{3,2}`"},
    {"(?:a{100}){11}", "invalid repeat count: `{11}`"},
    {"\\1", "invalid escape sequence: `\\1`"},
    {"\\8", "invalid escape sequence: `\\8`"},
    {"\\C", "invalid escape sequence: `\\C`"},
    {"\\Z", "invalid escape sequence: `\\Z`"},
    {"\\e", "invalid escape sequence: `\\e`"},
    {"a\\", "trailing backslash at end of expression: ``"},
    {"[z-a]", "invalid character class range: `z-a`"},
    {"[a-\\d]", "invalid escape sequence: `\\d`"},
    {"[[:foo:]]", "invalid character class range: `[:foo:]`"},
    {"\\p{", "invalid character class range: `\\p{`"},
    {"\\x4", "invalid escape sequence: `\\x4`"},
    {"\\x{110000}", "invalid escape sequence: `\\x{110000`"},
    {"\\é", "invalid escape sequence: `\\é`"},
    {"[\\b]", "invalid escape sequence: `\\b`"},
    {"(?i-)", "invalid or unsupported Perl syntax: `(?i-)`"},
    {"\\G", "invalid escape sequence: `\\G`"},
};

static void test_pattern__refuses_as_go_does(void **state)
{
    world w;

    (void)state;
    open_world(&w);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        const kt_pattern *pattern = kt_pattern_get(&w.patterns, kt_str(errors[i].pattern));
        assert_non_null(pattern);
        check_text(pattern->error, errors[i].error);
    }
    kt_arena_dispose(&w.arena);
}

static void test_pattern__says_what_it_does_not_know(void **state)
{
    static const char *const patterns[] = {"\\p{Greek}", "(?i)é", "(?i)[a-é]", "[\\pN]"};
    world w;

    (void)state;
    open_world(&w);
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        kt_pattern *pattern = kt_pattern_get(&w.patterns, kt_str(patterns[i]));
        assert_non_null(pattern->unknown);
        assert_int_equal(kt_pattern_match(&w.patterns, pattern, KT_SV("a")), KT_PATTERN_UNKNOWN);
    }
    kt_arena_dispose(&w.arena);
}

static void test_pattern__is_compiled_once(void **state)
{
    world w;

    (void)state;
    open_world(&w);
    assert_ptr_equal(kt_pattern_get(&w.patterns, KT_SV("a+")), kt_pattern_get(&w.patterns, KT_SV("a+")));
    kt_arena_dispose(&w.arena);
}

static void test_pattern__stops_what_goes_back_without_end(void **state)
{
    static const char text[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
    world w;

    (void)state;
    open_world(&w);
    assert_int_equal(match(&w, "^(a+)+$", text), KT_PATTERN_STOPPED);
    assert_int_equal(match(&w, "^(a+)+$", "a"), KT_PATTERN_UNKNOWN);
    kt_arena_dispose(&w.arena);
    open_world(&w);
    w.limits.pattern_depth = 10;
    assert_int_equal(match(&w, "^(a|b)*$", text), KT_PATTERN_STOPPED);
    assert_int_equal(match(&w, "^(a|c)*$", "a"), KT_PATTERN_MATCHES);
    kt_arena_dispose(&w.arena);
}

/* Memory that ends after `left` allocations. */
static void *resize_some(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    size_t *left = ctx;

    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    return *left > 0 ? (--*left, realloc(ptr, new_size)) : NULL;
}

static void test_pattern__survives_the_end_of_memory(void **state)
{
    kt_limits limits = {0, 0, 0, 0, 0, 0, 1000, 1000, 0};

    (void)state;
    for (size_t n = 0; n < 40; n++) {
        size_t left = n;
        kt_allocator allocator = {resize_some, &left};
        kt_patterns patterns;
        kt_pattern *pattern;
        kt_arena arena;
        kt_arena_init(&arena, allocator);
        kt_patterns_init(&patterns, &arena, &limits);
        pattern = kt_pattern_get(&patterns, KT_SV("^(?:[a-zé]+|[^b]*)+\\pL{2,3}$"));
        assert_true(pattern || arena.failed);
        if (pattern)
            kt_pattern_match(&patterns, pattern, KT_SV("aaaaaaaaaa"));
        kt_arena_dispose(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pattern__matches_as_go_does),
        cmocka_unit_test(test_pattern__refuses_as_go_does),
        cmocka_unit_test(test_pattern__says_what_it_does_not_know),
        cmocka_unit_test(test_pattern__is_compiled_once),
        cmocka_unit_test(test_pattern__stops_what_goes_back_without_end),
        cmocka_unit_test(test_pattern__survives_the_end_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
