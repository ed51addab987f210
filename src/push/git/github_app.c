/* JWT by OpenSSL, one request by libcurl, its answer by cJSON. */
#define _POSIX_C_SOURCE 200809L
#include "push/git/github_app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "push/patience.h"

#define HEADER "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"
#define CLAIMS "{\"iat\":%lld,\"exp\":%lld,\"iss\":\"%.*s\"}"
#define CLOCK_SKEW 60  /* seconds that GitHub's clock may be behind */
#define GOOD_FOR 540   /* seconds; GitHub allows 600 */
#define ANSWER_MAX 65536

/* ---- The JWT ---- */

/* Without padding, with - and _; the room is (size + 2) / 3 * 4 + 1. */
static size_t base64url(char *out, const unsigned char *bytes, size_t size)
{
    int length = EVP_EncodeBlock((unsigned char *)out, bytes, (int)size);

    while (length > 0 && out[length - 1] == '=')
        length--;
    for (int i = 0; i < length; i++)
        out[i] = out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i];
    out[length] = '\0';
    return (size_t)length;
}

static EVP_PKEY *read_key(kt_sv text)
{
    BIO *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;

    BIO_free(bio);
    return key;
}

/* The signature of `text` behind it: ".…". */
static bool sign(char *text, size_t size, EVP_PKEY *key)
{
    unsigned char signature[1024];
    size_t length = sizeof signature, used = strlen(text);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    bool fine = digest && EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, key) == 1
                && EVP_DigestSign(digest, signature, &length, (const unsigned char *)text, used) == 1
                && used + (length + 2) / 3 * 4 + 2 <= size;

    EVP_MD_CTX_free(digest);
    if (fine) {
        text[used] = '.';
        base64url(text + used + 1, signature, length);
    }
    OPENSSL_cleanse(signature, sizeof signature);
    return fine;
}

char *kt_github_jwt(kt_sv app_id, kt_sv private_key, time_t now, const char **why)
{
    char claims[512], *text = calloc(1, 4096);
    EVP_PKEY *key = read_key(private_key);
    int length = snprintf(claims, sizeof claims, CLAIMS, (long long)now - CLOCK_SKEW, (long long)now + GOOD_FOR,
                          (int)app_id.len, app_id.ptr);
    bool fine = false;
    size_t used;

    *why = "invalid key: it is no private key in PEM";
    if (key && EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
        *why = "invalid key: it is no RSA key";
    else if (key && text && length > 0 && length < (int)sizeof claims) {
        used = base64url(text, (const unsigned char *)HEADER, sizeof HEADER - 1);
        text[used++] = '.';
        base64url(text + used, (const unsigned char *)claims, (size_t)length);
        fine = sign(text, 4096, key);
        *why = "it cannot be signed";
    }
    EVP_PKEY_free(key);
    if (fine)
        return text;
    free(text);
    return NULL;
}

/* ---- The request ---- */

typedef struct answer {
    char bytes[ANSWER_MAX];
    size_t size;
} answer;

static size_t take(char *bytes, size_t size, size_t count, void *ctx)
{
    answer *a = ctx;

    if (size * count >= sizeof a->bytes - a->size)
        return 0;
    memcpy(a->bytes + a->size, bytes, size * count);
    a->size += size * count;
    a->bytes[a->size] = '\0';
    return size * count;
}

/* libcurl asks while it waits; anything but 0 ends the request. */
static int look_for_signals(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)ctx, (void)a, (void)b, (void)c, (void)d;
    return kt_push_stopped();
}

static void prepare(CURL *curl, const kt_push *push, const char *url, struct curl_slist *headers, answer *a)
{
    const kt_settings *settings = push->settings;

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "kratree");
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT,
                     (long)(settings->timeout > 0 && settings->timeout < 3600 ? settings->timeout : KT_USUAL_TIMEOUT));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, a);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_for_signals);
    if (settings->ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca_file);
    if (settings->skip_tls_verify) {
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

static bool is_passing(long status)
{
    return status == 429 || status >= 500;
}

static kt_outcome refused(kt_push *push, long status, const cJSON *json)
{
    const char *said = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "message"));

    if (is_passing(status))
        return kt_push_again(push, KT_TROUBLE_UNREACHABLE, "failed to get GitHub installation token: status %ld", status);
    kt_push_say(push, KT_TROUBLE_DENIED, "check appID, installationID and privateKey, and that the App is installed there",
                "failed to get GitHub installation token: status %ld%s%s", status, said ? ": " : "", said ? said : "");
    return KT_OUTCOME_FAILED;
}

