/* Whose a file is, and why it comes or goes. For what goes, the new plan is asked what became of its maker. */
#include "base/buf.h"
#include "base/path.h"
#include "base/sv.h"
#include "emit/differences.h"
#include "layout/layout.h"

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf *buf = ctx;

    kt_buf_bytes(buf, bytes, size);
    return buf->status == KT_OK;
}

static kt_sv file_text(const kt_file *file, kt_arena *arena)
{
    kt_sv text;
    kt_buf buf;

    kt_buf_init(&buf, arena->allocator);
    kt_why_file(file, append, &buf);
    text = kt_buf_copy(&buf, arena);
    kt_buf_dispose(&buf);
    return text;
}

/* ---- What became of a maker ---- */

static const kt_destination *find_destination(const kt_plan *plan, kt_sv name)
{
    for (size_t i = 0; i < plan->destination_count; i++)
        if (kt_sv_equal(plan->destinations[i].name, name))
            return &plan->destinations[i];
    return NULL;
}

static const kt_work *find_work(const kt_plan *plan, const kt_work *then)
{
    for (size_t i = 0; i < plan->work_count; i++)
        if (plan->works[i].type == then->type && kt_sv_equal(plan->works[i].identity, then->identity))
            return &plan->works[i];
    return NULL;
}

static const kt_group *find_group(const kt_work *work, const kt_group *then)
{
    for (size_t i = 0; i < work->group_count; i++)
        if (kt_sv_equal(work->groups[i].directory, then->directory))
            return &work->groups[i];
    return NULL;
}

static bool is_placed(const kt_group *group, const kt_destination *destination)
{
    for (size_t i = 0; i < group->placement_count; i++)
        if (group->placements[i].destination == destination)
            return true;
    return false;
}

static bool lies_elsewhere(const kt_destination *now, const kt_destination *then)
{
    return now->mode != then->mode || !kt_sv_equal(now->path, then->path) || !now->store || !then->store
           || now->store->kind != then->store->kind || !kt_sv_equal(now->store->name, then->store->name)
           || !kt_sv_equal(now->store->prefix, then->store->prefix) || !kt_sv_equal(now->filename, then->filename);
}

static kt_sv work_text(const kt_work *work, const char *end, kt_sv more, kt_arena *arena)
{
    kt_sv text;
    kt_buf buf;

    kt_buf_init(&buf, arena->allocator);
    kt_why_work(work, append, &buf);
    kt_buf_format(&buf, "%s%v", end, more);
    text = kt_buf_copy(&buf, arena);
    kt_buf_dispose(&buf);
    return text;
}

static kt_sv group_text(const kt_work *work, const kt_group *group, const kt_destination *destination,
                        kt_arena *arena)
{
    if (!is_placed(group, destination))
        for (size_t i = 0; i < group->reason_count; i++)
            if (group->reasons[i].destination == destination)
                return work_text(work, ": ", group->reasons[i].text, arena);
    return work_text(work, ": no such file any more", KT_SV(""), arena);
}

static kt_sv maker_text(const kt_maker *then, const kt_plan *plan, const kt_destination *destination,
                        kt_arena *arena)
{
    const kt_work *work = find_work(plan, then->work);
    const kt_group *group;

    if (!work)
        return work_text(then->work, ": gone", KT_SV(""), arena);
    group = then->group ? find_group(work, then->group) : NULL;
    if (group)
        return group_text(work, group, destination, arena);
    return work_text(work, ": no longer has the group ", then->group ? then->group->directory : KT_SV(""), arena);
}

/* Why a file of another result is no longer there. */
static kt_sv gone_text(const kt_file *then, const kt_plan *plan, kt_arena *arena)
{
    const kt_destination *now = then->destination ? find_destination(plan, then->destination->name) : NULL;

    if (!now)
        return then->destination ? kt_arena_format(arena, "Destination %v is gone", then->destination->name)
                                 : KT_SV("");
    if (lies_elsewhere(now, then->destination))
        return kt_arena_format(arena, "Destination %v is laid out in another way", now->name);
    if (then->maker_count == 0 || !then->makers[0].work)
        return kt_arena_format(arena, "Destination %v has no such file any more", now->name);
    return maker_text(&then->makers[0], plan, now, arena);
}

/* ---- Whose a path is ---- */

static const kt_store *store_at(const kt_plan *plan, kt_sv path, kt_sv *below, kt_arena *arena)
{
    const kt_store *only = NULL;

    for (size_t i = 0; i < plan->store_count; i++) {
        const kt_store *store = &plan->stores[i];
        kt_sv folder = kt_store_folder(arena, store, true);
        if (store->missing)
            continue;
        if (kt_path_is_below(path, folder)) {
            *below = kt_sv_slice(path, folder.len + 1, path.len);
            return store;
        }
        only = only ? NULL : store;
    }
    *below = path;
    return plan->store_count == 1 ? only : NULL;
}

/* The Destination whose folder is the deepest above a path. */
static const kt_destination *destination_at(const kt_plan *plan, const kt_store *store, kt_sv below, kt_arena *arena)
{
    const kt_destination *found = NULL;
    size_t deepest = 0;

    for (size_t i = 0; store && i < plan->destination_count; i++) {
        const kt_destination *d = &plan->destinations[i];
        kt_sv root;
        if (d->store != store)
            continue;
        root = kt_path_strip_root(kt_path_join2(arena, store->prefix, d->path));
        if (kt_sv_is(root, "."))
            root.len = 0;
        if (kt_path_is_below(below, root) && (!found || root.len > deepest)) {
            found = d;
            deepest = root.len;
        }
    }
    return found;
}

static const kt_store *store_of(const kt_placed_files *files, kt_sv path)
{
    const kt_placed_file *found = kt_placed_find(files, path);

    return found ? found->store : NULL;
}

bool kt_difference_explain(kt_difference *d, const kt_difference_handle *handle, kt_arena *arena)
{
    bool told = d->why.len > 0;
    kt_sv below;

    if (d->file) {
        d->store = store_of(&handle->now, d->path);
        d->destination = d->file->destination;
        d->why = file_text(d->file, arena);
    } else if (d->old_file) {
        d->store = store_of(&handle->before, d->path);
        d->destination = d->old_file->destination;
        d->why = told ? d->why : gone_text(d->old_file, handle->plan, arena);
    } else {
        d->store = store_at(handle->plan, d->path, &below, arena);
        d->destination = destination_at(handle->plan, d->store, below, arena);
        if (!told && d->kind != KT_DIFFERENCE_FOREIGN)
            d->why = KT_SV("nothing in the input makes it");
    }
    return !arena->failed;
}
