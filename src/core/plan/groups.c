/* What the work-creator makes of a pipeline's output (W-10, G-10 … G-22). */
#include "plan/groups.h"

#include "base/map.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "plan/scheduling_file.h"
#include "plan/work.h"

typedef struct builder {
    kt_run *run;
    const kt_promise *promise;
    const kt_capture *capture;
    kt_selector_source source;
    kt_directory_selectors entries;
    kt_map named; /* top-level directories with a group of their own */
} builder;

static bool is_default(const kt_directory_selector *entry)
{
    return kt_sv_is(entry->directory, ".");
}

/* First element of a path. */
static kt_sv top_of(kt_sv path)
{
    return kt_sv_slice(path, 0, kt_sv_find(path, '/'));
}

static bool is_folder(const kt_source *entry)
{
    return (entry->flags & KT_SOURCE_FOLDER) != 0;
}

/* G-13: whether the default group holds a file; G-10: or the group of a directory ("/": every file, G-15). */
static bool belongs(const builder *b, kt_sv path, const kt_directory_selector *entry)
{
    bool nested = kt_sv_find(path, '/') < path.len;

    if (entry && kt_sv_is(entry->directory, "/"))
        return true;
    if (entry)
        return nested && kt_sv_equal(top_of(path), entry->directory);
    return !nested || kt_map_get(&b->named, top_of(path)) == KT_MAP_NONE;
}

static size_t count_files(const builder *b, const kt_directory_selector *entry)
{
    size_t count = 0;

    for (size_t i = 0; i < b->capture->output_count; i++) {
        const kt_source *file = &b->capture->output[i];
        count += !is_folder(file) && belongs(b, kt_capture_path(b->capture, file), entry);
    }
    return count;
}

static bool fill_workload(kt_workload *out, builder *b, const kt_source *file)
{
    kt_arena *arena = &b->run->arena;
    kt_sv *part = kt_arena_array(arena, 1, sizeof *part);
    kt_origin *origin = kt_arena_array(arena, 1, sizeof *origin);

    if (!part || !origin)
        return false;
    *part = file->bytes;
    origin->size = file->bytes.len;
    origin->pos.file = file->path;
    out->path = kt_capture_path(b->capture, file); /* G-17 */
    out->parts = part;
    out->part_count = 1;
    out->size = file->bytes.len;
    out->origins = origin;
    out->origin_count = 1;
    return true;
}

static bool fill_workloads(kt_group *group, builder *b, const kt_directory_selector *entry)
{
    kt_workload *workloads = kt_arena_array(&b->run->arena, count_files(b, entry), sizeof *workloads);

    if (!workloads)
        return false;
    for (size_t i = 0; i < b->capture->output_count; i++) {
        const kt_source *file = &b->capture->output[i];
        if (is_folder(file) || !belongs(b, kt_capture_path(b->capture, file), entry))
            continue;
        if (!fill_workload(&workloads[group->workload_count++], b, file))
            return false;
    }
    group->workloads = workloads;
    return true;
}

/* G-11: the directory must be there, and be one. */
static bool check_directory(builder *b, const kt_directory_selector *entry)
{
    kt_sv directory = entry->directory;
    bool found = kt_sv_is(directory, "/"), file = false;

    for (size_t i = 0; i < b->capture->output_count && !found; i++) {
        kt_sv path = kt_capture_path(b->capture, &b->capture->output[i]);
        if (!kt_sv_equal(top_of(path), directory))
            continue;
        file = path.len == directory.len && !is_folder(&b->capture->output[i]);
        found = !file;
    }
    if (!found)
        kt_capture_fail(b->run, b->capture, entry->pos, "open %v/output/%v: %s", b->capture->folder, directory,
                        file ? "not a directory" : "no such file or directory");
    return found;
}

static kt_selector *add_selector(kt_selector *at, kt_selector_source source, const kt_label *labels, size_t count)
{
    at->source = source;
    at->labels = labels;
    at->label_count = count;
    return at + 1;
}

