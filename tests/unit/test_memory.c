/* The lock and the plan of changes under stress: what is written is read again, every cut of a lock is an error or
 * a lock, every allocation fails once; and what a plan says of each kind of file. */
#include "failing.h"

#define KRATIX "apiVersion: platform.kratix.io/v1alpha1\n"
#define DESTINATION(name, more)                                                                                        \
    KRATIX "kind: Destination\nmetadata: {name: " name ", labels: {env: \"yes\"}}\nspec: {path: " name                \
           ", stateStoreRef: {kind: GitStateStore, name: default}, initWorkloads: {enabled: false}" more "}\n---\n"
#define STORE                                                                                                          \
    KRATIX "kind: GitStateStore\nmetadata: {name: default}\n"                                                          \
           "spec: {url: 'https://git.example.com/x.git', secretRef: {name: s, namespace: default}}\n---\n"
#define PROMISE(labels, value)                                                                                         \
    KRATIX "kind: Promise\nmetadata: {name: p" labels "}\nspec:\n"                                                     \
           "  destinationSelectors: [{matchLabels: {env: \"yes\"}}]\n"                                                 \
           "  dependencies: [{apiVersion: v1, kind: Namespace, metadata: {name: " value "}}]\n---\n"
#define DESTINATIONS                                                                                                   \
    DESTINATION("agg", ", filepath: {mode: aggregatedYAML}")                                                           \
    DESTINATION("flat", ", filepath: {mode: none}") DESTINATION("nested", ", cleanup: all")

static const char first_step[] = STORE DESTINATIONS PROMISE("", "one");
static const char second_step[] = STORE DESTINATIONS DESTINATION("new", "")
    PROMISE(", labels: {kratix.io/paused: \"true\"}", "two");

/* ---- A place in memory ---- */

typedef struct place {
    const kt_tree *tree; /* what is there; its one store lies at the top */
    const char *extra;   /* and a file of this name, or NULL */
    bool broken;         /* nothing can be read */
} place;

static bool list_place(void *ctx, kt_sv folder, bool (*each)(void *each_ctx, kt_sv path, bool is_file), void *each_ctx)
{
    const place *p = ctx;
    const kt_store_tree *store = &p->tree->stores[0];

    (void)folder; /* more than was asked for is allowed to be passed over */
    for (size_t i = store->file_count; i > 0; i--)
        if (!each(each_ctx, store->files[i - 1].path, true))
            return false;
    return !p->extra || each(each_ctx, kt_str(p->extra), true);
}

static bool read_place(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx)
{
    const place *p = ctx;
    const kt_store_tree *store = &p->tree->stores[0];

    for (size_t i = 0; i < store->file_count && !p->broken; i++)
        if (kt_sv_equal(store->files[i].path, path)) {
            for (size_t k = 0; k < store->files[i].part_count; k++)
                if (!write(write_ctx, store->files[i].parts[k].ptr, store->files[i].parts[k].len))
                    return true;
            return true;
        }
    return false;
}

/* ---- Rendering ---- */

static kt_status render(kt_result **out, memory *m, const char *text, const kt_source *lock, const kt_have *have)
{
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_source source = {KT_SV("platform.yaml"), kt_str(text), 0, {NULL, 0}};

    options.allocator.resize = resize;
    options.allocator.ctx = m;
    options.profile = KT_PROFILE_2026_08;
    options.lock = lock;
    options.have = have;
    return kt_render(out, &source, 1, &options);
}

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf_bytes(ctx, bytes, size);
    return true;
}

/* A run that starts from nothing, and its lock. */
typedef struct start {
    memory m;
    kt_result *result;
    kt_buf text;
    kt_source lock;
    place place;
    kt_have have;
} start;

static void begin(start *s)
{
    memset(s, 0, sizeof *s);
    kt_buf_init(&s->text, kt_allocator_default());
    assert_int_equal(render(&s->result, &s->m, first_step, NULL, NULL), KT_OK);
    assert_int_equal(kt_lock_write(s->result, append, &s->text), KT_OK);
    s->lock.path = kt_str("kratree.lock");
    s->lock.bytes = kt_buf_view(&s->text);
    s->place.tree = kt_result_tree(s->result);
    s->have = (kt_have){list_place, read_place, &s->place, NULL};
}

static void end(start *s)
{
    kt_result_free(s->result);
    kt_buf_dispose(&s->text);
    assert_int_equal(s->m.held, 0);
}

