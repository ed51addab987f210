/* plan: Works that are too large for a cluster (G-24). */
#include "test.h"

#include "plan/forecast.h"
#include "plan/packed.h"

#define MIB ((size_t)1 << 20)

/* Bytes that gzip cannot press, or one byte over and over. */
static char *make_bytes(size_t size, bool random)
{
    char *bytes = malloc(size);
    uint64_t state = 88172645463325252u;

    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes[i] = random ? (char)(state >> 56) : 'a';
    }
    return bytes;
}

typedef struct outcome {
    bool needed;
    size_t warnings;
    char message[160];
} outcome;

/* One Work of `files` files of `size` bytes each. */
static outcome forecast(size_t files, size_t size, bool random)
{
    char *bytes = make_bytes(size, random);
    kt_sv part = {bytes, size};
    kt_workload workload = {.path = kt_str("file.yaml"), .parts = &part, .part_count = 1, .size = size};
    kt_workload *workloads = calloc(files, sizeof *workloads);
    kt_group group = {.directory = kt_str("."), .workloads = workloads, .workload_count = files};
    kt_work work = {.name = kt_str("w"), .groups = &group, .group_count = 1};
    kt_run run = {.options = KT_RENDER_OPTIONS_INIT};
    outcome result = {false, 0, ""};
    kt_arena arena;
    kt_diags diags;

    assert_non_null(workloads);
    for (size_t i = 0; i < files; i++)
        workloads[i] = workload;
    run.options.allocator = kt_allocator_default();
    kt_arena_init(&arena, run.options.allocator);
    kt_diags_init(&diags, &arena);
    result.needed = kt_forecast_needed(&work);
    assert_int_equal(kt_forecast(&work, &run, &arena, &diags), KT_OK);
    result.warnings = diags.count;
    if (diags.count > 0) {
        assert_string_equal(diags.items[0].code, "KT-418");
        assert_true(diags.items[0].message.len < sizeof result.message);
        memcpy(result.message, diags.items[0].message.ptr, diags.items[0].message.len);
    }
    kt_arena_dispose(&arena);
    free(workloads);
    free(bytes);
    return result;
}

static void test_forecast__small_works_are_not_packed(void **state)
{
    (void)state;
    assert_false(forecast(1, 700 * 1024, true).needed);
    assert_false(forecast(100, 100, true).needed);
}

static void test_forecast__what_presses_well_fits(void **state)
{
    outcome result = forecast(1, 4 * MIB, false);

    (void)state;
    assert_true(result.needed);
    assert_int_equal(result.warnings, 0);
}

static void test_forecast__what_does_not_is_reported(void **state)
{
    (void)state;
    assert_int_equal(forecast(1, 760 * 1024, true).warnings, 0);
    assert_int_equal(forecast(1, 770 * 1024, true).warnings, 1);
    assert_string_equal(forecast(2, 600 * 1024, true).message,
                        "the Work has about 1600 KiB after gzip and base64; a cluster holds about 1536 KiB in an object");
}

static void test_forecast__many_small_files_count(void **state)
{
    (void)state;
    assert_int_equal(forecast(20000, 0, true).warnings, 1);
}

static void test_forecast__counting_ends(void **state)
{
    (void)state;
    assert_string_equal(
        forecast(1, 40 * MIB, true).message,
        "the Work has more than 16384 KiB after gzip and base64; a cluster holds about 1536 KiB in an object");
}

static void test_packed_bound__holds(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 3, 100, 16383, 16384, 65536, 1000000};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *bytes = make_bytes(sizes[i] + 1, true);
        kt_sv part = {bytes, sizes[i]};
        uint64_t size;
        assert_int_equal(kt_packed_size(&size, kt_allocator_default(), &part, 1, UINT64_MAX), KT_OK);
        assert_true(size <= kt_packed_bound(sizes[i]));
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forecast__small_works_are_not_packed),
        cmocka_unit_test(test_forecast__what_presses_well_fits),
        cmocka_unit_test(test_forecast__what_does_not_is_reported),
        cmocka_unit_test(test_forecast__many_small_files_count),
        cmocka_unit_test(test_forecast__counting_ends),
        cmocka_unit_test(test_packed_bound__holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
