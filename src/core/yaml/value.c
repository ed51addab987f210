/* Looking things up in values. */
#include "yaml/value.h"

#include <string.h>

kt_sv kt_value_string(const kt_value *value)
{
    kt_sv text = {NULL, 0};

    if (value && value->type == KT_TYPE_STRING) {
        text.ptr = value->as.string;
        text.len = value->length;
    }
    return text;
}

bool kt_value_is_string(const kt_value *value, const char *text)
{
    return value && value->type == KT_TYPE_STRING && kt_sv_is(kt_value_string(value), text);
}

const char *kt_value_not_finite(const kt_value *value)
{
    static const char *const names[] = {NULL, "+Inf", "-Inf", "NaN"};

    return value->type == KT_TYPE_STRING && value->scratch & KT_VALUE_WAS_NUMBER ? names[value->scratch & 3u] : NULL;
}

const kt_member *kt_value_member(const kt_value *map, kt_sv key)
{
    if (!map || map->type != KT_TYPE_MAP)
        return NULL;
    for (uint32_t i = 0; i < map->length; i++) {
        const kt_member *member = &map->as.members[i];
        if (member->key.length == key.len
            && (key.len == 0 || memcmp(member->key.as.string, key.ptr, key.len) == 0))
            return member;
    }
    return NULL;
}

const kt_value *kt_value_get(const kt_value *map, const char *key)
{
    const kt_member *member = kt_value_member(map, kt_str(key));
    return member ? &member->value : NULL;
}

const char *kt_type_name(kt_type type)
{
    static const char *const names[] = {"null", "boolean", "integer", "number",
                                        "string", "array", "object"};
    return names[type];
}

kt_pos kt_value_pos(const kt_value *value, kt_sv file)
{
    kt_pos pos = {file, value ? value->line : 0, value ? value->column : 0};
    return pos;
}
