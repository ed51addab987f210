/* Scalars: the typing of implicit.h, tags, and the way of numbers and keys through JSON. */
#include "yaml/resolve.h"

#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "yaml/implicit.h"
#include "yaml/number.h"

/* ---- Plain scalars --------------------------------------------------------------------------- */

static void set_string(kt_scalar *out, kt_sv text)
{
    out->kind = KT_SCALAR_STRING;
    out->text = text;
}

/* K-2; quotes do not count here, they were looked at before. */
void kt_scalar_resolve(kt_scalar *out, kt_sv text)
{
    static const kt_scalar_kind kinds[] = {
        [KT_IMPLICIT_STRING] = KT_SCALAR_STRING, [KT_IMPLICIT_NULL] = KT_SCALAR_NULL,
        [KT_IMPLICIT_BOOL] = KT_SCALAR_BOOL,     [KT_IMPLICIT_INT] = KT_SCALAR_INT,
        [KT_IMPLICIT_UINT] = KT_SCALAR_UINT,     [KT_IMPLICIT_FLOAT] = KT_SCALAR_FLOAT,
        [KT_IMPLICIT_TIMESTAMP] = KT_SCALAR_TIMESTAMP,
    };
    kt_implicit implicit = kt_implicit_resolve(text);

    set_string(out, text);
    out->kind = kinds[implicit.type];
    if (implicit.type == KT_IMPLICIT_BOOL)
        out->as.boolean = implicit.as.boolean;
    else if (implicit.type == KT_IMPLICIT_INT)
        out->as.integer = implicit.as.integer;
    else if (implicit.type == KT_IMPLICIT_UINT)
        out->as.natural = implicit.as.natural;
    else if (implicit.type == KT_IMPLICIT_FLOAT)
        out->as.number = implicit.as.number;
}

/* ---- Tags ------------------------------------------------------------------------------------ */

#define LONG_PREFIX "tag:yaml.org,2002:"

static const char *const kind_tags[] = {"!!null",  "!!bool", "!!int",       "!!int",
                                        "!!float", "!!str",  "!!timestamp", "!!binary"};

const char *kt_scalar_tag(kt_scalar_kind kind)
{
    return kind_tags[kind];
}

kt_sv kt_tag_short(kt_arena *arena, kt_sv tag)
{
    if (!kt_sv_starts(tag, KT_SV(LONG_PREFIX)))
        return tag;
    return kt_arena_format(arena, "!!%v", kt_sv_slice(tag, sizeof LONG_PREFIX - 1, tag.len));
}

/* JSON carries UTF-8: each byte that is part of none is one U+FFFD. */
static kt_tag_result resolve_binary(kt_scalar *out, kt_arena *arena, kt_sv text)
{
    char *bytes = kt_arena_alloc(arena, text.len), *clean;
    kt_sv raw;
    size_t length;

    if (!bytes)
        return KT_TAG_NOMEM;
    raw.ptr = bytes;
    raw.len = kt_base64_decode(bytes, text);
    if (raw.len == SIZE_MAX)
        return KT_TAG_BASE64;
    set_string(out, raw);
    if (kt_utf8_valid(raw))
        return KT_TAG_OK;
    clean = kt_arena_alloc(arena, raw.len * 3);
    if (!clean)
        return KT_TAG_NOMEM;
    length = 0;
    for (size_t at = 0; at < raw.len;) {
        size_t here = at;
        uint32_t point = kt_utf8_next(raw, &at);
        if (point == KT_UTF8_INVALID)
            at = here + 1;
        length += kt_utf8_put(clean + length, point == KT_UTF8_INVALID ? 0xFFFD : point);
    }
    out->kind = KT_SCALAR_BINARY;
    out->text.ptr = clean;
    out->text.len = length;
    return KT_TAG_OK;
}