/* ---- The lock ---- */

static void test_lock__is_the_same_after_reading(void **state)
{
    kt_result *result;
    kt_buf again;
    start s;

    (void)state;
    begin(&s);
    kt_buf_init(&again, kt_allocator_default());
    assert_int_equal(render(&result, &s.m, first_step, &s.lock, NULL), KT_OK);
    assert_int_equal(kt_lock_write(result, append, &again), KT_OK);
    assert_int_equal(again.len, s.text.len);
    assert_memory_equal(again.ptr, s.text.ptr, again.len);
    kt_result_free(result);
    kt_buf_dispose(&again);
    end(&s);
}

static void test_lock__is_refused_or_taken_wherever_it_is_cut(void **state)
{
    start s;
    kt_source cut;

    (void)state;
    begin(&s);
    cut = s.lock;
    for (cut.bytes.len = 0; cut.bytes.len < s.lock.bytes.len; cut.bytes.len++) {
        kt_result *result;
        kt_status status = render(&result, &s.m, first_step, &cut, NULL);
        size_t count;
        assert_true(status == KT_OK || status == KT_ERR_INPUT);
        assert_true(status == KT_OK || kt_result_tree(result)->file_count == 0);
        kt_result_diags(result, &count);
        assert_true(status == KT_OK || count > 0);
        kt_result_free(result);
    }
    end(&s);
}

static void test_lock__may_lack_any_line(void **state)
{
    start s;

    (void)state;
    begin(&s);
    for (size_t from = 0, to; from < s.text.len; from = to) {
        kt_source shorter = s.lock;
        kt_result *result;
        kt_status status;
        kt_buf text;
        to = from + kt_sv_find(kt_sv_slice(s.lock.bytes, from, s.text.len), '\n') + 1;
        kt_buf_init(&text, kt_allocator_default());
        kt_buf_bytes(&text, s.text.ptr, from);
        kt_buf_sv(&text, kt_sv_slice(s.lock.bytes, to, s.text.len));
        shorter.bytes = kt_buf_view(&text);
        status = render(&result, &s.m, second_step, &shorter, &s.have);
        assert_true(status == KT_OK || status == KT_ERR_INPUT);
        kt_result_free(result);
        kt_buf_dispose(&text);
    }
    end(&s);
}

static void test_lock__of_a_part_holds_that_part(void **state)
{
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_source source = {KT_SV("platform.yaml"), kt_str(first_step), 0, {NULL, 0}};
    kt_result *result;
    kt_buf text;

    (void)state;
    kt_buf_init(&text, kt_allocator_default());
    options.destination = kt_str("flat");
    assert_int_equal(kt_render(&result, &source, 1, &options), KT_OK);
    assert_int_equal(kt_lock_write(result, append, &text), KT_OK);
    assert_true(kt_sv_contains(kt_buf_view(&text), KT_SV("flat: placed")));
    assert_false(kt_sv_contains(kt_buf_view(&text), KT_SV("nested")));
    assert_int_equal(kt_lock_write(NULL, append, &text), KT_ERR_ARGUMENT);
    kt_result_free(result);
    kt_buf_dispose(&text);
}

/* ---- The plan of changes ---- */

/* What a paused Promise wrote is found again in each mode, and spreads. */
static const struct {
    kt_change_kind kind;
    const char *path;
} spread[] = {
    {KT_CHANGE_KEEP, "agg/aggregated.yaml"},
    {KT_CHANGE_KEEP, "flat/.kratix/kratix-platform-system-p-static-deps-16b8a.flat-5058f.yaml"},
    {KT_CHANGE_KEEP, "flat/static/p-dependencies.yaml"},
    {KT_CHANGE_KEEP, "nested/dependencies/p/5058f/static/p-dependencies.yaml"},
    {KT_CHANGE_CREATE, "new/dependencies/p/5058f/static/p-dependencies.yaml"},
    {KT_CHANGE_FOREIGN, "notes.txt"},
};

static void check_changes(const kt_changes *changes)
{
    assert_int_equal(changes->count, sizeof spread / sizeof spread[0]);
    for (size_t i = 0; i < changes->count; i++) {
        if (!kt_sv_ends(changes->items[i].path, KT_SV(".flat-5058f.yaml")))
            check_text(changes->items[i].path, spread[i].path);
        assert_int_equal(changes->items[i].kind, spread[i].kind);
        assert_int_equal(changes->items[i].file == NULL, spread[i].kind == KT_CHANGE_FOREIGN);
    }
}

