/* The JSON report. Its shape is documented in docs/json.md and docs/kratree.schema.json: whoever changes
 * one of the three changes all; what would break a reader raises KT_REPORT_SCHEMA_VERSION. */
#include "emit/report_json.h"

#include "base/digest.h"
#include "emit/json.h"

/* ---- Words ---- */

static const char *const severities[] = {"error", "warning", "note"};
static const char *const store_kinds[] = {"GitStateStore", "BucketStateStore"};
static const char *const filepath_modes[] = {"nestedByMetadata", "none", "aggregatedYAML"};
static const char *const work_types[] = {"static", "promise", "resource"};
static const char *const selector_sources[] = {"promise", "promiseWorkflow", "resourceWorkflow"};
static const char *const verdicts[] = {"chosen",      "chosenFirst",  "notFirst",        "termFailed",  "strictLabels",
                                       "dryRunOnly", "selectorInvalid", "afterInvalid", "chosenAll", "pinned", "notPlaced",
                                       "stays"};
static const char *const rules[] = {"canary", "workload", "stateFile", "aggregate"};

/* ---- Shared pieces ---- */

static void put_position(kt_json *json, const char *key, kt_pos pos)
{
    if (pos.file.len == 0) {
        kt_json_null(json, key);
        return;
    }
    kt_json_object(json, key);
    kt_json_sv(json, "file", pos.file);
    kt_json_u64(json, "line", pos.line);
    kt_json_u64(json, "column", pos.column);
    kt_json_end(json);
}

static void put_labels(kt_json *json, const char *key, const kt_label *labels, size_t count)
{
    kt_json_object(json, key);
    for (size_t i = 0; i < count; i++)
        kt_json_member(json, labels[i].key, labels[i].value);
    kt_json_end(json);
}

static void put_store_reference(kt_json *json, const char *key, const kt_store *store)
{
    if (!store) {
        kt_json_null(json, key);
        return;
    }
    kt_json_object(json, key);
    kt_json_str(json, "kind", store_kinds[store->kind]);
    kt_json_sv(json, "name", store->name);
    kt_json_end(json);
}

static void put_destination_name(kt_json *json, const kt_destination *destination)
{
    if (destination)
        kt_json_sv(json, "destination", destination->name);
    else
        kt_json_null(json, "destination");
}

/* ---- Summary ---- */

static uint64_t count_severity(const kt_report *report, kt_severity severity)
{
    uint64_t count = 0;

    for (size_t i = 0; i < report->diag_count; i++)
        count += report->diags[i].severity == severity;
    return count;
}

static void put_plan_counts(kt_json *json, const kt_plan *plan)
{
    uint64_t groups = 0, placements = 0, unplaced = 0;

    for (size_t i = 0; i < plan->work_count; i++) {
        const kt_work *work = &plan->works[i];
        groups += work->group_count;
        for (size_t k = 0; k < work->group_count; k++) {
            placements += work->groups[k].placement_count;
            unplaced += work->groups[k].placement_count == 0;
        }
    }
    kt_json_u64(json, "statestores", plan->store_count);
    kt_json_u64(json, "destinations", plan->destination_count);
    kt_json_u64(json, "requests", plan->request_count);
    kt_json_u64(json, "works", plan->work_count);
    kt_json_u64(json, "groups", groups);
    kt_json_u64(json, "placements", placements);
    kt_json_u64(json, "unplacedGroups", unplaced);
}

static void put_summary(kt_json *json, const kt_report *report)
{
    kt_json_object(json, "summary");
    kt_json_u64(json, "errors", count_severity(report, KT_ERROR));
    kt_json_u64(json, "warnings", count_severity(report, KT_WARNING));
    kt_json_u64(json, "notes", count_severity(report, KT_NOTE));
    put_plan_counts(json, report->plan);
    kt_json_u64(json, "files", report->tree->file_count);
    kt_json_u64(json, "size", report->tree->size);
    kt_json_u64(json, "leftOut", report->left_out);
    kt_json_u64(json, "passedOver", report->passed_over);
    kt_json_end(json);
}

