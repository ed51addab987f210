/* The order of keys (SPEC Y-24, Y-25, N-4). */
#include "test.h"

#include "yaml/keyorder.h"
#include "yaml/unicode.h"

#define MAX_KEYS 100000

static kt_member members[MAX_KEYS];
static const kt_member *order[MAX_KEYS];
static char texts[MAX_KEYS][16];

static void set_key(size_t i, const char *text)
{
    members[i].key.type = KT_TYPE_STRING;
    members[i].key.length = (uint32_t)strlen(text);
    members[i].key.as.string = text;
}

static bool sort(size_t count)
{
    kt_arena scratch;
    bool cyclic;

    kt_arena_init(&scratch, kt_allocator_default());
    assert_true(kt_keys_order(order, members, count, &cyclic, &scratch));
    kt_arena_dispose(&scratch);
    return cyclic;
}

static kt_sv key_at(size_t i)
{
    return kt_value_string(&order[i]->key);
}

/* The keys in their order, from any start; each must be less than all behind it. */
static void check_order(const char *const *keys)
{
    size_t count = 0;

    while (keys[count])
        count++;
    for (size_t start = 0; start < count; start++) {
        for (size_t i = 0; i < count; i++)
            set_key(i, keys[(start + count - i) % count]);
        assert_false(sort(count));
        for (size_t i = 0; i < count; i++)
            check_text(key_at(i), keys[i]);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            if ((kt_key_compare(kt_str(keys[i]), kt_str(keys[j])) < 0) != (i < j))
                fail_msg("'%s' and '%s'", keys[i], keys[j]);
}

static void keyorder__examples(void **state)
{
    static const char *const words[] = {"A", "B", "a", "a b", "a-b", "a.b", "a/b", "a_b", "a1", "a2", "a10", "ab",
                                        "\xc3\xa9", "\xe6\x97\xa5", NULL};
    static const char *const labels[] = {"APP", "Spec", "apiVersion", "app", "app-1", "app.kubernetes.io/name",
                                         "app_1", "app1", "kind", "metadata", "spec", NULL};
    static const char *const zeros[] = {"0", "00", "000", "1", "01", "001", "10", "100", "1000", "x0", "x00",
                                        "x1", "x10", "x100", "x1000", NULL};
    static const char *const versions[] = {"", "1.1", "1.9", "1.10", "v1", "v1.0", "v1alpha1", "v1alpha2",
                                           "v1alpha10", "v1beta1", NULL};
    /* 64 bits wrap around: 18446744073709551617 counts as 1, and is longer than 1. */
    static const char *const wrapping[] = {"1", "18446744073709551617", "2", "99999999999999999998",
                                           "99999999999999999999", NULL};
    static const char *const other[] = {" ", "!", "~", "\xc2\xa0", "\xf0\x9f\x98\x80", "1", "\xd9\xa3", "z", NULL};

    (void)state;
    check_order(words);
    check_order(labels);
    check_order(zeros);
    check_order(versions);
    check_order(wrapping);
    check_order(other);
}

static void check_cyclic(const char *const *keys, const char *const *want)
{
    size_t count = 0;

    for (; keys[count]; count++)
        set_key(count, keys[count]);
    assert_true(sort(count));
    for (size_t i = 0; i < count; i++)
        check_text(key_at(i), want[i]);
}

static void keyorder__cycles(void **state)
{
    static const char *const a[] = {"9", "10", "1a", NULL}, *const a_want[] = {"10", "1a", "9"};
    static const char *const b[] = {"v2", "v1beta1", "v10", NULL}, *const b_want[] = {"v10", "v1beta1", "v2"};
    static const char *const c[] = {"a1b", "a2-", "a10", NULL}, *const c_want[] = {"a10", "a1b", "a2-"};

    (void)state;
    check_cyclic(a, a_want);
    check_cyclic(b, b_want);
    check_cyclic(c, c_want);
}

/* ---- Random sets against N-4 to the letter -------------------------------------------------- */

static uint64_t seed = 1;

static unsigned random_below(unsigned limit)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % limit;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Distinct texts over the alphabet, in ascending bytes. */
static size_t random_texts(size_t count, const char *alphabet)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned length = random_below(6);
        for (unsigned j = 0; j < length; j++)
            texts[i][j] = alphabet[random_below((unsigned)strlen(alphabet))];
        texts[i][length] = '\0';
    }
    qsort(texts, count, sizeof texts[0], by_bytes);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(texts[i], texts[kept - 1]) != 0)
            memmove(texts[kept++], texts[i], sizeof texts[0]);
    return kept;
}

