/* model: which objects are held after all were applied, and what is said of the others. */
#include "test.h"

#include "model/model.h"

#define KRATIX "apiVersion: platform.kratix.io/v1alpha1\n"
#define STORE KRATIX "kind: GitStateStore\nmetadata: {name: s}\nspec: {url: u, path: a/b}\n---\n"
#define REF "stateStoreRef: {kind: GitStateStore, name: s}"
#define DESTINATION(name, spec) KRATIX "kind: Destination\nmetadata: {name: " name "}\nspec: {" REF ", " spec "}\n---\n"
#define PROMISE(name, spec) KRATIX "kind: Promise\nmetadata: {name: " name "}\nspec: {" spec "}\n---\n"
#define API(kind, plural)                                                                             \
    "api: {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: " plural ".x.io}, " \
    "spec: {group: x.io, scope: Namespaced, names: {kind: " kind ", plural: " plural "}, versions: ["  \
    "{name: v1, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}, "            \
    "{name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}, "             \
    "{name: v0, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}]}}"

typedef struct world {
    kt_run run;
    kt_source source;
    kt_source_documents documents;
    kt_model model;
} world;

static void build(world *w, kt_profile profile, const char *text)
{
    const kt_render_options init = KT_RENDER_OPTIONS_INIT;
    const kt_limits limits = {1u << 20, 1u << 20, 1000, 1000, 100000, 1u << 20, 1000, 1000, 1000};

    memset(w, 0, sizeof *w);
    w->run.options = init;
    w->run.options.profile = profile;
    w->run.options.limits = limits;
    w->run.options.allocator = kt_allocator_default();
    kt_arena_init(&w->run.arena, w->run.options.allocator);
    kt_diags_init(&w->run.diags, &w->run.arena);
    w->source.path = kt_str("a.yaml");
    w->source.bytes = kt_str(text);
    w->documents.source = &w->source;
    assert_int_equal(kt_yaml_read(&w->documents.documents, &w->run.arena, &w->run.diags, &w->source, &limits), KT_OK);
    assert_int_equal(kt_model_build(&w->model, &w->run, &w->documents, 1), KT_OK);
}

static void dispose(world *w)
{
    kt_arena_dispose(&w->run.arena);
}

/* "E301 W206": severity and number of each diagnostic, in order of arrival. */
static void check_codes(const world *w, const char *want)
{
    static const char letters[] = {'E', 'W', 'N'};
    kt_buf text;

    kt_buf_init(&text, kt_allocator_default());
    for (size_t i = 0; i < w->run.diags.count; i++) {
        const kt_diag *diag = &w->run.diags.items[i];
        if (i > 0)
            kt_buf_byte(&text, ' ');
        kt_buf_byte(&text, letters[diag->severity]);
        kt_buf_str(&text, diag->code + 3);
    }
    check_text(kt_buf_view(&text), want);
    kt_buf_dispose(&text);
}

