/* From the text of a state file to its entries. */
#include "layout/state_file.h"

#include "base/diags.h"
#include "yaml/reader.h"

static const kt_limits generous = {UINT64_MAX, UINT64_MAX, 1000, 1000, 20000000, UINT64_MAX, 0, 0, 0};

static bool take_entries(kt_state_entries *out, kt_arena *arena, const kt_value *list)
{
    if (!list || list->type != KT_TYPE_LIST)
        return true;
    out->items = kt_arena_array(arena, list->length, sizeof *out->items);
    if (!out->items)
        return false;
    out->readable = true;
    for (uint32_t i = 0; i < list->length; i++) {
        out->readable &= list->as.items[i].type == KT_TYPE_STRING;
        out->items[out->count++] = kt_value_string(&list->as.items[i]);
    }
    return true;
}

bool kt_state_entries_read(kt_state_entries *out, kt_arena *arena, kt_sv text)
{
    kt_source source = {KT_SV("state file"), text, 0, {NULL, 0}};
    kt_documents documents;
    kt_diags ignored;

    *out = (kt_state_entries){NULL, 0, false};
    kt_diags_init(&ignored, arena);
    if (kt_yaml_read(&documents, arena, &ignored, &source, &generous) == KT_ERR_NOMEM)
        return false;
    if (documents.failed || documents.count != 1)
        return true;
    return take_entries(out, arena, kt_value_get(&documents.items[0].root, "files"));
}
