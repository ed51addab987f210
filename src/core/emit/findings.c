/* Shared parts of the formats, and the call that chooses one. */
#include "emit/findings.h"

#include <string.h>

#include "base/digest.h"
#include "base/path.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "model/config.h"
#include "tree/result.h"

const char *const kt_severity_words[3] = {"error", "warning", "note"};

/* ---- Lines ---- */

static bool find_in(kt_sv *out, const kt_source *sources, size_t count, kt_sv file)
{
    for (size_t i = 0; i < count; i++)
        if (kt_sv_equal(sources[i].path, file)) {
            *out = sources[i].bytes;
            return true;
        }
    return false;
}

/* Manifests are sorted by path. */
static bool find_manifest(kt_sv *out, const kt_run *run, kt_sv file)
{
    size_t low = 0, high = run->source_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_sv_compare(run->sources[middle].path, file);
        if (order == 0)
            return find_in(out, &run->sources[middle], 1, file);
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return false;
}

/* Captured output is not sorted by path. */
static bool find_capture(kt_sv *out, const kt_findings *findings, kt_sv file)
{
    const kt_run *run = findings->run;
    size_t at;

    if (findings->captures->count == 0)
        for (size_t i = 0; i < run->capture_count; i++)
            if (!kt_map_set(findings->captures, run->captures[i].path, i))
                return false;
    at = kt_map_get(findings->captures, file);
    return at != KT_MAP_NONE && find_in(out, &run->captures[at], 1, file);
}

static bool find_config(kt_sv *out, const kt_config *config, kt_sv file)
{
    if (!config || !kt_sv_equal(config->path, file))
        return false;
    *out = config->bytes;
    return true;
}

static bool open_file(kt_line_cursor *cursor, const kt_findings *findings, kt_sv file)
{
    const kt_run *run = findings->run;

    *cursor = (kt_line_cursor){.file = file, .line = 1};
    return find_manifest(&cursor->bytes, run, file) || find_capture(&cursor->bytes, findings, file) ||
           find_config(&cursor->bytes, run->options.config, file) ||
           (run->options.lock && find_in(&cursor->bytes, run->options.lock, 1, file));
}

static bool go_to_line(kt_line_cursor *cursor, uint32_t line)
{
    for (; cursor->line < line; cursor->line++) {
        size_t end = cursor->at + kt_sv_find(kt_sv_slice(cursor->bytes, cursor->at, cursor->bytes.len), '\n');
        if (end >= cursor->bytes.len)
            return false;
        cursor->at = end + 1;
        cursor->text.ptr = NULL;
    }
    if (cursor->text.ptr)
        return true;
    cursor->text = kt_sv_slice(cursor->bytes, cursor->at, cursor->bytes.len);
    cursor->text.len = kt_sv_find(cursor->text, '\n');
    if (cursor->text.len > 0 && cursor->text.ptr[cursor->text.len - 1] == '\r')
        cursor->text.len--;
    cursor->column = 1;
    cursor->byte = 0;
    return true;
}

bool kt_line_find(kt_line_cursor *cursor, const kt_findings *findings, kt_pos pos)
{
    if ((!kt_sv_equal(cursor->file, pos.file) || pos.line < cursor->line || !cursor->bytes.ptr)
        && !open_file(cursor, findings, pos.file))
        return false;
    if (!go_to_line(cursor, pos.line))
        return false;
    if (pos.column < cursor->column) {
        cursor->column = 1;
        cursor->byte = 0;
    }
    for (; cursor->column < pos.column && cursor->byte < cursor->text.len; cursor->column++)
        kt_utf8_next(cursor->text, &cursor->byte);
    return true;
}

/* ---- What stands at a column ---- */

static size_t quoted_end(kt_sv line, size_t at)
{
    char quote = line.ptr[at];

    for (at++; at < line.len; at++) {
        if (line.ptr[at] == '\\' && quote == '"')
            at++;
        else if (line.ptr[at] == quote)
            return at + 1;
    }
    return line.len;
}

/* A plain text ends before ": ", " #", and what ends a part of a flow collection. */
static size_t plain_end(kt_sv line, size_t at)
{
    size_t from = at;

    for (; at < line.len; at++) {
        char c = line.ptr[at], next = at + 1 < line.len ? line.ptr[at + 1] : ' ';
        if ((c == ':' && (next == ' ' || next == '\t')) || (c == '#' && at > from && line.ptr[at - 1] == ' ')
            || c == ',' || c == ']' || c == '}')
            break;
    }
    while (at > from && (line.ptr[at - 1] == ' ' || line.ptr[at - 1] == '\t'))
        at--;
    return at;
}

