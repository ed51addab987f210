/* base64 as Go's encoding/base64 reads it. */
#ifndef KT_BASE_BASE64_H
#define KT_BASE_BASE64_H

#include "kratree.h"

/* Decode strict, padded base64 in which line breaks may stand. `out` has room for as many bytes as `text`. Returns
 * the decoded length, or SIZE_MAX if it is none. */
size_t kt_base64_decode(char *out, kt_sv text);

#endif