static kt_outcome read_answer(kt_sv *out, kt_push *push, long status, const answer *a)
{
    cJSON *json = cJSON_ParseWithLength(a->bytes, a->size);
    char *token = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "token"));
    kt_outcome outcome = KT_OUTCOME_DONE;

    if (status / 100 != 2 || !token) {
        outcome = refused(push, status, json);
    } else {
        *out = kt_vault_keep(push->vault, kt_str(token));
        OPENSSL_cleanse(token, strlen(token));
        if (!out->ptr)
            outcome = kt_push_no_memory(push);
    }
    cJSON_Delete(json);
    return outcome;
}

static kt_outcome request(kt_sv *out, kt_push *push, const char *url, struct curl_slist *headers)
{
    static answer a;
    CURL *curl = curl_easy_init();
    CURLcode code;
    kt_outcome outcome;
    long status = 0;

    if (!curl)
        return kt_push_no_memory(push);
    a.size = 0;
    prepare(curl, push, url, headers, &a);
    code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    if (code == CURLE_OK) {
        outcome = read_answer(out, push, status, &a);
    } else if (kt_push_stopped()) {
        kt_push_say(push, KT_TROUBLE_STOPPED, NULL, "stopped while waiting for a token");
        outcome = KT_OUTCOME_FAILED;
    } else if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) {
        kt_push_say(push, KT_TROUBLE_UNREACHABLE, "give the certificate to trust with --ca-file",
                    "failed to get GitHub installation token: %s", curl_easy_strerror(code));
        outcome = KT_OUTCOME_FAILED;
    } else {
        outcome = kt_push_again(push, KT_TROUBLE_UNREACHABLE, "failed to get GitHub installation token: %s",
                                curl_easy_strerror(code));
    }
    OPENSSL_cleanse(&a, sizeof a);
    return outcome;
}

static struct curl_slist *make_headers(const char *jwt)
{
    static const char *const fixed[] = {"Accept: application/vnd.github+json", "X-GitHub-Api-Version: 2022-11-28",
                                        "Expect:"};
    char authorization[4200];
    struct curl_slist *list = NULL, *longer;

    snprintf(authorization, sizeof authorization, "Authorization: Bearer %s", jwt);
    list = curl_slist_append(NULL, authorization);
    OPENSSL_cleanse(authorization, sizeof authorization);
    for (size_t i = 0; list && i < sizeof fixed / sizeof fixed[0]; i++) {
        longer = curl_slist_append(list, fixed[i]);
        list = longer ? longer : list;
    }
    return list;
}

static kt_sv api_of(kt_push *push, const kt_address *address)
{
    bool ours;
    kt_sv api = kt_address_github_api(address, push->pool, &ours);

    if (push->settings->github_api)
        return kt_str(push->settings->github_api);
    if (!ours)
        kt_push_say(push, KT_TROUBLE_ADDRESS_KIND, "fine for GitHub Enterprise, which Kratix itself does not know",
                    "Kratix asks https://api.github.com for the token, not %.*s", (int)api.len, api.ptr);
    return api;
}

kt_outcome kt_github_token(kt_sv *out, kt_push *push, const kt_address *address, kt_sv app_id, kt_sv installation_id,
                           kt_sv private_key)
{
    const char *why;
    char *jwt = kt_github_jwt(app_id, private_key, time(NULL), &why);
    kt_sv texts[] = {api_of(push, address), kt_str("/app/installations/"), installation_id, kt_str("/access_tokens")};
    kt_sv url = kt_pool_join(push->pool, texts, 4);
    struct curl_slist *headers, *item;
    kt_outcome outcome;

    if (!jwt) {
        kt_push_say(push, KT_TROUBLE_SECRET, "write the key that GitHub gave for the App",
                    "failed to generate GitHub App JWT: %s", why);
        return KT_OUTCOME_FAILED;
    }
    kt_vault_keep(push->vault, kt_str(jwt));
    headers = make_headers(jwt);
    outcome = headers && url.ptr ? request(out, push, url.ptr, headers) : kt_push_no_memory(push);
    for (item = headers; item; item = item->next)
        OPENSSL_cleanse(item->data, strlen(item->data));
    curl_slist_free_all(headers);
    OPENSSL_cleanse(jwt, strlen(jwt));
    free(jwt);
    return outcome;
}
