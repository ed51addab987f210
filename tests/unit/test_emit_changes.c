/* kt_changes_plan() with places that know digests of their contents. */
#include "test.h"

static const char platform[] =
    "apiVersion: platform.kratix.io/v1alpha1\nkind: GitStateStore\nmetadata: {name: a}\n"
    "spec: {url: 'https://h/r.git', secretRef: {name: s}}\n"
    "---\napiVersion: platform.kratix.io/v1alpha1\nkind: Destination\nmetadata: {name: d}\n"
    "spec: {path: d, stateStoreRef: {kind: GitStateStore, name: a}}\n";

typedef struct place {
    const kt_store_tree *tree;
    kt_same answer;
    size_t asked;
    size_t read;
} place;

static bool list(void *ctx, kt_sv folder, bool (*each)(void *each_ctx, kt_sv path, bool is_file), void *each_ctx)
{
    const place *p = ctx;

    (void)folder;
    for (size_t i = 0; i < p->tree->file_count; i++)
        if (!each(each_ctx, p->tree->files[i].path, true))
            return false;
    return true;
}

static bool read_other(void *ctx, kt_sv path, kt_write_fn write, void *write_ctx)
{
    (void)path;
    ((place *)ctx)->read++;
    write(write_ctx, "other", 5);
    return true;
}

static kt_same same(void *ctx, kt_sv path, const kt_file *file)
{
    place *p = ctx;

    assert_true(kt_sv_equal(path, file->path));
    p->asked++;
    return p->answer;
}

static void check_answer(kt_same answer, kt_change_kind wanted, bool read)
{
    kt_source source = {kt_str("in.yaml"), kt_str(platform), KT_SOURCE_NAMED, {NULL, 0}};
    kt_result *result;
    kt_changes *changes;
    place p = {NULL, answer, 0, 0};
    kt_have have = {list, read_other, &p, same};

    assert_int_equal(kt_render(&result, &source, 1, NULL), KT_OK);
    p.tree = &kt_result_tree(result)->stores[0];
    assert_int_equal(p.tree->file_count, 2);
    assert_int_equal(kt_changes_plan(&changes, kt_result_tree(result), &have, NULL), KT_OK);
    assert_int_equal(changes->counts[wanted], 2);
    assert_int_equal(p.asked, 2);
    assert_int_equal(p.read, read ? 2 : 0);
    kt_changes_free(changes);
    kt_result_free(result);
}

static void test_changes__digests_decide_without_reading(void **state)
{
    (void)state;
    check_answer(KT_SAME_YES, KT_CHANGE_KEEP, false);
    check_answer(KT_SAME_NO, KT_CHANGE_UPDATE, false);
}

static void test_changes__unknown_digests_are_read(void **state)
{
    (void)state;
    check_answer(KT_SAME_UNKNOWN, KT_CHANGE_UPDATE, true);
}

/* ---- What came of a push, as JSON ---- */

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf_bytes(ctx, bytes, size);
    return true;
}

static void test_push_json__says_what_came_of_it(void **state)
{
    kt_store store = {.kind = KT_STORE_BUCKET, .name = kt_str("b")};
    kt_change items[] = {{KT_CHANGE_KEEP, kt_str("k"), NULL, {NULL, 0}, {NULL, 0}},
                         {KT_CHANGE_DELETE, kt_str("d\"q"), NULL, kt_str("it is gone"), kt_str("owner")}};
    kt_changes changes = {items, 2, {1, 0, 0, 1, 0}};
    kt_diag diag = {.severity = KT_WARNING, .code = "KT-912", .message = kt_str("the branch is not there")};
    kt_push_report report = {&store, "push", "pushed", &changes, kt_str("abc"), 2, &diag, 1};
    kt_buf text;

    (void)state;
    kt_buf_init(&text, kt_allocator_default());
    assert_int_equal(kt_push_json(&report, append, &text), KT_OK);
    assert_true(kt_sv_contains(kt_buf_view(&text), kt_str("\"kind\": \"BucketStateStore\"")));
    assert_true(kt_sv_contains(kt_buf_view(&text), kt_str("\"attempts\": 2")));
    assert_true(kt_sv_contains(kt_buf_view(&text), kt_str("\"revision\": \"abc\"")));
    assert_true(kt_sv_contains(kt_buf_view(&text), kt_str("\"path\": \"d\\\"q\"")));
    assert_true(kt_sv_contains(kt_buf_view(&text), kt_str("\"why\": \"it is gone\"")));
    assert_false(kt_sv_contains(kt_buf_view(&text), kt_str("\"path\": \"k\"")));
    assert_true(kt_sv_contains(kt_buf_view(&text), kt_str("\"code\": \"KT-912\"")));
    assert_true(kt_sv_contains(kt_buf_view(&text), kt_str("\"message\": \"the branch is not there\"")));
    kt_buf_dispose(&text);
    assert_int_equal(kt_push_json(NULL, append, &text), KT_ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes__digests_decide_without_reading),
        cmocka_unit_test(test_changes__unknown_digests_are_read),
        cmocka_unit_test(test_push_json__says_what_came_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
