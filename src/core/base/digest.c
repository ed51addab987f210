/* Digests, by libmd. */
#include "base/digest.h"

#include <md5.h>
#include <sha2.h>

static void put_hex(char *out, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < count; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

void kt_md5_hex(char out[33], kt_sv text)
{
    uint8_t digest[MD5_DIGEST_LENGTH];
    MD5_CTX ctx;

    MD5Init(&ctx);
    if (text.len > 0)
        MD5Update(&ctx, (const uint8_t *)text.ptr, text.len);
    MD5Final(digest, &ctx);
    put_hex(out, digest, sizeof digest);
}

void kt_sha256_hex(char out[65], const kt_sv *parts, size_t count)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA2_CTX ctx;

    SHA256Init(&ctx);
    for (size_t i = 0; i < count; i++)
        if (parts[i].len > 0)
            SHA256Update(&ctx, (const uint8_t *)parts[i].ptr, parts[i].len);
    SHA256Final(digest, &ctx);
    put_hex(out, digest, sizeof digest);
}
