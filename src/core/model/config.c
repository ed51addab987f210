/* Reading .kratree.yaml. */
#include "model/config.h"

#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "yaml/reader.h"

/* ---- Codes ---- */

bool kt_code_exists(kt_sv id)
{
    for (size_t i = 0; i < kt_code_count; i++)
        if (kt_sv_is(id, kt_code_get((kt_code)i)->id))
            return true;
    return false;
}

bool kt_code_may_change(kt_sv id)
{
    bool files = kt_sv_starts(id, KT_SV("KT-6")) && !kt_sv_is(id, "KT-661") && !kt_sv_is(id, "KT-663");

    return !files && !kt_sv_starts(id, KT_SV("KT-7"));
}

static kt_diag *report(kt_config *config, kt_code code, const kt_value *at, kt_sv field, const char *format, kt_sv what)
{
    kt_diag *diag = kt_diags_add(&config->diags, code, kt_value_pos(at, config->path), format, what);

    diag->field = field;
    return diag;
}

/* False: reported. An unknown code is a warning, since a later kratree may know it. */
static bool check_code(kt_config *config, const kt_value *at, kt_sv code, kt_sv field)
{
    if (!kt_code_exists(code)) {
        report(config, KT_CODE_UNKNOWN, at, field, "there is no code '%v'", code);
        return false;
    }
    if (kt_code_may_change(code))
        return true;
    report(config, KT_CONFIG_INVALID, at, field, "%v cannot be changed: it is about files, limits or this file", code);
    return false;
}

/* ---- Severities ---- */

static bool read_level(kt_level *out, const kt_value *value)
{
    static const char *const words[] = {"error", "warning", "note", "off"};

    for (size_t i = 0; i < 4; i++)
        if (kt_value_is_string(value, words[i])) {
            *out = (kt_level)i;
            return true;
        }
    *out = KT_LEVEL_OFF; /* YAML reads a plain off as false */
    return value->type == KT_TYPE_BOOL && !value->as.boolean;
}

static bool read_severity(kt_config *config, const kt_member *member)
{
    kt_sv code = kt_value_string(&member->key);
    kt_severity_rule rule = {code, KT_LEVEL_OFF, kt_value_pos(&member->key, config->path)}, *items;

    if (!read_level(&rule.level, &member->value)) {
        report(config, KT_CONFIG_INVALID, &member->value, KT_SV("severity"),
               "the severity of %v is error, warning, note or off", code);
        return true;
    }
    if (!check_code(config, &member->key, code, KT_SV("severity")))
        return true;
    items = kt_arena_reserve(&config->arena, config->severities, config->severity_count, &config->severity_capacity,
                             sizeof *items);
    if (!items)
        return false;
    config->severities = items;
    items[config->severity_count++] = rule;
    return true;
}

static bool read_severities(kt_config *config, const kt_value *map)
{
    if (map->type != KT_TYPE_MAP)
        report(config, KT_CONFIG_INVALID, map, KT_SV("severity"), "this is a map from codes to severities%v", KT_SV(""));
    for (size_t i = 0; map->type == KT_TYPE_MAP && i < map->length; i++)
        if (!read_severity(config, &map->as.members[i]))
            return false;
    return true;
}

/* ---- Ignores ---- */

static bool add_ignore(kt_config *config, const kt_value *code, const kt_ignore_rule *like)
{
    kt_ignore_rule *items;

    if (code->type != KT_TYPE_STRING) {
        report(config, KT_CONFIG_INVALID, code, KT_SV("ignore"), "a code is text such as KT-403%v", KT_SV(""));
        return true;
    }
    if (!check_code(config, code, kt_value_string(code), KT_SV("ignore")))
        return true;
    items = kt_arena_reserve(&config->arena, config->ignores, config->ignore_count, &config->ignore_capacity,
                             sizeof *items);
    if (!items)
        return false;
    config->ignores = items;
    items[config->ignore_count] = *like;
    items[config->ignore_count].code = kt_value_string(code);
    items[config->ignore_count++].pos = kt_value_pos(code, config->path);
    return true;
}

/* A string; `out` stays as it is where the member is absent. False: reported. */
static bool read_string(kt_config *config, const kt_value *entry, const char *name, kt_sv *out)
{
    const kt_value *value = kt_value_get(entry, name);

    if (!value)
        return true;
    if (value->type == KT_TYPE_STRING) {
        *out = kt_sv_trim(kt_value_string(value));
        return true;
    }
    report(config, KT_CONFIG_INVALID, value, KT_SV("ignore"), "%v is text", kt_str(name));
    return false;
}

static void check_members(kt_config *config, const kt_value *entry)
{
    static const char *const names[] = {"code", "path", "reason"};

    for (size_t i = 0; i < entry->length; i++) {
        kt_sv key = kt_value_string(&entry->as.members[i].key);
        bool known = false;
        for (size_t n = 0; n < 3; n++)
            known |= kt_sv_is(key, names[n]);
        if (!known)
            report(config, KT_CONFIG_INVALID, &entry->as.members[i].key, KT_SV("ignore"),
                   "unknown member '%v', there are code, path and reason", key);
    }
}

