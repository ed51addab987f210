/* Keys from the place where the program runs. */
#define _POSIX_C_SOURCE 200809L
#include "push/s3/iam.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REFRESH_BEFORE 300        /* seconds */
#define UNKNOWN_LIFETIME 600      /* of keys that do not say when they expire */
#define TOKEN_FILE_MAX 65536
#define ANSWER_MAX ((size_t)1 << 20)
#define CONTAINER_HOST "http://169.254.170.2"
#define METADATA_HOST "http://169.254.169.254"
#define ROLE_PATH "/latest/meta-data/iam/security-credentials/"

struct kt_iam {
    kt_vault *vault;
    kt_http *http;   /* for STS */
    kt_http *nearby; /* for what is beside us: through no proxy, and without patience */
    kt_pool *pool;
    kt_aws_keys keys; /* in the vault */
    int64_t expires;  /* 0: there are none */
    kt_sv why;        /* they could not be had */
};

/* ---- Small things ---- */

static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

static bool fail(kt_iam *iam, const char *what, kt_sv detail)
{
    const kt_sv texts[] = {kt_str(what), kt_str(detail.len > 0 ? ": " : ""), detail};

    iam->why = kt_pool_join(iam->pool, texts, 3);
    return false;
}

static bool read_digits(int64_t *out, kt_sv text, size_t at, size_t count)
{
    *out = 0;
    for (size_t i = at; i < at + count; i++) {
        if (i >= text.len || text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        *out = *out * 10 + (text.ptr[i] - '0');
    }
    return true;
}

int64_t kt_iam_time(kt_sv text)
{
    static const size_t places[6][2] = {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}};
    int64_t n[6], year, days;

    for (size_t i = 0; i < 6; i++)
        if (!read_digits(&n[i], text, places[i][0], places[i][1]))
            return -1;
    if (text.ptr[text.len - 1] != 'Z' || n[1] < 1 || n[1] > 12)
        return -1;
    year = n[1] > 2 ? n[0] : n[0] - 1; /* years that begin in March, so that the leap day ends one */
    days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * (n[1] + (n[1] > 2 ? -3 : 9)) + 2) / 5 + n[2] - 1
           - 719468;
    return ((days * 24 + n[3]) * 60 + n[4]) * 60 + n[5];
}

/* ---- One request, one answer ---- */

typedef struct ask {
    kt_http_request http; /* comes first */
    const char *url;
    kt_pair header;       /* empty name: none */
    kt_bytes body;
    long status;
    kt_bytes error;
} ask;

static bool prepare_ask(kt_http_request *http)
{
    ask *a = (ask *)http;

    kt_bytes_text(&http->url, a->url);
    if (a->header.name.len > 0) {
        kt_bytes_add(&http->headers, a->header.name);
        kt_bytes_text(&http->headers, ": ");
        kt_bytes_add(&http->headers, a->header.value);
        kt_bytes_add(&http->headers, (kt_sv){"", 1});
    }
    return true;
}

static bool end_ask(kt_http_request *http, const kt_http_answer *answer)
{
    ask *a = (ask *)http;

    a->status = answer->status;
    kt_bytes_add(&a->body, answer->body);
    kt_bytes_text(&a->error, answer->error);
    return true;
}

/* The answer's body is a->body, to be disposed of whatever is returned. `sent` ptr NULL: no body is sent. */
static bool send_ask(kt_http *http, ask *a, const char *method, kt_sv sent)
{
    a->http.method = method;
    a->http.parts = sent.ptr ? &sent : NULL;
    a->http.part_count = sent.ptr ? 1 : 0;
    a->http.most = ANSWER_MAX;
    a->http.prepare = prepare_ask;
    a->http.done = end_ask;
    kt_http_submit(http, &a->http);
    return kt_http_run(http, NULL, NULL) && !a->body.failed && a->status == 200;
}

static void dispose_ask(ask *a)
{
    kt_bytes_dispose(&a->http.url);
    kt_bytes_dispose(&a->http.headers);
    kt_bytes_dispose(&a->body);
    kt_bytes_dispose(&a->error);
}

