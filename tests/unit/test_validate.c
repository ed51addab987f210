/* validate from the inside: every allocation fails once in everything that only it does, the configuration is cut at every
 * byte, and the small things that its reports and ignores stand on. */
#include "base/glob.h"
#include "emit/excerpt.h"
#include "failing.h"

#define KRATIX "apiVersion: platform.kratix.io/v1alpha1\n"
#define API(kind, name)                                                                                               \
    "  api:\n    apiVersion: apiextensions.k8s.io/v1\n    kind: CustomResourceDefinition\n"                           \
    "    metadata: {name: " name "s.example.com}\n    spec:\n      group: example.com\n      scope: Namespaced\n"     \
    "      names: {kind: " kind ", plural: " name "s, singular: " name "}\n"                                          \
    "      versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]\n"

/* Something for every check. */
static const char platform[] =
    KRATIX "kind: GitStateStore\nmetadata: {name: a}\nspec: {url: u, secretRef: {name: gone}}\n---\n"
    "# kratree: ignore KT-815 one is enough\n" KRATIX "kind: GitStateStore\nmetadata: {name: b}\nspec: {url: u.git}\n---\n"
           "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\n"
    KRATIX "kind: Destination\nmetadata: {name: one, labels: {env: dev}}\n"
           "spec: {path: 'C:/one', filepath: {mode: aggregatedYAML}, stateStoreRef: {kind: GitStateStore, name: a}}\n---\n"
    KRATIX "kind: Destination\nmetadata: {name: two}\n"
           "spec: {path: ./c:/one, strictMatchLabels: true, stateStoreRef: {kind: GitStateStore, name: b}}\n---\n"
    KRATIX "kind: Destination\nmetadata: {name: three, labels: {env: x}}\n"
           "spec: {path: C:/one/, strictMatchLabels: true, stateStoreRef: {kind: GitStateStore, name: a}}\n---\n"
    KRATIX "kind: Promise\nmetadata: {name: p}\nspec:\n  destinationSelectors: [{matchLabels: {env: 'dev,!b'}}]\n"
           "  requiredPromises: [{name: q}]\n" API("P", "p")
           "  workflows: {promise: {configure: [\n"
           "    {apiVersion: platform.kratix.io/v1alpha1, kind: Pipeline, metadata: {name: c}, spec: {\n"
           "      volumes: [{name: X}], containers: [{name: A, env: [{}], volumeMounts: [{name: v}]}]}}]}}\n---\n"
    KRATIX "kind: Promise\nmetadata: {name: q}\nspec:\n  requiredPromises: [{name: p}]\n" API("Q", "q")
           "  dependencies: [{apiVersion: v1, kind: Secret, metadata: {name: n}, stringData: {a: b}}]\n---\n"
    KRATIX "kind: Promise\nmetadata: {name: r}\nspec:\n  destinationSelectors: [{matchLabels: {env: no}}]\n"
           "  text: |\n    # kratree: ignore KT-204 in a block\n"
           "  dependencies: [{kind: X}] # kratree: ignore KT-403,KT-999 soon\n";

static const char config_text[] =
    "strict: true\nmax-depth: 50\nseverity: {KT-811: off, KT-812: error, KT-000: note}\n"
    "ignore:\n- {code: [KT-818, KT-204], path: 'pl*/**', reason: known}\n- {code: KT-301, reason: never}\n";

#define TEXT(literal) {literal, sizeof(literal) - 1}

static const kt_source sources[] = {
    {TEXT("platform/a.yaml"), {platform, sizeof platform - 1}, 0, {NULL, 0}},
    {TEXT("outputs/a.yaml"), TEXT("kind: Secret\napiVersion: v1\ndata: {a: b}\nt: |+\n  x\n"), 0,
     TEXT("promise/p/c/output/a.yaml")},
    {TEXT("outputs/b.txt"), TEXT("a: [\n"), 0, TEXT("promise/p/c/output/b.txt")},
};

/* ---- Sweeps ---- */

