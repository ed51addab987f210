/* From what a controller hands to the writer to final paths and keys (L-2, L-9, L-30, L-35). */
#include "layout/update.h"

#include "base/buf.h"
#include "base/path.h"
#include "base/sv.h"

kt_sv kt_below_destination(const kt_layouter *l, kt_sv rest)
{
    if (l->rules->rooted_at_destination)
        return kt_path_clean(&l->run->arena, rest);
    return kt_path_join2(&l->run->arena, kt_arena_format(&l->run->arena, "%v/", l->base), rest);
}

kt_sv kt_final_path(const kt_layouter *l, kt_sv below)
{
    return kt_path_strip_root(kt_path_join2(&l->run->arena, l->root, below));
}

static uint64_t size_of(const kt_content_view *content)
{
    uint64_t size = 0;

    for (size_t i = 0; i < content->part_count; i++)
        size += content->parts[i].len;
    return size;
}

static kt_diag *report(const kt_layouter *l, kt_code code, kt_pos pos, kt_sv title, const char *format, kt_sv path)
{
    kt_diag *diag = kt_diags_add(&l->run->diags, code, pos, format, path);

    diag->object = title;
    return diag;
}

static bool has_element(kt_sv path, const char *name)
{
    kt_sv element;
    size_t at = 0;

    while (kt_path_next(&element, path, &at))
        if (kt_sv_is(element, name))
            return true;
    return false;
}

/* L-35: files that git reads while it adds others. */
static void warn_of_git_files(const kt_layouter *l, kt_sv title, kt_pos pos, kt_sv path)
{
    if (l->store->kind == KT_STORE_GIT
        && (has_element(path, ".gitignore") || has_element(path, ".gitattributes")))
        report(l, KT_PATH_GIT_SPECIAL, pos, title, "git acts upon '%v' when the State Store is written", path);
}

#define LONGEST_PATH 8192 /* beyond what git, buckets and file systems take */

/* Whether the file may stand in the tree; else it has been reported. */
static bool fits(const kt_layouter *l, kt_sv title, kt_pos pos, kt_sv cleaned, bool *climbs)
{
    kt_sv path = kt_path_strip_root(cleaned);

    *climbs = kt_path_climbs(path);
    if (*climbs && l->store->kind == KT_STORE_GIT)
        report(l, KT_PATH_ESCAPES_GIT, pos, title, "'%v' lies outside the repository: Kratix writes nothing of this",
               cleaned);
    else if (*climbs)
        report(l, KT_PATH_ESCAPES_BUCKET, pos, title, "the key '%v' climbs out of the bucket's tree", cleaned);
    else if (path.len == 0 || kt_sv_is(path, "."))
        report(l, KT_PATH_EMPTY, pos, title, "the path '%v' names the folder itself, not a file in it", cleaned);
    else if (path.len > LONGEST_PATH)
        report(l, KT_PATH_TOO_LONG, pos, title, "a path is longer than 8192 bytes: '%v…'", kt_sv_slice(path, 0, 80));
    else if (has_element(path, ".git"))
        report(l, KT_PATH_GIT_ELEMENT, pos, title, "'%v' has an element named .git", path);
    else
        return true;
    return false;
}

static void set_paths(const kt_layouter *l, kt_file *file, kt_sv cleaned)
{
    file->path = kt_path_strip_root(cleaned);
    file->key = l->store->kind == KT_STORE_GIT ? file->path : cleaned;
}

/* Said once for a Destination: equal diagnostics are kept once. */
static void note_leading_slash(const kt_layouter *l, const kt_file *file)
{
    kt_sv destination = kt_arena_format(&l->run->arena, "Destination/%v", l->destination->name);

    if (file->key.len != file->path.len)
        report(l, KT_KEY_LEADING_SLASH, l->destination->pos, destination,
               "the keys of this Destination begin with a slash, here they stand without it: '%v'",
               kt_path_join2(&l->run->arena, l->root, l->base));
}

static bool keep_update(kt_updates *out, kt_arena *arena, const kt_update *update)
{
    kt_update *items = kt_arena_reserve(arena, out->items, out->count, &out->capacity, sizeof *items);

    if (!items)
        return false;
    out->items = items;
    items[out->count++] = *update;
    return true;
}

bool kt_update_add(kt_updates *out, const kt_layouter *l, const kt_update_head *head, const kt_planned_file *files,
                   size_t count)
{
    kt_arena *arena = &l->run->arena;
    kt_sv title = head->title;
    kt_pos pos = head->pos;
    kt_update update = {title, pos, {NULL, 0}, kt_arena_array(arena, count, sizeof(kt_file)), 0};
    bool whole = true;

    if (!update.files)
        return false;
    if (head->folder.len > 0)
        update.folder = kt_final_path(l, head->folder);
    for (size_t i = 0; i < count; i++) {
        kt_file *file = &update.files[update.file_count];
        kt_sv cleaned = kt_path_join2(arena, l->root, files[i].below);
        bool climbs;
        if (!fits(l, title, pos, cleaned, &climbs)) {
            bool swallowed = has_element(cleaned, ".git"); /* git adds the others (L-35) */
            whole = false;
            l->run->left_out += !(climbs && l->store->kind == KT_STORE_GIT);
            if (l->store->kind == KT_STORE_GIT && (climbs || !swallowed))
                return !arena->failed; /* one commit: all of it or nothing */
            continue;
        }
        set_paths(l, file, cleaned);
        file->rule = files[i].rule;
        file->destination = l->destination;
        file->parts = files[i].content.parts;
        file->part_count = files[i].content.part_count;
        file->size = size_of(&files[i].content);
        file->makers = files[i].content.makers;
        file->maker_count = files[i].content.maker_count;
        warn_of_git_files(l, title, pos, file->path);
        update.file_count++;
    }
    if (whole && update.file_count > 0)
        note_leading_slash(l, &update.files[0]);
    return !arena->failed && keep_update(out, arena, &update);
}

static kt_maker maker_of(const kt_placed *placed, const kt_workload *workload)
{
    kt_maker maker = {placed->work, placed->group, workload, placed->placement, 0, 0, placed->work->pos};

    return maker;
}

size_t kt_makers_of(kt_maker **out, kt_arena *arena, const kt_placed *placed, const kt_workload *workload,
                    uint64_t offset)
{
    size_t count = workload->origin_count > 0 ? workload->origin_count : 1;
    kt_maker *makers = kt_arena_array(arena, count, sizeof *makers);

    if (!makers)
        return 0;
    for (size_t i = 0; i < count; i++) {
        makers[i] = maker_of(placed, workload);
        makers[i].offset = offset;
        makers[i].size = workload->size;
        if (workload->origin_count == 0)
            continue;
        makers[i].offset = offset + workload->origins[i].offset;
        makers[i].size = workload->origins[i].size;
        makers[i].pos = workload->origins[i].pos;
    }
    *out = makers;
    return count;
}

bool kt_plan_workload(kt_planned_file *file, const kt_layouter *l, const kt_placed *placed,
                          const kt_workload *workload, kt_sv below)
{
    kt_maker *makers = NULL;
    size_t count = kt_makers_of(&makers, &l->run->arena, placed, workload, 0);

    file->below = below;
    file->rule = KT_RULE_WORKLOAD;
    file->content.parts = workload->parts;
    file->content.part_count = workload->part_count;
    file->content.makers = makers;
    file->content.maker_count = count;
    return count > 0;
}