static const struct {
    const char *text;
    const char *any, *old, *today;  /* diagnostics under each profile */
    size_t left_out, destinations, promises, requests, passed_over; /* under `any` */
} vectors[] = {
    {STORE DESTINATION("d", "path: p"), "", "", "", 0, 1, 0, 0, 0},
    {STORE DESTINATION("d", "path: null"), "W206", "", "E206", 0, 1, 0, 0, 0},
    {STORE DESTINATION("d", "path: \"\""), "W301", "", "E301", 0, 1, 0, 0, 0},
    {STORE KRATIX "kind: Destination\nmetadata: {name: d}", "W301 E302", "E302", "E301 E302", 1, 0, 0, 0, 0},
    {DESTINATION("d", "path: p"), "W303", "W303", "W303", 0, 1, 0, 0, 0},
    {DESTINATION("d", "path: p, pth: x"), "E204 W303", "E204 W303", "E204 W303", 1, 1, 0, 0, 0},
    {DESTINATION("d", "path: p, cleanup: some"), "E207", "E207", "E207", 1, 0, 0, 0, 0},
    {STORE DESTINATION("d", "path: p") DESTINATION("e", "path: p"), "E304", "E304", "E304", 1, 1, 0, 0, 0},
    {STORE DESTINATION("d", "path: p") DESTINATION("e", "path: p/"), "", "", "", 0, 2, 0, 0, 0},
    {STORE DESTINATION("d", "path: p") DESTINATION("d", "path: p, filepath: {mode: none}"), "E210 E305",
     "E210 E305", "E210 E305", 1, 1, 0, 0, 0},
    {STORE DESTINATION("d", "path: p, filepath: {}") DESTINATION("d", "path: p, filepath: {mode: none}"), "E210",
     "E210", "E210", 0, 1, 0, 0, 0},
    {KRATIX "kind: GitStateStore\nmetadata: {name: s}\nspec: {authMethod: githubApp}\n", "W207", "E207", "", 0, 0, 0,
     0, 0},
    {KRATIX "kind: BucketStateStore\nmetadata: {name: s}\nspec: {bucketName: b, endpoint: e}\n", "W306", "", "E306",
     0, 0, 0, 0, 0},
    {KRATIX "kind: BucketStateStore\nmetadata: {name: s}\nspec: {bucketName: b, endpoint: e, useDualStack: true, "
            "authMethod: IAM}\n", "W204", "E204", "", 0, 0, 0, 0, 0},
    {PROMISE("p", "dependencies: [{kind: A}]"), "", "", "", 0, 0, 1, 0, 0},
    {PROMISE("p", "dependencies: [{kind: 1}]"), "E311", "E311", "E311", 1, 0, 0, 0, 0},
    {PROMISE("p", "dependencies: [null]"), "E205", "E205", "E205", 1, 0, 0, 0, 0},
    {PROMISE("p", "workflows: {config: {reconciliationInterval: 1s}}"), "W204 W312", "E204", "E312", 0, 0, 1, 0, 0},
    {PROMISE("p", API("K", "ks")) PROMISE("q", API("K", "ks")), "W315", "W315", "W315", 0, 0, 2, 0, 0},
    {PROMISE("p", API("K", "ks")) PROMISE("p", ""), "E210 E316", "E210 E316", "E210 E316", 1, 0, 1, 0, 0},
    {"{apiVersion: x.io/v1, kind: K, metadata: {name: r}}\n---\n" PROMISE("p", API("K", "ks")), "", "", "", 0, 0, 1, 1, 0},
    {PROMISE("p", API("K", "ks")) "{apiVersion: x.io/v0, kind: K, metadata: {name: r}}", "E352", "E352", "E352", 1, 0,
     1, 0, 0},
    {PROMISE("p", API("K", "ks")) "{apiVersion: x.io/v1, kind: K, metadata: {name: r}}\n---\n"
                                  "{apiVersion: x.io/v2, kind: K, metadata: {name: r, namespace: default}}",
     "E210", "E210", "E210", 0, 0, 1, 1, 0},
    {PROMISE("p", API("K", "ks")) "{apiVersion: x.io/v1, kind: K, metadata: {name: r, labels: {kratix.io/dry-run: 'true'}}}",
     "E351", "", "E351", 1, 0, 1, 0, 0},
    {PROMISE("p", "requiredPromises: [{name: q}]"), "W331 W331", "W331 W331", "W331 W331", 0, 0, 1, 0, 0},
    {PROMISE("p", "requiredPromises: [{name: q}]") PROMISE("q", ""), "", "", "", 0, 0, 2, 0, 0},
    {"a: 1\n---\n- 1\n---\nkind: List\napiVersion: v1\nitems: [{kind: List, apiVersion: v1, items: []}, 3]\n",
     "W213", "W213", "W213", 0, 0, 0, 0, 3},
    {KRATIX "kind: HealthRecord\nmetadata: {name: w}\n", "N212", "N212", "N212", 0, 0, 0, 0, 1},
    {KRATIX "kind: Promise\nmetadata: 1\n", "E205", "E205", "E205", 1, 0, 0, 0, 0},
    {KRATIX "kind: Promise\n", "E201", "E201", "E201", 1, 0, 0, 0, 0},
};