static bool discard(void *ctx, const char *bytes, size_t size)
{
    (void)bytes;
    *(uint64_t *)ctx += size;
    return true;
}

static kt_status write_all_formats(const kt_result *result)
{
    kt_findings_style style = {true, false, 60, KT_SV("/work")};
    kt_status status = KT_OK;
    uint64_t size = 0;

    for (int format = 0; format < KT_FINDINGS_FORMATS && status == KT_OK; format++)
        status = kt_findings_write(result, (kt_findings_format)format, &style, discard, &size);
    return status;
}

/* Read the configuration, validate, write all reports, free. */
static kt_status use_everything(memory *m)
{
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_source source = {KT_SV("/work/.kratree.yaml"), {config_text, sizeof config_text - 1}, 0, {NULL, 0}};
    kt_config *config;
    kt_result *result;
    kt_status status;
    size_t count;

    options.validate = options.keep_going = options.strict = true;
    options.allocator.resize = resize;
    options.allocator.ctx = m;
    options.folder = KT_SV("/work");
    status = kt_config_read(&config, &source, &options.allocator);
    if (status != KT_OK)
        return status;
    options.config = config;
    status = kt_render(&result, sources, sizeof sources / sizeof sources[0], &options);
    if (status == KT_OK) {
        kt_result_ignored(result, &count);
        assert_true(count >= 2);
        status = write_all_formats(result);
        kt_result_free(result);
    }
    kt_config_free(config);
    return status;
}

static void test_validate__survives_the_failure_of_each_allocation(void **state)
{
    memory m = {0, 0, 0};
    size_t calls;

    (void)state;
    assert_int_equal(use_everything(&m), KT_OK);
    assert_int_equal(m.held, 0);
    calls = m.calls;
    for (size_t i = 1; i <= calls; i++) {
        m.calls = 0;
        m.fail_at = i;
        if (use_everything(&m) != KT_ERR_NOMEM)
            fail_msg("allocation %zu of %zu may fail without a word", i, calls);
        assert_int_equal(m.held, 0);
    }
}

static void test_config__ends_for_every_beginning(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof config_text; size++) {
        char *cut = malloc(size > 0 ? size : 1);
        kt_source source = {KT_SV("c.yaml"), {cut, size}, KT_SOURCE_NAMED, {NULL, 0}};
        kt_config *config;
        assert_non_null(cut);
        memcpy(cut, config_text, size);
        if (kt_config_read(&config, &source, NULL) != KT_ERR_NOMEM)
            assert_non_null(config);
        kt_config_free(config);
        free(cut);
    }
}

static void test_validate__leaves_the_tree_alone(void **state)
{
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_result *plain, *checked;

    (void)state;
    options.keep_going = true;
    assert_int_equal(kt_render(&plain, sources, sizeof sources / sizeof sources[0], &options), KT_OK);
    options.validate = true;
    assert_int_equal(kt_render(&checked, sources, sizeof sources / sizeof sources[0], &options), KT_OK);
    assert_int_equal(kt_result_tree(plain)->size, kt_result_tree(checked)->size);
    assert_int_equal(kt_result_tree(plain)->file_count, kt_result_tree(checked)->file_count);
    kt_result_free(plain);
    kt_result_free(checked);
}

static void test_findings__refuse_wrong_calls(void **state)
{
    uint64_t size = 0;

    (void)state;
    assert_int_equal(kt_findings_write(NULL, KT_FINDINGS_TEXT, NULL, discard, &size), KT_ERR_ARGUMENT);
    assert_int_equal(kt_config_read(NULL, &sources[0], NULL), KT_ERR_ARGUMENT);
    kt_config_free(NULL);
}

/* ---- Globs ---- */

