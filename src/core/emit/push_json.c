/* What came of a push, as JSON (docs/json.md). Addresses may hold passwords: they are only in what diagnostics tell. */
#include "emit/report_json.h"
#include "kratree.h"

#define SCHEMA_VERSION 1

static const char *const store_kinds[] = {"GitStateStore", "BucketStateStore"};
static const char *const change_kinds[KT_CHANGE_KINDS] = {"keep", "create", "update", "delete", "foreign"};

static void put_change(kt_json *json, const kt_change *change)
{
    kt_json_object(json, NULL);
    kt_json_str(json, "change", change_kinds[change->kind]);
    kt_json_sv(json, "path", change->path);
    if (change->file)
        kt_json_u64(json, "size", change->file->size);
    if (change->why.len > 0)
        kt_json_sv(json, "why", change->why);
    kt_json_end(json);
}

static void put_changes(kt_json *json, const kt_changes *changes)
{
    kt_json_object(json, "counts");
    for (size_t i = 0; i < KT_CHANGE_KINDS; i++)
        kt_json_u64(json, change_kinds[i], changes->counts[i]);
    kt_json_end(json);
    kt_json_array(json, "changes");
    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i].kind != KT_CHANGE_KEEP)
            put_change(json, &changes->items[i]);
    kt_json_end(json);
}

kt_status kt_push_json(const kt_push_report *report, kt_write_fn write, void *ctx)
{
    kt_json json;

    if (!report || !write)
        return KT_ERR_ARGUMENT;
    kt_json_init(&json, write, ctx);
    kt_json_object(&json, NULL);
    kt_json_u64(&json, "schemaVersion", SCHEMA_VERSION);
    kt_json_str(&json, "kratreeVersion", kt_version());
    if (report->store) {
        kt_json_object(&json, "statestore");
        kt_json_str(&json, "kind", store_kinds[report->store->kind]);
        kt_json_sv(&json, "name", report->store->name);
        kt_json_end(&json);
    } else {
        kt_json_null(&json, "statestore");
    }
    kt_json_str(&json, "mode", report->mode);
    kt_json_str(&json, "outcome", report->outcome);
    kt_json_u64(&json, "attempts", report->attempts);
    if (report->revision.len > 0)
        kt_json_sv(&json, "revision", report->revision);
    if (report->changes)
        put_changes(&json, report->changes);
    kt_report__diags(&json, report->diags, report->diag_count);
    kt_json_end(&json);
    return kt_json_finish(&json);
}