static bool ask_failed(kt_iam *iam, const ask *a, const char *what)
{
    kt_s3_failure failure;
    kt_bytes status = KT_BYTES_INIT;
    bool known = kt_s3_failure_read(&failure, iam->pool, kt_bytes_view(&a->body)) && failure.code.len > 0;

    kt_bytes_text(&status, "HTTP status ");
    kt_bytes_number(&status, (uint64_t)a->status);
    fail(iam, what, a->status == 0 ? kt_bytes_view(&a->error) : known ? failure.code : kt_bytes_view(&status));
    kt_bytes_dispose(&status);
    return false;
}

/* ---- What an answer holds ---- */

static bool take_keys(kt_iam *iam, kt_sv access, kt_sv secret, kt_sv token, kt_sv expiration)
{
    int64_t expires = expiration.len > 0 ? kt_iam_time(expiration) : -1;

    iam->keys.access_key = kt_pool_copy(iam->pool, access);
    iam->keys.secret_key = kt_vault_keep(iam->vault, secret);
    iam->keys.session_token = kt_vault_keep(iam->vault, token);
    iam->expires = expires > 0 ? expires : (int64_t)time(NULL) + UNKNOWN_LIFETIME;
    return iam->keys.access_key.ptr && iam->keys.secret_key.ptr && iam->keys.session_token.ptr;
}

static kt_sv json_text(const cJSON *object, const char *name)
{
    return kt_str(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name)));
}

/* The form that containers and instances share. */
static bool take_json(kt_iam *iam, kt_sv bytes, const char *what)
{
    cJSON *json = cJSON_ParseWithLength(bytes.ptr, bytes.len);
    kt_sv access = json_text(json, "AccessKeyId"), secret = json_text(json, "SecretAccessKey");
    bool fine = access.len > 0 && secret.len > 0;

    if (fine)
        fine = take_keys(iam, access, secret, json_text(json, "Token"), json_text(json, "Expiration"));
    else
        fail(iam, what, kt_str("the answer holds no keys"));
    cJSON_Delete(json);
    return fine;
}

/* ---- Web identity ---- */

static bool read_file(kt_iam *iam, kt_sv *out, const char *path)
{
    char bytes[TOKEN_FILE_MAX];
    FILE *file = fopen(path, "rbe");
    size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;

    if (file)
        fclose(file);
    while (size > 0 && (bytes[size - 1] == '\n' || bytes[size - 1] == '\r' || bytes[size - 1] == ' '))
        size--;
    *out = kt_vault_keep(iam->vault, (kt_sv){bytes, size});
    kt_clear(bytes, sizeof bytes);
    return (size > 0 && out->ptr) || fail(iam, "cannot read the token file", kt_str(path));
}

static void add_sts(kt_bytes *out)
{
    const char *endpoint = variable("AWS_ENDPOINT_URL_STS"), *region = variable("AWS_REGION");

    if (!region)
        region = variable("AWS_DEFAULT_REGION");
    kt_bytes_text(out, endpoint ? endpoint : "https://sts.");
    if (!endpoint) {
        kt_bytes_text(out, region ? region : "");
        kt_bytes_text(out, region ? ".amazonaws.com" : "amazonaws.com");
        kt_bytes_text(out, region && strncmp(region, "cn-", 3) == 0 ? ".cn" : "");
    }
    kt_bytes_text(out, "/");
}

static void add_field(kt_bytes *out, const char *name, kt_sv value)
{
    kt_bytes_text(out, out->len > 0 ? "&" : "");
    kt_bytes_text(out, name);
    kt_bytes_text(out, "=");
    kt_bytes_uri(out, value, false);
}

static bool take_sts(kt_iam *iam, kt_sv bytes)
{
    kt_sv access, secret, token, expiration;

    if (kt_s3_text_read(&access, iam->pool, bytes, "AccessKeyId")
        && kt_s3_text_read(&secret, iam->pool, bytes, "SecretAccessKey")
        && kt_s3_text_read(&token, iam->pool, bytes, "SessionToken")) {
        if (!kt_s3_text_read(&expiration, iam->pool, bytes, "Expiration"))
            expiration = kt_str("");
        return take_keys(iam, access, secret, token, expiration);
    }
    return fail(iam, "STS gave no keys", kt_str("its answer holds none"));
}

