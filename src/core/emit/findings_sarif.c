/* Findings as SARIF 2.1.0, one run: a rule for each code that occurs, a result for each finding. Ignored ones are there
 * as suppressed, so that whoever reads the report sees what was decided, and why. */
#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "emit/findings.h"
#include "emit/json.h"

#define ROOT "%SRCROOT%"

static const char *const levels[] = {"error", "warning", "note"};

typedef struct writer {
    kt_json json;
    const kt_findings *findings;
    kt_line_cursor cursor, related;
    kt_map seen;
    const char **codes; /* that occur, sorted */
    size_t code_count;
    kt_map indices;     /* code → index of its rule */
} writer;

/* ---- Rules ---- */

static int compare_codes(const void *a, const void *b)
{
    return kt_sv_compare(kt_str(*(const char *const *)a), kt_str(*(const char *const *)b));
}

static void add_code(writer *w, const char *code)
{
    if (kt_map_get(&w->indices, kt_str(code)) == KT_MAP_NONE && kt_map_set(&w->indices, kt_str(code), 0))
        w->codes[w->code_count++] = code;
}

static bool collect_codes(writer *w)
{
    const kt_findings *f = w->findings;

    kt_map_init(&w->indices, f->arena);
    w->codes = kt_arena_array(f->arena, f->count + f->ignored_count, sizeof *w->codes);
    if (!w->codes)
        return false;
    for (size_t i = 0; i < f->count; i++)
        add_code(w, f->items[i].code);
    for (size_t i = 0; i < f->ignored_count; i++)
        add_code(w, f->ignored[i].diag.code);
    if (!kt_sort(w->codes, w->code_count, sizeof *w->codes, compare_codes, f->arena))
        return false;
    for (size_t i = 0; i < w->code_count; i++)
        if (!kt_map_set(&w->indices, kt_str(w->codes[i]), i))
            return false;
    return !f->arena->failed;
}

static void put_text(kt_json *json, const char *key, kt_sv text)
{
    kt_json_object(json, key);
    kt_json_sv(json, "text", text);
    kt_json_end(json);
}

static void put_rule(kt_json *json, const char *id)
{
    kt_code code;

    kt_json_object(json, NULL);
    kt_json_str(json, "id", id);
    if (kt_findings_code(&code, id)) {
        const kt_code_info *info = kt_code_get(code);

        put_text(json, "shortDescription", kt_str(kt_code_title(code)));
        if (*info->help)
            put_text(json, "help", kt_str(info->help));
        kt_json_object(json, "defaultConfiguration");
        kt_json_str(json, "level", levels[info->severity]);
        kt_json_end(json);
    }
    kt_json_end(json);
}

static void put_tool(writer *w)
{
    kt_json *json = &w->json;

    kt_json_object(json, "tool");
    kt_json_object(json, "driver");
    kt_json_str(json, "name", "kratree");
    kt_json_str(json, "version", kt_version());
    kt_json_array(json, "rules");
    for (size_t i = 0; i < w->code_count; i++)
        put_rule(json, w->codes[i]);
    kt_json_end(json);
    kt_json_end(json);
    kt_json_end(json);
}

/* ---- Places ---- */

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || kt_sv_find(KT_SV("-._~/"), c) < 5;
}

/* A path as a URI: everything but unreserved characters and slashes is percent-encoded. */
static kt_sv uri_of(kt_arena *arena, kt_sv path)
{
    kt_buf uri;
    kt_sv text;

    kt_buf_init(&uri, arena->allocator);
    if (kt_sv_starts(path, KT_SV("/")))
        kt_buf_str(&uri, "file://");
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        kt_buf_byte(&uri, is_unreserved((char)c) ? (char)c : '%');
        if (!is_unreserved((char)c)) {
            kt_buf_byte(&uri, "0123456789ABCDEF"[c >> 4]);
            kt_buf_byte(&uri, "0123456789ABCDEF"[c & 15]);
        }
    }
    text = kt_buf_copy(&uri, arena);
    kt_buf_dispose(&uri);
    return text;
}

static void put_region(writer *w, kt_line_cursor *cursor, kt_pos pos)
{
    kt_json *json = &w->json;

    kt_json_object(json, "region");
    kt_json_u64(json, "startLine", pos.line);
    if (pos.column > 0)
        kt_json_u64(json, "startColumn", pos.column);
    if (kt_line_find(cursor, w->findings, pos)) {
        if (pos.column > 0)
            kt_json_u64(json, "endColumn", pos.column + kt_line_token(cursor));
        if (cursor->text.len <= KT_LINE_TOLD_MAX)
            put_text(json, "snippet", cursor->text);
    }
    kt_json_end(json);
}

