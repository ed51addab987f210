/* The git adapter's rules that need no remote: addresses (T-15), names of branches, the JWT of a GitHub App. */
#define _POSIX_C_SOURCE 200809L
#include "push/git/address.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "push/git/github_app.h"
#include "push/git/process.h"
#include "test.h"

#include <openssl/pem.h>

typedef struct stage {
    kt_settings settings;
    kt_console console;
    kt_connection connection;
    kt_store store;
    kt_push push;
} stage;

static void set_up(stage *s, const char *method, const char *url)
{
    memset(s, 0, sizeof *s);
    kt_console_init(&s->console, "kratree");
    s->console.error.fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    s->connection.auth_method = kt_str(method);
    s->connection.url = kt_str(url);
    s->store.connection = &s->connection;
    s->push.settings = &s->settings;
    s->push.console = &s->console;
    s->push.store = &s->store;
    s->push.vault = kt_vault_new();
    s->push.pool = kt_pool_new();
}

static void tear_down(stage *s)
{
    close(s->console.error.fd);
    free(s->push.said);
    kt_vault_free(s->push.vault);
    kt_pool_free(s->push.pool);
}

/* ---- Addresses ---- */

static const struct {
    const char *method;
    const char *url;
    const char *git; /* what git is given; NULL: refused */
    kt_address_kind kind;
} addresses[] = {
    {"basicAuth", "https://h/r.git", "https://h/r.git", KT_ADDRESS_HTTPS},
    {"githubApp", "https://h:8443/o/r", "https://h:8443/o/r", KT_ADDRESS_HTTPS},
    {"basicAuth", "https://u:p%40ss@h/r.git", "https://h/r.git", KT_ADDRESS_HTTPS},
    {"basicAuth", "https://a@b:c@h/r.git", "https://h/r.git", KT_ADDRESS_HTTPS},
    {"basicAuth", "https://", NULL, KT_ADDRESS_HTTPS},
    {"basicAuth", "https://u:p@", NULL, KT_ADDRESS_HTTPS},
    {"basicAuth", "http://h/r.git", NULL, KT_ADDRESS_HTTPS},
    {"basicAuth", "git@h:o/r.git", NULL, KT_ADDRESS_HTTPS},
    {"basicAuth", "ext::sh -c x", NULL, KT_ADDRESS_HTTPS},
    {"basicAuth", "HTTPS://h/r", NULL, KT_ADDRESS_HTTPS},
    {"basicAuth", "https://h/r\nx", NULL, KT_ADDRESS_HTTPS},
    {"basicAuth", "", NULL, KT_ADDRESS_HTTPS},
    {"ssh", "git@h:o/r.git", "git@h:o/r.git", KT_ADDRESS_SSH},
    {"ssh", "ssh://git@h:22/o/r", "ssh://git@h:22/o/r", KT_ADDRESS_SSH},
    {"ssh", "ssh://h/o/r", NULL, KT_ADDRESS_SSH},
    {"ssh", "git@h@x", NULL, KT_ADDRESS_SSH},
    {"ssh", "a/b@h", NULL, KT_ADDRESS_SSH},
    {"ssh", "git@", NULL, KT_ADDRESS_SSH},
    {"ssh", "https://u@h/r", NULL, KT_ADDRESS_SSH},
    {"basicAuth", "/srv/r.git", "file:///srv/r.git", KT_ADDRESS_LOCAL},
    {"ssh", "file:///srv/r.git", "file:///srv/r.git", KT_ADDRESS_LOCAL},
};

static void test_address__is_read_as_kratix_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        kt_address address;
        stage s;
        bool fine;
        set_up(&s, addresses[i].method, addresses[i].url);
        fine = kt_address_read(&address, &s.push);
        if (fine != (addresses[i].git != NULL))
            fail_msg("'%s' is %s", addresses[i].url, fine ? "accepted" : "refused");
        if (fine) {
            check_text(address.url, addresses[i].git);
            assert_int_equal(address.kind, addresses[i].kind);
        }
        tear_down(&s);
    }
}

