/* emit/differences: kinds, moves, reasons, lines and JSON of what changes between two trees, or a place and a tree. */
#include "failing.h"

#define KRATIX "apiVersion: platform.kratix.io/v1alpha1\n"
#define STORE(name)                                                                                                    \
    KRATIX "kind: GitStateStore\nmetadata: {name: " name "}\n"                                                         \
           "spec: {url: 'https://git.example.com/x.git', secretRef: {name: s, namespace: default}}\n---\n"
#define DESTINATION(name, env)                                                                                         \
    KRATIX "kind: Destination\nmetadata: {name: " name ", labels: {env: " env "}}\nspec: {path: " name                \
           ", stateStoreRef: {kind: GitStateStore, name: main}, initWorkloads: {enabled: false}}\n---\n"
#define PROMISE(name, env, value)                                                                                      \
    KRATIX "kind: Promise\nmetadata: {name: " name "}\nspec:\n"                                                        \
           "  destinationSelectors: [{matchLabels: {env: " env "}}]\n"                                                 \
           "  dependencies: [{apiVersion: v1, kind: Namespace, metadata: {name: " value "}}]\n---\n"
#define PLACES STORE("main") DESTINATION("a", "dev") DESTINATION("b", "prod")
#define AT(destination, promise) destination "/dependencies/" promise "/5058f/static/" promise "-dependencies.yaml"

static kt_result *render(const char *text)
{
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_source source = {KT_SV("platform.yaml"), kt_str(text), 0, {NULL, 0}};
    kt_result *result;

    options.profile = KT_PROFILE_2026_08;
    assert_int_equal(kt_render(&result, &source, 1, &options), KT_OK);
    return result;
}

/* One line for each: kind, path, where from, reason. */
static void put_differences(kt_buf *out, const kt_differences *differences)
{
    static const char *const kinds[] = {"created", "changed", "moved", "deleted", "foreign"};

    for (size_t i = 0; i < differences->count; i++) {
        const kt_difference *d = &differences->items[i];
        kt_buf_format(out, "%s %v%s%v: %v\n", kinds[d->kind], d->path, d->from.len > 0 ? " from " : "", d->from,
                      d->why);
    }
}

static void check_between(const char *before, const char *now, const char *want)
{
    kt_result *then = render(before), *result = render(now);
    kt_differences *differences;
    kt_buf text;

    kt_buf_init(&text, kt_allocator_default());
    assert_int_equal(kt_differences_between(&differences, result, then, NULL), KT_OK);
    put_differences(&text, differences);
    check_text(kt_buf_view(&text), want);
    kt_differences_free(differences);
    kt_result_free(result);
    kt_result_free(then);
    kt_buf_dispose(&text);
}

static void test_differences__tell_why(void **state)
{
    (void)state;
    check_between(PLACES PROMISE("p", "dev", "x"), PLACES PROMISE("p", "dev", "x"), "");
    check_between(PLACES, PLACES PROMISE("p", "dev", "x"), "created " AT("a", "p") ": p: matches env=dev\n");
    check_between(PLACES PROMISE("p", "dev", "x"), PLACES, "deleted " AT("a", "p") ": dependencies of p: gone\n");
    check_between(PLACES PROMISE("p", "dev", "x"), PLACES PROMISE("p", "dev", "y"),
                  "changed " AT("a", "p") ": p: matches env=dev\n");
    check_between(PLACES PROMISE("p", "dev", "x"), PLACES PROMISE("p", "prod", "x"),
                  "moved " AT("b", "p") " from " AT("a", "p") ": p: matches env=prod\n");
    check_between(PLACES PROMISE("p", "dev", "x"), PLACES PROMISE("p", "prod", "y"),
                  "deleted " AT("a", "p") ": dependencies of p: its label env is 'dev', which env=prod excludes\n"
                  "created " AT("b", "p") ": p: matches env=prod\n");
    check_between(PLACES PROMISE("p", "dev", "x"), STORE("main") DESTINATION("b", "prod") PROMISE("p", "dev", "x"),
                  "deleted " AT("a", "p") ": Destination a is gone\n");
}

/* Of equal contents the one with the same name moved; the next takes what is left. */
static void test_differences__pair_moves_by_name_first(void **state)
{
    (void)state;
    check_between(PLACES PROMISE("p", "dev", "x") PROMISE("q", "dev", "x"),
                  PLACES PROMISE("p", "prod", "x") PROMISE("r", "prod", "x"),
                  "moved " AT("b", "p") " from " AT("a", "p") ": p: matches env=prod\n"
                  "moved " AT("b", "r") " from " AT("a", "q") ": r: matches env=prod\n");
}

static void test_differences__compare_store_with_store(void **state)
{
    (void)state;
    check_between(PLACES PROMISE("p", "dev", "x"), PLACES STORE("other") PROMISE("p", "dev", "x"), "");
    check_between(PLACES STORE("other") PROMISE("p", "dev", "x"), PLACES PROMISE("p", "dev", "x"), "");
}

/* ---- A place ---- */

typedef struct place {
    const char *path;
    const char *content; /* NULL: cannot be read */
} place;

static bool list_place(void *ctx, kt_sv folder, bool (*each)(void *each_ctx, kt_sv path, bool is_file), void *each_ctx)
{
    (void)folder;
    for (const place *p = ctx; p->path; p++)
        if (!each(each_ctx, kt_str(p->path), true))
            return false;
    return true;
}

