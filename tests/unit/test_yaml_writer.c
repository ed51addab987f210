/* What yaml.v2 writes (SPEC 6.4 and L-11). The vectors are fixtures/yaml/writer.jsonl: one object a line, "in"
 * a value and "out" the bytes that the real encoder wrote for it. Run from the root of the project. */
#include "failing.h"

#include "yaml/reader.h"
#include "yaml/writer.h"

#define VECTORS "fixtures/yaml/writer.jsonl"

static const kt_limits usual = {1 << 24, 1 << 24, 20000, 100000, 1000000, 1 << 24, 0, 0, 0};

/* A reader's documents and the bytes they stand in. */
typedef struct vectors {
    kt_arena arena;
    kt_documents documents;
} vectors;

static kt_sv read_file(kt_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes;
    size_t size;

    if (!file)
        fail_msg("cannot open %s", path);
    bytes = kt_arena_array(arena, 1 << 20, 1);
    assert_non_null(bytes);
    size = fread(bytes, 1, (1 << 20) - 16, file);
    fclose(file);
    return (kt_sv){bytes, size};
}

static void read_text(vectors *v, kt_sv text)
{
    kt_diags diags;
    kt_source source;

    memset(&source, 0, sizeof source);
    source.path = KT_SV("test.json");
    source.bytes = text;
    kt_diags_init(&diags, &v->arena);
    assert_int_equal(kt_yaml_read(&v->documents, &v->arena, &diags, &source, &usual), KT_OK);
    assert_false(v->documents.failed);
}

static int set_up(void **state)
{
    vectors *v = calloc(1, sizeof *v);

    assert_non_null(v);
    kt_arena_init(&v->arena, kt_allocator_default());
    read_text(v, read_file(&v->arena, VECTORS));
    *state = v;
    return 0;
}

static int tear_down(void **state)
{
    vectors *v = *state;

    kt_arena_dispose(&v->arena);
    free(v);
    return 0;
}

static void writer__vectors(void **state)
{
    vectors *v = *state;

    assert_true(v->documents.count > 300);
    for (size_t i = 0; i < v->documents.count; i++) {
        const kt_value *line = &v->documents.items[i].root;
        kt_sv want = kt_value_string(kt_value_get(line, "out"));
        kt_yaml_notes notes = {NULL};
        kt_buf buf;

        kt_buf_init(&buf, kt_allocator_default());
        assert_int_equal(kt_yaml_write(&buf, kt_value_get(line, "in"), &notes), KT_OK);
        if (!kt_sv_equal(kt_buf_view(&buf), want))
            fail_msg("line %u: have\n%.*swant\n%.*s", (unsigned)line->line, (int)buf.len, buf.ptr,
                     (int)want.len, want.ptr);
        assert_null(notes.cyclic_map);
        kt_buf_dispose(&buf);
    }
}

/* Every vector, with a limit one byte below what it needs, and exactly that. */
static void writer__obeys_the_limit(void **state)
{
    vectors *v = *state;

    for (size_t i = 0; i < v->documents.count; i++) {
        const kt_value *line = &v->documents.items[i].root;
        size_t size = kt_value_string(kt_value_get(line, "out")).len;
        for (size_t max = size > 200 ? size - 1 : 0; max <= size; max++) {
            kt_buf buf;
            kt_buf_init(&buf, kt_allocator_default());
            buf.max = max;
            assert_int_equal(kt_yaml_write(&buf, kt_value_get(line, "in"), NULL),
                             max < size ? KT_ERR_LIMIT : KT_OK);
            assert_true(buf.len <= max);
            kt_buf_dispose(&buf);
        }
    }
}

/* ---- Running out of memory ------------------------------------------------------------------ */

static void write_with(memory *m, const kt_value *value, kt_status want)
{
    kt_allocator allocator = {resize, m};
    kt_buf buf;

    m->calls = 0;
    kt_buf_init(&buf, allocator);
    assert_int_equal(kt_yaml_write(&buf, value, NULL), want);
    kt_buf_dispose(&buf);
    assert_int_equal(m->held, 0);
}

static void writer__survives_every_failed_allocation(void **state)
{
    vectors *v = *state;

    for (size_t i = 0; i < v->documents.count; i++) {
        const kt_value *value = kt_value_get(&v->documents.items[i].root, "in");
        memory m = {0, 0, 0};
        write_with(&m, value, KT_OK);
        for (size_t calls = m.calls, n = 1; n <= calls; n++) {
            m.fail_at = n;
            write_with(&m, value, KT_ERR_NOMEM);
        }
    }
}

/* ---- Values made by hand -------------------------------------------------------------------- */

