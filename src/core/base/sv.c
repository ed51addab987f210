/* Borrowed text. */
#include "base/sv.h"

#include <string.h>

kt_sv kt_str(const char *text)
{
    kt_sv view = {text, text ? strlen(text) : 0};
    return view;
}

bool kt_sv_equal(kt_sv a, kt_sv b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool kt_sv_is(kt_sv a, const char *text)
{
    return kt_sv_equal(a, kt_str(text));
}

static unsigned char fold(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool kt_sv_equal_fold(kt_sv a, kt_sv b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (fold(a.ptr[i]) != fold(b.ptr[i]))
            return false;
    return true;
}

int kt_sv_compare(kt_sv a, kt_sv b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool kt_sv_starts(kt_sv text, kt_sv prefix)
{
    return text.len >= prefix.len && kt_sv_equal(kt_sv_slice(text, 0, prefix.len), prefix);
}

bool kt_sv_ends(kt_sv text, kt_sv suffix)
{
    return text.len >= suffix.len
           && kt_sv_equal(kt_sv_slice(text, text.len - suffix.len, text.len), suffix);
}

size_t kt_sv_find(kt_sv text, char byte)
{
    const char *at = text.len ? memchr(text.ptr, byte, text.len) : NULL;
    return at ? (size_t)(at - text.ptr) : text.len;
}

size_t kt_sv_rfind(kt_sv text, char byte)
{
    for (size_t i = text.len; i > 0; i--)
        if (text.ptr[i - 1] == byte)
            return i - 1;
    return text.len;
}

bool kt_sv_contains(kt_sv text, kt_sv needle)
{
    if (needle.len == 0)
        return true;
    while (text.len >= needle.len) {
        size_t at = kt_sv_find(kt_sv_slice(text, 0, text.len - needle.len + 1), needle.ptr[0]);
        text = kt_sv_slice(text, at, text.len);
        if (kt_sv_starts(text, needle))
            return true;
        text = kt_sv_slice(text, 1, text.len);
    }
    return false;
}

kt_sv kt_sv_slice(kt_sv text, size_t from, size_t to)
{
    kt_sv slice = {text.ptr, 0};

    if (to > text.len)
        to = text.len;
    if (from > to)
        from = to;
    if (from > 0)
        slice.ptr += from;
    slice.len = to - from;
    return slice;
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

kt_sv kt_sv_trim(kt_sv text)
{
    size_t from = 0, to = text.len;

    while (from < to && is_white(text.ptr[from]))
        from++;
    while (to > from && is_white(text.ptr[to - 1]))
        to--;
    return kt_sv_slice(text, from, to);
}

kt_sv kt_sv_decimal(char digits[KT_DECIMAL_SIZE], uint64_t number)
{
    size_t at = KT_DECIMAL_SIZE;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return (kt_sv){digits + at, KT_DECIMAL_SIZE - at};
}

/* Eight bytes as a number, the same on every machine; compilers know this for one load. */
static uint64_t word_at(const char *text)
{
    const unsigned char *b = (const unsigned char *)text;

    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 | (uint64_t)b[4] << 32
           | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

/* FNV-1a, over words as long as there are any, with a final mix, so that the low bits serve as an index. */
uint64_t kt_sv_hash(kt_sv text)
{
    return kt_sv_hash_seeded(text, 0);
}

uint64_t kt_sv_hash_seeded(kt_sv text, uint64_t seed)
{
    uint64_t hash = 0xcbf29ce484222325u ^ (seed * 0x9e3779b97f4a7c15u);
    size_t at = 0;

    for (; text.len - at >= 8; at += 8) {
        hash = (hash ^ word_at(text.ptr + at)) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    for (; at < text.len; at++)
        hash = (hash ^ (unsigned char)text.ptr[at]) * 0x100000001b3u;
    hash ^= hash >> 32;
    hash *= 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 29);
}
