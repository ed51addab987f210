/* Growing bytes. Memory that is given up is overwritten first: requests carry tokens. */
#include "push/s3/bytes.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define FIRST ((size_t)256)

static bool make_room(kt_bytes *bytes, size_t more)
{
    size_t wanted = bytes->capacity ? bytes->capacity : FIRST;
    char *grown;

    if (bytes->failed || more >= SIZE_MAX / 2 - bytes->len)
        return false;
    if (bytes->len + more < bytes->capacity)
        return true;
    while (wanted <= bytes->len + more)
        wanted *= 2;
    grown = malloc(wanted);
    if (!grown)
        return false;
    if (bytes->ptr) {
        memcpy(grown, bytes->ptr, bytes->len);
        OPENSSL_cleanse(bytes->ptr, bytes->capacity);
        free(bytes->ptr);
    }
    bytes->ptr = grown;
    bytes->capacity = wanted;
    return true;
}

void kt_bytes_add(kt_bytes *bytes, kt_sv text)
{
    if (!make_room(bytes, text.len)) {
        bytes->failed = true;
        return;
    }
    if (text.len > 0)
        memcpy(bytes->ptr + bytes->len, text.ptr, text.len);
    bytes->len += text.len;
    bytes->ptr[bytes->len] = '\0';
}

void kt_bytes_text(kt_bytes *bytes, const char *text)
{
    kt_bytes_add(bytes, kt_str(text));
}

void kt_bytes_number(kt_bytes *bytes, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    kt_bytes_add(bytes, (kt_sv){digits + at, sizeof digits - at});
}

void kt_bytes_hex(kt_bytes *bytes, const unsigned char *ptr, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        char two[2] = {digits[ptr[i] >> 4], digits[ptr[i] & 15]};
        kt_bytes_add(bytes, (kt_sv){two, 2});
    }
}

static bool is_plain(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
           || c == '_' || c == '~';
}

void kt_bytes_uri(kt_bytes *bytes, kt_sv text, bool slashes)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        char three[3] = {'%', digits[c >> 4], digits[c & 15]};
        bool plain = is_plain(text.ptr[i]) || (slashes && c == '/');
        kt_bytes_add(bytes, plain ? (kt_sv){text.ptr + i, 1} : (kt_sv){three, 3});
    }
}

kt_sv kt_bytes_view(const kt_bytes *bytes)
{
    return (kt_sv){bytes->ptr, bytes->len};
}

void kt_bytes_reset(kt_bytes *bytes)
{
    bytes->len = 0;
    bytes->failed = false;
    if (bytes->ptr)
        bytes->ptr[0] = '\0';
}

void kt_bytes_dispose(kt_bytes *bytes)
{
    if (bytes->ptr)
        OPENSSL_cleanse(bytes->ptr, bytes->capacity);
    free(bytes->ptr);
    *bytes = (kt_bytes)KT_BYTES_INIT;
}