static void test_address__keeps_user_and_password_apart(void **state)
{
    char text[] = "fatal: p@ss0word and p%40ss0word";
    kt_address address;
    size_t length;
    stage s;

    (void)state;
    set_up(&s, "basicAuth", "https://me:p%40ss0word@h:1/r");
    assert_true(kt_address_read(&address, &s.push));
    check_text(address.user, "me");
    check_text(address.password, "p@ss0word");
    check_text(address.origin, "https://h:1");
    length = kt_vault_redact(s.push.vault, text, sizeof text - 1);
    check_text((kt_sv){text, length}, "fatal: *** and ***");
    tear_down(&s);
}

static void test_address__leads_to_githubs_api(void **state)
{
    kt_address address;
    bool ours;
    stage s;

    (void)state;
    set_up(&s, "githubApp", "https://github.com/o/r");
    assert_true(kt_address_read(&address, &s.push));
    check_text(kt_address_github_api(&address, s.push.pool, &ours), "https://api.github.com");
    assert_true(ours);
    tear_down(&s);
    set_up(&s, "githubApp", "https://git.example.com:8443/o/r");
    assert_true(kt_address_read(&address, &s.push));
    check_text(kt_address_github_api(&address, s.push.pool, &ours), "https://git.example.com:8443/api/v3");
    assert_false(ours);
    tear_down(&s);
}

static void test_branch__is_named_as_git_has_it(void **state)
{
    static const char *const good[] = {"main", "a/b", "release-1.2", "x-", "\xc3\xa4", "a@b", "a{b"};
    static const char *const bad[] = {"",    "-a",  "a..b", "a b",   "a~b", "a^b",    "a:b",  "a?b", "a*b", "a[b",
                                      "a\\b", "/a", "a/",   "a//b", "a.",  ".a/b",   "a/.b", "a.lock", "a.lock/b",
                                      "a@{b", "@",  "a\nb", "a\x7f"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!kt_branch_is_valid(kt_str(good[i])))
            fail_msg("'%s' is refused", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (kt_branch_is_valid(kt_str(bad[i])))
            fail_msg("'%s' is accepted", bad[i]);
}

/* ---- Children ---- */

static kt_process process_of(const char *const *arguments)
{
    return (kt_process){arguments, NULL, NULL, 0, 60, KT_OUTPUT_MAX, NULL, NULL};
}

static void test_process__is_fed_and_read(void **state)
{
    static const char *const arguments[] = {"cat", NULL};
    kt_process process = process_of(arguments);
    kt_sv pieces[1000];
    kt_answer answer;
    char *block = malloc(1000);

    (void)state;
    memset(block, 'x', 1000);
    for (size_t i = 0; i < 1000; i++)
        pieces[i] = (kt_sv){block, i % 3 ? 1000 : 0}; /* more than a pipe holds, some of it empty */
    process.input = pieces;
    process.input_count = 1000;
    assert_true(kt_process_run(&answer, &process));
    assert_int_equal(answer.out_size, 666000);
    assert_int_equal(answer.out[665999], 'x');
    kt_answer_dispose(&answer);
    free(block);
}

static void check_end(const char *script, kt_end end, int status, uint64_t seconds, size_t output_max)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};
    kt_process process = process_of(arguments);
    kt_answer answer;

    process.seconds = seconds;
    process.output_max = output_max;
    assert_int_equal(kt_process_run(&answer, &process), end == KT_END_EXIT && status == 0);
    assert_int_equal(answer.end, end);
    if (end == KT_END_EXIT)
        assert_int_equal(answer.status, status);
    kt_answer_dispose(&answer);
}

static void test_process__ends_in_every_way(void **state)
{
    static const char *const missing[] = {"kratree-no-such-program", NULL};
    kt_process process = process_of(missing);
    kt_answer answer;

    (void)state;
    check_end("exit 0", KT_END_EXIT, 0, 60, KT_OUTPUT_MAX);
    check_end("exit 3", KT_END_EXIT, 3, 60, KT_OUTPUT_MAX);
    check_end("kill -9 $$", KT_END_EXIT, 137, 60, KT_OUTPUT_MAX);
    check_end("sleep 60 & sleep 60", KT_END_TIME, 0, 1, KT_OUTPUT_MAX);
    check_end("exec >&- 2>&-; sleep 60", KT_END_TIME, 0, 1, KT_OUTPUT_MAX);
    check_end("yes", KT_END_LONG, 0, 60, 100000);
    assert_false(kt_process_run(&answer, &process));
    assert_int_equal(answer.end, KT_END_MISSING);
    kt_answer_dispose(&answer);
}

