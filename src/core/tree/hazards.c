/* Secrets and aggregates: what stands in files that Kratix copies without looking. */
#include "tree/hazards.h"

#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "model/json.h"
#include "yaml/reader.h"

/* ---- Content ---- */

/* All of it; copied into the arena where it has several parts. */
static kt_sv content_of(kt_arena *arena, const kt_workload *workload)
{
    kt_buf text;
    kt_sv joined;

    if (workload->part_count == 1)
        return workload->parts[0];
    kt_buf_init(&text, arena->allocator);
    for (size_t i = 0; i < workload->part_count; i++)
        kt_buf_sv(&text, workload->parts[i]);
    joined = kt_buf_copy(&text, arena);
    kt_buf_dispose(&text);
    return joined;
}

/* Read a workload as YAML. What the reader says goes to `diags`, in `arena`. False on memory failure. */
static bool read_content(kt_documents *out, kt_run *run, kt_arena *arena, kt_diags *diags, const kt_workload *workload)
{
    kt_source source = {workload->origins[0].pos.file, content_of(arena, workload), KT_SOURCE_NAMED, {NULL, 0}};
    kt_status status;

    memset(out, 0, sizeof *out);
    kt_diags_init(diags, arena);
    status = kt_yaml_read(out, arena, diags, &source, &run->options.limits);
    return status != KT_ERR_NOMEM && !arena->failed;
}

/* What a pipeline wrote: it has one place in the input, and is no text of ours. */
static bool is_captured(const kt_work *work, const kt_workload *workload)
{
    return work && work->type != KT_WORK_STATIC && workload && workload->origin_count > 0
           && workload->origins[0].pos.file.len > 0;
}

/* ---- Secrets ---- */

static bool has_members(const kt_value *map, const char *key)
{
    const kt_value *value = kt_value_get(map, key);

    return value && value->type == KT_TYPE_MAP && value->length > 0;
}

/* With data, which sops has not encrypted. */
static bool is_secret(const kt_value *object)
{
    return kt_value_is_string(kt_value_get(object, "kind"), "Secret")
           && kt_value_is_string(kt_value_get(object, "apiVersion"), "v1") && !kt_value_get(object, "sops")
           && (has_members(object, "data") || has_members(object, "stringData"));
}

/* The document, or the first item of its list, that is one. */
static const kt_value *find_secret(const kt_value *root)
{
    const kt_value *items = kt_value_get(root, "items");

    if (root->type != KT_TYPE_MAP)
        return NULL;
    if (is_secret(root))
        return root;
    for (size_t i = 0; items && items->type == KT_TYPE_LIST && i < items->length; i++)
        if (is_secret(&items->as.items[i]))
            return &items->as.items[i];
    return NULL;
}

/* The first State Store that a group is written to, or NULL. */
static const kt_store *store_of(const kt_group *group)
{
    for (size_t i = 0; i < group->placement_count; i++)
        if (!group->placements[i].destination->store->missing)
            return group->placements[i].destination->store;
    return NULL;
}

/* Never what it holds. */
static void report_secret(kt_run *run, const kt_value *secret, kt_pos pos, kt_sv title, const kt_store *store)
{
    const kt_value *name = kt_value_get(kt_value_get(secret, "metadata"), "name");
    kt_diag *diag = kt_diags_add(&run->diags, KT_SECRET_IN_STORE, pos, "Secret %q is written to %s %q as it is",
                                 name && name->type == KT_TYPE_STRING ? kt_value_string(name) : KT_SV(""),
                                 store->kind == KT_STORE_GIT ? "GitStateStore" : "BucketStateStore", store->name);

    diag->object = title;
}

