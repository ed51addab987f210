/* UTF-8 by the table of well-formed sequences (Unicode, table 3-7). */
#include "base/utf8.h"

/* Length of the sequence that `lead` begins and the range of its second byte; 0: no lead. */
static size_t sequence(unsigned char lead, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xbf;
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    if (lead < 0xe0)
        return 2;
    if (lead == 0xe0)
        *low = 0xa0;
    if (lead == 0xed)
        *high = 0x9f;
    if (lead == 0xf0)
        *low = 0x90;
    if (lead == 0xf4)
        *high = 0x8f;
    return lead < 0xf0 ? 3 : 4;
}

uint32_t kt_utf8_next(kt_sv text, size_t *at)
{
    static const unsigned char lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    unsigned char low, high, lead = bytes[(*at)++];
    size_t length = sequence(lead, &low, &high);
    uint32_t code_point = lead & lead_bits[length];

    if (length == 0)
        return KT_UTF8_INVALID;
    for (size_t i = 1; i < length; i++) {
        if (*at >= text.len || bytes[*at] < low || bytes[*at] > high)
            return KT_UTF8_INVALID;
        code_point = code_point << 6 | (bytes[(*at)++] & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    return code_point;
}

size_t kt_utf8_put(char out[4], uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

bool kt_utf8_valid(kt_sv text)
{
    for (size_t at = 0; at < text.len;)
        if (kt_utf8_next(text, &at) == KT_UTF8_INVALID)
            return false;
    return true;
}

size_t kt_utf8_count(kt_sv text)
{
    size_t count = 0;

    for (size_t at = 0; at < text.len; count++)
        kt_utf8_next(text, &at);
    return count;
}