static void put_physical(writer *w, kt_line_cursor *cursor, kt_pos pos)
{
    kt_sv path = kt_findings_path(w->findings, pos.file);
    kt_json *json = &w->json;

    kt_json_object(json, "physicalLocation");
    kt_json_object(json, "artifactLocation");
    kt_json_sv(json, "uri", uri_of(w->findings->arena, path));
    if (!kt_sv_starts(path, KT_SV("/")))
        kt_json_str(json, "uriBaseId", ROOT);
    kt_json_end(json);
    if (pos.line > 0)
        put_region(w, cursor, pos);
    kt_json_end(json);
}

static void put_logical(kt_json *json, const kt_diag *diag, kt_arena *arena)
{
    kt_json_array(json, "logicalLocations");
    kt_json_object(json, NULL);
    kt_json_sv(json, "name", diag->object);
    if (diag->field.len > 0)
        kt_json_sv(json, "fullyQualifiedName", kt_arena_format(arena, "%v/%v", diag->object, diag->field));
    kt_json_str(json, "kind", "object");
    kt_json_end(json);
    kt_json_end(json);
}

static void put_locations(writer *w, const kt_diag *diag)
{
    kt_json *json = &w->json;

    kt_json_array(json, "locations");
    if (diag->pos.file.len + diag->object.len > 0) {
        kt_json_object(json, NULL);
        if (diag->pos.file.len > 0)
            put_physical(w, &w->cursor, diag->pos);
        if (diag->object.len > 0)
            put_logical(json, diag, w->findings->arena);
        kt_json_end(json);
    }
    kt_json_end(json);
    if (diag->related.file.len == 0)
        return;
    kt_json_array(json, "relatedLocations");
    kt_json_object(json, NULL);
    kt_json_u64(json, "id", 1);
    put_text(json, "message", diag->related_text);
    put_physical(w, &w->related, diag->related);
    kt_json_end(json);
    kt_json_end(json);
}

/* ---- Results ---- */

/* The message with its cure: viewers show the help of the rule elsewhere, and that of the finding may say more. */
static kt_sv message_of(const writer *w, const kt_diag *diag)
{
    return diag->help.len > 0 ? kt_arena_format(w->findings->arena, "%v.\nHelp: %v.", diag->message, diag->help)
                              : kt_arena_format(w->findings->arena, "%v.", diag->message);
}

static void put_suppression(kt_json *json, const kt_ignored *ignored)
{
    kt_json_array(json, "suppressions");
    kt_json_object(json, NULL);
    kt_json_str(json, "kind", ignored->inside ? "inSource" : "external");
    kt_json_sv(json, "justification", ignored->reason);
    kt_json_end(json);
    kt_json_end(json);
}

/* `ignored` NULL: it is reported. */
static bool put_result(writer *w, const kt_diag *diag, const kt_ignored *ignored)
{
    kt_json *json = &w->json;
    char fingerprint[65];

    if (!kt_findings_fingerprint(fingerprint, w->findings, &w->seen, diag))
        return false;
    kt_json_object(json, NULL);
    kt_json_str(json, "ruleId", diag->code);
    kt_json_u64(json, "ruleIndex", kt_map_get(&w->indices, kt_str(diag->code)));
    kt_json_str(json, "level", levels[diag->severity]);
    put_text(json, "message", message_of(w, diag));
    put_locations(w, diag);
    kt_json_object(json, "partialFingerprints");
    kt_json_str(json, "kratree/v1", fingerprint);
    kt_json_end(json);
    if (ignored)
        put_suppression(json, ignored);
    kt_json_end(json);
    return !w->findings->arena->failed;
}

static bool put_results(writer *w)
{
    const kt_findings *f = w->findings;

    kt_json_array(&w->json, "results");
    for (size_t i = 0; i < f->count; i++)
        if (!put_result(w, &f->items[i], NULL))
            return false;
    for (size_t i = 0; i < f->ignored_count; i++)
        if (!put_result(w, &f->ignored[i].diag, &f->ignored[i]))
            return false;
    kt_json_end(&w->json);
    return true;
}

kt_status kt_findings__sarif(const kt_findings *findings, kt_write_fn write, void *ctx)
{
    writer w = {.findings = findings};

    kt_map_init(&w.seen, findings->arena);
    if (!collect_codes(&w))
        return KT_ERR_NOMEM;
    kt_json_init(&w.json, write, ctx);
    kt_json_object(&w.json, NULL);
    kt_json_str(&w.json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    kt_json_str(&w.json, "version", "2.1.0");
    kt_json_array(&w.json, "runs");
    kt_json_object(&w.json, NULL);
    put_tool(&w);
    kt_json_str(&w.json, "columnKind", "unicodeCodePoints");
    if (!put_results(&w))
        return KT_ERR_NOMEM;
    kt_json_end(&w.json);
    kt_json_end(&w.json);
    kt_json_end(&w.json);
    return kt_json_finish(&w.json);
}