static void check(const kt_value *value, const char *want)
{
    kt_buf buf;

    kt_buf_init(&buf, kt_allocator_default());
    assert_int_equal(kt_yaml_write(&buf, value, NULL), KT_OK);
    check_text(kt_buf_view(&buf), want);
    kt_buf_dispose(&buf);
}

static void writer__floats(void **state)
{
    kt_value value;

    (void)state;
    memset(&value, 0, sizeof value);
    value.type = KT_TYPE_FLOAT;
    value.as.number = -0.0;
    check(&value, "-0\n");
    value.as.number = 5e-324;
    check(&value, "5e-324\n");
    value.as.number = 999999.5;
    check(&value, "999999.5\n");
}

static void writer__appends(void **state)
{
    kt_value value;
    kt_buf buf;

    (void)state;
    memset(&value, 0, sizeof value);
    value.type = KT_TYPE_NULL;
    kt_buf_init(&buf, kt_allocator_default());
    kt_buf_str(&buf, "a: 1\n---\n");
    assert_int_equal(kt_yaml_write(&buf, &value, NULL), KT_OK);
    check_text(kt_buf_view(&buf), "a: 1\n---\nnull\n");
    kt_buf_dispose(&buf);
}

/* 10,000 lists in each other, in one line: "- - … - []". */
static void writer__depth(void **state)
{
    enum { DEPTH = 10000 };
    static kt_value lists[DEPTH + 1];
    kt_buf buf;

    (void)state;
    for (size_t i = 0; i <= DEPTH; i++) {
        lists[i].type = KT_TYPE_LIST;
        lists[i].length = i < DEPTH;
        lists[i].as.items = i < DEPTH ? &lists[i + 1] : NULL;
    }
    kt_buf_init(&buf, kt_allocator_default());
    assert_int_equal(kt_yaml_write(&buf, lists, NULL), KT_OK);
    assert_int_equal(buf.len, 2 * DEPTH + 3);
    kt_buf_dispose(&buf);
}

/* N-4, Y-25: the order is ours and the map is named. */
static void writer__notes_a_cycle(void **state)
{
    vectors v;
    kt_yaml_notes notes = {NULL};
    const kt_value *root;
    kt_buf buf;

    (void)state;
    kt_arena_init(&v.arena, kt_allocator_default());
    read_text(&v, KT_SV("{\"m\":[{\"9\":0,\"1a\":0,\"10\":0}],\"v10\":{\"v1a\":0,\"v1\":0,\"v2\":0}}"));
    root = &v.documents.items[0].root;
    kt_buf_init(&buf, kt_allocator_default());
    assert_int_equal(kt_yaml_write(&buf, root, &notes), KT_OK);
    check_text(kt_buf_view(&buf),
               "m:\n- \"10\": 0\n  1a: 0\n  \"9\": 0\nv10:\n  v1: 0\n  v1a: 0\n  v2: 0\n");
    assert_ptr_equal(notes.cyclic_map, &kt_value_get(root, "m")->as.items[0]);
    kt_buf_dispose(&buf);
    kt_arena_dispose(&v.arena);
}

/* L-11: with the rules of values. */
static void writer__files(void **state)
{
    static const kt_sv paths[] = {{"d/a.yaml", 8}, {"123", 3}, {"d/a: b", 6}, {"d/\xf0\x9f\x98\x80", 6}};
    kt_buf buf;

    (void)state;
    kt_buf_init(&buf, kt_allocator_default());
    assert_int_equal(kt_yaml_write_files(&buf, paths, 4), KT_OK);
    check_text(kt_buf_view(&buf), "files:\n- d/a.yaml\n- \"123\"\n- 'd/a: b'\n- \"d/\\U0001F600\"\n");
    kt_buf_reset(&buf);
    assert_int_equal(kt_yaml_write_files(&buf, NULL, 0), KT_OK);
    check_text(kt_buf_view(&buf), "files: []\n");
    kt_buf_reset(&buf);
    buf.max = 20;
    assert_int_equal(kt_yaml_write_files(&buf, paths, 4), KT_ERR_LIMIT);
    kt_buf_dispose(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writer__vectors),
        cmocka_unit_test(writer__obeys_the_limit),
        cmocka_unit_test(writer__survives_every_failed_allocation),
        cmocka_unit_test(writer__floats),
        cmocka_unit_test(writer__appends),
        cmocka_unit_test(writer__depth),
        cmocka_unit_test(writer__notes_a_cycle),
        cmocka_unit_test(writer__files),
    };

    return cmocka_run_group_tests_name("yaml_writer", tests, set_up, tear_down);
}
