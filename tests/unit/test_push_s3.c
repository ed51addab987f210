/* Answers of S3 and STS as they come, cut short, and hostile; ETags; slices; times of keys. */
#include "push/s3/etag.h"
#include "push/s3/iam.h"
#include "push/s3/transfer.h"
#include "push/s3/xml.h"

#include "test.h"

#define LISTING                                                                                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                                    \
    "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name><IsTruncated>true</IsTruncated>" \
    "<NextContinuationToken>1/x+y==</NextContinuationToken>"                                                          \
    "<Contents><Key>a%20b%2Bc+d%26%01</Key><LastModified>2026-11-28T15:04:05.000Z</LastModified>"                       \
    "<ETag>&#34;d41d8cd98f00b204e9800998ecf8427e&#34;</ETag><Size>0</Size><Owner><ID>x</ID></Owner></Contents>"       \
    "<Contents><Key>%E2%82%AC</Key><ETag>\"abc-2\"</ETag><Size>18446744073</Size></Contents>"                            \
    "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes><EncodingType>url</EncodingType></ListBucketResult>"

static kt_pool *pool;

static int set_up(void **state)
{
    (void)state;
    pool = kt_pool_new();
    return pool ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    kt_pool_free(pool);
    return 0;
}

static void test_xml__listing(void **state)
{
    kt_s3_page page = {.items = NULL};

    (void)state;
    assert_true(kt_s3_page_read(&page, pool, kt_str(LISTING)));
    assert_int_equal(page.count, 2);
    check_text(page.items[0].key, "a b+c d&\001");
    check_text(page.items[0].etag, "d41d8cd98f00b204e9800998ecf8427e");
    assert_int_equal(page.items[0].size, 0);
    check_text(page.items[1].key, "\xe2\x82\xac");
    assert_int_equal(page.items[1].size, 18446744073u);
    assert_true(page.truncated);
    check_text(page.token, "1/x+y==");
    free(page.items);
}

/* Without EncodingType keys are as they are. */
static void test_xml__keys_that_are_not_encoded(void **state)
{
    kt_s3_page page = {.items = NULL};

    (void)state;
    assert_true(kt_s3_page_read(&page, pool, kt_str("<ListBucketResult><Contents><Key>a%20+&lt;</Key><Size>1</Size>"
                                                    "</Contents></ListBucketResult>")));
    check_text(page.items[0].key, "a%20+<");
    assert_false(page.truncated);
    free(page.items);
}

static void test_xml__cut_anywhere(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof LISTING - 1; len++) {
        kt_s3_page page = {.items = NULL};
        assert_false(kt_s3_page_read(&page, pool, (kt_sv){LISTING, len}));
        free(page.items);
    }
}

static const char *const hostile[] = {
    "", "x", "<a/>", "<ListBucketResult><Contents></Contents></ListBucketResult>",
    "<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
    "<ListBucketResult><Contents><Key>a</Key><Size>99999999999999999999999</Size></Contents></ListBucketResult>",
    "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
    "<!DOCTYPE a [<!ENTITY b \"c\">]><ListBucketResult></ListBucketResult>",
    "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a/></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a>",
};

static void test_xml__hostile(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        kt_s3_page page = {.items = NULL};
        if (kt_s3_page_read(&page, pool, kt_str(hostile[i])))
            fail_msg("was read: %s", hostile[i]);
        free(page.items);
    }
}

static void test_xml__long_text(void **state)
{
    kt_bytes text = KT_BYTES_INIT;
    kt_sv out;

    (void)state;
    kt_bytes_text(&text, "<a>");
    for (size_t i = 0; i <= KT_XML_TEXT; i++)
        kt_bytes_text(&text, "x");
    kt_bytes_text(&text, "</a>");
    assert_false(kt_s3_text_read(&out, pool, kt_bytes_view(&text), "a"));
    kt_bytes_dispose(&text);
}

static void test_xml__failures(void **state)
{
    kt_s3_failure failure;

    (void)state;
    assert_true(kt_s3_failure_read(&failure, pool, kt_str("<Error><Code>AuthorizationHeaderMalformed</Code><Message>m"
                                                          "</Message><Region>eu-west-1</Region></Error>")));
    check_text(failure.code, "AuthorizationHeaderMalformed");
    check_text(failure.message, "m");
    check_text(failure.region, "eu-west-1");
    assert_true(kt_s3_failure_read(&failure, pool, kt_str("<DeleteResult><Error><Key>k</Key><Code>AccessDenied</Code>"
                                                          "</Error><Error><Key>l</Key></Error></DeleteResult>")));
    check_text(failure.key, "k");
    assert_true(kt_s3_failure_read(&failure, pool, kt_str("<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredTokenException"
                                                          "</Code></Error></ErrorResponse>")));
    check_text(failure.code, "ExpiredTokenException");
    assert_false(kt_s3_failure_read(&failure, pool, kt_str("<DeleteResult></DeleteResult>")));
    assert_false(kt_s3_failure_read(&failure, pool, kt_str("<html><p>Bad Gateway")));
}

