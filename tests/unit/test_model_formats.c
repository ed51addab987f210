/* model: formats of strings, as the API server checks them. */
#include "test.h"

#include "model/formats.h"

/* Each was asked of k8s.io/apiextensions-apiserver v0.34.1. */
static const struct {
    const char *format, *text;
    bool fits;
} vectors[] = {
    {"date", "2024-02-29", true},
    {"date", "2025-02-03", true},
    {"date", "0000-01-01", true},
    {"date", "2025-13-01", false},
    {"date-time", "2025-02-03T10:00:00Z", true},
    {"date-time", "2025-02-03t10:00:00z", true},
    {"date-time", "2025-02-03T10:00:00+01:00", true},
    {"date-time", "2025-02-03T10:00:00,5Z", true},
    {"date-time", "2025-02-03T24:00:00Z", false},
    {"date-time", "2025-02-03T10:00:60Z", false},
    {"date-time", "2025-02-03", false},
    {"duration", "3 days", true},
    {"duration", "1h", true},
    {"duration", "1.5h", true},
    {"duration", "3d", true},
    {"duration", "5 weeks", true},
    {"duration", "1µs", true},
    {"duration", "2 minutes x", true},
    {"duration", "a 3s", true},
    {"duration", "123e4567-e89b-12d3-a456-426614174000", true},
    {"duration", "h", false},
    {"duration", "1x", false},
    {"duration", "99999999999999999999 days", false},
    {"email", "a@b", true},
    {"email", "a@b.c", true},
    {"email", "Name <a@b>", true},
    {"email", "<a@b>", true},
    {"email", "\"x y\"@b", true},
    {"email", "\"n\" <a@b>", true},
    {"email", "a@b (c)", true},
    {"email", "é@b", true},
    {"email", "@", false},
    {"email", "a@", false},
    {"email", "a b@c", false},
    {"email", "a..b@c", false},
    {"email", "x <>", false},
    {"email", "a@[1.2]", false},
    {"hostname", "a", true},
    {"hostname", "ab", true},
    {"hostname", "abc", true},
    {"hostname", "b1", true},
    {"hostname", "12", true},
    {"hostname", "é", true},
    {"hostname", "日本", true},
    {"hostname", "A", true},
    {"hostname", "1h", true},
    {"hostname", "a..com", false},
    {"hostname", ".a", false},
    {"hostname", "a.b.c1", false},
    {"hostname", "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh", false},
    {"hostname", "-a", false},
    {"ipv4", "10.0.0.1", true},
    {"ipv4", "1.2.3.04", true},
    {"ipv4", "01.2.3.4", true},
    {"ipv4", "::ffff:1.2.3.4", true},
    {"ipv4", "1.2.3", false},
    {"ipv4", "::", false},
    {"ipv6", "::1", true},
    {"ipv6", "::ffff:1.2.3.4", true},
    {"ipv6", "1:2:3:4:5:6:7:8", true},
    {"ipv6", "1:2:3:4:5:6:7::", true},
    {"ipv6", "::", true},
    {"ipv6", "00:00:5e:00:53:01:02:03", true},
    {"ipv6", "1::2::3", false},
    {"ipv6", "12345::", false},
    {"ipv6", "fe80::1%eth0", false},
    {"ipv6", "1.2.3.04", false},
    {"cidr", "10.0.0.1/8", true},
    {"cidr", "::/0", true},
    {"cidr", "10.0.0.1/33", false},
    {"cidr", "::1/129", false},
    {"cidr", "10.0.0.1", false},
    {"mac", "00:00:5e:00:53:01", true},
    {"mac", "00-00-5e-00-53-01", true},
    {"mac", "0000.5e00.5301", true},
    {"mac", "00:00:5e:00:53:01:02:03", true},
    {"mac", "00:00:5e:00:53", false},
    {"uri", "http://a", true},
    {"uri", "http://a/b?c#d", true},
    {"uri", "/a/b", true},
    {"uri", "a:b", true},
    {"uri", "http://[::1]:80/", true},
    {"uri", "http://a:80:90", true},
    {"uri", "//a", true},
    {"uri", "*", true},
    {"uri", "http://u:p@h", true},
    {"uri", "a b", false},
    {"uri", "http://[::1", false},
    {"uri", "http://a:b", false},
    {"uri", "http://%zz", false},
    {"uri", "1:a", false},
    {"uri", ":a", false},
    {"uri", "http://a b", false},
    {"uri", "", false},
    {"uuid", "123e4567-e89b-12d3-a456-426614174000", true},
    {"uuid", "123e4567e89b12d3a456426614174000", true},
    {"uuid", "123e4567-e89b-32d3-a456-426614174000", true},
    {"uuid", "123e4567-e89b-42d3-a456-426614174000", true},
    {"uuid", "123e4567-e89b-52d3-8456-426614174000", true},
    {"uuid", "a", false},
    {"uuid", "0123456789abcdef01234567", false},
    {"uuid3", "123e4567-e89b-32d3-a456-426614174000", true},
    {"uuid3", "123e4567-e89b-42d3-a456-426614174000", false},
    {"uuid4", "123e4567-e89b-42d3-a456-426614174000", true},
    {"uuid4", "123e4567-e89b-32d3-a456-426614174000", false},
    {"uuid5", "123e4567-e89b-52d3-8456-426614174000", true},
    {"uuid5", "123e4567-e89b-42d3-a456-426614174000", false},
    {"byte", "/a/b", true},
    {"byte", "123e4567e89b12d3a456426614174000", true},
    {"byte", "aGk=", true},
    {"byte", "aGkK", true},
    {"byte", "abcdefghijkl", true},
    {"byte", "0123456789abcdef01234567", true},
    {"byte", "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh", true},
    {"byte", "a", false},
    {"byte", "", false},
    {"bsonobjectid", "0123456789abcdef01234567", true},
    {"bsonobjectid", "abcdefghijkl", false},
    {"creditcard", "4111111111111111", true},
    {"creditcard", "4111 1111 1111 1111", true},
    {"creditcard", "378282246310005", true},
    {"creditcard", "4111111111111112", false},
    {"creditcard", "a", false},
    {"isbn", "0-306-40615-2", true},
    {"isbn", "0306406152", true},
    {"isbn", "080442957X", true},
    {"isbn", "978-0-306-40615-7", true},
    {"isbn", "123456789", false},
    {"isbn10", "0-306-40615-2", true},
    {"isbn10", "0306406152", true},
    {"isbn10", "080442957X", true},
    {"isbn10", "9780306406158", false},
    {"isbn13", "978-0-306-40615-7", true},
    {"isbn13", "0306406152", false},
    {"ssn", "123-45-6789", true},
    {"ssn", "123 45 6789", true},
    {"ssn", "123456789", false},
    {"hexcolor", "abc", true},
    {"hexcolor", "#fff", true},
    {"hexcolor", "ffffff", true},
    {"hexcolor", "#ffff", false},
    {"rgbcolor", "rgb(0,1,255)", true},
    {"rgbcolor", "rgb( 0 , 1 , 255 )", true},
    {"rgbcolor", "rgb(00,1,2)", false},
    {"k8s-short-name", "a", true},
    {"k8s-short-name", "ab", true},
    {"k8s-short-name", "abc", true},
    {"k8s-short-name", "b1", true},
    {"k8s-short-name", "12", true},
    {"k8s-short-name", "2024-02-29", true},
    {"k8s-short-name", "2025-02-29", true},
    {"k8s-short-name", "00-00-5e-00-53-01", true},
    {"k8s-short-name", "2025-02-03", true},
    {"k8s-short-name", "a.b", false},
    {"k8s-short-name", "A", false},
    {"k8s-short-name", "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh", false},
    {"k8s-long-name", "a", true},
    {"k8s-long-name", "ab", true},
    {"k8s-long-name", "abc", true},
    {"k8s-long-name", "b1", true},
    {"k8s-long-name", "12", true},
    {"k8s-long-name", "10.0.0.1", true},
    {"k8s-long-name", "2024-02-29", true},
    {"k8s-long-name", "2025-02-29", true},
    {"k8s-long-name", "1.2.3.04", true},
    {"k8s-long-name", "a.b-", false},
    {"k8s-long-name", "a..com", false},
};

