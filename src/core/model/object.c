/* Any object: recognising it, its metadata (I-4, I-13a), and diagnostics about it. */
#include "model/object.h"

#include <string.h>

#include "base/buf.h"
#include "base/sort.h"
#include "model/names.h"
#include "model/profile.h"
#include "model/schema.h"

/* ---- Recognising ---------------------------------------------------------------------------- */

bool kt_object_open(kt_object *out, const kt_value *root, kt_sv file)
{
    const kt_value *metadata = kt_value_get(root, "metadata"), *name = kt_value_get(metadata, "name");

    memset(out, 0, sizeof *out);
    out->root = root;
    out->file = file;
    out->api_version = kt_value_text(root, "apiVersion");
    out->kind = kt_value_text(root, "kind");
    out->name = kt_value_text(metadata, "name");
    out->namespace_ = kt_value_text(metadata, "namespace");
    out->from_cluster = kt_value_text(metadata, "uid").len > 0;
    out->pos = kt_value_pos(root, file);
    out->name_pos = name ? kt_value_pos(name, file) : out->pos;
    return out->api_version.len > 0 && out->kind.len > 0;
}

void kt_object_entitle(kt_run *run, kt_object *object)
{
    object->title = object->kind.len > 0 ? kt_arena_format(&run->arena, "%v/%v", object->kind, object->name)
                                         : object->name;
}

kt_sv kt_object_group(const kt_object *object)
{
    size_t slash = kt_sv_find(object->api_version, '/');

    return slash < object->api_version.len ? kt_sv_slice(object->api_version, 0, slash) : KT_SV("");
}

kt_sv kt_object_version(const kt_object *object)
{
    size_t slash = kt_sv_find(object->api_version, '/');

    return slash < object->api_version.len
               ? kt_sv_slice(object->api_version, slash + 1, object->api_version.len)
               : object->api_version;
}

/* ---- Diagnostics ---------------------------------------------------------------------------- */

static kt_diag *report(kt_run *run, kt_object *object, kt_code code, bool demote, const kt_value *at,
                       kt_sv field, const char *format, va_list args)
{
    kt_pos pos = at ? kt_value_pos(at, object->file) : object->pos;
    bool error = !demote && kt_code_get(code)->severity == KT_ERROR;
    kt_diag *diag;

    if (error && object->errors++ >= KT_OBJECT_ERRORS_MAX)
        return &run->diags.lost;
    diag = kt_diags_vadd(&run->diags, code, pos, format, args);
    diag->object = object->title;
    diag->field = field;
    if (demote)
        kt_diags_set_severity(&run->diags, diag, KT_WARNING);
    return diag;
}

kt_diag *kt_object_report(kt_run *run, kt_object *object, kt_code code, const kt_value *at, kt_sv field,
                          const char *format, ...)
{
    kt_diag *diag;
    va_list args;

    va_start(args, format);
    diag = report(run, object, code, false, at, field, format, args);
    va_end(args);
    return diag;
}

bool kt_object_refuse(kt_run *run, kt_object *object, unsigned refusing, kt_code code, const kt_value *at,
                      kt_sv field, const char *format, ...)
{
    kt_refusal refusal = kt_profile_refusal(run->options.profile, refusing);
    kt_diag *diag;
    va_list args;

    if (refusal == KT_ACCEPTED)
        return false;
    va_start(args, format);
    diag = report(run, object, code, refusal == KT_WARNED, at, field, format, args);
    va_end(args);
    if (refusal == KT_WARNED)
        diag->message = kt_arena_format(&run->arena, "Kratix %s refuses this: %v",
                                        kt_profile_set_name(refusing), diag->message);
    else
        object->refused = true;
    return refusal == KT_REFUSED;
}

/* ---- Metadata ------------------------------------------------------------------------------- */

static void check_name(kt_run *run, kt_object *object, const kt_value *metadata)
{
    const kt_value *name = kt_value_get(metadata, "name");
    kt_buf why;

    if (name && name->type != KT_TYPE_STRING && name->type != KT_TYPE_NULL)
        return; /* reported with its type */
    if (object->name.len == 0) {
        bool generated = kt_value_text(metadata, "generateName").len > 0;
        kt_object_refuse(run, object, KT_IN_ALL, KT_OBJECT_INVALID, name, KT_SV("metadata"),
                         generated ? "metadata.name is missing; a generated name is not known beforehand"
                                   : "metadata.name is missing");
        return;
    }
    kt_buf_init(&why, run->arena.allocator);
    if (!kt_name_is_dns1123_subdomain(object->name, &why))
        kt_object_refuse(run, object, KT_IN_ALL, KT_NAME_INVALID, name, KT_SV("metadata.name"),
                         "metadata.name: Invalid value: %q: %v", object->name, kt_buf_text(&why, &run->arena));
    kt_buf_dispose(&why);
}

