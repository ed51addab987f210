/* The two Kratix versions, side by side. */
#include "model/profile.h"

#include "base/sv.h"

/* L-20, L-21, V-3: what the canaries hold, byte for byte. */
#define CANARY_NAMESPACE(stamp)                                                                       \
    "apiVersion: v1\n"                                                                                \
    "kind: Namespace\n"                                                                               \
    "metadata:\n" stamp                                                                               \
    "  name: kratix-worker-system\n"                                                                  \
    "spec: {}\n"                                                                                      \
    "status: {}\n"
#define CANARY_CONFIGMAP(stamp, word)                                                                 \
    "apiVersion: v1\n"                                                                                \
    "data:\n"                                                                                         \
    "  canary: " word " confirms your infrastructure is reading from Kratix state stores\n"           \
    "kind: ConfigMap\n"                                                                               \
    "metadata:\n" stamp                                                                               \
    "  name: kratix-info\n"                                                                           \
    "  namespace: kratix-worker-system\n"
#define STAMP "  creationTimestamp: null\n"

static const kt_profile_rules rules[] = {
    {
        .in = KT_IN_2025_03,
        .name = "2025-03",
        .commit = "59c4972a",
        .path_defaults_to_name = true,
        .store_may_be_missing = false,
        .init_workloads = false,
        .canary_namespace = CANARY_NAMESPACE(STAMP),
        .canary_configmap = CANARY_CONFIGMAP(STAMP, "the"),
        .rooted_at_destination = true,
        .pipeline_in_work_name = false,
        .selector_error_stops = false,
        .dry_run = false,
        .workflow_control = false,
        .aggregate_by_namespace = true,
        .flat_canaries_leave = false,
        .labels_stop = false,
        .empty_is_any_version = false,
    },
    {
        .in = KT_IN_2026_08,
        .name = "2026-08",
        .commit = "ae170e22",
        .path_defaults_to_name = false,
        .store_may_be_missing = true,
        .init_workloads = true,
        .canary_namespace = CANARY_NAMESPACE(""),
        .canary_configmap = CANARY_CONFIGMAP("", "this"),
        .rooted_at_destination = false,
        .pipeline_in_work_name = true,
        .selector_error_stops = true,
        .dry_run = true,
        .workflow_control = true,
        .aggregate_by_namespace = false,
        .flat_canaries_leave = true,
        .labels_stop = true,
        .empty_is_any_version = true,
    },
};

/* Indexed by kt_profile. */
static const char *const names[] = {"any", "2025-03", "2026-08"};

const kt_profile_rules *kt_profile_rules_get(kt_profile profile)
{
    return profile == KT_PROFILE_2025_03 ? &rules[0] : &rules[1];
}

kt_refusal kt_profile_refusal(kt_profile profile, unsigned refusing)
{
    unsigned in_play = profile == KT_PROFILE_ANY ? KT_IN_ALL : kt_profile_rules_get(profile)->in;

    if ((refusing & in_play) == in_play)
        return KT_REFUSED;
    return refusing & in_play ? KT_WARNED : KT_ACCEPTED;
}

const char *kt_profile_set_name(unsigned set)
{
    return set == KT_IN_2025_03 ? rules[0].name : rules[1].name;
}

const char *kt_profile_name(kt_profile profile)
{
    return names[profile];
}

bool kt_profile_from_name(kt_profile *out, kt_sv name)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (kt_sv_is(name, names[i])) {
            *out = (kt_profile)i;
            return true;
        }
    }
    return false;
}
