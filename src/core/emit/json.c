/* The JSON writer. */
#include "emit/json.h"

#include <string.h>

#include "base/sv.h"
#include "base/utf8.h"

/* ---- Bytes ---- */

static void flush(kt_json *json)
{
    if (json->used > 0 && json->status == KT_OK && !json->write(json->ctx, json->buffer, json->used))
        json->status = KT_ERR_WRITE;
    json->used = 0;
}

static void put(kt_json *json, const char *bytes, size_t size)
{
    while (size > 0 && json->status == KT_OK) {
        size_t room = sizeof json->buffer - json->used, some = size < room ? size : room;
        memcpy(json->buffer + json->used, bytes, some);
        json->used += some;
        bytes += some;
        size -= some;
        if (json->used == sizeof json->buffer)
            flush(json);
    }
}

static void put_text(kt_json *json, const char *text)
{
    put(json, text, strlen(text));
}

/* ---- Strings ---- */

static void put_unicode_escape(kt_json *json, uint32_t c)
{
    char escape[6] = {'\\', 'u', 0, 0, 0, 0};

    for (int i = 0; i < 4; i++)
        escape[2 + i] = "0123456789abcdef"[(c >> (12 - 4 * i)) & 15];
    put(json, escape, sizeof escape);
}

/* The letter of a short escape, or 0. */
static char short_escape(uint32_t c)
{
    static const char letters[] = "btn.fr.."; /* of 8 to 15 */

    if (c == '"' || c == '\\')
        return (char)c;
    return c >= 8 && c < 16 && letters[c - 8] != '.' ? letters[c - 8] : 0;
}

/* DEL and C1 are allowed in JSON, but do not belong on a terminal. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static void put_code_point(kt_json *json, uint32_t c, kt_sv raw)
{
    char escape[2] = {'\\', short_escape(c)};

    if (c == KT_UTF8_INVALID)
        put_unicode_escape(json, 0xfffd);
    else if (escape[1])
        put(json, escape, 2);
    else if (is_control(c))
        put_unicode_escape(json, c);
    else
        put(json, raw.ptr, raw.len);
}

static bool is_plain(char byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static void put_escaped(kt_json *json, kt_sv text)
{
    size_t at = 0, plain;

    while (at < text.len) {
        for (plain = at; plain < text.len && is_plain(text.ptr[plain]);)
            plain++;
        put(json, text.ptr + at, plain - at);
        at = plain;
        if (at < text.len) {
            uint32_t c = kt_utf8_next(text, &at);
            put_code_point(json, c, kt_sv_slice(text, plain, at));
        }
    }
}

static void put_string(kt_json *json, kt_sv text)
{
    put(json, "\"", 1);
    put_escaped(json, text);
    put(json, "\"", 1);
}

/* ---- Structure ---- */

static void put_line(kt_json *json)
{
    put(json, "\n", 1);
    for (unsigned i = 0; i < json->depth; i++)
        put(json, "  ", 2);
}

/* What stands before a value: comma, new line, key. */
static void begin(kt_json *json, const kt_sv *key)
{
    if (json->depth > 0) {
        bool *filled = &json->filled[json->depth - 1];
        if (*filled)
            put(json, ",", 1);
        *filled = true;
        put_line(json);
    }
    if (key) {
        put_string(json, *key);
        put(json, ": ", 2);
    }
}

static void begin_named(kt_json *json, const char *key)
{
    kt_sv view = kt_str(key);

    begin(json, key ? &view : NULL);
}

static void open(kt_json *json, const char *key, const char *opener, char closer)
{
    begin_named(json, key);
    put_text(json, opener);
    if (json->depth == KT_JSON_DEPTH) {
        json->status = KT_ERR_ARGUMENT;
        return;
    }
    json->closers[json->depth] = closer;
    json->filled[json->depth] = false;
    json->depth++;
}

void kt_json_init(kt_json *json, kt_write_fn write, void *ctx)
{
    memset(json, 0, sizeof *json);
    json->write = write;
    json->ctx = ctx;
}

void kt_json_object(kt_json *json, const char *key)
{
    open(json, key, "{", '}');
}

void kt_json_array(kt_json *json, const char *key)
{
    open(json, key, "[", ']');
}

void kt_json_end(kt_json *json)
{
    if (json->depth == 0) {
        json->status = KT_ERR_ARGUMENT;
        return;
    }
    json->depth--;
    if (json->filled[json->depth])
        put_line(json);
    put(json, &json->closers[json->depth], 1);
}

void kt_json_sv(kt_json *json, const char *key, kt_sv text)
{
    begin_named(json, key);
    put_string(json, text);
}

void kt_json_str(kt_json *json, const char *key, const char *text)
{
    kt_json_sv(json, key, kt_str(text));
}

void kt_json_text(kt_json *json, const char *key)
{
    begin_named(json, key);
    put(json, "\"", 1);
}

bool kt_json_piece(void *json, const char *bytes, size_t size)
{
    put_escaped(json, (kt_sv){bytes, size});
    return ((const kt_json *)json)->status == KT_OK;
}

void kt_json_text_end(kt_json *json)
{
    put(json, "\"", 1);
}

void kt_json_member(kt_json *json, kt_sv key, kt_sv text)
{
    begin(json, &key);
    put_string(json, text);
}

void kt_json_u64(kt_json *json, const char *key, uint64_t number)
{
    char digits[KT_DECIMAL_SIZE];
    kt_sv text = kt_sv_decimal(digits, number);

    begin_named(json, key);
    put(json, text.ptr, text.len);
}

void kt_json_bool(kt_json *json, const char *key, bool value)
{
    begin_named(json, key);
    put_text(json, value ? "true" : "false");
}

void kt_json_null(kt_json *json, const char *key)
{
    begin_named(json, key);
    put_text(json, "null");
}

kt_status kt_json_finish(kt_json *json)
{
    put(json, "\n", 1);
    flush(json);
    if (json->status == KT_OK && json->depth > 0)
        json->status = KT_ERR_ARGUMENT;
    return json->status;
}