static void test_model__holds_what_kratix_accepts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        world w;
        build(&w, KT_PROFILE_2025_03, vectors[i].text);
        check_codes(&w, vectors[i].old);
        dispose(&w);
        build(&w, KT_PROFILE_2026_08, vectors[i].text);
        check_codes(&w, vectors[i].today);
        dispose(&w);
        build(&w, KT_PROFILE_ANY, vectors[i].text);
        check_codes(&w, vectors[i].any);
        if (w.run.left_out != vectors[i].left_out || w.model.destination_count != vectors[i].destinations ||
            w.model.promise_count != vectors[i].promises || w.model.request_count != vectors[i].requests ||
            w.model.passed_over != vectors[i].passed_over)
            fail_msg("vector %zu: left out %zu, %zu Destinations, %zu Promises, %zu requests, passed over %zu", i,
                     w.run.left_out, w.model.destination_count, w.model.promise_count, w.model.request_count,
                     w.model.passed_over);
        dispose(&w);
    }
}

static void test_model__destination_has_its_defaults(void **state)
{
    world w;
    const kt_destination *d;

    (void)state;
    build(&w, KT_PROFILE_2026_08,
          STORE DESTINATION("b", "path: p, filepath: {mode: aggregatedYAML}, initWorkloads: {enabled: false}")
              DESTINATION("a", "path: q, cleanup: all, strictMatchLabels: true, filepath: {filename: x}"));
    d = w.model.destinations;
    check_text(d[0].name, "a");
    assert_int_equal(d[0].mode, KT_MODE_NESTED);
    assert_int_equal(d[0].filename.len, 0);
    assert_true(d[0].cleanup_all && d[0].strict_match_labels && d[0].init_workloads);
    assert_int_equal(d[1].mode, KT_MODE_AGGREGATED);
    check_text(d[1].filename, "aggregated.yaml");
    assert_false(d[1].cleanup_all || d[1].strict_match_labels || d[1].init_workloads);
    assert_ptr_equal(d[1].store, w.model.stores);
    check_text(d[1].store->path, "a/b");
    dispose(&w);
    build(&w, KT_PROFILE_2025_03, STORE DESTINATION("b", "initWorkloads: {enabled: false}"));
    assert_true(w.model.destinations[0].init_workloads); /* V-3 */
    check_text(w.model.destinations[0].path, "b");       /* V-1 */
    dispose(&w);
}

static void test_model__promise_holds_what_scheduling_needs(void **state)
{
    world w;
    const kt_promise *p;

    (void)state;
    build(&w, KT_PROFILE_2026_08,
          KRATIX "kind: Promise\nmetadata: {name: p, labels: {kratix.io/paused: 'true', kratix.io/workflow-suspended: "
                 "'True', kratix.io/promise-version: v3}}\nspec: {" API("K", "ks") ", destinationSelectors: [{matchLabels: "
                 "{b: x, a: z}}, {}], requiredPromises: null, workflows: {config: {pipelineNamespace: jobs}, resource: "
                 "{configure: [{apiVersion: platform.kratix.io/v1alpha1, kind: Pipeline, metadata: {name: c}}]}}}\n---\n"
                 "{apiVersion: x.io/v2, kind: K, metadata: {name: r}}");
    assert_int_equal(w.run.diags.count, 0);
    p = w.model.promises;
    assert_true(p->paused);
    assert_false(p->suspended);
    check_text(p->version, "v3");
    check_text(p->pipeline_namespace, "jobs");
    check_text(p->api.storage_version, "v2");
    assert_int_equal(p->api.version_count, 2);
    assert_int_equal(p->selector_count, 2);
    check_text(p->selectors[0].labels[0].key, "a");
    assert_int_equal(p->selectors[1].label_count, 0);
    assert_int_equal(p->pipelines[KT_RESOURCE_CONFIGURE].count, 1);
    check_text(p->pipelines[KT_RESOURCE_CONFIGURE].items[0].name, "c");
    assert_ptr_equal(w.model.requests[0].promise, p);
    check_text(w.model.requests[0].namespace_, "default");
    dispose(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model__holds_what_kratix_accepts),
        cmocka_unit_test(test_model__destination_has_its_defaults),
        cmocka_unit_test(test_model__promise_holds_what_scheduling_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
