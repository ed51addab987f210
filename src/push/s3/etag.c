/* MD5s as S3 makes ETags of them. */
#include "push/s3/etag.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "push/s3/transfer.h"

#define MD5_SIZE 16

static bool md5_of(unsigned char out[MD5_SIZE], const kt_sv *parts, size_t count)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool fine = context && EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1;

    for (size_t i = 0; i < count && fine; i++)
        fine = parts[i].len == 0 || EVP_DigestUpdate(context, parts[i].ptr, parts[i].len) == 1;
    fine = fine && EVP_DigestFinal_ex(context, out, NULL) == 1;
    EVP_MD_CTX_free(context);
    return fine;
}

static bool put_hex(char out[48], const unsigned char digest[MD5_SIZE], uint64_t part_count)
{
    kt_bytes text = KT_BYTES_INIT;
    bool fine;

    kt_bytes_hex(&text, digest, MD5_SIZE);
    if (part_count > 0) {
        kt_bytes_text(&text, "-");
        kt_bytes_number(&text, part_count);
    }
    fine = !text.failed && text.len < 48;
    if (fine)
        memcpy(out, text.ptr, text.len + 1);
    kt_bytes_dispose(&text);
    return fine;
}

/* The MD5 of the MD5s of the parts. */
static bool in_parts(char out[48], const kt_sv *parts, size_t part_count, uint64_t size, uint64_t part_size)
{
    uint64_t count = (size + part_size - 1) / part_size;
    unsigned char *digests = malloc((size_t)count * MD5_SIZE), digest[MD5_SIZE];
    kt_sv *slices = calloc(part_count, sizeof *slices), all = {(const char *)digests, (size_t)count * MD5_SIZE};
    bool fine = digests && slices;

    for (uint64_t i = 0; i < count && fine; i++) {
        size_t some = kt_s3_slice(slices, parts, part_count, i * part_size, part_size);
        fine = md5_of(digests + i * MD5_SIZE, slices, some);
    }
    fine = fine && md5_of(digest, &all, 1) && put_hex(out, digest, count);
    free(digests);
    free(slices);
    return fine;
}

bool kt_s3_etag_of(char out[48], const kt_sv *parts, size_t part_count, uint64_t size)
{
    uint64_t part_size = kt_s3_part_size(size);
    unsigned char digest[MD5_SIZE];

    if (part_size > 0)
        return in_parts(out, parts, part_count, size, part_size);
    return md5_of(digest, parts, part_count) && put_hex(out, digest, 0);
}

bool kt_s3_etag_is_plain(kt_sv etag)
{
    for (size_t i = 0; i < etag.len; i++)
        if (!strchr("0123456789abcdefABCDEF", etag.ptr[i]) || etag.ptr[i] == '\0')
            return false;
    return etag.len == 2 * MD5_SIZE;
}

kt_same kt_s3_etag_compare(const kt_s3_object *object, const kt_sv *parts, size_t part_count, uint64_t size)
{
    char etag[48];

    if (object->size != size)
        return KT_SAME_NO;
    if (!kt_s3_etag_of(etag, parts, part_count, size))
        return KT_SAME_UNKNOWN;
    return kt_path_order(kt_str(etag), object->etag) == 0 ? KT_SAME_YES : KT_SAME_UNKNOWN;
}
