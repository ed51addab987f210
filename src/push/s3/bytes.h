/* Growing bytes for the texts of requests: append freely, look at `failed` once.
 *
 *     kt_bytes url = KT_BYTES_INIT;
 *     kt_bytes_text(&url, "https://");
 *     kt_bytes_uri(&url, key, true);
 *     if (url.failed) ...
 *     kt_bytes_dispose(&url);
 */
#ifndef KT_PUSH_S3_BYTES_H
#define KT_PUSH_S3_BYTES_H

#include "kratree.h"

typedef struct kt_bytes {
    char *ptr;       /* NUL-terminated when not NULL; the NUL is not counted */
    size_t len;
    size_t capacity;
    bool failed;     /* no memory; later bytes are dropped */
} kt_bytes;

#define KT_BYTES_INIT { NULL, 0, 0, false }

void kt_bytes_add(kt_bytes *bytes, kt_sv text);
void kt_bytes_text(kt_bytes *bytes, const char *text);
void kt_bytes_number(kt_bytes *bytes, uint64_t number);
/* Two lower-case digits a byte. */
void kt_bytes_hex(kt_bytes *bytes, const unsigned char *ptr, size_t len);
/* Percent-encoded as RFC 3986 has it: all but letters, digits and -._~, with `slashes` also '/'. */
void kt_bytes_uri(kt_bytes *bytes, kt_sv text, bool slashes);

/* Valid until the next change. */
kt_sv kt_bytes_view(const kt_bytes *bytes);

/* Empty, with the memory kept; also forgets a failure. */
void kt_bytes_reset(kt_bytes *bytes);
/* Overwrite and free; what is appended may have been a secret. Allowed twice. */
void kt_bytes_dispose(kt_bytes *bytes);

#endif
