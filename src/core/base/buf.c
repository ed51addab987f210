/* A growing buffer and the small formatter of messages. */
#include "base/buf.h"

#include <string.h>

#include "base/sv.h"
#include "base/utf8.h"

/* The next kt_sv of a va_list. The ABI of the module passes a struct as its fields, also here, which clang's va_arg
 * does not know (wasm/README.md). */
#ifdef KT_STRUCTS_AS_FIELDS
#define NEXT_SV(args) (text.ptr = va_arg(args, const char *), text.len = va_arg(args, size_t), text)
#else
#define NEXT_SV(args) (text = va_arg(args, kt_sv))
#endif

#define FIRST_CAPACITY ((size_t)256)

void kt_buf_init(kt_buf *buf, kt_allocator allocator)
{
    memset(buf, 0, sizeof *buf);
    buf->allocator = allocator.resize ? allocator : kt_allocator_default();
    buf->max = SIZE_MAX;
}

void kt_buf_dispose(kt_buf *buf)
{
    if (buf->ptr)
        buf->allocator.resize(buf->allocator.ctx, buf->ptr, buf->capacity, 0);
    buf->ptr = NULL;
    buf->len = buf->capacity = 0;
}

void kt_buf_reset(kt_buf *buf)
{
    buf->len = 0;
    buf->status = KT_OK;
}

void kt_buf_trim(kt_buf *buf)
{
    char *moved;

    if (buf->len == 0 || buf->len == buf->capacity)
        return;
    moved = buf->allocator.resize(buf->allocator.ctx, buf->ptr, buf->capacity, buf->len);
    if (!moved)
        return; /* it stays as it was */
    buf->ptr = moved;
    buf->capacity = buf->len;
}

static bool grow(kt_buf *buf, size_t need)
{
    size_t wanted = buf->capacity ? buf->capacity : FIRST_CAPACITY;
    char *moved;

    while (wanted < need)
        wanted = wanted > SIZE_MAX / 2 ? need : wanted * 2;
    moved = buf->allocator.resize(buf->allocator.ctx, buf->ptr, buf->capacity, wanted);
    if (!moved) {
        buf->status = KT_ERR_NOMEM;
        return false;
    }
    buf->ptr = moved;
    buf->capacity = wanted;
    return true;
}

/* What is hardly ever needed: to grow, or to fail. */
static char *reserve_anew(kt_buf *buf, size_t more)
{
    if (buf->status != KT_OK)
        return NULL;
    if (more > buf->max || buf->len > buf->max - more) {
        buf->status = KT_ERR_LIMIT;
        return NULL;
    }
    if ((!buf->ptr || buf->len + more > buf->capacity) && !grow(buf, buf->len + more))
        return NULL;
    return buf->ptr + buf->len;
}

static inline char *reserve(kt_buf *buf, size_t more)
{
    bool fits = buf->ptr && buf->status == KT_OK && buf->capacity <= buf->max && more <= buf->capacity - buf->len;

    return fits ? buf->ptr + buf->len : reserve_anew(buf, more);
}

char *kt_buf_reserve(kt_buf *buf, size_t more)
{
    return reserve(buf, more);
}

void kt_buf_byte(kt_buf *buf, char byte)
{
    char *at = reserve(buf, 1);

    if (at) {
        *at = byte;
        buf->len++;
    }
}

void kt_buf_bytes(kt_buf *buf, const char *bytes, size_t size)
{
    char *at = reserve(buf, size);

    if (at && size > 0) {
        memcpy(at, bytes, size);
        buf->len += size;
    }
}

void kt_buf_sv(kt_buf *buf, kt_sv text)
{
    kt_buf_bytes(buf, text.ptr, text.len);
}

void kt_buf_str(kt_buf *buf, const char *text)
{
    kt_buf_bytes(buf, text, strlen(text));
}

void kt_buf_fill(kt_buf *buf, char byte, size_t count)
{
    char *at = reserve(buf, count);

    if (at && count > 0) {
        memset(at, byte, count);
        buf->len += count;
    }
}

void kt_buf_u64(kt_buf *buf, uint64_t number)
{
    char digits[KT_DECIMAL_SIZE];
    kt_sv text = kt_sv_decimal(digits, number);

    kt_buf_bytes(buf, text.ptr, text.len);
}