static void test_glob__vectors(void **state)
{
    static const struct {
        const char *pattern, *path;
        bool matches;
    } table[] = {
        {"a", "a", true},         {"a", "a/b/c", true},     {"a", "ab", false},         {"a/*", "a/b", true},
        {"a/*", "a/b/c", true},   {"*", "a/b", true},       {"*.yaml", "a.yaml", true}, {"*.yaml", "a/b.yaml", false},
        {"**", "a/b", true},      {"**/c", "a/b/c", true},  {"**/c", "c", true},        {"**/c", "a/b/d", false},
        {"a/**/d", "a/d", true},  {"a/**/d", "a/b/c/d", true}, {"a/**/d", "b/a/d", false}, {"a?c", "abc", true},
        {"a?c", "a/c", false},    {"/a", "a", true},        {"", "a", true},            {"a*b*c", "axxbyyc", true},
        {"a*b*c", "axxbyy", false}, {"**/a/**/b", "x/a/y/a/z/b", true}, {"**/a/b", "a/a/b", true}, {"a/b", "a", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (kt_path_matches(kt_str(table[i].pattern), kt_str(table[i].path)) != table[i].matches)
            fail_msg("'%s' and '%s'", table[i].pattern, table[i].path);
}

/* What takes exponential time where stars are tried one inside the other. */
static void test_glob__ends_soon(void **state)
{
    char pattern[4001], path[4001];

    (void)state;
    for (size_t i = 0; i < 4000; i++) {
        pattern[i] = i % 2 == 0 ? 'a' : '*';
        path[i] = 'a';
    }
    assert_false(kt_path_matches((kt_sv){pattern, 3999}, (kt_sv){path, 1999}));
}

/* ---- Excerpts ---- */

static void check_excerpt(const char *line, uint32_t column, size_t marked, size_t width, const char *want)
{
    kt_excerpt e = {kt_str(line), 7, column, marked, width, "", "", ""};
    kt_buf out;

    kt_buf_init(&out, kt_allocator_default());
    kt_excerpt_put(&out, &e);
    check_text(kt_buf_view(&out), want);
    kt_buf_dispose(&out);
}

static void test_excerpt__marks(void **state)
{
    (void)state;
    check_excerpt("a: b", 4, 1, 80, "    7 | a: b\n      |    ^\n");
    check_excerpt("abc", 1, 3, 80, "    7 | abc\n      | ^~~\n");
    check_excerpt("abc", 0, 0, 80, "    7 | abc\n");
    check_excerpt("abc", 9, 1, 80, "    7 | abc\n      |    ^\n");
    check_excerpt("", 1, 1, 80, "    7 | \n      | ^\n");
    check_excerpt("\tb", 2, 1, 80, "    7 |     b\n      |     ^\n");
    check_excerpt("x\tb", 3, 1, 80, "    7 | x   b\n      |     ^\n");
    check_excerpt("日本: x", 5, 1, 80, "    7 | 日本: x\n      |       ^\n");
    check_excerpt("日本: x", 1, 2, 80, "    7 | 日本: x\n      | ^~~~\n");
    check_excerpt("e\xcc\x81: x", 5, 1, 80, "    7 | e\xcc\x81: x\n      |    ^\n");
    check_excerpt("\x1b[31m\xff", 1, 1, 80, "    7 | \xef\xbf\xbd[31m\xef\xbf\xbd\n      | ^\n");
}

static void test_excerpt__cuts_around_the_mark(void **state)
{
    (void)state;
    check_excerpt("0123456789012345678901234567890123456789", 1, 3, 20, "    7 | 0123456789012345678…\n      | ^~~\n");
    check_excerpt("0123456789012345678901234567890123456789", 40, 1, 20,
                  "    7 | …456789\n      |       ^\n");
    check_excerpt("0123456789012345678901234567890123456789", 21, 40, 20,
                  "    7 | …567890123456789012…\n      |       ^~~~~~~~~~~~~~\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validate__survives_the_failure_of_each_allocation),
        cmocka_unit_test(test_config__ends_for_every_beginning),
        cmocka_unit_test(test_validate__leaves_the_tree_alone),
        cmocka_unit_test(test_findings__refuse_wrong_calls),
        cmocka_unit_test(test_glob__vectors),
        cmocka_unit_test(test_glob__ends_soon),
        cmocka_unit_test(test_excerpt__marks),
        cmocka_unit_test(test_excerpt__cuts_around_the_mark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