/* ---- Plan ---- */

static void put_store(kt_json *json, const kt_store *store)
{
    kt_json_object(json, NULL);
    kt_json_str(json, "kind", store_kinds[store->kind]);
    kt_json_sv(json, "name", store->name);
    kt_json_sv(json, "path", store->path);
    kt_json_sv(json, "prefix", store->prefix);
    kt_json_bool(json, "missing", store->missing);
    put_position(json, "position", store->pos);
    kt_json_end(json);
}

static void put_destination(kt_json *json, const kt_destination *destination)
{
    kt_json_object(json, NULL);
    kt_json_sv(json, "name", destination->name);
    put_store_reference(json, "statestore", destination->store);
    kt_json_sv(json, "path", destination->path);
    kt_json_str(json, "filepathMode", filepath_modes[destination->mode]);
    if (destination->mode == KT_MODE_AGGREGATED)
        kt_json_sv(json, "filename", destination->filename);
    kt_json_bool(json, "strictMatchLabels", destination->strict_match_labels);
    kt_json_bool(json, "initWorkloads", destination->init_workloads);
    kt_json_str(json, "cleanup", destination->cleanup_all ? "all" : "none");
    put_labels(json, "labels", destination->labels, destination->label_count);
    put_position(json, "position", destination->pos);
    kt_json_end(json);
}

static void put_request(kt_json *json, const kt_request *request)
{
    kt_json_object(json, NULL);
    kt_json_sv(json, "apiVersion", request->api_version);
    kt_json_sv(json, "kind", request->kind);
    kt_json_sv(json, "namespace", request->namespace_);
    kt_json_sv(json, "name", request->name);
    kt_json_sv(json, "promise", request->promise);
    put_position(json, "position", request->pos);
    kt_json_end(json);
}

static void put_selectors(kt_json *json, const kt_group *group)
{
    kt_json_array(json, "selectors");
    for (size_t i = 0; i < group->selector_count; i++) {
        const kt_selector *selector = &group->selectors[i];
        kt_json_object(json, NULL);
        kt_json_str(json, "source", selector_sources[selector->source]);
        put_labels(json, "matchLabels", selector->labels, selector->label_count);
        kt_json_end(json);
    }
    kt_json_end(json);
    kt_json_sv(json, "selector", group->selector);
    if (group->selector_error.len > 0)
        kt_json_sv(json, "selectorError", group->selector_error);
}

static void put_origins(kt_json *json, const kt_workload *workload)
{
    kt_json_array(json, "origins");
    for (size_t i = 0; i < workload->origin_count; i++) {
        const kt_origin *origin = &workload->origins[i];
        kt_json_object(json, NULL);
        kt_json_u64(json, "offset", origin->offset);
        kt_json_u64(json, "size", origin->size);
        put_position(json, "position", origin->pos);
        kt_json_end(json);
    }
    kt_json_end(json);
}

static void put_workload(kt_json *json, const kt_workload *workload, kt_detail detail)
{
    kt_json_object(json, NULL);
    kt_json_sv(json, "path", workload->path);
    kt_json_u64(json, "size", workload->size);
    if (detail == KT_DETAIL_ALL)
        put_origins(json, workload);
    kt_json_end(json);
}

static void put_placement(kt_json *json, const kt_placement *placement)
{
    kt_json_object(json, NULL);
    kt_json_sv(json, "name", placement->name);
    kt_json_sv(json, "namespace", placement->namespace_);
    put_destination_name(json, placement->destination);
    kt_json_bool(json, "misplaced", placement->misplaced);
    kt_json_end(json);
}

