/* Severities and ignores. */
#include "tree/ignore.h"

#include "base/buf.h"
#include "base/glob.h"
#include "base/path.h"
#include "base/sort.h"
#include "base/sv.h"
#include "model/config.h"

typedef struct applier {
    kt_result *result;
    kt_run *run;
    const kt_config *config; /* may be NULL */
    kt_sv base;              /* folder of the configuration, as absolute() has it */
    bool *used;              /* of each ignore of the configuration */
    kt_comment_rules comments;
    size_t ignored_capacity;
} applier;

/* ---- Paths ---- */

static kt_sv absolute(const applier *a, kt_sv path)
{
    return kt_sv_starts(path, KT_SV("/")) ? kt_path_clean(&a->run->arena, path)
                                          : kt_path_join2(&a->run->arena, a->run->options.folder, path);
}

static kt_sv folder_of(kt_sv path)
{
    size_t slash = kt_sv_rfind(path, '/');

    return slash == path.len ? KT_SV(".") : slash == 0 ? KT_SV("/") : kt_sv_slice(path, 0, slash);
}

/* Whether the glob of an ignore matches a file; an empty one matches all. */
static bool matches(const applier *a, const kt_ignore_rule *rule, kt_sv file)
{
    kt_sv path;

    if (rule->path.len == 0)
        return true;
    path = absolute(a, file);
    if (kt_sv_is(a->base, ".") || kt_sv_is(a->base, "/"))
        return kt_path_matches(rule->path, path);
    return kt_path_is_below(path, a->base) && kt_path_matches(rule->path, kt_sv_slice(path, a->base.len + 1, path.len));
}

/* ---- Rules ---- */

/* Rendering must say what it refuses. */
static bool may_change(const applier *a, const kt_diag *diag)
{
    return (diag->severity != KT_ERROR || a->run->options.validate) && diag->pos.file.len > 0
           && kt_code_may_change(kt_str(diag->code));
}

static kt_level level_of(const applier *a, const kt_diag *diag)
{
    kt_level level = (kt_level)diag->severity;

    for (size_t i = 0; a->config && i < a->config->severity_count; i++)
        if (kt_sv_is(a->config->severities[i].code, diag->code))
            level = a->config->severities[i].level;
    return level;
}

static const kt_ignore_rule *find_entry(applier *a, const kt_diag *diag)
{
    for (size_t i = 0; a->config && i < a->config->ignore_count; i++) {
        const kt_ignore_rule *rule = &a->config->ignores[i];
        if (!kt_sv_is(rule->code, diag->code) || !matches(a, rule, diag->pos.file))
            continue;
        a->used[i] = true;
        return rule;
    }
    return NULL;
}

/* <0, 0, >0: where the line of a rule is, seen from a place. */
static int compare_line(const kt_comment_rule *rule, kt_pos pos)
{
    int order = kt_sv_compare(rule->file, pos.file);

    return order != 0 ? order : (rule->line > pos.line) - (rule->line < pos.line);
}

static kt_comment_rule *find_comment(applier *a, const kt_diag *diag)
{
    size_t low = 0, high = a->comments.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_line(&a->comments.items[middle], diag->pos) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < a->comments.count && compare_line(&a->comments.items[low], diag->pos) == 0; low++)
        if (kt_sv_is(a->comments.items[low].code, diag->code)) {
            a->comments.items[low].used = true;
            return &a->comments.items[low];
        }
    return NULL;
}

/* ---- Applying ---- */

static bool move_away(applier *a, const kt_diag *diag, kt_sv reason, kt_pos pos, bool inside)
{
    kt_result *result = a->result;
    kt_ignored *items = kt_arena_reserve(&a->run->arena, result->ignored, result->ignored_count, &a->ignored_capacity,
                                         sizeof *items);

    if (!items)
        return true; /* the arena has failed: the run ends with that */
    result->ignored = items;
    items[result->ignored_count++] = (kt_ignored){*diag, reason, pos, inside};
    return false;
}

/* Whether a diagnostic stays; its severity may change. A kt_diags_filter() callback. */
static bool keep(void *ctx, kt_diag *diag, kt_severity *severity)
{
    applier *a = ctx;
    const kt_ignore_rule *entry;
    kt_comment_rule *comment;
    kt_level level;

    if (!may_change(a, diag))
        return true;
    comment = find_comment(a, diag);
    if (comment)
        return move_away(a, diag, comment->reason, comment->pos, true);
    entry = find_entry(a, diag);
    if (entry)
        return move_away(a, diag, entry->reason, entry->pos, false);
    level = level_of(a, diag);
    if (level != KT_LEVEL_OFF)
        *severity = (kt_severity)level;
    return level != KT_LEVEL_OFF;
}

/* ---- What ignores nothing ---- */

static void report_unused(applier *a)
{
    kt_diags *diags = &a->run->diags;

    for (size_t i = 0; a->config && i < a->config->ignore_count; i++)
        if (!a->used[i])
            kt_diags_add(diags, KT_IGNORE_UNUSED, a->config->ignores[i].pos, "%v is not found%s%v, so nothing is ignored",
                         a->config->ignores[i].code, a->config->ignores[i].path.len > 0 ? " in " : "",
                         a->config->ignores[i].path);
    for (size_t i = 0; i < a->comments.count; i++)
        if (!a->comments.items[i].used)
            kt_diags_add(diags, KT_IGNORE_UNUSED, a->comments.items[i].pos,
                         "%v is not found in line %u, so nothing is ignored", a->comments.items[i].code,
                         (uint64_t)a->comments.items[i].line);
}

/* Warnings of the configuration itself. */
static bool add_warnings(applier *a)
{
    return !a->config || !a->run->options.validate || kt_diags_append(&a->run->diags, &a->config->diags);
}

bool kt_ignore_apply(kt_result *result, const kt_source_documents *files)
{
    kt_run *run = &result->run;
    applier a = {result, run, run->options.config, {NULL, 0}, NULL, {NULL, 0, 0}, 0};

    if (a.config) {
        a.base = absolute(&a, folder_of(a.config->path));
        a.used = kt_arena_array(&run->arena, a.config->ignore_count, sizeof *a.used);
    }
    for (size_t i = 0; i < run->source_count; i++)
        if (files[i].source && !kt_comments_read(&a.comments, run, &files[i]))
            return false;
    if (!add_warnings(&a) || (a.config && !a.used))
        return false;
    kt_diags_filter(&run->diags, keep, &a);
    if (run->options.validate && run->diags.error_count == 0) { /* behind an error not everything was looked at */
        report_unused(&a);
        kt_diags_filter(&run->diags, keep, &a); /* severities of what was just said */
    }
    return !run->arena.failed
           && kt_sort(result->ignored, result->ignored_count, sizeof *result->ignored, kt_diag_compare, &run->arena);
}
