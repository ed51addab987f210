/* model: what validate asks of APIs and requests, under stress: memory that ends, input that is deep or made to take
 * long. The findings themselves are fixtures (fixtures/diag/KT-36… and KT-37…). */
#include "failing.h"

#define KRATIX "apiVersion: platform.kratix.io/v1alpha1\n"
#define API                                                                                           \
    KRATIX "kind: Promise\nmetadata: {name: p}\nspec:\n  api:\n    apiVersion: apiextensions.k8s.io/v1\n"             \
           "    kind: CustomResourceDefinition\n    metadata: {name: ts.x.io}\n    spec:\n      group: x.io\n"        \
           "      scope: Namespaced\n      names: {kind: T, plural: ts}\n      versions:\n"                           \
           "      - name: v1\n        served: true\n        storage: true\n        schema: {openAPIV3Schema: "
#define REQUEST "---\napiVersion: x.io/v1\nkind: T\nmetadata: {name: t}\nspec: "

/* Something of everything, right and wrong. */
static const char platform[] = API
    "{type: object, patern: a, properties: {spec: {type: object, required: [r], properties: {\n"
    "  a: {type: string, pattern: '^[a-zé]+$', default: abc}, b: {type: integer, maximum: 3, enum: [1, 2]},\n"
    "  c: {type: array, x-kubernetes-list-type: set, items: {type: string, format: ipv4}},\n"
    "  d: {type: object, additionalProperties: {x-kubernetes-int-or-string: true}},\n"
    "  e: {type: string, anyOf: [{minLength: 3}, {pattern: ^z}], not: {enum: [no]}},\n"
    "  f: {type: object, default: {g: 1}, properties: {g: {type: integer}, h: {type: string, default: x}}}},\n"
    "  x-kubernetes-validations: [{rule: 'true'}]}}}}\n"
    REQUEST "{a: '1', b: 9, c: [a, a, 1.2.3.4], d: {k: 1.5}, e: no, f: {g: x, i: 1}, z: null}\n";

static kt_status validate(const char *text, size_t size, memory *m, size_t *findings)
{
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_source source = {KT_SV("a.yaml"), {text, size}, KT_SOURCE_NAMED, {NULL, 0}};
    kt_result *result;
    kt_status status;

    options.validate = true;
    options.allocator = (kt_allocator){resize, m};
    status = kt_render(&result, &source, 1, &options);
    *findings = 0;
    if (result)
        kt_result_diags(result, findings);
    kt_result_free(result);
    assert_int_equal(m->held, 0);
    return status;
}

static void test_checks__survive_the_end_of_memory(void **state)
{
    size_t all, findings;
    memory m = {0, 0, 0};

    (void)state;
    assert_int_equal(validate(platform, sizeof platform - 1, &m, &all), KT_ERR_INPUT);
    assert_true(all > 8);
    for (size_t n = m.calls; n > 0; n--) {
        memory failing = {0, n, 0};
        kt_status status = validate(platform, sizeof platform - 1, &failing, &findings);
        assert_true(status == KT_ERR_NOMEM || (status == KT_ERR_INPUT && findings == all));
    }
}

/* `open` and `close` around `middle`, many times; what stands before and behind. */
static char *deep(const char *before, const char *open, const char *middle, const char *close, size_t times,
                  const char *behind)
{
    kt_buf text;

    kt_buf_init(&text, kt_allocator_default());
    kt_buf_str(&text, before);
    for (size_t i = 0; i < times; i++)
        kt_buf_str(&text, open);
    kt_buf_str(&text, middle);
    for (size_t i = 0; i < times; i++)
        kt_buf_str(&text, close);
    kt_buf_str(&text, behind);
    kt_buf_byte(&text, '\0');
    assert_int_equal(text.status, KT_OK);
    return text.ptr; /* of malloc */
}

static void test_checks__are_no_recursion(void **state)
{
    static const struct {
        const char *open, *middle, *close, *behind;
    } cases[] = {
        {"{type: object, properties: {a: ", "{type: string}", "}}", "}\n" REQUEST "{a: {a: {a: 1}}}\n"},
        {"{type: array, items: ", "{type: string}", "}", "}\n" REQUEST "[[[[1]]]]\n"},
        {"{allOf: [", "{minLength: 1}", "]}", "}\n" REQUEST "x\n"},
        {"{not: ", "{}", "}", "}\n" REQUEST "x\n"},
        {"{anyOf: [{type: 1}, ", "{}", "]}", "}\n" REQUEST "x\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = deep(API "{type: object, properties: {spec: ", cases[i].open, cases[i].middle, cases[i].close, 2000,
                          "}}");
        size_t length = strlen(text) + strlen(cases[i].behind), findings;
        char *whole = malloc(length + 1);
        memory m = {0, 0, 0};
        assert_non_null(whole);
        strcpy(whole, text);
        strcat(whole, cases[i].behind);
        assert_int_not_equal(validate(whole, length, &m, &findings), KT_ERR_NOMEM);
        assert_true(findings > 0 || i == 0);
        free(whole);
        free(text);
    }
}

/* A pattern of many groups, which PCRE2 must not be given. */
static void test_checks__take_patterns_of_any_depth(void **state)
{
    char *text = deep(API "{type: object, properties: {spec: {type: string, pattern: '", "(", "a", ")", 900,
                      "'}}}}\n" REQUEST "a\n");
    memory m = {0, 0, 0};
    size_t findings;

    (void)state;
    assert_int_equal(validate(text, strlen(text), &m, &findings), KT_OK);
    assert_true(findings > 0);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checks__survive_the_end_of_memory),
        cmocka_unit_test(test_checks__are_no_recursion),
        cmocka_unit_test(test_checks__take_patterns_of_any_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
