/* Findings as a Code Quality report of GitLab: a list of violations, found again by their fingerprints. */
#include "base/sv.h"
#include "emit/findings.h"
#include "emit/json.h"

static const char *const severities[] = {"major", "minor", "info"};

static bool put_violation(kt_json *json, const kt_findings *findings, kt_map *seen, const kt_diag *diag)
{
    kt_sv path = kt_findings_path(findings, diag->pos.file);
    char fingerprint[65];

    if (!kt_findings_fingerprint(fingerprint, findings, seen, diag))
        return false;
    kt_json_object(json, NULL);
    kt_json_sv(json, "description", kt_arena_format(findings->arena, "%v [%s]", diag->message, diag->code));
    kt_json_str(json, "check_name", diag->code);
    kt_json_str(json, "fingerprint", fingerprint);
    kt_json_str(json, "severity", severities[diag->severity]);
    kt_json_object(json, "location");
    kt_json_sv(json, "path", path.len > 0 ? path : KT_SV("."));
    kt_json_object(json, "lines");
    kt_json_u64(json, "begin", diag->pos.line > 0 ? diag->pos.line : 1);
    kt_json_end(json);
    kt_json_end(json);
    kt_json_end(json);
    return !findings->arena->failed;
}

kt_status kt_findings__gitlab(const kt_findings *findings, kt_write_fn write, void *ctx)
{
    kt_json json;
    kt_map seen;

    kt_map_init(&seen, findings->arena);
    kt_json_init(&json, write, ctx);
    kt_json_array(&json, NULL);
    for (size_t i = 0; i < findings->count; i++)
        if (!put_violation(&json, findings, &seen, &findings->items[i]))
            return KT_ERR_NOMEM;
    kt_json_end(&json);
    return kt_json_finish(&json);
}
