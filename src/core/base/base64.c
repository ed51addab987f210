/* base64: four digits are three bytes. */
#include "base/base64.h"

static int digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

size_t kt_base64_decode(char *out, kt_sv text)
{
    uint32_t bits = 0;
    size_t count = 0, length = 0, padding = 0;

    for (size_t i = 0; i < text.len; i++) {
        int value = digit(text.ptr[i]);
        if (text.ptr[i] == '\n' || text.ptr[i] == '\r')
            continue;
        padding += text.ptr[i] == '=';
        if (value < 0 && text.ptr[i] != '=')
            return SIZE_MAX;
        if (padding > 0 && (value >= 0 || padding > 2 || count % 4 < 2))
            return SIZE_MAX;
        bits = bits << 6 | (uint32_t)(value < 0 ? 0 : value);
        if (++count % 4 == 0)
            for (size_t k = 0; k < 3 - padding; k++)
                out[length++] = (char)(bits >> (16 - 8 * k) & 0xff);
    }
    return count % 4 == 0 ? length : SIZE_MAX;
}