static bool read_place(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx)
{
    for (const place *p = ctx; p->path; p++)
        if (p->content && kt_sv_is(path, p->path)) {
            write(write_ctx, p->content, strlen(p->content));
            return true;
        }
    return false;
}

#define MADE "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n"

static void test_differences__leave_foreign_files_of_a_place(void **state)
{
    place files[] = {{"README.md", "hello"}, {"b/old.yaml", "old: 1\n"}, {AT("a", "p"), MADE}, {NULL, NULL}};
    kt_difference_options options = KT_DIFFERENCE_OPTIONS_INIT;
    kt_have have = {list_place, read_place, files, NULL};
    kt_result *result = render(PLACES PROMISE("p", "dev", "x"));
    kt_differences *differences;
    kt_buf text;

    (void)state;
    kt_buf_init(&text, kt_allocator_default());
    assert_int_equal(kt_differences_from(&differences, result, &have, NULL), KT_OK);
    put_differences(&text, differences);
    check_text(kt_buf_view(&text), "foreign b/old.yaml: \n");
    assert_int_equal(differences->same, 1);
    check_text(differences->items[0].destination->name, "b");
    kt_differences_free(differences);

    kt_buf_reset(&text);
    options.ours = true;
    assert_int_equal(kt_differences_from(&differences, result, &have, &options), KT_OK);
    put_differences(&text, differences);
    check_text(kt_buf_view(&text), "deleted b/old.yaml: nothing in the input makes it\n");
    assert_int_equal(differences->counts[KT_DIFFERENCE_DELETED], 1);
    kt_differences_free(differences);
    kt_result_free(result);
    kt_buf_dispose(&text);
}

static void test_differences__say_when_a_place_cannot_be_read(void **state)
{
    place files[] = {{AT("a", "p"), NULL}, {NULL, NULL}};
    kt_have have = {list_place, read_place, files, NULL};
    kt_result *result = render(PLACES PROMISE("p", "dev", "x"));
    kt_differences *differences;

    (void)state;
    assert_int_equal(kt_differences_from(&differences, result, &have, NULL), KT_ERR_INPUT);
    assert_null(differences);
    kt_result_free(result);
}

/* ---- Writing ---- */

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf_bytes(ctx, bytes, size);
    return true;
}

static bool refuse(void *ctx, const char *bytes, size_t size)
{
    (void)ctx;
    (void)bytes;
    (void)size;
    return false;
}

static void test_differences__are_a_diff_and_json(void **state)
{
    kt_result *then = render(PLACES PROMISE("p", "dev", "x")), *now = render(PLACES PROMISE("p", "dev", "z"));
    kt_line_options lines = KT_LINE_OPTIONS_INIT;
    kt_differences *differences;
    kt_buf text;

    (void)state;
    kt_buf_init(&text, kt_allocator_default());
    lines.context = 0;
    assert_int_equal(kt_differences_between(&differences, now, then, NULL), KT_OK);
    assert_int_equal(kt_differences_unified(differences, SIZE_MAX, &lines, append, &text), KT_OK);
    check_text(kt_buf_view(&text), "diff --git a/" AT("a", "p") " b/" AT("a", "p") "\n--- a/" AT("a", "p") "\n+++ b/" AT(
                                       "a", "p") "\n@@ -4 +4 @@\n-  name: x\n+  name: z\n");
    kt_buf_reset(&text);
    assert_int_equal(kt_differences_json(differences, &lines, append, &text), KT_OK);
    assert_true(kt_sv_contains(kt_buf_view(&text), KT_SV("\"text\": \"  name: z\"")));
    assert_true(kt_sv_contains(kt_buf_view(&text), KT_SV("\"reason\": \"p: matches env=dev\"")));
    assert_int_equal(kt_differences_unified(differences, 0, NULL, refuse, NULL), KT_ERR_WRITE);
    assert_int_equal(kt_differences_json(differences, NULL, refuse, NULL), KT_ERR_WRITE);
    assert_int_equal(kt_differences_unified(differences, 1, NULL, append, &text), KT_ERR_ARGUMENT);
    kt_differences_free(differences);
    kt_result_free(now);
    kt_result_free(then);
    kt_buf_dispose(&text);
}

/* ---- Memory ---- */

static void test_differences__survive_each_failed_allocation(void **state)
{
    kt_result *then = render(PLACES PROMISE("p", "dev", "x") PROMISE("q", "dev", "x"));
    kt_result *now = render(PLACES PROMISE("p", "prod", "y") PROMISE("r", "prod", "x"));
    kt_difference_options options = KT_DIFFERENCE_OPTIONS_INIT;
    bool done = false;

    (void)state;
    for (size_t n = 1; !done; n++) {
        memory m = {0, n, 0};
        kt_differences *differences;
        options.allocator = (kt_allocator){resize, &m};
        assert_true(n < 1000);
        done = kt_differences_between(&differences, now, then, &options) == KT_OK;
        assert_true(done ? m.calls < n : !differences);
        kt_differences_free(differences);
        assert_int_equal(m.held, 0);
    }
    kt_result_free(now);
    kt_result_free(then);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_differences__tell_why),
        cmocka_unit_test(test_differences__pair_moves_by_name_first),
        cmocka_unit_test(test_differences__compare_store_with_store),
        cmocka_unit_test(test_differences__leave_foreign_files_of_a_place),
        cmocka_unit_test(test_differences__say_when_a_place_cannot_be_read),
        cmocka_unit_test(test_differences__are_a_diff_and_json),
        cmocka_unit_test(test_differences__survive_each_failed_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
