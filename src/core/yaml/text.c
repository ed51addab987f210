/* Decoding: byte order marks, UTF-16, invalid UTF-8 (K-8), and line ends as kubectl's line reader
 * leaves them (K-1).
 *
 * One pass over the bytes finds out what is in them; nearly always it is valid UTF-8 and gets copied. */
#include "yaml/text.h"

#include <string.h>

#include "base/sv.h"
#include "base/utf8.h"

#define REPLACEMENT 0xFFFDu
#define MARK 0xFEFFu

/* What a byte may be part of. */
enum { HIGH = 1, CONTROL = 2, RETURN = 4, LATIN = 8, LAST_PLANE = 16 };

static unsigned class_of(unsigned char byte)
{
    if (byte == '\r')
        return RETURN;
    if (byte < 0x20 && byte != '\t' && byte != '\n')
        return CONTROL;
    if (byte == 0x7f)
        return CONTROL;
    if (byte < 0x80)
        return 0;
    return HIGH | (byte == 0xc2 ? LATIN : 0u) | (byte == 0xef ? LAST_PLANE : 0u);
}

#define HIGH_BITS 0x8080808080808080u
#define ONES 0x0101010101010101u

/* Whether a byte of the word is 0x7f or above, or below 0x20. */
static bool is_suspicious(uint64_t word)
{
    uint64_t below = (word - 0x20u * ONES) & ~word & HIGH_BITS;
    return (((word + ONES) | word) & HIGH_BITS) != 0 || below != 0;
}

static unsigned classes_of(kt_sv text)
{
    unsigned classes = 0;
    size_t i = 0;

    while (i < text.len) {
        uint64_t word;
        if (text.len - i >= sizeof word) {
            memcpy(&word, text.ptr + i, sizeof word);
            if (!is_suspicious(word)) {
                i += sizeof word;
                continue;
            }
        }
        for (size_t end = i + sizeof word; i < end && i < text.len; i++)
            classes |= class_of((unsigned char)text.ptr[i]);
    }
    return classes;
}

kt_pos kt_text_pos(kt_sv file, kt_sv text, size_t from, uint32_t line, size_t at)
{
    kt_pos pos = {file, line, 1};
    size_t start = from;

    for (size_t i = from; i < at; i++) {
        if (text.ptr[i] == '\n') {
            pos.line++;
            start = i + 1;
        }
    }
    pos.column = (uint32_t)kt_utf8_count(kt_sv_slice(text, start, at)) + 1;
    return pos;
}

static bool is_forbidden(uint32_t point)
{
    if (point < 0x20)
        return point != '\t' && point != '\n' && point != '\r';
    return (point >= 0x7f && point < 0xa0 && point != 0x85) || point == 0xfffe || point == 0xffff;
}

size_t kt_text_find_control(kt_sv text, size_t from, size_t to)
{
    kt_sv part = kt_sv_slice(text, 0, to);

    for (size_t at = from; at < to;) {
        size_t here = at;
        if (is_forbidden(kt_utf8_next(part, &at)))
            return here;
    }
    return to;
}

/* ---- Decoding -------------------------------------------------------------------------------- */

typedef struct utf_decoder {
    char *bytes; /* room for the largest possible result */
    size_t length;
    size_t first_bad;  /* offset in the result, SIZE_MAX if none */
    const char *reason; /* yaml.v2's words for it */
} utf_decoder;

static void put(utf_decoder *decoder, uint32_t point)
{
    decoder->length += kt_utf8_put(decoder->bytes + decoder->length, point);
}

static void put_replacement(utf_decoder *decoder, const char *reason)
{
    if (decoder->first_bad == SIZE_MAX) {
        decoder->first_bad = decoder->length;
        decoder->reason = reason;
    }
    put(decoder, REPLACEMENT);
}

static const char *utf8_reason(kt_sv text, size_t at)
{
    unsigned char lead = (unsigned char)text.ptr[at];

    if (lead < 0xc0 || lead >= 0xf8)
        return "invalid leading UTF-8 octet";
    if (text.len - at < (lead < 0xe0 ? 2u : lead < 0xf0 ? 3u : 4u))
        return "incomplete UTF-8 octet sequence";
    return "invalid trailing UTF-8 octet";
}

static void decode_utf8(utf_decoder *decoder, kt_sv text)
{
    for (size_t at = 0; at < text.len;) {
        size_t here = at;
        uint32_t point = kt_utf8_next(text, &at);
        if (point == KT_UTF8_INVALID)
            put_replacement(decoder, utf8_reason(text, here));
        else
            put(decoder, point);
    }
}

static uint32_t unit_at(kt_sv text, size_t at, bool big)
{
    uint32_t first = (unsigned char)text.ptr[at], second = (unsigned char)text.ptr[at + 1];
    return big ? first << 8 | second : second << 8 | first;
}

