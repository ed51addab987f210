/* kt_render() under stress: every allocation fails once, every input is cut at every byte, every limit
 * shrinks, and hostile inputs end soon. */
#include "failing.h"

#define KRATIX "apiVersion: platform.kratix.io/v1alpha1\n"

static const char small_platform[] =
    KRATIX "kind: GitStateStore\nmetadata: {name: default}\n"
           "spec: {url: 'https://git.example.com/x.git', secretRef: {name: s, namespace: default}}\n---\n"
    KRATIX "kind: BucketStateStore\nmetadata: {name: b}\n"
           "spec: {bucketName: k, endpoint: e, authMethod: IAM, path: /p}\n---\n"
    KRATIX "kind: Destination\nmetadata: {name: one, labels: {env: dev}}\n"
           "spec: {path: one, stateStoreRef: {kind: GitStateStore, name: default}}\n---\n"
    KRATIX "kind: Destination\nmetadata: {name: two, labels: {env: prod}}\n"
           "spec: {path: two, filepath: {mode: none}, stateStoreRef: {kind: GitStateStore, name: default}}\n---\n"
    KRATIX "kind: Destination\nmetadata: {name: three}\n"
           "spec: {path: three, filepath: {mode: aggregatedYAML}, stateStoreRef: {kind: BucketStateStore, name: b}}\n---\n"
    KRATIX "kind: Promise\nmetadata: {name: p}\nspec:\n  destinationSelectors: [{matchLabels: {env: dev}}]\n"
           "  dependencies:\n  - &a {apiVersion: v1, kind: Namespace, metadata: {name: n}}\n"
           "  - {kind: X, <<: *a, text: \"folded text that is long enough to be folded when it is printed by the "
           "writer, with a\\ttab\", block: \"a\\nb\\n\"}\n---\n"
    KRATIX "kind: Promise\nmetadata: {name: q}\nspec:\n  dependencies:\n  - {kind: Z, v10: 1.5e300, v2: 017}\n"
           "  api:\n    apiVersion: apiextensions.k8s.io/v1\n    kind: CustomResourceDefinition\n"
           "    metadata: {name: things.example.com}\n    spec:\n      group: example.com\n      scope: Namespaced\n"
           "      names: {kind: Thing, plural: things, singular: thing}\n"
           "      versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]\n---\n"
           "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\n---\n"
    KRATIX "kind: Destination\nmetadata: {name: wrong}\nspec: {pth: x, cleanup: some}\n---\n"
           "{a: b\n";

/* Manifests, what was captured, and what a cluster prints of the same and of more. */
static const char pinned_platform[] =
    KRATIX "kind: GitStateStore\nmetadata: {name: default}\n"
           "spec: {url: 'https://git.example.com/x.git', secretRef: {name: s, namespace: default}}\n---\n"
    KRATIX "kind: Destination\nmetadata: {name: one}\n"
           "spec: {path: one, stateStoreRef: {kind: GitStateStore, name: default}}\n---\n"
    KRATIX "kind: Destination\nmetadata: {name: two}\n"
           "spec: {path: two, stateStoreRef: {kind: GitStateStore, name: default}}\n---\n"
    KRATIX "kind: Promise\nmetadata: {name: p}\nspec:\n  workflows: {promise: {configure: [\n"
           "    {apiVersion: platform.kratix.io/v1alpha1, kind: Pipeline, metadata: {name: c},\n"
           "     spec: {containers: [{name: x, image: i}]}}]}}\n---\n"
    KRATIX "kind: Work\nmetadata: {name: p-c-abcde, namespace: kratix-platform-system, labels: {\n"
           "    kratix.io/promise-name: p, kratix.io/pipeline-name: c, kratix.io/work-type: promise}}\n"
           "spec: {workloadGroups: [{directory: ., id: 5058f1af8388633f609cadb75a75dc9d, workloads: [\n"
           "    {filepath: a.yaml, content: H4sIAAAAAAACA8tLLbdSMOQCAHn6fdQHAAAA}]}]}\n---\n"
    KRATIX "kind: WorkPlacement\nmetadata: {name: p-c-abcde.two-5058f, namespace: kratix-platform-system,\n"
           "  labels: {kratix.io/work: p-c-abcde}}\n"
           "spec: {id: 5058f1af8388633f609cadb75a75dc9d, targetDestinationName: two}\n---\n"
    KRATIX "kind: WorkPlacement\nmetadata: {name: q.one-5058f, namespace: default, labels: {kratix.io/work: q}}\n"
           "spec: {id: 5058f1af8388633f609cadb75a75dc9d, targetDestinationName: one, workloads: [\n"
           "    {filepath: b.yaml, content: H4sIAAAAAAACA8tLLbdSMOQCAHn6fdQHAAAA}]}\n";

static const kt_source small_source = {
    {"platform.yaml", 13}, {small_platform, sizeof small_platform - 1}, 0, {NULL, 0}};
