/* Signatures: the examples of the S3 documentation, and requests of the AWS Signature Version 4 test suite. */
#include "push/s3/sigv4.h"

#include "test.h"

/* The test suite's account. */
#define SUITE_KEY "AKIDEXAMPLE"
#define SUITE_SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define SUITE_TIME "20150830T123600Z"
#define SUITE_HOST {"host", "example.amazonaws.com"}, {"x-amz-date", SUITE_TIME}
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* The account and the day of the S3 documentation. */
#define S3_KEY "AKIAIOSFODNN7EXAMPLE"
#define S3_SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define S3_TIME "20130524T000000Z"
#define S3_HOST {"host", "examplebucket.s3.amazonaws.com"}, {"x-amz-date", S3_TIME}

typedef struct pair {
    const char *name, *value;
} pair;

typedef struct example {
    const char *name;
    bool is_s3;
    const char *method;
    const char *path;
    pair query[4];
    pair headers[6];
    const char *body; /* NULL: none */
    const char *signature;
} example;

static const example examples[] = {
    {"get-vanilla", false, "GET", "/", {{0}}, {SUITE_HOST}, NULL,
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-query-order-key-case", false, "GET", "/", {{"Param2", "value2"}, {"Param1", "value1"}}, {SUITE_HOST},
     NULL, "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-unreserved", false, "GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", {{0}},
     {SUITE_HOST}, NULL, "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-utf8", false, "GET", "/\xe1\x88\xb4", {{0}}, {SUITE_HOST}, NULL,
     "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-header-value-trim", false, "GET", "/", {{0}},
     {SUITE_HOST, {"my-header1", " value1"}, {"my-header2", " \"a   b   c\""}}, NULL,
     "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"post-vanilla", false, "POST", "/", {{0}}, {SUITE_HOST}, NULL,
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-header-key-sort", false, "POST", "/", {{0}}, {{"x-amz-date", SUITE_TIME}, {"my-header1", "value1"},
     {"host", "example.amazonaws.com"}}, NULL, "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {"post-vanilla-query", false, "POST", "/", {{"Param1", "value1"}}, {SUITE_HOST}, NULL,
     "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
    {"post-x-www-form-urlencoded", false, "POST", "/", {{0}},
     {SUITE_HOST, {"content-type", "application/x-www-form-urlencoded"}}, "Param1=value1",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"GET object", true, "GET", "/test.txt", {{0}},
     {S3_HOST, {"range", "bytes=0-9"}, {"x-amz-content-sha256", EMPTY}}, NULL,
     "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
    {"PUT object", true, "PUT", "/test$file.text", {{0}},
     {S3_HOST, {"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
      {"x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"}},
     "Welcome to Amazon S3.", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
    {"GET bucket lifecycle", true, "GET", "/", {{"lifecycle", ""}}, {S3_HOST, {"x-amz-content-sha256", EMPTY}}, NULL,
     "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
    {"GET bucket, list objects", true, "GET", "/", {{"prefix", "J"}, {"max-keys", "2"}},
     {S3_HOST, {"x-amz-content-sha256", EMPTY}}, NULL,
     "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
};

static size_t take_pairs(kt_pair *out, const pair *pairs, size_t most)
{
    size_t count = 0;

    for (; count < most && pairs[count].name; count++)
        out[count] = (kt_pair){kt_str(pairs[count].name), kt_str(pairs[count].value)};
    return count;
}

static void check_example(const example *e)
{
    kt_sigv4_scope scope = {kt_str(e->is_s3 ? S3_KEY : SUITE_KEY), kt_str(e->is_s3 ? S3_SECRET : SUITE_SECRET),
                            kt_str("us-east-1"), kt_str(e->is_s3 ? "s3" : "service"),
                            kt_str(e->is_s3 ? S3_TIME : SUITE_TIME)};
    kt_bytes path = KT_BYTES_INIT, query = KT_BYTES_INIT, out = KT_BYTES_INIT;
    kt_pair pairs[4], headers[6];
    kt_sv body = kt_str(e->body);
    char payload[KT_SIGV4_HASH];
    kt_sigv4_request request;

    assert_true(kt_sigv4_hash(payload, &body, 1));
    kt_bytes_uri(&path, kt_str(e->path), true);
    kt_sigv4_query(&query, pairs, take_pairs(pairs, e->query, 4));
    request = (kt_sigv4_request){kt_str(e->method), kt_bytes_view(&path), kt_bytes_view(&query), headers,
                                 take_pairs(headers, e->headers, 6), kt_str(payload)};
    assert_true(kt_sigv4_sign(&out, &request, &scope));
    if (strcmp(strstr(out.ptr, "Signature=") + 10, e->signature) != 0)
        fail_msg("%s: %s, want %s", e->name, out.ptr, e->signature);
    kt_bytes_dispose(&path);
    kt_bytes_dispose(&query);
    kt_bytes_dispose(&out);
}

static void test_sigv4__published_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        check_example(&examples[i]);
}

static void test_sigv4__whole_header(void **state)
{
    const kt_sigv4_scope scope = {kt_str(SUITE_KEY), kt_str(SUITE_SECRET), kt_str("us-east-1"), kt_str("service"),
                                  kt_str(SUITE_TIME)};
    const kt_pair headers[] = {{kt_str("x-amz-date"), kt_str(SUITE_TIME)}, {kt_str("host"), kt_str("example.amazonaws.com")}};
    const kt_sigv4_request request = {kt_str("GET"), kt_str("/"), kt_str(""), headers, 2, kt_str(EMPTY)};
    kt_bytes out = KT_BYTES_INIT;

    (void)state;
    assert_true(kt_sigv4_sign(&out, &request, &scope));
    check_text(kt_bytes_view(&out),
               "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
               "SignedHeaders=host;x-amz-date, "
               "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    kt_bytes_dispose(&out);
}

static void test_sigv4__query_is_encoded_and_sorted(void **state)
{
    kt_pair pairs[] = {{kt_str("uploadId"), kt_str("a+b/c=")}, {kt_str("partNumber"), kt_str("2")}, {kt_str("b"), kt_str(" ~")}};
    kt_bytes out = KT_BYTES_INIT;

    (void)state;
    kt_sigv4_query(&out, pairs, 3);
    check_text(kt_bytes_view(&out), "b=%20~&partNumber=2&uploadId=a%2Bb%2Fc%3D");
    kt_bytes_dispose(&out);
}

static void test_sigv4__too_many_headers(void **state)
{
    static kt_pair headers[KT_SIGV4_HEADERS + 1];
    const kt_sigv4_scope scope = {kt_str("a"), kt_str("b"), kt_str("c"), kt_str("d"), kt_str(SUITE_TIME)};
    const kt_sigv4_request request = {kt_str("GET"), kt_str("/"), kt_str(""), headers, KT_SIGV4_HEADERS + 1, kt_str(EMPTY)};
    kt_bytes out = KT_BYTES_INIT;

    (void)state;
    assert_false(kt_sigv4_sign(&out, &request, &scope));
    assert_int_equal(out.len, 0);
}

static void test_sigv4__time(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } times[] = {{0, "19700101T000000Z"},          {951782399, "20000228T235959Z"},  {951782400, "20000229T000000Z"},
                 {1440938160, "20150830T123600Z"}, {1709251199, "20240229T235959Z"}, {4102444800, "21000101T000000Z"}};
    char text[17];

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        kt_sigv4_time(text, times[i].seconds);
        assert_string_equal(text, times[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sigv4__published_examples),
        cmocka_unit_test(test_sigv4__whole_header),
        cmocka_unit_test(test_sigv4__query_is_encoded_and_sorted),
        cmocka_unit_test(test_sigv4__too_many_headers),
        cmocka_unit_test(test_sigv4__time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