static void decode_utf16(utf_decoder *decoder, kt_sv text, bool big)
{
    size_t at = 0;

    while (at + 2 <= text.len) {
        uint32_t unit = unit_at(text, at, big);
        uint32_t next = at + 4 <= text.len ? unit_at(text, at + 2, big) : 0;
        at += 2;
        if (unit < 0xd800 || unit > 0xdfff) {
            put(decoder, unit);
        } else if (unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
            put(decoder, 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff));
            at += 2;
        } else {
            put_replacement(decoder, unit < 0xdc00 ? "expected low surrogate area"
                                                   : "unexpected low surrogate area");
        }
    }
    if (at < text.len)
        put_replacement(decoder, "incomplete UTF-16 character");
}

/* A CR before an LF goes away, and the last line ends: what kubectl's line reader does. */
static void end_lines(kt_text *text, bool has_returns)
{
    size_t kept = 0;

    if (has_returns) {
        for (size_t i = 0; i < text->length; i++)
            if (text->bytes[i] != '\r' || i + 1 == text->length || text->bytes[i + 1] != '\n')
                text->bytes[kept++] = text->bytes[i];
        text->length = kept;
    }
    if (text->length > 0 && text->bytes[text->length - 1] != '\n')
        text->bytes[text->length++] = '\n';
}

typedef enum encoding { UTF8, UTF16_BIG, UTF16_LITTLE } encoding;

static encoding take_mark(kt_sv *text)
{
    encoding found = UTF8;
    size_t size = 0;

    if (kt_sv_starts(*text, KT_SV("\xef\xbb\xbf")))
        size = 3;
    else if (kt_sv_starts(*text, KT_SV("\xfe\xff")))
        found = UTF16_BIG, size = 2;
    else if (kt_sv_starts(*text, KT_SV("\xff\xfe")))
        found = UTF16_LITTLE, size = 2;
    *text = kt_sv_slice(*text, size, text->len);
    return found;
}

static kt_status report_invalid(kt_diags *diags, const kt_source *source, const kt_text *text,
                                const utf_decoder *decoder, kt_text_mode mode)
{
    kt_sv view = {text->bytes, decoder->length};
    kt_pos pos = kt_text_pos(source->path, view, 0, 1, decoder->first_bad);

    if (mode == KT_TEXT_YAML) {
        kt_diags_add(diags, KT_YAML_SYNTAX, pos, "%s", decoder->reason);
        return KT_ERR_INPUT;
    }
    kt_diags_add(diags, KT_YAML_ENCODING, pos, "%s, read as U+FFFD", decoder->reason);
    return KT_OK;
}

kt_status kt_text_read(kt_text *out, kt_arena *arena, kt_arena *scratch, kt_diags *diags, const kt_source *source,
                       kt_text_mode mode)
{
    kt_sv text = source->bytes;
    encoding found = take_mark(&text);
    unsigned classes = found == UTF8 ? classes_of(text) : HIGH | CONTROL | RETURN | LATIN | LAST_PLANE;
    bool copies = !(classes & HIGH) || (found == UTF8 && kt_utf8_valid(text));
    bool same = copies && !((classes & RETURN) && mode == KT_TEXT_KUBECTL);
    utf_decoder decoder = {NULL, 0, SIZE_MAX, NULL};
    kt_status status = KT_OK;

    memset(out, 0, sizeof *out);
    if (text.len > (SIZE_MAX - KT_TEXT_PADDING - 1) / 3)
        return KT_ERR_NOMEM;
    out->bytes = decoder.bytes = kt_arena_alloc(same ? scratch : arena, (copies ? text.len : text.len * 3) + KT_TEXT_PADDING + 1);
    if (!out->bytes)
        return KT_ERR_NOMEM;
    if (copies && text.len > 0)
        memcpy(decoder.bytes, text.ptr, decoder.length = text.len);
    else if (found == UTF8)
        decode_utf8(&decoder, text);
    else
        decode_utf16(&decoder, text, found == UTF16_BIG);
    out->length = decoder.length;
    out->ascii = !(classes & HIGH);
    out->control = (classes & (CONTROL | LATIN | LAST_PLANE)) != 0;
    out->marks = (classes & LAST_PLANE) != 0;
    if (decoder.first_bad != SIZE_MAX)
        status = report_invalid(diags, source, out, &decoder, mode);
    if (mode == KT_TEXT_KUBECTL)
        end_lines(out, (classes & RETURN) != 0);
    memset(out->bytes + out->length, 0, KT_TEXT_PADDING);
    out->lasting = same ? text : (kt_sv){out->bytes, out->length};
    return status;
}
