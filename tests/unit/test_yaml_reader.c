/* Documents, positions, collections, encodings, limits (SPEC K-1, K-5, K-6, K-8, K-11; section 11, 113-123). */
#include "test.h"

#include "yaml/reader.h"

static kt_arena arena;
static kt_diags diags;
static kt_documents documents;

static const kt_limits usual = {1 << 20, 1 << 20, 10000, 1000, 1000000, 1 << 20, 0, 0, 0};

static int set_up(void **state)
{
    (void)state;
    kt_arena_init(&arena, kt_allocator_default());
    kt_diags_init(&diags, &arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kt_arena_dispose(&arena);
    return 0;
}

static kt_status read_with(kt_sv text, const kt_limits *limits)
{
    kt_source source;

    kt_diags_init(&diags, &arena);
    memset(&source, 0, sizeof source);
    source.path = KT_SV("in.yaml");
    source.bytes = text;
    return kt_yaml_read(&documents, &arena, &diags, &source, limits);
}

static void read_bytes(kt_sv text)
{
    assert_int_equal(read_with(text, &usual), KT_OK);
}

static void read_text(const char *text)
{
    read_bytes(kt_str(text));
}

/* ---- Values as text: {a:1,b:[x,null]} ----------------------------------------------------------- */

static char printed[1000];

static void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void print(const char *format, ...)
{
    size_t length = strlen(printed);
    va_list args;

    va_start(args, format);
    vsnprintf(printed + length, sizeof printed - length, format, args);
    va_end(args);
}

static void print_value(const kt_value *value)
{
    kt_sv text = kt_value_string(value);

    if (value->type == KT_TYPE_NULL)
        print("null");
    else if (value->type == KT_TYPE_BOOL)
        print(value->as.boolean ? "true" : "false");
    else if (value->type == KT_TYPE_INT)
        print("%lld", (long long)value->as.integer);
    else if (value->type == KT_TYPE_FLOAT)
        print("%gf", value->as.number);
    else if (value->type == KT_TYPE_STRING)
        print("'%.*s'", (int)text.len, text.ptr);
    for (uint32_t i = 0; value->type == KT_TYPE_LIST && i < value->length; i++) {
        print(i ? "," : "[");
        print_value(&value->as.items[i]);
    }
    for (uint32_t i = 0; value->type == KT_TYPE_MAP && i < value->length; i++) {
        print(i ? ",%.*s:" : "{%.*s:", (int)value->as.members[i].key.length, value->as.members[i].key.as.string);
        print_value(&value->as.members[i].value);
    }
    if (value->type >= KT_TYPE_LIST && value->length == 0)
        print(value->type == KT_TYPE_LIST ? "[" : "{");
    if (value->type >= KT_TYPE_LIST)
        print(value->type == KT_TYPE_LIST ? "]" : "}");
}

static const char *all(void)
{
    printed[0] = '\0';
    for (size_t i = 0; i < documents.count; i++) {
        print(i ? " | " : "");
        print_value(&documents.items[i].root);
    }
    return printed;
}

static void assert_reads(const char *text, const char *want)
{
    read_text(text);
    if (diags.error_count > 0)
        fail_msg("%s: %.*s", text, (int)diags.items[0].message.len, diags.items[0].message.ptr);
    assert_false(documents.failed);
    assert_string_equal(all(), want);
}

static void assert_diag(const char *code, unsigned line, unsigned column, const char *message)
{
    const kt_diag *diag = &diags.items[0];

    assert_true(diags.count > 0);
    assert_string_equal(diag->code, code);
    if (!kt_sv_is(diag->message, message))
        fail_msg("%.*s", (int)diag->message.len, diag->message.ptr);
    assert_int_equal(diag->pos.line, line);
    assert_int_equal(diag->pos.column, column);
}

static void assert_refused(const char *text, const char *code, unsigned line, unsigned column, const char *message)
{
    read_text(text);
    assert_true(documents.failed);
    assert_diag(code, line, column, message);
}

/* ---- Documents (K-1) ---------------------------------------------------------------------------- */

static void reader__splits_by_lines(void **state)
{
    (void)state;
    assert_reads("a: 1\n---\nb: 2\n--- # c\nc: 3\n---#c\nd: 4", "{a:1} | {b:2} | {c:3} | {d:4}");
    assert_reads("---\n---\n\n# nothing\n---\na: 1\n---\nnull\n---\n", "{a:1}");
    assert_reads("a: 1\r\n---\r\nb: 2\r\n", "{a:1} | {b:2}");
    assert_reads("a: 1\n---\xc2\xa0\nb: 2\n---\v\nc: 3\n---\xe2\x80\xa8\f # x\nd: 4", "{a:1} | {b:2} | {c:3} | {d:4}");
    assert_reads("", "");
    assert_int_equal(documents.count, 0);
}

/* kubectl leaves a separator to the parser when nothing stands before it. */
static void reader__leaves_the_first_separator_to_the_parser(void **state)
{
    (void)state;
    assert_reads("---\n...\n---\na: 1\n", "{a:1}");
    assert_reads("---\n# c\n...\n---\nb: 1\n", "{b:1}");
    assert_reads("---\n%YAML 1.1\n---\na: 1\n", "{a:1}");
    assert_reads("---\n---#c\na: 1\n", "{a:1}");
    assert_refused("---#c\na: 1\n", "KT-101", 2, 2, "mapping values are not allowed in this context");
}

static void reader__reads_only_the_first_document_of_a_piece(void **state)
{
    (void)state;
    assert_reads("a: 1\n...\nb: [\n---\nc: 1\n", "{a:1} | {c:1}");
    assert_reads("  a: 1\nb: 2\n", "{a:1}");
}

static void reader__refuses_text_behind_a_separator(void **state)
{
    (void)state;
    assert_refused("a: 1\n--- {b: 2}\nc: 3\n", "KT-110", 2, 1, "invalid Yaml document separator: {b: 2}");
    assert_string_equal(all(), "{a:1} | {c:3}");
    assert_refused("a: 'x\n---'\n", "KT-101", 2, 1, "found unexpected end of stream");
    assert_refused("%YAML 1.1\n---\na: 1\n", "KT-101", 2, 1, "did not find expected <document start>");
}

static void reader__goes_on_after_an_error(void **state)
{
    (void)state;
    assert_refused("a: [b\n---\nb: 1\n---\nc: d: e\n", "KT-101", 2, 1, "did not find expected ',' or ']'");
    assert_int_equal(diags.count, 2);
    assert_int_equal(diags.items[1].pos.line, 5);
    assert_string_equal(all(), "{b:1}");
}

/* ---- Places -------------------------------------------------------------------------------------- */

static void assert_place(const kt_value *value, unsigned line, unsigned column)
{
    assert_non_null(value);
    assert_int_equal(value->line, line);
    assert_int_equal(value->column, column);
}

static void reader__knows_places(void **state)
{
    const kt_value *root;

    (void)state;
    read_bytes(KT_SV("\xef\xbb\xbfx: 1\n---\n# c\n\xc3\xa9: {k: \"\xf0\x9f\x98\x80\", l: [1]}\nm:\n  q:\n  - o\n"));
    assert_int_equal(documents.count, 2);
    assert_place(kt_value_get(&documents.items[0].root, "x"), 1, 4);
    root = &documents.items[1].root;
    assert_int_equal(documents.items[1].line, 4);
    assert_place(root, 4, 1);
    assert_place(kt_value_get(root, "\xc3\xa9"), 4, 4);
    assert_place(kt_value_get(kt_value_get(root, "\xc3\xa9"), "l"), 4, 16);
    assert_place(&kt_value_member(root, KT_SV("m"))->key, 5, 1);
    assert_place(kt_value_get(root, "m"), 6, 3);
    assert_place(&kt_value_get(kt_value_get(root, "m"), "q")->as.items[0], 7, 5);
}

/* ---- Keys (K-4, K-5, N-5) ------------------------------------------------------------------------ */

static void reader__makes_keys_strings(void **state)
{
    (void)state;
    assert_reads("0x10: a\n1.5e6: b\ny: c\n'1': d\n.inf: e\n0.000244140625: f\n-1e41: g\n-0.0: h\n",
                 "{16:'a',1.5e+06:'b',true:'c',1:'d',.inf:'e',0.00024414063:'f',-.inf:'g',-0:'h'}");
}

static void reader__warns_of_equal_keys(void **state)
{
    (void)state;
    assert_reads("a: 1\nb: 2\na: 3\n", "{a:3,b:2}");
    assert_diag("KT-103", 3, 1, "key \"a\" is given twice, the last one counts");
    assert_int_equal(diags.items[0].related.line, 1);
    assert_reads("1: a\n0x1: b\n", "{1:'b'}");
    assert_reads("yes: a\non: b\n", "{true:'b'}");
    assert_reads("-0.0: a\n0.0: b\n", "{0:'b'}");
    assert_reads("-0.0: a\n1e-93: b\n", "{-0:'a',0:'b'}");
    assert_reads("-0.0: a\n0: b\n", "{-0:'a',0:'b'}");
}

static void reader__refuses_keys_that_become_one(void **state)
{
    (void)state;
    assert_refused("k:\n  1: a\n  '1': b\n", "KT-104", 3, 3, "two keys of different types become the same string \"1\"");
    assert_refused("1: a\n1.0: b\n", "KT-104", 2, 1, "two keys of different types become the same string \"1\"");
    assert_refused("true: a\n'true': b\n", "KT-104", 2, 1,
                   "two keys of different types become the same string \"true\"");
    assert_refused("-0.0: a\n-1e-93: b\n", "KT-104", 2, 1, "two keys of different types become the same string \"-0\"");
    assert_refused("'-0': a\n-0.0: b\n", "KT-104", 2, 1, "two keys of different types become the same string \"-0\"");
    assert_refused("-0.0: a\n'0': b\n0.0: c\n", "KT-104", 3, 1, "two keys of different types become the same string \"0\"");
    assert_refused("~: a\n", "KT-105", 1, 1, "unsupported map key of type: null");
    assert_refused("9223372036854775808: a\n", "KT-105", 1, 1,
                   "unsupported map key of type: uint64, key: 9223372036854775808");
    assert_refused("? [a]\n: b\n", "KT-105", 1, 3, "invalid map key: a list is no string");
}

static void reader__forgets_what_is_overridden(void **state)
{
    (void)state;
    assert_reads("a: .inf\na: 1\n", "{a:1}");
    assert_reads("a: {~: 1}\na: 1\n", "{a:1}");
    assert_refused("a: [.inf]\n", "KT-109", 1, 5, "json: unsupported value: +Inf");
}

static void reader__finds_equal_keys_in_large_maps(void **state)
{
    static char text[40000];
    size_t length = 0;

    (void)state;
    for (int i = 0; i < 2000; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "key%d: %d\n", i, i);
    snprintf(text + length, sizeof text - length, "key1234: x\n");
    read_text(text);
    assert_int_equal(documents.items[0].root.length, 2000);
    assert_true(kt_value_is_string(kt_value_get(&documents.items[0].root, "key1234"), "x"));
    assert_int_equal(diags.count, 1);
}

/* ---- Anchors and merge keys (K-6) ---------------------------------------------------------------- */

static void reader__merges_at_the_position(void **state)
{
    (void)state;
    assert_reads("b: 1\n<<: {b: 2}\n", "{b:2}");
    assert_reads("<<: {b: 2}\nb: 1\n", "{b:1}");
    assert_int_equal(diags.count, 0);
    assert_reads("m: &m {x: 1}\nq: {<<: [*m, {x: 2, z: 3}], w: 1}\n", "{m:{x:1},q:{x:1,z:3,w:1}}");
    assert_reads("a: 1\n<<: []\n", "{a:1}");
    assert_reads("'<<': {a: 1}\n", "{<<:{a:1}}");
    assert_reads("a: <<\n", "{a:'<<'}");
    assert_reads("m: {!!merge <<: {a: 1}}\n", "{m:{a:1}}");
}

static void reader__refuses_what_cannot_be_merged(void **state)
{
    static const char *const texts[] = {"<<: 1\n", "<<: ~\n", "<<: [1]\n", "<<: [[]]\n", "l: &l [{a: 1}]\nm: {<<: *l}\n"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        read_text(texts[i]);
        assert_true(documents.failed);
        assert_string_equal(diags.items[0].code, "KT-107");
    }
}

static void reader__expands_aliases(void **state)
{
    (void)state;
    assert_reads("a: &a [1]\nb: *a\n&c c: *c\n", "{a:[1],b:[1],c:'c'}");
    assert_reads("a: &x 1\nb: &x 2\nc: *x\n", "{a:1,b:2,c:2}");
    assert_reads("a: &x 1.0\n*x : b\n", "{a:1,1:'b'}");
    assert_refused("a: *x\n", "KT-106", 1, 4, "unknown anchor 'x' referenced");
    assert_refused("a: &x [*x]\n", "KT-106", 1, 8, "anchor 'x' value contains itself");
    assert_refused("a: &x 1\n---\nb: *x\n", "KT-106", 3, 4, "unknown anchor 'x' referenced");
}

/* ---- Encodings (K-8) ------------------------------------------------------------------------------ */

static void reader__replaces_invalid_utf8(void **state)
{
    (void)state;
    read_bytes(KT_SV("a: 1\nb: x\xe2\x82 \xed\xa0\x80\n"));
    assert_string_equal(all(), "{a:1,b:'x\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd'}");
    assert_int_equal(diags.count, 1);
    assert_diag("KT-102", 2, 5, "invalid trailing UTF-8 octet, read as U+FFFD");
}

static void reader__reads_utf16(void **state)
{
    (void)state;
    read_bytes(KT_SV("\xff\xfe" "a\0:\0 \0\x3d\xd8\x00\xde\n\0"));
    assert_string_equal(all(), "{a:'\xf0\x9f\x98\x80'}");
    read_bytes(KT_SV("\xfe\xff" "\0a\0:\0 \0b"));
    assert_string_equal(all(), "{a:'b'}");
}

static void reader__refuses_control_characters(void **state)
{
    (void)state;
    assert_refused("a: 1\nb: \xc3\xa9\x01\n", "KT-111", 2, 5, "control characters are not allowed");
    assert_refused("a: \xc2\x80\n", "KT-111", 1, 4, "control characters are not allowed");
    assert_reads("a: 'x\xc2\x85y'\n", "{a:'x y'}");
    assert_reads("a: 'x\ry'\n", "{a:'x y'}");
    assert_reads("a: |\r\n  x\r\n  y", "{a:'x\ny\n'}");
}

/* ---- Where yaml.v2 reads differently (K-11) ------------------------------------------------------- */

static void reader__refuses_what_yaml_v2_reads_differently(void **state)
{
    (void)state;
    assert_refused("k: [a?b]\n", "KT-112", 1, 6, "did not find expected ',' or ']'");
    assert_refused("k: {a?: b}\n", "KT-112", 1, 6, "did not find expected ',' or '}'");
    assert_refused("k: [a:, b]\n", "KT-101", 1, 6, "found unexpected ':'");
    assert_refused("k: [!!str, a]\n", "KT-112", 1, 10, "did not find white space behind the tag");
    assert_refused("k: \"a\\/\"\n", "KT-112", 1, 4, "found unknown escape character");
    assert_refused("a: 1\n\xef\xbb\xbf" "b: 2\n", "KT-112", 2, 1, "a line begins with the invisible character U+FEFF");
    assert_reads("k: [a:b, 'x?y', \"\\\\/\"]\nl: a?b\n", "{k:['a:b','x?y','\\/'],l:'a?b'}");
    assert_reads("k: 'a\xef\xbb\xbf" "b'\n", "{k:'a\xef\xbb\xbf" "b'}");
    assert_reads("k: [!!str &a , b]\n", "{k:['','b']}");
}

static void reader__helps(void **state)
{
    (void)state;
    assert_refused("a:\n\t- b\n", "KT-101", 2, 1, "found character that cannot start any token");
    assert_true(kt_sv_starts(diags.items[0].help, KT_SV("indent with spaces")));
    assert_refused("a: @b\n", "KT-101", 1, 4, "found character that cannot start any token");
    assert_true(kt_sv_starts(diags.items[0].help, KT_SV("put the value in quotes")));
}

/* ---- Limits --------------------------------------------------------------------------------------- */

static void assert_limit(const char *text, kt_limits limits, const char *code)
{
    assert_int_equal(read_with(kt_str(text), &limits), KT_ERR_LIMIT);
    assert_true(documents.failed);
    assert_string_equal(diags.items[0].code, code);
}

static void reader__obeys_limits(void **state)
{
    kt_limits limits = usual;

    (void)state;
    limits.depth = 3;
    assert_int_equal(read_with(KT_SV("a: [[1]]\n"), &limits), KT_OK);
    assert_limit("a: [[[1]]]\n", limits, "KT-703");
    assert_limit("a: &a [[1]]\nb: [*a]\n", limits, "KT-703");
    limits = usual;
    limits.documents = 1;
    assert_limit("a: 1\n---\nb: 1\n", limits, "KT-704");
    limits = usual;
    limits.values = 6;
    assert_limit("a: [1, 2, 3, 4]\n", limits, "KT-705");
    limits = usual;
    limits.file_bytes = 4;
    assert_limit("a: 1\n", limits, "KT-701");
}

static void reader__refuses_excessive_aliasing(void **state)
{
    char text[2000] = "a: &a [x,x,x,x,x,x,x,x,x]\n";

    (void)state;
    for (char c = 'b'; c < 'j'; c++) {
        char line[100];
        snprintf(line, sizeof line, "%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c - 1, c - 1, c - 1, c - 1,
                 c - 1, c - 1, c - 1, c - 1, c - 1);
        strcat(text, line);
    }
    assert_int_equal(read_with(kt_str(text), &usual), KT_ERR_LIMIT);
    assert_string_equal(diags.items[0].code, "KT-706");
}

static void reader__survives_depth(void **state)
{
    static char text[40001];

    (void)state;
    memset(text, '[', 40000);
    text[0] = '-', text[1] = ' ';
    assert_limit(text, usual, "KT-703");
}

/* ---- One document (G-2) --------------------------------------------------------------------------- */

static kt_status read_first(kt_sv text)
{
    kt_source source;

    kt_diags_init(&diags, &arena);
    memset(&source, 0, sizeof source);
    source.path = KT_SV("in.yaml");
    source.bytes = text;
    return kt_yaml_read_first(&documents, &arena, &diags, &source, &usual);
}

static void reader__reads_first_document_without_splitting(void **state)
{
    (void)state;
    assert_int_equal(read_first(KT_SV("%YAML 1.1\n--- {a: 1}\n---\nb: 2\n")), KT_OK);
    assert_string_equal(all(), "{a:1}");
    assert_int_equal(read_first(KT_SV("")), KT_OK);
    assert_int_equal(documents.count, 0);
    assert_false(documents.failed);
    assert_int_equal(read_first(KT_SV("# c\n")), KT_OK);
    assert_int_equal(documents.count, 0);
    assert_int_equal(read_first(KT_SV("a: \xff\n")), KT_OK);
    assert_true(documents.failed);
    assert_diag("KT-101", 1, 4, "invalid leading UTF-8 octet");
    assert_int_equal(read_first(KT_SV("%YAML 1.2\n---\na: 1\n")), KT_OK);
    assert_true(documents.failed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reader__splits_by_lines),
        TEST(reader__leaves_the_first_separator_to_the_parser),
        TEST(reader__reads_only_the_first_document_of_a_piece),
        TEST(reader__refuses_text_behind_a_separator),
        TEST(reader__goes_on_after_an_error),
        TEST(reader__knows_places),
        TEST(reader__makes_keys_strings),
        TEST(reader__warns_of_equal_keys),
        TEST(reader__refuses_keys_that_become_one),
        TEST(reader__forgets_what_is_overridden),
        TEST(reader__finds_equal_keys_in_large_maps),
        TEST(reader__merges_at_the_position),
        TEST(reader__refuses_what_cannot_be_merged),
        TEST(reader__expands_aliases),
        TEST(reader__replaces_invalid_utf8),
        TEST(reader__reads_utf16),
        TEST(reader__refuses_control_characters),
        TEST(reader__refuses_what_yaml_v2_reads_differently),
        TEST(reader__helps),
        TEST(reader__obeys_limits),
        TEST(reader__refuses_excessive_aliasing),
        TEST(reader__survives_depth),
        TEST(reader__reads_first_document_without_splitting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