static void put_reason(kt_json *json, const kt_reason *reason)
{
    kt_json_object(json, NULL);
    put_destination_name(json, reason->destination);
    kt_json_str(json, "verdict", verdicts[reason->verdict]);
    if (reason->term.len > 0)
        kt_json_sv(json, "term", reason->term);
    kt_json_sv(json, "text", reason->text);
    kt_json_end(json);
}

/* Only where there is something to say. */
static void put_memory(kt_json *json, const kt_group *group)
{
    if (group->kept)
        kt_json_bool(json, "kept", true);
    if (group->unknown)
        kt_json_bool(json, "unknown", true);
    if (group->lingering_count == 0)
        return;
    kt_json_array(json, "lingering");
    for (size_t i = 0; i < group->lingering_count; i++)
        kt_json_sv(json, NULL, group->lingering[i]);
    kt_json_end(json);
}

static void put_group(kt_json *json, const kt_group *group, kt_detail detail)
{
    kt_json_object(json, NULL);
    kt_json_sv(json, "directory", group->directory);
    kt_json_str(json, "id", group->id);
    put_selectors(json, group);
    kt_json_array(json, "workloads");
    for (size_t i = 0; i < group->workload_count; i++)
        put_workload(json, &group->workloads[i], detail);
    kt_json_end(json);
    kt_json_array(json, "placements");
    for (size_t i = 0; i < group->placement_count; i++)
        put_placement(json, &group->placements[i]);
    kt_json_end(json);
    put_memory(json, group);
    kt_json_array(json, "reasons");
    for (size_t i = 0; i < group->reason_count; i++)
        put_reason(json, &group->reasons[i]);
    kt_json_end(json);
    kt_json_end(json);
}

static void put_work(kt_json *json, const kt_work *work, kt_detail detail)
{
    kt_json_object(json, NULL);
    kt_json_str(json, "type", work_types[work->type]);
    kt_json_sv(json, "name", work->name);
    kt_json_sv(json, "namespace", work->namespace_);
    kt_json_sv(json, "identity", work->identity);
    kt_json_sv(json, "promise", work->promise);
    if (work->type == KT_WORK_RESOURCE)
        kt_json_sv(json, "resource", work->resource);
    if (work->type != KT_WORK_STATIC)
        kt_json_sv(json, "pipeline", work->pipeline);
    kt_json_text(json, "text");
    kt_why_work(work, kt_json_piece, json);
    kt_json_text_end(json);
    put_position(json, "position", work->pos);
    kt_json_array(json, "groups");
    for (size_t i = 0; i < work->group_count; i++)
        put_group(json, &work->groups[i], detail);
    kt_json_end(json);
    kt_json_end(json);
}

static void put_plan(kt_json *json, const kt_plan *plan, kt_detail detail)
{
    kt_json_array(json, "statestores");
    for (size_t i = 0; i < plan->store_count; i++)
        put_store(json, &plan->stores[i]);
    kt_json_end(json);
    kt_json_array(json, "destinations");
    for (size_t i = 0; i < plan->destination_count; i++)
        put_destination(json, &plan->destinations[i]);
    kt_json_end(json);
    kt_json_array(json, "requests");
    for (size_t i = 0; i < plan->request_count; i++)
        put_request(json, &plan->requests[i]);
    kt_json_end(json);
    kt_json_array(json, "works");
    for (size_t i = 0; i < plan->work_count; i++)
        put_work(json, &plan->works[i], detail);
    kt_json_end(json);
}

/* ---- Tree ---- */

static void put_maker(kt_json *json, const kt_maker *maker)
{
    kt_json_object(json, NULL);
    kt_json_u64(json, "offset", maker->offset);
    kt_json_u64(json, "size", maker->size);
    if (maker->work) {
        kt_json_sv(json, "namespace", maker->work->namespace_);
        kt_json_sv(json, "work", maker->work->name);
    }
    if (maker->group)
        kt_json_sv(json, "group", maker->group->directory);
    if (maker->workload)
        kt_json_sv(json, "workload", maker->workload->path);
    if (maker->placement)
        kt_json_sv(json, "placement", maker->placement->name);
    put_position(json, "position", maker->pos);
    kt_json_end(json);
}