static bool read_ignore(kt_config *config, const kt_value *entry)
{
    const kt_value *code = kt_value_get(entry, "code");
    kt_ignore_rule rule = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {{NULL, 0}, 0, 0}};

    if (entry->type != KT_TYPE_MAP || !code) {
        report(config, KT_CONFIG_INVALID, entry, KT_SV("ignore"), "an entry needs code and reason%v", KT_SV(""));
        return true;
    }
    check_members(config, entry);
    if (!read_string(config, entry, "path", &rule.path) || !read_string(config, entry, "reason", &rule.reason))
        return true;
    if (rule.reason.len == 0) {
        report(config, KT_IGNORE_WITHOUT_REASON, entry, KT_SV("ignore"), "why is this ignored? The entry has no reason%v",
               KT_SV(""));
        return true;
    }
    if (code->type != KT_TYPE_LIST)
        return add_ignore(config, code, &rule);
    for (size_t i = 0; i < code->length; i++)
        if (!add_ignore(config, &code->as.items[i], &rule))
            return false;
    return true;
}

static bool read_ignores(kt_config *config, const kt_value *list)
{
    if (list->type != KT_TYPE_LIST)
        report(config, KT_CONFIG_INVALID, list, KT_SV("ignore"), "this is a list of entries with code, path and reason%v",
               KT_SV(""));
    for (size_t i = 0; list->type == KT_TYPE_LIST && i < list->length; i++)
        if (!read_ignore(config, &list->as.items[i]))
            return false;
    return true;
}

/* ---- Settings ---- */

/* Scalars as they would stand behind a flag. */
static bool scalar_text(kt_config *config, const kt_value *value, kt_sv *out)
{
    switch ((kt_type)value->type) {
    case KT_TYPE_STRING: *out = kt_value_string(value); return true;
    case KT_TYPE_BOOL: *out = value->as.boolean ? KT_SV("true") : KT_SV("false"); return true;
    case KT_TYPE_INT: *out = kt_arena_format(&config->arena, "%d", value->as.integer); return true;
    default: return false;
    }
}

static bool read_setting(kt_config *config, const kt_member *member)
{
    kt_setting setting = {kt_value_string(&member->key), {NULL, 0}, kt_value_pos(&member->key, config->path)}, *items;

    if (!scalar_text(config, &member->value, &setting.value)) {
        report(config, KT_CONFIG_INVALID, &member->value, setting.name, "%v is one value: text, a number, true or false",
               setting.name);
        return true;
    }
    items = kt_arena_reserve(&config->arena, config->settings, config->setting_count, &config->setting_capacity,
                             sizeof *items);
    if (!items)
        return false;
    config->settings = items;
    items[config->setting_count++] = setting;
    return true;
}

/* ---- The file ---- */

static bool read_member(kt_config *config, const kt_member *member)
{
    if (kt_value_is_string(&member->key, "severity"))
        return read_severities(config, &member->value);
    if (kt_value_is_string(&member->key, "ignore"))
        return read_ignores(config, &member->value);
    return read_setting(config, member);
}

static bool read_root(kt_config *config, const kt_documents *documents)
{
    const kt_value *root = documents->count > 0 ? &documents->items[0].root : NULL;

    if (root && (documents->count > 1 || root->type != KT_TYPE_MAP))
        report(config, KT_CONFIG_INVALID, documents->count > 1 ? &documents->items[1].root : root, KT_SV(""),
               "the configuration is one map%v", KT_SV(""));
    for (size_t i = 0; root && root->type == KT_TYPE_MAP && i < root->length; i++)
        if (!read_member(config, &root->as.members[i]))
            return false;
    return true;
}

kt_status kt_config_read(kt_config **out, const kt_source *source, const kt_allocator *allocator)
{
    static const kt_limits limits = {
        .file_bytes = 1 << 20, .total_bytes = 1 << 20, .depth = 100, .documents = 100, .values = 100000};
    kt_allocator used = allocator && allocator->resize ? *allocator : kt_allocator_default();
    kt_documents documents;
    kt_config *config;
    kt_status status;

    if (!out || !source)
        return KT_ERR_ARGUMENT;
    *out = NULL;
    config = used.resize(used.ctx, NULL, 0, sizeof *config);
    if (!config)
        return KT_ERR_NOMEM;
    memset(config, 0, sizeof *config);
    kt_arena_init(&config->arena, used);
    kt_diags_init(&config->diags, &config->arena);
    config->path = source->path;
    config->bytes = source->bytes;
    status = kt_yaml_read(&documents, &config->arena, &config->diags, source, &limits);
    if (status != KT_ERR_NOMEM && !documents.failed && !read_root(config, &documents))
        status = KT_ERR_NOMEM;
    if (status == KT_ERR_NOMEM || !kt_diags_sort(&config->diags) || config->arena.failed) {
        kt_config_free(config);
        return KT_ERR_NOMEM;
    }
    *out = config;
    return config->diags.error_count > 0 ? KT_ERR_INPUT : KT_OK;
}

void kt_config_free(kt_config *config)
{
    kt_allocator allocator;

    if (!config)
        return;
    allocator = config->arena.allocator;
    kt_arena_dispose(&config->arena);
    allocator.resize(allocator.ctx, config, sizeof *config, 0);
}

const kt_diag *kt_config_diags(const kt_config *config, size_t *count)
{
    *count = config->diags.count;
    return config->diags.items;
}

const kt_setting *kt_config_settings(const kt_config *config, size_t *count)
{
    *count = config->setting_count;
    return config->settings;
}