static void test_xml__texts(void **state)
{
    kt_sv out;

    (void)state;
    assert_true(kt_s3_text_read(&out, pool, kt_str("<R><Bucket>b</Bucket><UploadId>u-1</UploadId></R>"), "UploadId"));
    check_text(out, "u-1");
    assert_false(kt_s3_text_read(&out, pool, kt_str("<R><Bucket>b</Bucket></R>"), "UploadId"));
}

/* ---- ETags and slices ---- */

static void test_etag__compare(void **state)
{
    const kt_sv parts[] = {kt_str("hello "), kt_str(""), kt_str("world")};
    kt_s3_object object = {kt_str("k"), kt_str("5eb63bbbe01eeed093cb22bb8f5acdc3"), 11};

    (void)state;
    assert_int_equal(kt_s3_etag_compare(&object, parts, 3, 11), KT_SAME_YES);
    object.etag = kt_str("00000000000000000000000000000000");
    assert_int_equal(kt_s3_etag_compare(&object, parts, 3, 11), KT_SAME_UNKNOWN);
    object.size = 12;
    assert_int_equal(kt_s3_etag_compare(&object, parts, 3, 11), KT_SAME_NO);
    assert_true(kt_s3_etag_is_plain(kt_str("5eb63bbbe01eeed093cb22bb8f5acdc3")));
    assert_false(kt_s3_etag_is_plain(kt_str("5eb63bbbe01eeed093cb22bb8f5acdc3-2")));
    assert_false(kt_s3_etag_is_plain(kt_str("")));
}

/* 65 MiB of zeros: parts of 16, 16, 16, 16 and 1 MiB. */
static void test_etag__of_parts(void **state)
{
    size_t size = (size_t)65 << 20;
    char *zeros = calloc(1, size), etag[48];
    kt_sv part = {zeros, size};

    (void)state;
    assert_non_null(zeros);
    assert_true(kt_s3_etag_of(etag, &part, 1, size));
    assert_string_equal(etag, "a68713ae40e211f58d2e1c5d5d6963e1-5");
    free(zeros);
}

static void test_slice__covers_everything_once(void **state)
{
    const kt_sv parts[] = {kt_str("ab"), kt_str(""), kt_str("cdef"), kt_str("g")};
    char all[8], whole[8];
    kt_sv slices[4];

    (void)state;
    for (size_t size = 1; size < 9; size++) {
        size_t used = 0;
        for (size_t offset = 0; offset < 7; offset += size) {
            size_t count = kt_s3_slice(slices, parts, 4, offset, size);
            for (size_t i = 0; i < count; used += slices[i++].len)
                memcpy(all + used, slices[i].ptr, slices[i].len);
        }
        assert_int_equal(used, 7);
        snprintf(whole, sizeof whole, "%.7s", all);
        assert_string_equal(whole, "abcdefg");
    }
}

static void test_part_size(void **state)
{
    (void)state;
    assert_int_equal(kt_s3_part_size(KT_S3_SINGLE_MAX), 0);
    assert_int_equal(kt_s3_part_size(KT_S3_SINGLE_MAX + 1), KT_S3_PART);
    assert_true((UINT64_MAX >> 20) / kt_s3_part_size(UINT64_MAX >> 20) < 10000);
}

static void test_iam__time(void **state)
{
    (void)state;
    assert_int_equal(kt_iam_time(kt_str("1970-01-01T00:00:00Z")), 0);
    assert_int_equal(kt_iam_time(kt_str("2015-08-30T12:36:00Z")), 1440938160);
    assert_int_equal(kt_iam_time(kt_str("2024-02-29T23:59:59.123Z")), 1709251199);
    assert_int_equal(kt_iam_time(kt_str("2024-13-29T23:59:59Z")), -1);
    assert_int_equal(kt_iam_time(kt_str("2024-02-29T23:59")), -1);
    assert_int_equal(kt_iam_time(kt_str("")), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_xml__listing),
        cmocka_unit_test(test_xml__keys_that_are_not_encoded),
        cmocka_unit_test(test_xml__cut_anywhere),
        cmocka_unit_test(test_xml__hostile),
        cmocka_unit_test(test_xml__long_text),
        cmocka_unit_test(test_xml__failures),
        cmocka_unit_test(test_xml__texts),
        cmocka_unit_test(test_etag__compare),
        cmocka_unit_test(test_etag__of_parts),
        cmocka_unit_test(test_slice__covers_everything_once),
        cmocka_unit_test(test_part_size),
        cmocka_unit_test(test_iam__time),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
