/* Findings as JSON. The shape is documented in docs/json.md and docs/findings.schema.json: whoever changes one of the
 * three changes all. */
#include "emit/findings.h"
#include "emit/json.h"
#include "emit/report_json.h"

#define SCHEMA_VERSION 1

static void put_summary(kt_json *json, const kt_findings *findings)
{
    kt_json_object(json, "summary");
    kt_json_u64(json, "errors", kt_findings_count(findings, KT_ERROR));
    kt_json_u64(json, "warnings", kt_findings_count(findings, KT_WARNING));
    kt_json_u64(json, "notes", kt_findings_count(findings, KT_NOTE));
    kt_json_u64(json, "ignored", findings->ignored_count);
    kt_json_u64(json, "manifests", findings->run->source_count);
    kt_json_end(json);
}

/* The members of a diagnostic, and what only a report of findings has. */
static bool put_finding(kt_json *json, const kt_findings *findings, kt_line_cursor *cursor, kt_map *seen,
                        const kt_diag *diag)
{
    char fingerprint[65];

    if (!kt_findings_fingerprint(fingerprint, findings, seen, diag))
        return false;
    kt_report__diag(json, diag);
    kt_json_str(json, "title", kt_findings_title(diag->code));
    if (diag->pos.line > 0 && kt_line_find(cursor, findings, diag->pos) && cursor->text.len <= KT_LINE_TOLD_MAX)
        kt_json_sv(json, "text", cursor->text);
    kt_json_str(json, "fingerprint", fingerprint);
    return true;
}

static void put_ignore(kt_json *json, const kt_ignored *ignored)
{
    kt_json_object(json, "ignored");
    kt_json_sv(json, "reason", ignored->reason);
    kt_json_str(json, "by", ignored->inside ? "comment" : "configuration");
    kt_json_sv(json, "file", ignored->pos.file);
    kt_json_u64(json, "line", ignored->pos.line);
    kt_json_end(json);
}

kt_status kt_findings__json(const kt_findings *findings, kt_write_fn write, void *ctx)
{
    kt_line_cursor cursor = {.line = 0};
    kt_json json;
    kt_map seen;

    kt_map_init(&seen, findings->arena);
    kt_json_init(&json, write, ctx);
    kt_json_object(&json, NULL);
    kt_json_u64(&json, "schemaVersion", SCHEMA_VERSION);
    kt_json_str(&json, "kratreeVersion", kt_version());
    kt_json_str(&json, "kratixVersion", kt_profile_name(findings->run->options.profile));
    put_summary(&json, findings);
    kt_json_array(&json, "findings");
    for (size_t i = 0; i < findings->count; i++) {
        kt_json_object(&json, NULL);
        if (!put_finding(&json, findings, &cursor, &seen, &findings->items[i]))
            return KT_ERR_NOMEM;
        kt_json_end(&json);
    }
    kt_json_end(&json);
    kt_json_array(&json, "ignored");
    for (size_t i = 0; i < findings->ignored_count; i++) {
        kt_json_object(&json, NULL);
        if (!put_finding(&json, findings, &cursor, &seen, &findings->ignored[i].diag))
            return KT_ERR_NOMEM;
        put_ignore(&json, &findings->ignored[i]);
        kt_json_end(&json);
    }
    kt_json_end(&json);
    kt_json_end(&json);
    return kt_json_finish(&json);
}