static void test_process__inherits_no_secrets(void **state)
{
    static const char *const arguments[] = {"env", NULL}, *const added[] = {"KRATREE_ADDED=1", NULL};
    kt_process process = process_of(arguments);
    kt_answer answer;

    (void)state;
    setenv("KRATREE_GIT_PASSWORD", "hunter2", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "hunter2", 1);
    setenv("GIT_DIR", "/elsewhere", 1);
    setenv("GIT_TRACE", "1", 1);
    setenv("KT_HARMLESS", "yes", 1);
    process.environment = added;
    assert_true(kt_process_run(&answer, &process));
    assert_null(strstr(answer.out, "hunter2"));
    assert_null(strstr(answer.out, "GIT_DIR="));
    assert_null(strstr(answer.out, "GIT_TRACE="));
    assert_non_null(strstr(answer.out, "KT_HARMLESS=yes\n"));
    assert_non_null(strstr(answer.out, "KRATREE_ADDED=1\n"));
    assert_non_null(strstr(answer.out, "LC_ALL=C\n"));
    kt_answer_dispose(&answer);
}

/* ---- The JWT ---- */

/* A key made for this test, in PEM; to be given to free(). */
static char *make_key(EVP_PKEY **out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text, *copy;
    long size;

    *out = EVP_RSA_gen(2048);
    assert_int_equal(PEM_write_bio_PrivateKey(bio, *out, NULL, NULL, 0, NULL, NULL), 1);
    size = BIO_get_mem_data(bio, &text);
    copy = calloc(1, (size_t)size + 1);
    memcpy(copy, text, (size_t)size);
    BIO_free(bio);
    return copy;
}

/* base64url without padding; the length of what is in `out`. */
static size_t decode(unsigned char *out, const char *text, size_t size)
{
    char padded[1024];
    size_t length = size;

    for (size_t i = 0; i < size; i++)
        padded[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
    while (length % 4 != 0)
        padded[length++] = '=';
    return (size_t)EVP_DecodeBlock(out, (unsigned char *)padded, (int)length) - (length - size);
}

static void test_jwt__is_signed_and_says_who_and_how_long(void **state)
{
    EVP_PKEY *key;
    char *pem = make_key(&key), *jwt, *claims, *signature;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char bytes[1024];
    const char *why;
    size_t size;

    (void)state;
    jwt = kt_github_jwt(kt_str("4711"), kt_str(pem), 1000000, &why);
    assert_non_null(jwt);
    claims = strchr(jwt, '.') + 1;
    signature = strchr(claims, '.') + 1;
    size = decode(bytes, jwt, (size_t)(claims - 1 - jwt));
    check_text((kt_sv){(char *)bytes, size}, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}");
    size = decode(bytes, claims, (size_t)(signature - 1 - claims));
    check_text((kt_sv){(char *)bytes, size}, "{\"iat\":999940,\"exp\":1000540,\"iss\":\"4711\"}");
    size = decode(bytes, signature, strlen(signature));
    assert_int_equal(size, 256);
    assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestVerify(context, bytes, size, (unsigned char *)jwt, (size_t)(signature - 1 - jwt)), 1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    free(jwt);
    free(pem);
}

static void test_jwt__wants_an_rsa_key(void **state)
{
    const char *why = NULL;

    (void)state;
    assert_null(kt_github_jwt(kt_str("4711"), kt_str("no key"), 1000000, &why));
    assert_non_null(why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address__is_read_as_kratix_does),
        cmocka_unit_test(test_address__keeps_user_and_password_apart),
        cmocka_unit_test(test_address__leads_to_githubs_api),
        cmocka_unit_test(test_branch__is_named_as_git_has_it),
        cmocka_unit_test(test_process__is_fed_and_read),
        cmocka_unit_test(test_process__ends_in_every_way),
        cmocka_unit_test(test_process__inherits_no_secrets),
        cmocka_unit_test(test_jwt__is_signed_and_says_who_and_how_long),
        cmocka_unit_test(test_jwt__wants_an_rsa_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
