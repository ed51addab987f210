/* The four steps of the signature, in the order of the specification: canonical request, string to sign, signing
 * key, signature. */
#include "push/s3/sigv4.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "store/pool.h"

#define HASH_SIZE 32
#define DATE_SIZE 8

/* ---- Hashes ---- */

static bool hash(unsigned char out[HASH_SIZE], const kt_sv *parts, size_t count)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool fine = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;

    for (size_t i = 0; i < count && fine; i++)
        fine = parts[i].len == 0 || EVP_DigestUpdate(context, parts[i].ptr, parts[i].len) == 1;
    fine = fine && EVP_DigestFinal_ex(context, out, NULL) == 1;
    EVP_MD_CTX_free(context);
    return fine;
}

static void to_hex(char *out, const unsigned char *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
}

bool kt_sigv4_hash(char out[KT_SIGV4_HASH], const kt_sv *parts, size_t count)
{
    unsigned char bytes[HASH_SIZE];

    if (!hash(bytes, parts, count))
        return false;
    to_hex(out, bytes, sizeof bytes);
    return true;
}

static bool hmac(unsigned char out[HASH_SIZE], kt_sv key, kt_sv text)
{
    unsigned int size = 0;

    return key.len <= INT32_MAX
           && HMAC(EVP_sha256(), key.len > 0 ? key.ptr : "", (int)key.len, (const unsigned char *)text.ptr, text.len,
                   out, &size)
           && size == HASH_SIZE;
}

/* ---- Canonical forms ---- */

static int compare_pairs(const void *left, const void *right)
{
    const kt_pair *a = left, *b = right;
    int order = kt_path_order(a->name, b->name);

    return order != 0 ? order : kt_path_order(a->value, b->value);
}

static void sort_pairs(kt_pair *pairs, size_t count)
{
    if (count > 1)
        qsort(pairs, count, sizeof *pairs, compare_pairs);
}

/* What is encoded sorts as raw text does for the names that S3 and STS have: letters, digits, '-'. */
void kt_sigv4_query(kt_bytes *out, kt_pair *pairs, size_t count)
{
    sort_pairs(pairs, count);
    for (size_t i = 0; i < count; i++) {
        kt_bytes_text(out, i > 0 ? "&" : "");
        kt_bytes_uri(out, pairs[i].name, false);
        kt_bytes_text(out, "=");
        kt_bytes_uri(out, pairs[i].value, false);
    }
}

/* Without spaces at both ends, and with one for several in a row. */
static void add_trimmed(kt_bytes *out, kt_sv value)
{
    bool space = false, any = false;

    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == ' ' || value.ptr[i] == '\t') {
            space = any;
            continue;
        }
        kt_bytes_text(out, space ? " " : "");
        kt_bytes_add(out, (kt_sv){value.ptr + i, 1});
        space = false;
        any = true;
    }
}

static void add_names(kt_bytes *out, const kt_pair *headers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        kt_bytes_text(out, i > 0 ? ";" : "");
        kt_bytes_add(out, headers[i].name);
    }
}

static void add_canonical(kt_bytes *out, const kt_sigv4_request *request, const kt_pair *headers)
{
    kt_bytes_add(out, request->method);
    kt_bytes_text(out, "\n");
    kt_bytes_add(out, request->path);
    kt_bytes_text(out, "\n");
    kt_bytes_add(out, request->query);
    kt_bytes_text(out, "\n");
    for (size_t i = 0; i < request->header_count; i++) {
        kt_bytes_add(out, headers[i].name);
        kt_bytes_text(out, ":");
        add_trimmed(out, headers[i].value);
        kt_bytes_text(out, "\n");
    }
    kt_bytes_text(out, "\n");
    add_names(out, headers, request->header_count);
    kt_bytes_text(out, "\n");
    kt_bytes_add(out, request->payload);
}

/* "20150830/us-east-1/s3/aws4_request" */
static void add_scope(kt_bytes *out, const kt_sigv4_scope *scope)
{
    kt_bytes_add(out, (kt_sv){scope->time.ptr, DATE_SIZE});
    kt_bytes_text(out, "/");
    kt_bytes_add(out, scope->region);
    kt_bytes_text(out, "/");
    kt_bytes_add(out, scope->service);
    kt_bytes_text(out, "/aws4_request");
}