static bool ask_sts(kt_iam *iam)
{
    const char *role = variable("AWS_ROLE_ARN"), *session = variable("AWS_ROLE_SESSION_NAME");
    kt_bytes url = KT_BYTES_INIT, form = KT_BYTES_INIT;
    ask a = {.header = {kt_str("content-type"), kt_str("application/x-www-form-urlencoded")}};
    kt_sv token;
    bool fine;

    if (!role)
        return fail(iam, "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not", kt_str(""));
    if (!read_file(iam, &token, variable("AWS_WEB_IDENTITY_TOKEN_FILE")))
        return false;
    add_sts(&url);
    add_field(&form, "Action", kt_str("AssumeRoleWithWebIdentity"));
    add_field(&form, "RoleArn", kt_str(role));
    add_field(&form, "RoleSessionName", kt_str(session ? session : "kratree"));
    add_field(&form, "Version", kt_str("2011-06-15"));
    add_field(&form, "WebIdentityToken", token);
    a.url = url.ptr;
    fine = !url.failed && !form.failed
           && (send_ask(iam->http, &a, "POST", kt_bytes_view(&form)) ? take_sts(iam, kt_bytes_view(&a.body))
                                                               : ask_failed(iam, &a, "STS gave no keys"));
    dispose_ask(&a);
    kt_bytes_dispose(&url);
    kt_bytes_dispose(&form);
    return fine;
}

/* ---- Containers ---- */

/* The token goes to nobody else: over plain HTTP only to this machine and to the addresses that are the agents'. */
static bool is_near(const char *url)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost", "[::1]", "169.254.170.2", "169.254.170.23",
                                        "[fd00:ec2::23]", NULL};
    size_t skip = strlen("http://");

    if (strncmp(url, "https://", skip + 1) == 0)
        return true;
    if (strncmp(url, "http://", skip) != 0)
        return false;
    for (const char *const *host = hosts; *host; host++) {
        size_t len = strlen(*host);
        if (strncmp(url + skip, *host, len) == 0 && strchr("/:", url[skip + len]))
            return true;
    }
    return false;
}