static void put_makers(kt_json *json, const kt_file *file)
{
    kt_json_array(json, "makers");
    for (size_t i = 0; i < file->maker_count; i++)
        put_maker(json, &file->makers[i]);
    kt_json_end(json);
}

static void put_digest(kt_json *json, const kt_file *file)
{
    char digest[65];

    kt_sha256_hex(digest, file->parts, file->part_count);
    kt_json_str(json, "sha256", digest);
}

static void put_file(kt_json *json, const kt_file *file, kt_detail detail)
{
    kt_json_object(json, NULL);
    kt_json_sv(json, "path", file->path);
    kt_json_sv(json, "key", file->key);
    kt_json_u64(json, "size", file->size);
    if (detail == KT_DETAIL_ALL)
        put_digest(json, file);
    kt_json_str(json, "rule", rules[file->rule]);
    put_destination_name(json, file->destination);
    kt_json_text(json, "reason");
    kt_why_file(file, kt_json_piece, json);
    kt_json_text_end(json);
    if (detail == KT_DETAIL_ALL)
        put_makers(json, file);
    kt_json_end(json);
}

static void put_tree(kt_json *json, const kt_tree *tree, kt_detail detail)
{
    kt_json_array(json, "trees");
    for (size_t i = 0; i < tree->store_count; i++) {
        const kt_store_tree *store = &tree->stores[i];
        kt_json_object(json, NULL);
        put_store_reference(json, "statestore", store->store);
        kt_json_sv(json, "folder", store->folder);
        kt_json_u64(json, "size", store->size);
        kt_json_array(json, "files");
        for (size_t k = 0; k < store->file_count; k++)
            put_file(json, &store->files[k], detail);
        kt_json_end(json);
        kt_json_end(json);
    }
    kt_json_end(json);
}

/* ---- Diagnostics ---- */

static void put_optional(kt_json *json, const char *key, kt_sv text)
{
    if (text.len > 0)
        kt_json_sv(json, key, text);
}

void kt_report__diag(kt_json *json, const kt_diag *diag)
{
    kt_json_str(json, "severity", severities[diag->severity]);
    kt_json_str(json, "code", diag->code);
    kt_json_sv(json, "message", diag->message);
    put_position(json, "position", diag->pos);
    put_optional(json, "object", diag->object);
    put_optional(json, "field", diag->field);
    put_optional(json, "help", diag->help);
    if (diag->related.file.len > 0) {
        kt_json_object(json, "related");
        put_position(json, "position", diag->related);
        kt_json_sv(json, "text", diag->related_text);
        kt_json_end(json);
    }
}

void kt_report__diags(kt_json *json, const kt_diag *diags, size_t count)
{
    kt_json_array(json, "diagnostics");
    for (size_t i = 0; i < count; i++) {
        kt_json_object(json, NULL);
        kt_report__diag(json, &diags[i]);
        kt_json_end(json);
    }
    kt_json_end(json);
}

kt_status kt_report__json(const kt_report *report, kt_detail detail, kt_write_fn write, void *ctx)
{
    kt_json json;

    kt_json_init(&json, write, ctx);
    kt_json_object(&json, NULL);
    kt_json_u64(&json, "schemaVersion", KT_REPORT_SCHEMA_VERSION);
    kt_json_str(&json, "kratreeVersion", report->kratree_version);
    kt_json_str(&json, "kratixVersion", report->kratix_version);
    put_summary(&json, report);
    put_plan(&json, report->plan, detail);
    put_tree(&json, report->tree, detail);
    kt_report__diags(&json, report->diags, report->diag_count);
    kt_json_end(&json);
    return kt_json_finish(&json);
}