kt_tag_result kt_scalar_resolve_tagged(kt_scalar *out, kt_arena *arena, kt_sv tag, kt_sv text)
{
    static const struct {
        const char *tag;
        kt_scalar_kind kind;
    } known[] = {{"bool", KT_SCALAR_BOOL}, {"int", KT_SCALAR_INT}, {"float", KT_SCALAR_FLOAT},
                 {"null", KT_SCALAR_NULL}, {"timestamp", KT_SCALAR_TIMESTAMP}};
    kt_sv name = kt_sv_slice(tag, sizeof LONG_PREFIX - 1, tag.len);

    set_string(out, text);
    if (!kt_sv_starts(tag, KT_SV(LONG_PREFIX)))
        return KT_TAG_OK;
    if (kt_sv_is(name, "binary"))
        return resolve_binary(out, arena, text);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!kt_sv_is(name, known[i].tag))
            continue;
        kt_scalar_resolve(out, text);
        if (out->kind == KT_SCALAR_TIMESTAMP && known[i].kind != KT_SCALAR_TIMESTAMP)
            out->kind = KT_SCALAR_STRING;
        if (out->kind == KT_SCALAR_INT && known[i].kind == KT_SCALAR_FLOAT) {
            out->kind = KT_SCALAR_FLOAT;
            out->as.number = (double)out->as.integer;
        }
        if (out->kind == KT_SCALAR_UINT && known[i].kind == KT_SCALAR_INT)
            return KT_TAG_OK;
        return out->kind == known[i].kind ? KT_TAG_OK : KT_TAG_MISMATCH;
    }
    return KT_TAG_OK;
}

/* ---- Numbers and keys ------------------------------------------------------------------------ */

/* Below this every integer is a double, so that no digit is padded. */
#define EXACT 9007199254740992.0

static bool is_padded_integer(int64_t *out, double number)
{
    kt_decimal decimal;
    uint64_t value = 0;

    kt_decimal_from_double(&decimal, number);
    if (decimal.point < decimal.count || decimal.point > 19)
        return false;
    for (int i = 0; i < decimal.point; i++) {
        unsigned digit = i < decimal.count ? (unsigned)(decimal.digits[i] - '0') : 0;
        if (value > ((uint64_t)INT64_MAX + 1 - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (value > (uint64_t)INT64_MAX + decimal.negative)
        return false;
    *out = decimal.negative ? (value == 0 ? 0 : -(int64_t)(value - 1) - 1) : (int64_t)value;
    return true;
}

void kt_value_set_number(kt_value *out, double number)
{
    int64_t integer;

    if (number > -EXACT && number < EXACT) {
        integer = (int64_t)number;
        if ((double)integer != number) {
            out->type = KT_TYPE_FLOAT;
            out->as.number = number;
            return;
        }
    } else if (!is_padded_integer(&integer, number)) {
        out->type = KT_TYPE_FLOAT;
        out->as.number = number;
        return;
    }
    out->type = KT_TYPE_INT;
    out->as.integer = integer;
}

/* Doubles from here on round to an infinite float. */
#define FLOAT_OVERFLOW 3.4028235677973366e38

static kt_sv float_key(double number, kt_arena *arena)
{
    char text[KT_NUMBER_TEXT];
    kt_sv view = {text, 0};

    if (number != number)
        return KT_SV(".nan");
    if (number >= FLOAT_OVERFLOW)
        return KT_SV(".inf");
    if (number <= -FLOAT_OVERFLOW)
        return KT_SV("-.inf");
    view.len = kt_number_print_yaml_float(text, (float)number);
    return kt_arena_copy(arena, view);
}

kt_sv kt_scalar_key(const kt_scalar *scalar, kt_arena *arena)
{
    switch (scalar->kind) {
    case KT_SCALAR_BOOL:
        return scalar->as.boolean ? KT_SV("true") : KT_SV("false");
    case KT_SCALAR_INT:
        return kt_arena_format(arena, "%d", scalar->as.integer);
    case KT_SCALAR_FLOAT:
        return float_key(scalar->as.number, arena);
    default:
        return scalar->text;
    }
}

/* strconv.FormatFloat(v, 'g', -1, 32): as a key (K-4), but for what is no finite float32. */
kt_sv kt_scalar_number_text(const kt_scalar *scalar, kt_arena *arena)
{
    double number = scalar->as.number;

    if (scalar->kind == KT_SCALAR_UINT)
        return kt_arena_format(arena, "%u", scalar->as.natural);
    if (number != number)
        return KT_SV("NaN");
    if (number >= FLOAT_OVERFLOW || number <= -FLOAT_OVERFLOW)
        return number > 0 ? KT_SV("+Inf") : KT_SV("-Inf");
    return float_key(number, arena);
}
