/* UTF-8, one code point at a time. */
#ifndef KT_BASE_UTF8_H
#define KT_BASE_UTF8_H

#include "kratree.h"

#define KT_UTF8_INVALID 0xFFFFFFFFu

/* Decode the code point at text[*at] and advance *at behind it. Of an invalid sequence one maximal
 * part is skipped (K-8) and KT_UTF8_INVALID returned. *at must be < text.len. */
uint32_t kt_utf8_next(kt_sv text, size_t *at);
/* Encode; returns the number of bytes, 1 to 4. */
size_t kt_utf8_put(char out[4], uint32_t code_point);
bool kt_utf8_valid(kt_sv text);
/* Number of code points (an invalid part counts one). */
size_t kt_utf8_count(kt_sv text);

#endif