static bool ask_container(kt_iam *iam)
{
    const char *what = "the container's endpoint gave no keys", *full = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    const char *relative = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const char *token_file = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    kt_sv token = kt_str(variable("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
    kt_bytes url = KT_BYTES_INIT;
    ask a = {.url = NULL};
    bool fine;

    kt_bytes_text(&url, relative ? CONTAINER_HOST : full);
    kt_bytes_text(&url, relative ? relative : "");
    if (url.failed || !is_near(url.ptr)) {
        kt_bytes_dispose(&url);
        return fail(iam, "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither HTTPS nor on this machine", kt_str(""));
    }
    fine = token_file ? read_file(iam, &token, token_file) : (token.len == 0 || kt_vault_keep(iam->vault, token).ptr);
    if (token.len > 0)
        a.header = (kt_pair){kt_str("authorization"), token};
    a.url = url.ptr;
    fine = fine && (send_ask(iam->nearby, &a, "GET", kt_str(NULL)) ? take_json(iam, kt_bytes_view(&a.body), what)
                                                         : ask_failed(iam, &a, what));
    dispose_ask(&a);
    kt_bytes_dispose(&url);
    return fine;
}

/* ---- Instances ---- */

static void add_metadata_host(kt_bytes *out)
{
    const char *endpoint = variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    size_t len = endpoint ? strlen(endpoint) : 0;

    while (len > 0 && endpoint[len - 1] == '/')
        len--;
    kt_bytes_add(out, len > 0 ? (kt_sv){endpoint, len} : kt_str(METADATA_HOST));
}

/* GET, or PUT for a token, with one header; the first line of the answer is appended to `out`. */
static bool ask_metadata(kt_iam *iam, kt_bytes *out, const char *method, kt_sv path, kt_pair header)
{
    kt_bytes url = KT_BYTES_INIT;
    ask a = {.header = header};
    bool fine;

    add_metadata_host(&url);
    kt_bytes_add(&url, path);
    a.url = url.ptr;
    fine = !url.failed && send_ask(iam->nearby, &a, method, kt_str(strcmp(method, "PUT") == 0 ? "" : NULL));
    if (fine)
        kt_bytes_add(out, kt_bytes_view(&a.body));
    else
        ask_failed(iam, &a, "the instance's metadata gave no keys");
    dispose_ask(&a);
    kt_bytes_dispose(&url);
    return fine && !out->failed;
}

static bool ask_instance(kt_iam *iam)
{
    const kt_pair lifetime = {kt_str("x-aws-ec2-metadata-token-ttl-seconds"), kt_str("300")};
    kt_bytes token = KT_BYTES_INIT, path = KT_BYTES_INIT, keys = KT_BYTES_INIT;
    kt_pair header = {kt_str("x-aws-ec2-metadata-token"), {NULL, 0}};
    bool fine = ask_metadata(iam, &token, "PUT", kt_str("/latest/api/token"), lifetime);

    header.value = kt_vault_keep(iam->vault, kt_bytes_view(&token));
    kt_bytes_text(&path, ROLE_PATH);
    fine = fine && ask_metadata(iam, &path, "GET", kt_str(ROLE_PATH), header);
    for (size_t i = 0; i < path.len; i++) /* one role a line; there is one */
        if (path.ptr[i] == '\n')
            path.len = i;
    fine = fine && ask_metadata(iam, &keys, "GET", kt_bytes_view(&path), header)
           && take_json(iam, kt_bytes_view(&keys), "the instance's metadata gave no keys");
    kt_bytes_dispose(&token);
    kt_bytes_dispose(&path);
    kt_bytes_dispose(&keys);
    return fine;
}

/* ---- Choosing and keeping ---- */

static bool ask_whoever(kt_iam *iam)
{
    const char *disabled = variable("AWS_EC2_METADATA_DISABLED");

    if (variable("AWS_WEB_IDENTITY_TOKEN_FILE"))
        return ask_sts(iam);
    if (variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") || variable("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
        return ask_container(iam);
    if (disabled && strcmp(disabled, "true") == 0)
        return fail(iam, "there is no web identity and no container endpoint, and AWS_EC2_METADATA_DISABLED is true",
                    kt_str(""));
    return ask_instance(iam);
}

static bool get(void *ctx, kt_aws_keys *out, bool fresh, kt_sv *why)
{
    kt_iam *iam = ctx;

    if (fresh || (int64_t)time(NULL) + REFRESH_BEFORE >= iam->expires) {
        bool some = iam->expires > (int64_t)time(NULL) && !fresh;
        /* What is still good is used until it is not. */
        if (!ask_whoever(iam) && !some) {
            iam->expires = 0;
            *why = iam->why;
            return false;
        }
    }
    *out = iam->keys;
    return true;
}

kt_aws_source kt_iam_source(kt_iam *iam)
{
    return (kt_aws_source){get, iam};
}

kt_iam *kt_iam_new(kt_vault *vault, const kt_http_options *http)
{
    kt_iam *iam = calloc(1, sizeof *iam);
    kt_http_options options = *http;

    if (!iam)
        return NULL;
    options.connections = 1;
    iam->vault = vault;
    iam->pool = kt_pool_new();
    iam->http = kt_http_new(&options);
    options.attempts = 3;
    options.connect_seconds = 2;
    options.direct = true;
    iam->nearby = kt_http_new(&options);
    if (iam->pool && iam->http && iam->nearby)
        return iam;
    kt_iam_free(iam);
    return NULL;
}

void kt_iam_free(kt_iam *iam)
{
    if (!iam)
        return;
    kt_http_free(iam->http);
    kt_http_free(iam->nearby);
    kt_pool_free(iam->pool);
    free(iam);
}