static const kt_source pinned_sources[] = {
    {{"platform.yaml", 13}, {pinned_platform, sizeof pinned_platform - 1}, 0, {NULL, 0}},
    {{"outputs/a.yaml", 14}, {"new: 1\n", 7}, 0, {"promise/p/c/output/a.yaml", 25}},
    {{"outputs/b.yaml", 14}, {"new: 2\n", 7}, 0, {"promise/p/c/output/b.yaml", 25}},
};

static bool discard(void *ctx, const char *bytes, size_t size)
{
    (void)bytes;
    *(uint64_t *)ctx += size;
    return true;
}

static kt_status write_matrix(const kt_result *result, uint64_t *size)
{
    kt_matrix *matrix;
    kt_status status = kt_matrix_new(&matrix, result);

    for (int format = KT_REPORT_JSON; status == KT_OK && format <= KT_REPORT_HTML; format++)
        status = kt_matrix_write(matrix, (kt_report_format)format, discard, size);
    kt_matrix_free(matrix);
    return status;
}

/* What kt_explain_names() is told, and what came of it. */
typedef struct telling {
    const kt_result *result;
    uint64_t *size;
    kt_status status;
} telling;

static bool tell(void *ctx, kt_sv name)
{
    telling *t = ctx;
    kt_stories *stories;

    t->status = kt_explain(&stories, t->result, name);
    if (t->status == KT_OK) {
        if (stories->count == 0)
            fail_msg("no story of %.*s", (int)name.len, name.ptr);
        for (int format = KT_REPORT_JSON; t->status == KT_OK && format <= KT_REPORT_HTML; format++)
            t->status = kt_stories_write(stories, (kt_report_format)format, discard, t->size);
    }
    kt_stories_free(stories);
    return t->status == KT_OK;
}

/* Every name has a story. */
static kt_status explain_everything(const kt_result *result, uint64_t *size)
{
    telling t = {result, size, KT_OK};
    kt_status status = write_matrix(result, size);

    if (status == KT_OK)
        status = kt_explain_names(result, tell, &t);
    return status != KT_OK ? status : t.status;
}

/* Render, write everything that can be written, free. The first status that is not KT_OK. */
static kt_status use_everything(memory *m, const kt_source *sources, size_t count, bool keep_going)
{
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_result *result;
    kt_status status, other;
    uint64_t size = 0;

    options.keep_going = keep_going;
    options.allocator.resize = resize;
    options.allocator.ctx = m;
    status = kt_render(&result, sources, count, &options);
    if (status != KT_OK && status != KT_ERR_INPUT) {
        assert_null(result);
        return status;
    }
    other = kt_zip_write(result, 6, discard, &size);
    if (other == KT_OK)
        other = kt_report_json(result, discard, &size);
    if (other == KT_OK)
        other = kt_outline_json(result, discard, &size);
    if (other == KT_OK)
        other = explain_everything(result, &size);
    kt_result_free(result);
    return other != KT_OK ? other : status;
}

static void fail_each_allocation(const kt_source *sources, size_t count, bool keep_going, kt_status wanted)
{
    memory m = {0, 0, 0};
    size_t calls;

    assert_int_equal(use_everything(&m, sources, count, keep_going), wanted);
    assert_int_equal(m.held, 0);
    calls = m.calls;
    assert_true(calls > 20);
    for (size_t i = 1; i <= calls; i++) {
        m.calls = 0;
        m.fail_at = i;
        if (use_everything(&m, sources, count, keep_going) != KT_ERR_NOMEM)
            fail_msg("allocation %zu of %zu may fail without a word", i, calls);
        assert_int_equal(m.held, 0);
    }
}

static void test_render__survives_the_failure_of_each_allocation(void **state)
{
    (void)state;
    fail_each_allocation(&small_source, 1, false, KT_ERR_INPUT);
    fail_each_allocation(&small_source, 1, true, KT_OK);
    fail_each_allocation(pinned_sources, sizeof pinned_sources / sizeof pinned_sources[0], false, KT_OK);
}

/* ---- Inputs ---- */

static kt_status render_text(const char *bytes, size_t size, const kt_limits *limits)
{
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_source source = {KT_SV("a.yaml"), {bytes, size}, KT_SOURCE_NAMED, {NULL, 0}};
    kt_result *result;
    kt_status status;
    size_t count, errors = 0;

    if (limits)
        options.limits = *limits;
    status = kt_render(&result, &source, 1, &options);
    if (!result)
        return status;
    for (const kt_diag *diags = kt_result_diags(result, &count); count > 0; count--)
        errors += diags[count - 1].severity == KT_ERROR;
    assert_int_equal(errors > 0, status != KT_OK);
    if (status != KT_OK)
        assert_int_equal(kt_result_tree(result)->file_count, 0);
    kt_result_free(result);
    return status;
}

static void test_render__ends_for_inputs_cut_at_every_byte(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof small_platform; size++) {
        char *cut = malloc(size + 1); /* of exact size, so that a sanitizer sees what lies behind */
        assert_non_null(cut);
        memcpy(cut, small_platform, size);
        cut = realloc(cut, size > 0 ? size : 1);
        render_text(cut, size, NULL);
        free(cut);
    }
}