/* ---- Signing ---- */

/* The key that is good for a day, a region and a service. */
static bool derive_key(unsigned char out[HASH_SIZE], const kt_sigv4_scope *scope)
{
    const kt_sv steps[] = {scope->region, scope->service, kt_str("aws4_request")};
    kt_bytes first = KT_BYTES_INIT;
    bool fine;

    kt_bytes_text(&first, "AWS4");
    kt_bytes_add(&first, scope->secret_key);
    fine = !first.failed && hmac(out, kt_bytes_view(&first), (kt_sv){scope->time.ptr, DATE_SIZE});
    kt_bytes_dispose(&first);
    for (size_t i = 0; i < 3 && fine; i++) {
        unsigned char next[HASH_SIZE];
        fine = hmac(next, (kt_sv){(const char *)out, HASH_SIZE}, steps[i]);
        memcpy(out, next, sizeof next);
        OPENSSL_cleanse(next, sizeof next);
    }
    return fine;
}

static bool sign_text(char out[KT_SIGV4_HASH], kt_sv canonical, const kt_sigv4_scope *scope)
{
    unsigned char key[HASH_SIZE], signature[HASH_SIZE];
    char hashed[KT_SIGV4_HASH];
    kt_bytes text = KT_BYTES_INIT;
    bool fine = kt_sigv4_hash(hashed, &canonical, 1) && derive_key(key, scope);

    kt_bytes_text(&text, "AWS4-HMAC-SHA256\n");
    kt_bytes_add(&text, scope->time);
    kt_bytes_text(&text, "\n");
    add_scope(&text, scope);
    kt_bytes_text(&text, "\n");
    kt_bytes_text(&text, fine ? hashed : "");
    fine = fine && !text.failed && hmac(signature, (kt_sv){(const char *)key, HASH_SIZE}, kt_bytes_view(&text));
    if (fine)
        to_hex(out, signature, sizeof signature);
    OPENSSL_cleanse(key, sizeof key);
    kt_bytes_dispose(&text);
    return fine;
}

bool kt_sigv4_sign(kt_bytes *out, const kt_sigv4_request *request, const kt_sigv4_scope *scope)
{
    kt_pair headers[KT_SIGV4_HEADERS];
    char signature[KT_SIGV4_HASH];
    kt_bytes canonical = KT_BYTES_INIT;
    bool fine;

    if (request->header_count > KT_SIGV4_HEADERS || scope->time.len < DATE_SIZE)
        return false;
    memcpy(headers, request->headers, request->header_count * sizeof *headers);
    sort_pairs(headers, request->header_count);
    add_canonical(&canonical, request, headers);
    fine = !canonical.failed && sign_text(signature, kt_bytes_view(&canonical), scope);
    kt_bytes_dispose(&canonical);
    if (!fine)
        return false;
    kt_bytes_text(out, "AWS4-HMAC-SHA256 Credential=");
    kt_bytes_add(out, scope->access_key);
    kt_bytes_text(out, "/");
    add_scope(out, scope);
    kt_bytes_text(out, ", SignedHeaders=");
    add_names(out, headers, request->header_count);
    kt_bytes_text(out, ", Signature=");
    kt_bytes_text(out, signature);
    return !out->failed;
}

/* ---- Time ---- */

static void put_digits(char *out, int64_t number, size_t digits)
{
    while (digits > 0) {
        out[--digits] = (char)('0' + number % 10);
        number /= 10;
    }
}

/* The calendar by days since 0000-03-01, so that the leap day ends a year. */
void kt_sigv4_time(char out[17], int64_t seconds)
{
    int64_t of_day = seconds % 86400, days = seconds / 86400 + 719468;
    int64_t era = days / 146097, of_era = days % 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;

    memcpy(out, "YYYYMMDDTHHMMSSZ", 17);
    put_digits(out + 6, of_year - (153 * month + 2) / 5 + 1, 2);
    month += month < 10 ? 3 : -9;
    put_digits(out, year + era * 400 + (month <= 2), 4);
    put_digits(out + 4, month, 2);
    put_digits(out + 9, of_day / 3600, 2);
    put_digits(out + 11, of_day / 60 % 60, 2);
    put_digits(out + 13, of_day % 60, 2);
}