typedef struct world {
    kt_arena arena;
    kt_limits limits;
    kt_patterns patterns;
} world;

static void open_world(world *w)
{
    memset(w, 0, sizeof *w);
    w->limits.pattern_steps = 100000;
    w->limits.pattern_depth = 100000;
    kt_arena_init(&w->arena, kt_allocator_default());
    kt_patterns_init(&w->patterns, &w->arena, &w->limits);
}

static void test_formats__are_those_of_kubernetes(void **state)
{
    world w;

    (void)state;
    open_world(&w);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        kt_format format = kt_format_find(kt_str(vectors[i].format));
        assert_int_not_equal(format, 0);
        if (kt_format_check(&w.patterns, format, kt_str(vectors[i].text)) != vectors[i].fits)
            fail_msg("%s '%s': Kubernetes says %d", vectors[i].format, vectors[i].text, vectors[i].fits);
    }
    kt_arena_dispose(&w.arena);
}

static void test_formats__are_found_by_name_without_hyphens(void **state)
{
    (void)state;
    assert_int_equal(kt_format_find(KT_SV("date-time")), kt_format_find(KT_SV("datetime")));
    assert_int_equal(kt_format_find(KT_SV("int32")), 0);
    assert_int_equal(kt_format_find(KT_SV("")), 0);
    assert_int_equal(kt_format_find(KT_SV("a-name-that-is-longer-than-any-of-the-formats-is")), 0);
}

/* Every text cut at every byte: nothing is read beyond its end (the sanitizers tell). */
static void test_formats__read_no_byte_behind_the_end(void **state)
{
    world w;

    (void)state;
    open_world(&w);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        size_t length = strlen(vectors[i].text);
        for (size_t end = 0; end < length; end++) {
            char *copy = malloc(end + 1);
            assert_non_null(copy);
            memcpy(copy + 1, vectors[i].text, end);
            kt_format_check(&w.patterns, kt_format_find(kt_str(vectors[i].format)), (kt_sv){copy + 1, end});
            free(copy);
        }
    }
    kt_arena_dispose(&w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats__are_those_of_kubernetes),
        cmocka_unit_test(test_formats__are_found_by_name_without_hyphens),
        cmocka_unit_test(test_formats__read_no_byte_behind_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