static void test_changes__of_a_work_that_stays(void **state)
{
    kt_changes *changes;
    kt_result *result;
    start s;

    (void)state;
    begin(&s);
    s.place.extra = "notes.txt";
    assert_int_equal(render(&result, &s.m, second_step, &s.lock, &s.have), KT_OK);
    assert_int_equal(kt_changes_plan(&changes, kt_result_tree(result), &s.have, NULL), KT_OK);
    check_changes(changes);
    kt_changes_free(changes);
    kt_result_free(result);
    end(&s);
}

/* Nobody to ask: what is there stays. */
static void test_changes__of_a_work_that_is_not_known(void **state)
{
    kt_changes *changes;
    kt_result *result;
    start s;

    (void)state;
    begin(&s);
    assert_int_equal(render(&result, &s.m, second_step, &s.lock, NULL), KT_OK);
    assert_int_equal(kt_result_tree(result)->file_count, 0);
    assert_int_equal(kt_changes_plan(&changes, kt_result_tree(result), &s.have, NULL), KT_OK);
    assert_int_equal(changes->counts[KT_CHANGE_KEEP], 4);
    assert_int_equal(changes->count, 4);
    kt_changes_free(changes);
    kt_result_free(result);
    end(&s);
}

/* The Promise is gone, and `nested` with it. */
static void test_changes__of_a_work_that_is_gone(void **state)
{
    static const char last_step[] = STORE DESTINATION("agg", ", filepath: {mode: aggregatedYAML}")
        DESTINATION("flat", ", filepath: {mode: none}");
    kt_changes *changes;
    kt_result *result;
    start s;

    (void)state;
    begin(&s);
    assert_int_equal(render(&result, &s.m, last_step, &s.lock, &s.have), KT_OK);
    assert_int_equal(kt_changes_plan(&changes, kt_result_tree(result), &s.have, NULL), KT_OK);
    assert_int_equal(changes->counts[KT_CHANGE_DELETE], 4);
    assert_int_equal(changes->count, 4);
    for (size_t i = 0; i < changes->count; i++)
        assert_true(changes->items[i].why.len > 0);
    kt_changes_free(changes);
    s.place.broken = true;
    assert_int_equal(kt_changes_plan(&changes, kt_result_tree(result), &s.have, NULL), KT_ERR_INPUT);
    assert_null(changes);
    kt_result_free(result);
    end(&s);
}

/* ---- Memory ---- */

static kt_status use_everything(start *s)
{
    kt_allocator allocator = {resize, &s->m};
    kt_changes *changes = NULL;
    kt_result *result;
    kt_status status = render(&result, &s->m, second_step, &s->lock, &s->have);
    kt_buf text;

    if (status != KT_OK)
        return status;
    kt_buf_init(&text, kt_allocator_default());
    status = kt_lock_write(result, append, &text);
    if (status == KT_OK)
        status = kt_changes_plan(&changes, kt_result_tree(result), &s->have, &allocator);
    kt_changes_free(changes);
    kt_buf_dispose(&text);
    kt_result_free(result);
    return status;
}

static void test_lock__survives_the_failure_of_each_allocation(void **state)
{
    size_t calls, held;
    start s;

    (void)state;
    begin(&s);
    held = s.m.held;
    s.m.calls = 0;
    assert_int_equal(use_everything(&s), KT_OK);
    calls = s.m.calls;
    for (size_t i = 1; i <= calls; i++) {
        s.m.calls = 0;
        s.m.fail_at = i;
        assert_int_equal(use_everything(&s), KT_ERR_NOMEM);
        assert_int_equal(s.m.held, held);
    }
    s.m.fail_at = 0;
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lock__is_the_same_after_reading),
        cmocka_unit_test(test_lock__is_refused_or_taken_wherever_it_is_cut),
        cmocka_unit_test(test_lock__may_lack_any_line),
        cmocka_unit_test(test_lock__of_a_part_holds_that_part),
        cmocka_unit_test(test_changes__of_a_work_that_stays),
        cmocka_unit_test(test_changes__of_a_work_that_is_not_known),
        cmocka_unit_test(test_changes__of_a_work_that_is_gone),
        cmocka_unit_test(test_lock__survives_the_failure_of_each_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
