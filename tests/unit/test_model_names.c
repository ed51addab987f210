/* model: names, labels, suggestions (I-4, I-27). */
#include "test.h"

#include "model/names.h"

typedef bool (*check)(kt_sv text, kt_buf *why);

#define TEN "aaaaaaaaaa"
#define SIXTY TEN TEN TEN TEN TEN TEN
#define TWO_FORTY SIXTY SIXTY SIXTY SIXTY

static const struct {
    check fn;
    const char *text;
    const char *why; /* part of the reason; NULL: fine */
} vectors[] = {
    {kt_name_is_label_value, "", NULL},
    {kt_name_is_label_value, "a.B_c-9", NULL},
    {kt_name_is_label_value, SIXTY "aaa", NULL},
    {kt_name_is_label_value, SIXTY "aaaa", "must be no more than 63 bytes"},
    {kt_name_is_label_value, "-a", "a valid label must be an empty string or consist of"},
    {kt_name_is_label_value, "a-", "a valid label"},
    {kt_name_is_label_value, "a b", "a valid label"},
    {kt_name_is_label_key, "a", NULL},
    {kt_name_is_label_key, "kratix.io/paused", NULL},
    {kt_name_is_label_key, "Kratix.io/paused", "prefix part a lowercase RFC 1123 subdomain"},
    {kt_name_is_label_key, "", "name part must be non-empty; name part must consist of"},
    {kt_name_is_label_key, "/a", "prefix part must be non-empty"},
    {kt_name_is_label_key, "a/", "name part must be non-empty"},
    {kt_name_is_label_key, "a/b/c", "with an optional DNS subdomain prefix and '/'"},
    {kt_name_is_label_key, SIXTY "aaaa", "name part must be no more than 63 bytes"},
    {kt_name_is_dns1123_subdomain, "a.b-c.9", NULL},
    {kt_name_is_dns1123_subdomain, "a..b", "a lowercase RFC 1123 subdomain"},
    {kt_name_is_dns1123_subdomain, "A", "a lowercase RFC 1123 subdomain"},
    {kt_name_is_dns1123_subdomain, "a.", "a lowercase RFC 1123 subdomain"},
    {kt_name_is_dns1123_subdomain, TWO_FORTY TEN "aaa", NULL},
    {kt_name_is_dns1123_subdomain, TWO_FORTY TEN "aaaa", "must be no more than 253 bytes"},
    {kt_name_is_dns1123_label, "a-9", NULL},
    {kt_name_is_dns1123_label, "a.b", "a lowercase RFC 1123 label"},
    {kt_name_is_dns1123_label, SIXTY "aaaa", "must be no more than 63 bytes"},
};

static void test_names__follow_the_rules_of_kubernetes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        kt_buf why;
        bool fine;
        kt_buf_init(&why, kt_allocator_default());
        fine = vectors[i].fn(kt_str(vectors[i].text), &why);
        if (fine != !vectors[i].why || (vectors[i].why && !kt_sv_contains(kt_buf_view(&why), kt_str(vectors[i].why))))
            fail_msg("%s: '%.*s', want '%s'", vectors[i].text, (int)why.len, why.ptr ? why.ptr : "",
                     vectors[i].why ? vectors[i].why : "(fine)");
        assert_int_equal(vectors[i].fn(kt_str(vectors[i].text), NULL), fine);
        kt_buf_dispose(&why);
    }
}

static const char *suggest(const char *text)
{
    static const char *const fields[] = {"path", "stateStoreRef", "strictMatchLabels", "destinationSelectors"};
    const char *found = kt_name_suggest(kt_str(text), fields, sizeof fields / sizeof fields[0]);

    return found ? found : "";
}

static void test_names__suggest_what_was_meant(void **state)
{
    (void)state;
    assert_string_equal(suggest("pth"), "path");
    assert_string_equal(suggest("apth"), "path");
    assert_string_equal(suggest("Path"), "path");
    assert_string_equal(suggest("destinatonSelectors"), "destinationSelectors");
    assert_string_equal(suggest("stateStore"), "stateStoreRef");
    assert_string_equal(suggest("x"), "");
    assert_string_equal(suggest("cleanup"), "");
    assert_string_equal(suggest(""), "");
    assert_string_equal(suggest(SIXTY), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names__follow_the_rules_of_kubernetes),
        cmocka_unit_test(test_names__suggest_what_was_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