size_t kt_line_token(const kt_line_cursor *cursor)
{
    kt_sv line = cursor->text;
    size_t at = cursor->byte, end, count;

    if (at >= line.len || line.ptr[at] == ' ' || line.ptr[at] == '\t')
        return 1;
    if (line.ptr[at] == '#') /* a comment, to its end */
        return kt_utf8_count(kt_sv_slice(line, at, line.len));
    end = line.ptr[at] == '"' || line.ptr[at] == '\'' ? quoted_end(line, at) : plain_end(line, at);
    if (line.ptr[at] == '{' || line.ptr[at] == '[' || (line.ptr[at] == '-' && at + 1 < line.len && line.ptr[at + 1] == ' '))
        return 1;
    count = kt_utf8_count(kt_sv_slice(line, at, end));
    return count > 0 ? count : 1;
}

/* ---- Paths and fingerprints ---- */

kt_sv kt_findings_path(const kt_findings *findings, kt_sv path)
{
    kt_sv folder = findings->style.folder, clean = path.len > 0 ? kt_path_clean(findings->arena, path) : path;

    if (folder.len > 0 && clean.len > folder.len + 1 && kt_sv_starts(clean, folder) && clean.ptr[folder.len] == '/')
        return kt_sv_slice(clean, folder.len + 1, clean.len);
    return clean;
}

bool kt_findings_fingerprint(char out[65], const kt_findings *findings, kt_map *seen, const kt_diag *diag)
{
    kt_sv key = kt_arena_format(findings->arena, "%s\n%v\n%v\n%v\n%v", diag->code,
                                kt_findings_path(findings, diag->pos.file), diag->object, diag->field, diag->message);
    size_t before = findings->arena->failed ? KT_MAP_NONE : kt_map_get(seen, key),
           number = before == KT_MAP_NONE ? 0 : before + 1;
    kt_sv text;

    if (findings->arena->failed || !kt_map_set(seen, key, number))
        return false;
    text = kt_arena_format(findings->arena, "%v\n%u", key, (uint64_t)number);
    kt_sha256_hex(out, &text, 1);
    return !findings->arena->failed;
}

size_t kt_findings_count(const kt_findings *findings, kt_severity severity)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->count; i++)
        count += findings->items[i].severity == severity;
    return count;
}

bool kt_findings_code(kt_code *out, const char *id)
{
    for (size_t i = 0; i < kt_code_count; i++)
        if (strcmp(kt_code_get((kt_code)i)->id, id) == 0) {
            *out = (kt_code)i;
            return true;
        }
    return false;
}

const char *kt_findings_title(const char *id)
{
    kt_code code;

    return kt_findings_code(&code, id) ? kt_code_title(code) : "";
}

/* ---- The call ---- */

kt_status kt_findings_write(const kt_result *result, kt_findings_format format, const kt_findings_style *style,
                            kt_write_fn write, void *ctx)
{
    static kt_findings_fn *const formats[KT_FINDINGS_FORMATS] = {
        [KT_FINDINGS_TEXT] = kt_findings__text,     [KT_FINDINGS_JSON] = kt_findings__json,
        [KT_FINDINGS_SARIF] = kt_findings__sarif,   [KT_FINDINGS_GITHUB] = kt_findings__github,
        [KT_FINDINGS_GITLAB] = kt_findings__gitlab, [KT_FINDINGS_JUNIT] = kt_findings__junit,
    };
    kt_findings findings;
    kt_status status;
    kt_map captures;
    kt_arena arena;

    if (!result || !write || (size_t)format >= KT_FINDINGS_FORMATS)
        return KT_ERR_ARGUMENT;
    memset(&findings, 0, sizeof findings);
    if (style)
        findings.style = *style;
    kt_arena_init(&arena, result->run.options.allocator);
    findings.run = &result->run;
    findings.items = result->run.diags.items;
    findings.count = result->run.diags.count;
    findings.ignored = result->ignored;
    findings.ignored_count = result->ignored_count;
    findings.arena = &arena;
    kt_map_init(&captures, &arena);
    findings.captures = &captures;
    status = formats[format](&findings, write, ctx);
    if (arena.failed)
        status = KT_ERR_NOMEM;
    kt_arena_dispose(&arena);
    return status;
}
