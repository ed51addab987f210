/* plan: the grammar and the matching of label selectors (S-4, S-5, the vectors of Appendix E). */
#include "test.h"

#include "plan/selector.h"

typedef struct vector {
    const char *text;
    const char *parsed; /* as printed again; NULL: an error */
    const char *error;  /* its beginning */
    const char *matches; /* letters of the Destinations below */
} vector;

/* n none, a {k:a}, b {k:a,b:1}, c {k:a,b:2}, e {k:""}, x {k:x}, i {k:in}, 5 {k:5} */
static const struct {
    char letter;
    kt_label labels[2];
    size_t count;
} destinations[] = {
    {'n', {{{NULL, 0}, {NULL, 0}, {{NULL, 0}, 0, 0}}}, 0},
    {'a', {{{"k", 1}, {"a", 1}, {{NULL, 0}, 0, 0}}}, 1},
    {'b', {{{"b", 1}, {"1", 1}, {{NULL, 0}, 0, 0}}, {{"k", 1}, {"a", 1}, {{NULL, 0}, 0, 0}}}, 2},
    {'c', {{{"b", 1}, {"2", 1}, {{NULL, 0}, 0, 0}}, {{"k", 1}, {"a", 1}, {{NULL, 0}, 0, 0}}}, 2},
    {'e', {{{"k", 1}, {"", 0}, {{NULL, 0}, 0, 0}}}, 1},
    {'x', {{{"k", 1}, {"x", 1}, {{NULL, 0}, 0, 0}}}, 1},
    {'i', {{{"k", 1}, {"in", 2}, {{NULL, 0}, 0, 0}}}, 1},
    {'5', {{{"k", 1}, {"5", 1}, {{NULL, 0}, 0, 0}}}, 1},
};

static const vector vectors[] = {
    {"k=a", "k=a", NULL, "abc"},
    {"k=", "k=", NULL, "e"},
    {"k= a ", "k=a", NULL, "abc"},
    {"k=a b", NULL, "found 'b', expected: ',' or 'end of string'", ""},
    {"k=a,b", "b,k=a", NULL, "bc"},
    {"k=a,!b", "!b,k=a", NULL, "a"},
    {"k=a,b in (1,3)", "b in (1,3),k=a", NULL, "b"},
    {"k=a,b!=1", "b!=1,k=a", NULL, "ac"},
    {"k==a", "k==a", NULL, "abc"},
    {"k=in", "k=in", NULL, "i"},
    {"k=notin", "k=notin", NULL, ""},
    {"k=a=b", NULL, "found '=', expected: ',' or 'end of string'", ""},
    {"k=(a)", NULL, "unable to parse requirement: found '(', expected: identifier", ""},
    {"k=!a", NULL, "unable to parse requirement: found '!', expected: identifier", ""},
    {"k=>1", NULL, "unable to parse requirement: found '>', expected: identifier", ""},
    {"k=a,", NULL, "found '', expected: identifier after ','", ""},
    {"k=,b", "b,k=", NULL, ""},
    {"k=\xc3\xa9", NULL, "unable to parse requirement: values[0][k]: Invalid value: \"\xc3\xa9\"", ""},
    {"k=-a", NULL, "unable to parse requirement: values[0][k]: Invalid value: \"-a\"", ""},
    {"k=a/b", NULL, "unable to parse requirement: values[0][k]: Invalid value: \"a/b\"", ""},
    {"k=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL,
     "unable to parse requirement: values[0][k]: Invalid value", ""},
    {"!k=a", NULL, "found '=', expected: ',' or 'end of string'", ""},
    {"k!=a", "k!=a", NULL, "nexi5"},
    {"k in (a,x),b=1", "b=1,k in (a,x)", NULL, "b"},
    {"=a", NULL, "found '=', expected: !, identifier, or 'end of string'", ""},
    {"x/=a", NULL, "unable to parse requirement: <nil>: Invalid value: \"x/\": name part must be non-empty", ""},
    {"b=1,k=a", "b=1,k=a", NULL, "b"},
    {"k=\ta\n", "k=a", NULL, "abc"},
    {"k=a,k", "k=a,k", NULL, "abc"},
    {"k=a,k=x", "k=a,k=x", NULL, ""},
    {"k notin (a,x)", "k notin (a,x)", NULL, "nei5"},
    {"k in (,)", "k in ()", NULL, "e"},
    {"k in ()", "k in ()", NULL, "e"},
    {"k notin ()", "k notin ()", NULL, "nabcxi5"},
    {"k in a", NULL, "unable to parse requirement: found 'a' expected: '('", ""},
    {"k in (a", NULL, "unable to parse requirement: found '', expected: ',' or ')'", ""},
    {"k > 4", "k>4", NULL, "5"},
    {"k<4", "k<4", NULL, ""},
    {"k>a", NULL, "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators", ""},
    {"k", "k", NULL, "abcexi5"},
    {"!k", "!k", NULL, "n"},
    {"in in (in)", "in in (in)", NULL, ""},
    {"", "", NULL, "nabcexi5"},
};

static void check_vector(kt_arena *arena, const vector *v)
{
    kt_label_selector selector;
    kt_buf text;
    char matched[16] = "";
    size_t match_count = 0;

    assert_int_equal(kt_selector_parse(&selector, arena, kt_str(v->text)), KT_OK);
    if (!v->parsed) {
        if (!kt_sv_starts(selector.error, kt_str(v->error)))
            fail_msg("'%s': have '%.*s'", v->text, (int)selector.error.len, selector.error.ptr);
        return;
    }
    check_text(selector.error, "");
    kt_buf_init(&text, arena->allocator);
    for (size_t i = 0; i < selector.count; i++)
        kt_buf_format(&text, "%s%v", i > 0 ? "," : "", selector.items[i].text);
    check_text(kt_buf_view(&text), v->parsed);
    kt_buf_dispose(&text);
    for (size_t d = 0; d < sizeof destinations / sizeof destinations[0]; d++) {
        bool all = true;
        for (size_t i = 0; i < selector.count; i++)
            all = all && kt_requirement_matches(&selector.items[i], destinations[d].labels, destinations[d].count);
        if (all)
            matched[match_count++] = destinations[d].letter;
    }
    if (strcmp(matched, v->matches) != 0)
        fail_msg("'%s': matches '%s', want '%s'", v->text, matched, v->matches);
}

static void test_plan_selector__vectors(void **state)
{
    kt_arena arena;

    (void)state;
    kt_arena_init(&arena, kt_allocator_default());
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        check_vector(&arena, &vectors[i]);
    kt_arena_dispose(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plan_selector__vectors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