/* G-10: a directory's group has its own selectors and no others. */
static bool add_directory(kt_groups *out, builder *b, const kt_directory_selector *entry)
{
    kt_group *group = &out->items[out->count];
    kt_selector *selectors = kt_arena_array(&b->run->arena, 1, sizeof *selectors);

    if (!selectors)
        return false;
    kt_group_set_directory(group, entry->directory);
    add_selector(selectors, b->source, entry->labels, entry->label_count);
    group->selectors = selectors;
    group->selector_count = 1;
    out->count++;
    return fill_workloads(group, b, entry);
}

/* G-14: what is left, with the default entry's selectors and then the Promise's. */
static bool add_default(kt_groups *out, builder *b)
{
    kt_group *group = &out->items[out->count];
    kt_selector *selectors = kt_arena_array(&b->run->arena, b->promise->selector_count + 1, sizeof *selectors);
    kt_selector *end = selectors;

    if (!selectors)
        return false;
    if (count_files(b, NULL) == 0)
        return true;
    kt_group_set_directory(group, KT_SV("."));
    for (size_t i = 0; i < b->entries.count; i++)
        if (is_default(&b->entries.items[i]))
            end = add_selector(end, b->source, b->entries.items[i].labels, b->entries.items[i].label_count);
    for (size_t i = 0; i < b->promise->selector_count; i++)
        end = add_selector(end, KT_SELECTOR_PROMISE, b->promise->selectors[i].labels,
                           b->promise->selectors[i].label_count);
    group->selectors = selectors;
    group->selector_count = (size_t)(end - selectors);
    out->count++;
    return fill_workloads(group, b, NULL);
}

/* G-22, G-23: what the walker cannot read. */
static bool check_entries(builder *b)
{
    for (size_t i = 0; i < b->capture->output_count; i++) {
        const kt_source *entry = &b->capture->output[i];
        bool named = kt_utf8_valid(kt_capture_path(b->capture, entry));
        kt_pos pos = {entry->path, 0, 0};
        if (!(entry->flags & KT_SOURCE_UNREADABLE) && named)
            continue;
        kt_capture_fail(b->run, b->capture, pos, "the pipeline fails: %s",
                        named ? "a symbolic link must lead to a file in the capture"
                              : "the name is not UTF-8, which a Work cannot hold");
        return false;
    }
    return true;
}

static bool build(kt_groups *out, bool *failed, builder *b)
{
    kt_map_init(&b->named, &b->run->arena);
    out->items = kt_arena_array(&b->run->arena, b->entries.count + 1, sizeof *out->items);
    if (!out->items)
        return false;
    for (size_t i = 0; i < b->entries.count; i++) {
        const kt_directory_selector *entry = &b->entries.items[i];
        if (is_default(entry))
            continue;
        if (!kt_map_set(&b->named, entry->directory, i))
            return false;
        *failed = !check_directory(b, entry);
        if (*failed)
            return !b->run->arena.failed;
        if (!add_directory(out, b, entry))
            return false;
    }
    return add_default(out, b);
}

bool kt_groups_build(kt_groups *out, kt_run_outcome *outcome, kt_run *run, const kt_promise *promise,
                     const kt_capture *capture, kt_selector_source source)
{
    builder b = {run, promise, capture, source, {NULL, 0, false}, {NULL, NULL, 0, 0, 0}};
    kt_control control;
    bool failed = false;

    *out = (kt_groups){NULL, 0};
    *outcome = KT_RUN_FAILED;
    if (!kt_directory_selectors_read(&b.entries, run, capture))
        return false;
    if (b.entries.failed)
        return true;
    if (!kt_control_read(&control, run, capture))
        return false;
    if (control.failed)
        return true;
    if (control.stops) {
        *outcome = KT_RUN_SUSPENDED;
        return true;
    }
    if (!check_entries(&b))
        return !run->arena.failed;
    if (!build(out, &failed, &b))
        return false;
    *outcome = failed ? KT_RUN_FAILED : KT_RUN_DONE;
    return true;
}