static void test_render__obeys_each_limit(void **state)
{
    static const char valid[] = KRATIX "kind: Promise\nmetadata: {name: p}\nspec:\n  dependencies:\n"
                                       "  - &a {kind: X, a: [[1]]}\n  - {kind: Z, b: *a}\n---\na: b\n";
    static const char stores[] =
        KRATIX "kind: GitStateStore\nmetadata: {name: default}\nspec: {url: u, secretRef: {name: s}}\n---\n"
        KRATIX "kind: Destination\nmetadata: {name: d}\n"
               "spec: {path: d, filepath: {mode: aggregatedYAML}, stateStoreRef: {kind: GitStateStore, name: default}}\n"
        "---\n" KRATIX "kind: Promise\nmetadata: {name: p}\nspec:\n  dependencies:\n  - {kind: X, a: 1}\n";
    const struct {
        const char *text;
        kt_limits limits;
    } table[] = {
        {valid, {.file_bytes = 10}}, {valid, {.total_bytes = 10}}, {valid, {.depth = 3}},
        {valid, {.documents = 1}},   {valid, {.values = 5}},       {stores, {.output_bytes = 5}},
    };

    (void)state;
    assert_int_equal(render_text(valid, sizeof valid - 1, NULL), KT_OK);
    assert_int_equal(render_text(stores, sizeof stores - 1, NULL), KT_OK);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_int_equal(render_text(table[i].text, strlen(table[i].text), &table[i].limits), KT_ERR_LIMIT);
}

/* ---- Hostile inputs: each is small or repeats one thing very often ---- */

static char *repeated(const char *head, const char *unit, size_t count, const char *tail, size_t *size)
{
    size_t step = strlen(unit), at = strlen(head);
    char *text = malloc(at + count * step + strlen(tail) + 1);

    assert_non_null(text);
    memcpy(text, head, at);
    for (size_t i = 0; i < count; i++, at += step)
        memcpy(text + at, unit, step);
    strcpy(text + at, tail);
    *size = at + strlen(tail);
    return text;
}

static void check_hostile(const char *head, const char *unit, size_t count, const char *tail, kt_status want)
{
    size_t size;
    char *text = repeated(head, unit, count, tail, &size);
    kt_status have = render_text(text, size, NULL);

    free(text);
    if (have != want)
        fail_msg("%s: have %s, want %s", head, kt_status_text(have), kt_status_text(want));
}

static void test_render__ends_soon_for_hostile_inputs(void **state)
{
    const char *promise = KRATIX "kind: Promise\nmetadata: {name: p}\nspec:\n  dependencies:\n  - kind: X\n    a: ";

    (void)state;
    check_hostile(promise, "[", 200000, "", KT_ERR_LIMIT);
    check_hostile(promise, "{a: ", 200000, "", KT_ERR_LIMIT);
    check_hostile("{\"a\":", "[", 200000, "", KT_ERR_LIMIT);
    check_hostile("", "- ", 200000, "", KT_ERR_LIMIT);
    check_hostile("a: ", "&a ", 100000, "", KT_ERR_INPUT);
    check_hostile("", "---\n", 200000, "", KT_OK);
    check_hostile("", "a: b\n---\n", 50000, "", KT_OK);
    check_hostile("", "a: b\n", 200000, "", KT_OK); /* equal keys are a warning each, or one in all */
    check_hostile("? ", "? ", 100000, "", KT_ERR_INPUT);
}

static void test_render__stops_alias_bombs(void **state)
{
    static const char bomb[] =
        "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
        "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e]\n"
        "g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f]\nh: &h [*g, *g, *g, *g, *g, *g, *g, *g, *g]\n"
        "i: &i [*h, *h, *h, *h, *h, *h, *h, *h, *h]\n";

    (void)state;
    assert_int_equal(render_text(bomb, sizeof bomb - 1, NULL), KT_ERR_LIMIT);
}

static void test_render__refuses_wrong_calls(void **state)
{
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_source source = small_source;
    kt_result *result = NULL;

    (void)state;
    assert_int_equal(kt_render(NULL, &source, 1, NULL), KT_ERR_ARGUMENT);
    assert_int_equal(kt_render(&result, NULL, 1, NULL), KT_ERR_ARGUMENT);
    options.version = 99;
    assert_int_equal(kt_render(&result, &source, 1, &options), KT_ERR_ARGUMENT);
    assert_null(result);
    assert_int_equal(kt_render(&result, NULL, 0, NULL), KT_OK);
    assert_int_equal(kt_result_tree(result)->file_count, 0);
    kt_result_free(result);
    kt_result_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_render__survives_the_failure_of_each_allocation),
        cmocka_unit_test(test_render__ends_for_inputs_cut_at_every_byte),
        cmocka_unit_test(test_render__obeys_each_limit),
        cmocka_unit_test(test_render__ends_soon_for_hostile_inputs),
        cmocka_unit_test(test_render__stops_alias_bombs),
        cmocka_unit_test(test_render__refuses_wrong_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