/* Both the definition and whether some pair contradicts it, on indices of texts. */
static bool define_order(size_t *index, size_t count)
{
    bool cyclic = false;

    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        while (at > 0 && kt_key_compare(kt_str(texts[i]), kt_str(texts[index[at - 1]])) < 0) {
            index[at] = index[at - 1];
            at--;
        }
        index[at] = i;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            cyclic = cyclic || kt_key_compare(kt_str(texts[index[j]]), kt_str(texts[index[i]])) < 0;
    return cyclic;
}

static void keyorder__random_sets(void **state)
{
    static const char *const alphabets[] = {"0129a-", "0123a.", "12:_b", "01 aZ", "abcAB-."};
    size_t index[300], cycles = 0;

    (void)state;
    for (size_t round = 0; round < 3000; round++) {
        size_t wanted = round % 50 == 0 ? 256 : 2 + random_below(12);
        size_t count = random_texts(wanted, alphabets[round % 5]);
        bool cyclic = define_order(index, count);
        for (size_t i = 0; i < count; i++)
            set_key(i, texts[(i * 7 + round) % count]); /* in place only if 7 and count share no factor */
        if (count % 7 == 0)
            for (size_t i = 0; i < count; i++)
                set_key(i, texts[count - 1 - i]);
        assert_int_equal(sort(count), cyclic);
        for (size_t i = 0; i < count; i++)
            check_text(key_at(i), texts[index[i]]);
        cycles += cyclic;
    }
    assert_true(cycles > 100);
}

/* ---- Large maps ----------------------------------------------------------------------------- */

static void keyorder__large_maps_without_conflicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < MAX_KEYS; i++) {
        snprintf(texts[i], sizeof texts[i], "item%lux", (unsigned long)((i * 7919) % MAX_KEYS));
        set_key(i, texts[i]);
    }
    /* A letter behind digits, and more digits there in others: conflicts and cycles. */
    assert_true(sort(MAX_KEYS));
    for (size_t i = 0; i < MAX_KEYS; i++)
        texts[i][strlen(texts[i]) - 1] = '-';
    assert_false(sort(MAX_KEYS));
    for (size_t i = 0; i < MAX_KEYS; i++) {
        char want[16];
        snprintf(want, sizeof want, "item%lu-", (unsigned long)i);
        check_text(key_at(i), want);
    }
}

/* Digits and letters at random: a sort that is not quadratic, and the same from every start. */
static void keyorder__large_maps_with_cycles(void **state)
{
    static const kt_member *first[MAX_KEYS];

    (void)state;
    for (size_t i = 0; i < MAX_KEYS; i++) {
        snprintf(texts[i], sizeof texts[i], "%06x%06lx", random_below(1 << 24), (unsigned long)i);
        set_key(i, texts[i]);
    }
    assert_true(sort(MAX_KEYS));
    memcpy(first, order, sizeof first);
    for (size_t i = 0; i < MAX_KEYS / 2; i++) {
        kt_member swap = members[i];
        members[i] = members[MAX_KEYS - 1 - i];
        members[MAX_KEYS - 1 - i] = swap;
    }
    assert_true(sort(MAX_KEYS));
    for (size_t i = 0; i < MAX_KEYS; i++)
        assert_ptr_equal(order[i], &members[MAX_KEYS - 1 - (size_t)(first[i] - members)]);
}

static void unicode__categories(void **state)
{
    static const uint32_t letters[] = {'A', 'z', 0xaa, 0xe9, 0x3b1, 0x5d0, 0x65e5, 0xac00, 0x1d4b3, 0x323af};
    static const uint32_t digits[] = {'0', '9', 0x660, 0x96f, 0xff19, 0x1d7ff, 0x1fbf9};
    static const uint32_t others[] = {'@', '[', '`', '{', 0xb2, 0xd7, 0x301, 0x2160, 0x3007, 0x1f600, 0x323b0};

    (void)state;
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        assert_true(kt_unicode_is_letter(letters[i]) && !kt_unicode_is_digit(letters[i]));
    for (size_t i = 0; i < sizeof digits / sizeof digits[0]; i++)
        assert_true(kt_unicode_is_digit(digits[i]) && !kt_unicode_is_letter(digits[i]));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_true(!kt_unicode_is_digit(others[i]) && !kt_unicode_is_letter(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keyorder__examples),
        cmocka_unit_test(keyorder__cycles),
        cmocka_unit_test(keyorder__random_sets),
        cmocka_unit_test(keyorder__large_maps_without_conflicts),
        cmocka_unit_test(keyorder__large_maps_with_cycles),
        cmocka_unit_test(unicode__categories),
    };

    return cmocka_run_group_tests_name("yaml_keyorder", tests, NULL, NULL);
}