/* Promises are sorted by name. */
static const kt_promise *promise_of(const kt_model *model, const kt_work *work)
{
    size_t low = 0, high = model->promise_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_sv_compare(model->promises[middle].object.name, work->promise);
        if (order == 0)
            return &model->promises[middle];
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

static void check_dependencies(kt_run *run, const kt_promise *promise, const kt_store *store)
{
    const kt_value *list = promise ? promise->dependencies : NULL;

    for (size_t i = 0; list && list->type == KT_TYPE_LIST && i < list->length; i++) {
        const kt_value *secret = find_secret(&list->as.items[i]);
        if (secret)
            report_secret(run, secret, kt_value_pos(secret, promise->object.file), promise->object.title, store);
    }
}

/* Most content does not speak of Secrets, and is not read. */
static bool check_workload(kt_run *run, const kt_work *work, const kt_workload *workload, const kt_store *store)
{
    kt_arena scratch;
    kt_diags unheard;
    kt_documents documents;
    bool fine = true;

    if (!is_captured(work, workload) || workload->part_count == 0
        || !kt_sv_contains(workload->parts[0], KT_SV("Secret")))
        return true;
    kt_arena_init(&scratch, run->arena.allocator);
    fine = read_content(&documents, run, &scratch, &unheard, workload);
    for (size_t i = 0; fine && i < documents.count; i++) {
        const kt_value *secret = find_secret(&documents.items[i].root);
        if (secret)
            report_secret(run, secret, kt_value_pos(secret, workload->origins[0].pos.file),
                          kt_arena_format(&run->arena, "Work/%v", work->name), store);
    }
    kt_arena_dispose(&scratch);
    return fine && !run->arena.failed;
}

static bool check_work(kt_run *run, const kt_model *model, const kt_work *work)
{
    for (size_t g = 0; g < work->group_count; g++) {
        const kt_group *group = &work->groups[g];
        const kt_store *store = store_of(group);
        if (!store)
            continue;
        if (work->type == KT_WORK_STATIC && !work->kept)
            check_dependencies(run, promise_of(model, work), store);
        for (size_t i = 0; i < group->workload_count; i++)
            if (!check_workload(run, work, &group->workloads[i], store))
                return false;
    }
    return true;
}

static bool check_secrets(kt_run *run, const kt_model *model, const kt_plan *plan)
{
    for (size_t i = 0; i < plan->work_count; i++)
        if (!check_work(run, model, &plan->works[i]))
            return false;
    return true;
}

/* ---- Aggregates (L-15) ---- */

static kt_diag *report_part(kt_run *run, kt_code code, kt_pos pos, const kt_file *file, const char *message, kt_sv what)
{
    kt_diag *diag = kt_diags_add(&run->diags, code, pos, message, file->path, what);

    diag->object = kt_arena_format(&run->arena, "Destination/%v", file->destination->name);
    return diag;
}

/* The first thing that is wrong, or a document that is no object. */
static void check_documents(kt_run *run, const kt_file *file, const kt_maker *maker, const kt_documents *documents,
                            const kt_diags *said)
{
    for (size_t i = 0; i < said->count; i++)
        if (said->items[i].severity == KT_ERROR) {
            kt_pos pos = {maker->pos.file, said->items[i].pos.line, said->items[i].pos.column};
            report_part(run, KT_AGGREGATE_NOT_YAML, pos, file, "this becomes a part of '%v' and is not YAML: %v",
                        kt_arena_copy(&run->arena, said->items[i].message));
            return;
        }
    for (size_t i = 0; i < documents->count; i++)
        if (documents->items[i].root.type != KT_TYPE_MAP) {
            report_part(run, KT_AGGREGATE_NOT_YAML, kt_value_pos(&documents->items[i].root, maker->pos.file), file,
                        "this becomes a part of '%v' and is no object but a value of type %v",
                        kt_str(kt_type_name((kt_type)documents->items[i].root.type)));
            return;
        }
}

/* Only a block that keeps its line feeds can take that of the separator for its own. */
static bool may_keep(kt_sv text)
{
    return kt_sv_contains(text, KT_SV("|+")) || kt_sv_contains(text, KT_SV(">+"));
}

/* The last document of a text as JSON. Empty if it cannot be read. */
static kt_sv last_document(kt_run *run, kt_arena *arena, kt_sv text)
{
    kt_source source = {KT_SV(""), text, KT_SOURCE_NAMED, {NULL, 0}};
    kt_sv printed = {NULL, 0};
    kt_documents documents;
    kt_diags unheard;
    kt_status status;
    kt_buf json;

    kt_diags_init(&unheard, arena);
    status = kt_yaml_read(&documents, arena, &unheard, &source, &run->options.limits);
    arena->failed |= status == KT_ERR_NOMEM;
    if (status != KT_OK || documents.count == 0)
        return printed;
    kt_buf_init(&json, arena->allocator);
    kt_json_excerpt(&json, &documents.items[documents.count - 1].root, SIZE_MAX / 2, arena);
    printed = kt_buf_copy(&json, arena);
    kt_buf_dispose(&json);
    return printed;
}

/* The separator begins with a line feed, which must not become a part of the last value. */
static void check_separator(kt_run *run, kt_arena *scratch, const kt_file *file, size_t part)
{
    const kt_maker *maker = &file->makers[part];
    kt_sv alone = content_of(scratch, maker->workload), followed;

    if (part + 1 == file->maker_count || !may_keep(alone))
        return;
    followed = kt_arena_format(scratch, "%v\n", alone);
    if (!kt_sv_equal(last_document(run, scratch, alone), last_document(run, scratch, followed)))
        report_part(run, KT_AGGREGATE_SEPARATOR, maker->pos, file,
                    "in '%v' the last value of this file ends with one line feed more, that of the separator%v",
                    KT_SV(""));
}

static bool check_part(kt_run *run, const kt_file *file, size_t part)
{
    const kt_maker *maker = &file->makers[part];
    kt_arena scratch;
    kt_diags said;
    kt_documents documents;
    bool fine;

    if (!is_captured(maker->work, maker->workload) || maker->workload->part_count == 0)
        return true;
    kt_arena_init(&scratch, run->arena.allocator);
    fine = read_content(&documents, run, &scratch, &said, maker->workload);
    if (fine && !documents.failed)
        check_separator(run, &scratch, file, part);
    if (fine)
        check_documents(run, file, maker, &documents, &said);
    fine &= !scratch.failed;
    kt_arena_dispose(&scratch);
    return fine && !run->arena.failed;
}

static bool check_aggregates(kt_run *run, const kt_store_tree *tree)
{
    for (size_t i = 0; i < tree->file_count; i++)
        for (size_t m = 0; tree->files[i].rule == KT_RULE_AGGREGATE && m < tree->files[i].maker_count; m++)
            if (!check_part(run, &tree->files[i], m))
                return false;
    return true;
}

/* ---- All ---- */

bool kt_hazards(kt_run *run, const kt_model *model, const kt_plan *plan, const kt_tree *tree)
{
    if (!check_secrets(run, model, plan))
        return false;
    for (size_t i = 0; i < tree->store_count; i++)
        if (!kt_hazard_names(run, &tree->stores[i]) || !check_aggregates(run, &tree->stores[i]))
            return false;
    return true;
}
