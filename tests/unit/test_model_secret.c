/* Connections of State Stores and their Secrets, as kt_render() hands them out. */
#include "test.h"

#define STORE                                                                                         \
    "apiVersion: platform.kratix.io/v1alpha1\nkind: GitStateStore\nmetadata: {name: a}\n"              \
    "spec: {url: 'https://h/r.git', secretRef: {name: creds}}\n"
#define SECRET "---\napiVersion: v1\nkind: Secret\nmetadata: {name: creds}\n"

static kt_result *render(const char *text, bool secrets)
{
    kt_source source = {kt_str("in.yaml"), kt_str(text), KT_SOURCE_NAMED, {NULL, 0}};
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_result *result = NULL;

    options.secrets = secrets;
    assert_true(kt_render(&result, &source, 1, &options) != KT_ERR_NOMEM);
    assert_non_null(result);
    return result;
}

static const kt_connection *connection_of(const kt_result *result)
{
    assert_int_equal(kt_result_plan(result)->store_count, 1);
    assert_non_null(kt_result_plan(result)->stores[0].connection);
    return kt_result_plan(result)->stores[0].connection;
}

static void test_connection__has_the_defaults(void **state)
{
    kt_result *result = render(STORE, false);
    const kt_connection *c = connection_of(result);

    (void)state;
    check_text(c->url, "https://h/r.git");
    check_text(c->branch, "main");
    check_text(c->auth_method, "basicAuth");
    check_text(c->author_name, "kratix");
    check_text(c->author_email, "");
    check_text(c->secret_name, "creds");
    check_text(c->secret_namespace, "");
    assert_true(c->has_secret_ref);
    assert_null(c->secret);
    kt_result_free(result);
}

static void test_connection__author_without_name_has_none(void **state)
{
    kt_result *result = render("apiVersion: platform.kratix.io/v1alpha1\nkind: GitStateStore\nmetadata: {name: a}\n"
                               "spec: {url: u, branch: b, authMethod: ssh, gitAuthor: {email: e}}\n", false);

    (void)state;
    check_text(connection_of(result)->author_name, "");
    check_text(connection_of(result)->author_email, "e");
    check_text(connection_of(result)->branch, "b");
    check_text(connection_of(result)->auth_method, "ssh");
    assert_false(connection_of(result)->has_secret_ref);
    kt_result_free(result);
}

static void test_connection__of_a_bucket(void **state)
{
    kt_result *result = render("apiVersion: platform.kratix.io/v1alpha1\nkind: BucketStateStore\nmetadata: {name: b}\n"
                               "spec: {bucketName: bucket, endpoint: 'h:9000', insecure: true, useDualStack: true, "
                               "secretRef: {name: s, namespace: t}}\n", false);
    const kt_connection *c = connection_of(result);

    (void)state;
    check_text(c->auth_method, "accessKey");
    check_text(c->endpoint, "h:9000");
    check_text(c->bucket, "bucket");
    check_text(c->secret_namespace, "t");
    assert_true(c->insecure && c->dual_stack);
    kt_result_free(result);
}

static void test_secret__is_kept_only_when_asked_for(void **state)
{
    static const char text[] = STORE SECRET "data: {password: aHVudGVyMg==}\n";
    kt_result *result = render(text, false);

    (void)state;
    assert_null(connection_of(result)->secret);
    kt_result_free(result);
    result = render(text, true);
    assert_non_null(connection_of(result)->secret);
    check_text(connection_of(result)->secret->namespace_, "default");
    assert_int_equal(connection_of(result)->secret->item_count, 1);
    check_text(connection_of(result)->secret->items[0].key, "password");
    check_text(connection_of(result)->secret->items[0].value, "hunter2");
    kt_result_free(result);
}

static void test_secret__string_data_goes_before_data(void **state)
{
    kt_result *result = render(STORE SECRET "data: {a: eA==, b: eQ==}\nstringData: {b: z}\n", true);
    const kt_secret *secret = connection_of(result)->secret;

    (void)state;
    assert_int_equal(secret->item_count, 2);
    check_text(secret->items[0].value, "x");
    check_text(secret->items[1].value, "z");
    kt_result_free(result);
}

static void test_secret__of_another_namespace_is_another(void **state)
{
    kt_result *result = render(STORE "---\napiVersion: v1\nkind: Secret\nmetadata: {name: creds, namespace: other}\n", true);

    (void)state;
    assert_null(connection_of(result)->secret);
    kt_result_free(result);
}

/* KT-900 says where, never what. */
static void check_refused(const char *text, bool secrets, size_t wanted)
{
    kt_result *result = render(text, secrets);
    size_t count, found = 0;
    const kt_diag *diags = kt_result_diags(result, &count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(diags[i].code, "KT-900") == 0) {
            found++;
            check_text(diags[i].field, "data.password");
            assert_true(!kt_sv_contains(diags[i].message, kt_str("not!base64")));
        }
    assert_int_equal(found, wanted);
    kt_result_free(result);
}

static void test_secret__that_is_no_base64_is_refused(void **state)
{
    (void)state;
    check_refused(STORE SECRET "data: {password: 'not!base64'}\n", true, 1);
    check_refused(STORE SECRET "data: {password: 12}\n", true, 1);
    check_refused(STORE SECRET "data: {password: 'not!base64'}\n", false, 0);
    check_refused(SECRET "data: {password: 'not!base64'}\n", true, 0); /* nothing refers to it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connection__has_the_defaults),
        cmocka_unit_test(test_connection__author_without_name_has_none),
        cmocka_unit_test(test_connection__of_a_bucket),
        cmocka_unit_test(test_secret__is_kept_only_when_asked_for),
        cmocka_unit_test(test_secret__string_data_goes_before_data),
        cmocka_unit_test(test_secret__of_another_namespace_is_another),
        cmocka_unit_test(test_secret__that_is_no_base64_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