void kt_buf_i64(kt_buf *buf, int64_t number)
{
    if (number < 0) {
        kt_buf_byte(buf, '-');
        kt_buf_u64(buf, (uint64_t)0 - (uint64_t)number);
    } else {
        kt_buf_u64(buf, (uint64_t)number);
    }
}

static void hex(kt_buf *buf, uint32_t number, int digits)
{
    while (digits-- > 0)
        kt_buf_byte(buf, "0123456789abcdef"[(number >> (4 * digits)) & 15]);
}

/* The escape of a code point in Go's %q; 0 if it stands for itself. */
static char short_escape(uint32_t c)
{
    static const char names[] = "abtnvfr"; /* 7 … 13 */

    if (c >= 7 && c <= 13)
        return names[c - 7];
    return c == '"' || c == '\\' ? (char)c : 0;
}

static bool prints_raw(uint32_t c)
{
    return (c >= 0x20 && c < 0x7f) || (c >= 0xa1 && c != 0xad && c != 0x2028 && c != 0x2029 && c != 0xfeff);
}

static void quote_code_point(kt_buf *buf, uint32_t c, kt_sv raw)
{
    if (c == KT_UTF8_INVALID) {
        for (size_t i = 0; i < raw.len; i++) {
            kt_buf_str(buf, "\\x");
            hex(buf, (unsigned char)raw.ptr[i], 2);
        }
    } else if (short_escape(c)) {
        kt_buf_byte(buf, '\\');
        kt_buf_byte(buf, short_escape(c));
    } else if (prints_raw(c)) {
        kt_buf_sv(buf, raw);
    } else if (c < 0x80) {
        kt_buf_str(buf, "\\x");
        hex(buf, c, 2);
    } else {
        kt_buf_str(buf, c > 0xffff ? "\\U" : "\\u");
        hex(buf, c, c > 0xffff ? 8 : 4);
    }
}

void kt_buf_quoted(kt_buf *buf, kt_sv text)
{
    kt_buf_byte(buf, '"');
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        uint32_t c = kt_utf8_next(text, &at);
        quote_code_point(buf, c, kt_sv_slice(text, from, at));
    }
    kt_buf_byte(buf, '"');
}

void kt_buf_vformat(kt_buf *buf, const char *format, va_list args)
{
    kt_sv text;

    for (const char *at = format; *at; at++) {
        if (*at != '%') {
            kt_buf_byte(buf, *at);
            continue;
        }
        switch (*++at) {
        case 's': kt_buf_str(buf, va_arg(args, const char *)); break;
        case 'v': kt_buf_sv(buf, NEXT_SV(args)); break;
        case 'q': kt_buf_quoted(buf, NEXT_SV(args)); break;
        case 'u': kt_buf_u64(buf, va_arg(args, uint64_t)); break;
        case 'd': kt_buf_i64(buf, va_arg(args, int64_t)); break;
        case '%': kt_buf_byte(buf, '%'); break;
        default: return;
        }
    }
}

void kt_buf_format(kt_buf *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    kt_buf_vformat(buf, format, args);
    va_end(args);
}

kt_sv kt_buf_view(const kt_buf *buf)
{
    kt_sv view = {buf->ptr, buf->len};
    return view;
}

kt_sv kt_buf_text(const kt_buf *buf, kt_arena *arena)
{
    arena->failed |= buf->status != KT_OK;
    return kt_buf_view(buf);
}

kt_sv kt_buf_copy(const kt_buf *buf, kt_arena *arena)
{
    kt_sv none = {NULL, 0};

    if (buf->status != KT_OK) {
        arena->failed = true;
        return none;
    }
    return kt_arena_copy(arena, kt_buf_view(buf));
}

kt_sv kt_arena_format(kt_arena *arena, const char *format, ...)
{
    kt_buf buf;
    kt_sv text;
    va_list args;

    kt_buf_init(&buf, arena->allocator);
    va_start(args, format);
    kt_buf_vformat(&buf, format, args);
    va_end(args);
    text = kt_buf_copy(&buf, arena);
    kt_buf_dispose(&buf);
    return text;
}
