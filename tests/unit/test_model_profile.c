/* model: the versions of Kratix side by side (SPEC section 12, L-20, L-21). */
#include "test.h"

#include "model/profile.h"

static void test_profile__names_lead_back(void **state)
{
    kt_profile profile;

    (void)state;
    for (int i = KT_PROFILE_ANY; i <= KT_PROFILE_2026_08; i++) {
        assert_true(kt_profile_from_name(&profile, kt_str(kt_profile_name((kt_profile)i))));
        assert_int_equal(profile, i);
    }
    assert_false(kt_profile_from_name(&profile, kt_str("2025-3")));
    assert_false(kt_profile_from_name(&profile, kt_str("")));
}

static void test_profile__any_refuses_what_all_refuse(void **state)
{
    (void)state;
    assert_int_equal(kt_profile_refusal(KT_PROFILE_ANY, 0), KT_ACCEPTED);
    assert_int_equal(kt_profile_refusal(KT_PROFILE_ANY, KT_IN_2025_03), KT_WARNED);
    assert_int_equal(kt_profile_refusal(KT_PROFILE_ANY, KT_IN_ALL), KT_REFUSED);
    assert_int_equal(kt_profile_refusal(KT_PROFILE_2025_03, KT_IN_2025_03), KT_REFUSED);
    assert_int_equal(kt_profile_refusal(KT_PROFILE_2025_03, KT_IN_2026_08), KT_ACCEPTED);
    assert_int_equal(kt_profile_refusal(KT_PROFILE_2026_08, KT_IN_ALL), KT_REFUSED);
    assert_string_equal(kt_profile_set_name(KT_IN_2025_03), "2025-03");
    assert_string_equal(kt_profile_set_name(KT_IN_2026_08), "2026-08");
}

static void test_profile__canaries_are_exact(void **state)
{
    const kt_profile_rules *old = kt_profile_rules_get(KT_PROFILE_2025_03);
    const kt_profile_rules *today = kt_profile_rules_get(KT_PROFILE_2026_08);

    (void)state;
    assert_ptr_equal(kt_profile_rules_get(KT_PROFILE_ANY), today);
    assert_int_equal(strlen(today->canary_namespace), 90);
    assert_int_equal(strlen(today->canary_configmap), 181);
    assert_non_null(strstr(today->canary_configmap, "  canary: this confirms"));
    assert_non_null(strstr(old->canary_configmap, "  canary: the confirms"));
    assert_non_null(strstr(old->canary_namespace, "metadata:\n  creationTimestamp: null\n  name:"));
    assert_non_null(strstr(old->canary_configmap, "metadata:\n  creationTimestamp: null\n  name:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_profile__names_lead_back),
        cmocka_unit_test(test_profile__any_refuses_what_all_refuse),
        cmocka_unit_test(test_profile__canaries_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
