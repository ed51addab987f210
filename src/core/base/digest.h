/* Digests in lower-case hex, by libmd. */
#ifndef KT_BASE_DIGEST_H
#define KT_BASE_DIGEST_H

#include "kratree.h"

/* MD5 of the text: 32 digits and a NUL. */
void kt_md5_hex(char out[33], kt_sv text);
/* SHA-256 of the parts one after the other: 64 digits and a NUL. */
void kt_sha256_hex(char out[65], const kt_sv *parts, size_t count);

#endif