/* The API server checks an annotation's key in lower case, and its value not at all. */
static kt_sv lower(kt_run *run, kt_sv text)
{
    char *copy = text.len > 0 ? kt_arena_alloc(&run->arena, text.len) : NULL;

    for (size_t i = 0; copy && i < text.len; i++)
        copy[i] = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? (char)(text.ptr[i] - 'A' + 'a') : text.ptr[i];
    return copy ? (kt_sv){copy, text.len} : text;
}

static void check_labels(kt_run *run, kt_object *object, const kt_value *map, const char *field, bool values)
{
    kt_sv path = kt_arena_format(&run->arena, "metadata.%s", field);
    kt_buf why;

    kt_buf_init(&why, run->arena.allocator);
    for (size_t i = 0; i < kt_value_count(map); i++) {
        const kt_member *member = &map->as.members[i];
        kt_sv key = kt_value_string(&member->key);
        if (member->value.type != KT_TYPE_STRING)
            continue;
        kt_buf_reset(&why);
        if (!kt_name_is_label_key(values ? key : lower(run, key), &why))
            kt_object_refuse(run, object, KT_IN_ALL, KT_LABEL_INVALID, &member->key, path,
                             "%v: Invalid value: %q: %v", path, key, kt_buf_text(&why, &run->arena));
        kt_buf_reset(&why);
        if (values && !kt_name_is_label_value(kt_value_string(&member->value), &why))
            kt_object_refuse(run, object, KT_IN_ALL, KT_LABEL_INVALID, &member->value, path,
                             "%v: Invalid value: %q: %v", path, kt_value_string(&member->value),
                             kt_buf_text(&why, &run->arena));
    }
    kt_buf_dispose(&why);
}

bool kt_object_check(kt_run *run, kt_object *object)
{
    const kt_value *metadata = kt_value_get(object->root, "metadata");
    const kt_value *labels = kt_value_get(metadata, "labels"), *notes = kt_value_get(metadata, "annotations");

    if (metadata && metadata->type != KT_TYPE_NULL)
        kt_schema_check(run, object, &kt_schema_metadata, metadata, "metadata");
    if (!metadata || metadata->type == KT_TYPE_NULL || metadata->type == KT_TYPE_MAP)
        check_name(run, object, metadata);
    if (labels && labels->type == KT_TYPE_MAP)
        check_labels(run, object, labels, "labels", true);
    if (notes && notes->type == KT_TYPE_MAP)
        check_labels(run, object, notes, "annotations", false);
    return !object->refused;
}

/* ---- Labels --------------------------------------------------------------------------------- */

static int compare_labels(const void *left, const void *right)
{
    const kt_label *a = left, *b = right;

    return kt_sv_compare(a->key, b->key);
}

bool kt_labels_of(kt_run *run, const kt_value *map, kt_sv file, const kt_label **out, size_t *count)
{
    size_t members = map && map->type == KT_TYPE_MAP ? map->length : 0;
    kt_label *labels;

    *out = NULL;
    *count = 0;
    if (members == 0)
        return true;
    labels = kt_arena_array(&run->arena, members, sizeof *labels);
    if (!labels)
        return false;
    for (size_t i = 0; i < members; i++) {
        const kt_member *member = &map->as.members[i];
        if (member->value.type == KT_TYPE_STRING)
            labels[(*count)++] = (kt_label){kt_value_string(&member->key), kt_value_string(&member->value),
                                            kt_value_pos(&member->key, file)};
    }
    *out = labels;
    return kt_sort(labels, *count, sizeof *labels, compare_labels, &run->arena);
}

static const kt_value *metadata_map(const kt_object *object, const char *field)
{
    return kt_value_get(kt_value_get(object->root, "metadata"), field);
}

bool kt_object_labels(kt_run *run, const kt_object *object, const kt_label **out, size_t *count)
{
    return kt_labels_of(run, metadata_map(object, "labels"), object->file, out, count);
}

kt_sv kt_object_label(const kt_object *object, const char *key)
{
    return kt_value_text(metadata_map(object, "labels"), key);
}

kt_sv kt_object_annotation(const kt_object *object, const char *key)
{
    return kt_value_text(metadata_map(object, "annotations"), key);
}

bool kt_object_flag(const kt_object *object, const char *key)
{
    return kt_sv_is(kt_object_label(object, key), "true");
}
