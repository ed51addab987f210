/* JSON files (SPEC K-1, K-9). */
#include "test.h"

#include "yaml/reader.h"

static kt_arena arena;
static kt_diags diags;
static kt_documents documents;

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

static void read_text(const char *text)
{
    static const kt_limits limits = {1 << 20, 1 << 20, 1000, 1000, 1000000, 1 << 20, 0, 0, 0};
    kt_source source;

    memset(&source, 0, sizeof source);
    source.path = KT_SV("in.json");
    source.bytes = kt_str(text);
    kt_diags_init(&diags, &arena);
    assert_int_equal(kt_yaml_read(&documents, &arena, &diags, &source, &limits), KT_OK);
}

static const kt_value *member(const char *key)
{
    const kt_value *value = documents.count > 0 ? kt_value_get(&documents.items[0].root, key) : NULL;

    assert_non_null(value);
    return value;
}

static void assert_refused(const char *text, const char *code, unsigned line, unsigned column, const char *message)
{
    read_text(text);
    assert_true(documents.failed);
    assert_true(diags.count > 0);
    if (!kt_sv_is(diags.items[0].message, message))
        fail_msg("%.*s", (int)diags.items[0].message.len, diags.items[0].message.ptr);
    assert_string_equal(diags.items[0].code, code);
    assert_int_equal(diags.items[0].pos.line, line);
    assert_int_equal(diags.items[0].pos.column, column);
}

static void json__reads_values(void **state)
{
    (void)state;
    read_text("\n {\"s\": \"x\", \"t\": true, \"f\": false, \"n\": null, \"l\": [1, [], {}], \"\": 0}\n");
    assert_false(documents.failed);
    assert_true(kt_value_is_string(member("s"), "x"));
    assert_true(member("t")->type == KT_TYPE_BOOL && member("t")->as.boolean);
    assert_true(member("f")->type == KT_TYPE_BOOL && !member("f")->as.boolean);
    assert_int_equal(member("n")->type, KT_TYPE_NULL);
    assert_int_equal(member("l")->length, 3);
    assert_int_equal(member("l")->as.items[2].type, KT_TYPE_MAP);
    assert_int_equal(member("")->type, KT_TYPE_INT);
    assert_int_equal(documents.items[0].line, 2);
}

static void json__words_are_not_yaml(void **state)
{
    (void)state;
    read_text("{\"yes\": \"yes\", \"1\": \"~\", \"true\": \"1\"}");
    assert_true(kt_value_is_string(member("yes"), "yes"));
    assert_true(kt_value_is_string(member("1"), "~"));
    assert_true(kt_value_is_string(member("true"), "1"));
}

static void json__numbers(void **state)
{
    (void)state;
    read_text("{\"a\": 1.0, \"b\": 1e15, \"c\": 1.5, \"d\": 9223372036854775808, \"e\": -9223372036854775808, \"f\": -0, \"g\": 1e-400}");
    assert_true(member("a")->type == KT_TYPE_FLOAT && member("a")->as.number == 1.0); /* C-3: as it is typed */
    assert_true(member("b")->type == KT_TYPE_FLOAT && member("b")->as.number == 1e15);
    assert_true(member("c")->type == KT_TYPE_FLOAT && member("c")->as.number == 1.5);
    assert_true(member("d")->type == KT_TYPE_FLOAT && member("d")->as.number == 9223372036854775808.0);
    assert_true(member("e")->type == KT_TYPE_INT && member("e")->as.integer == INT64_MIN);
    assert_true(member("f")->type == KT_TYPE_INT && member("f")->as.integer == 0);
    assert_true(member("g")->type == KT_TYPE_FLOAT && member("g")->as.number == 0);
    assert_refused("{\"a\": 1e400}", "KT-109", 1, 7, "json: cannot unmarshal number 1e400 into float64");
    assert_int_equal(diags.count, 1);
}

static void json__strings(void **state)
{
    (void)state;
    read_text("{\"a\": \"\\u00e9\\ud83d\\ude00\\/\\n\\\"\", \"b\": \"\\ud800x\", \"c\": \"\\ud800\\u0041\", \"d\": \"\x7f\"}");
    assert_true(kt_value_is_string(member("a"), "\xc3\xa9\xf0\x9f\x98\x80/\n\""));
    assert_true(kt_value_is_string(member("b"), "\xef\xbf\xbdx"));
    assert_true(kt_value_is_string(member("c"), "\xef\xbf\xbd" "A"));
    assert_true(kt_value_is_string(member("d"), "\x7f"));
}

static void json__objects_follow_each_other(void **state)
{
    (void)state;
    read_text("{\"a\":1}{\"b\":2}\n\n{\"c\":3}\n---\n{\"d\":4}\n--- # x\ne: 5\n");
    assert_false(documents.failed);
    assert_int_equal(documents.count, 5);
    assert_int_equal(documents.items[2].line, 3);
    assert_int_equal(kt_value_get(&documents.items[4].root, "e")->as.integer, 5);
}

static void json__may_be_yaml_in_braces(void **state)
{
    (void)state;
    read_text("{a: 1, b: 'x',}\n---\n{\"c\": yes}\n");
    assert_false(documents.failed);
    assert_int_equal(documents.count, 2);
    assert_int_equal(member("a")->as.integer, 1);
    assert_int_equal(kt_value_get(&documents.items[1].root, "c")->type, KT_TYPE_BOOL);
}

/* Behind one object kubectl may still find that a file is YAML; behind two it no longer looks. */
static void json__may_turn_into_yaml(void **state)
{
    (void)state;
    read_text("{\"a\": 1}\n# the end\n");
    assert_false(documents.failed);
    assert_int_equal(documents.count, 1);
    read_text("{\"a\": 1}\nb: 2\n");
    assert_false(documents.failed);
    assert_int_equal(kt_value_get(&documents.items[1].root, "b")->as.integer, 2);
    assert_refused("{\"a\": 1}{\"b\": 1}\nc: 2\n", "KT-113", 2, 1, "invalid character \"c\" looking for beginning of value");
}

static void json__tells_the_place(void **state)
{
    (void)state;
    assert_refused("{\n  \"a\": [1, 2\n  \"b\": 3\n}\n", "KT-113", 3, 3, "invalid character \"\\\"\" after array element");
    assert_refused("{\"\xc3\xa9\": \"x\x01y\"}\n", "KT-113", 1, 9, "invalid character \"\\x01\" in string literal");
    assert_refused("{\"a\": 1} x\n", "KT-113", 1, 10, "invalid character \"x\" looking for beginning of value");
    read_text("{\n \"a\": {\n  \"b\": [1, \"\xc3\xa9\", 3]}}");
    assert_int_equal(kt_value_get(member("a"), "b")->as.items[2].line, 3);
    assert_int_equal(kt_value_get(member("a"), "b")->as.items[2].column, 17);
}

static void json__equal_keys(void **state)
{
    (void)state;
    read_text("{\"a\": 1, \"b\": 2, \"a\": 3}");
    assert_int_equal(member("a")->as.integer, 3);
    assert_int_equal(documents.items[0].root.length, 2);
    assert_string_equal(diags.items[0].code, "KT-103");
    assert_int_equal(diags.items[0].pos.column, 18);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(json__reads_values),          TEST(json__words_are_not_yaml), TEST(json__numbers),
        TEST(json__strings),               TEST(json__objects_follow_each_other),
        TEST(json__may_be_yaml_in_braces), TEST(json__tells_the_place),    TEST(json__equal_keys),
        TEST(json__may_turn_into_yaml),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
