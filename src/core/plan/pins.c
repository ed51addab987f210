/* What a cluster's print-out pins: the names of Works, and where their groups are, in the form of a memory. */
#include "base/sort.h"
#include "base/sv.h"
#include "memory/memory.h"
#include "plan/dump.h"

static int compare_works(const void *left, const void *right)
{
    const kt_work *a = left, *b = right;
    int order = kt_sv_compare(a->identity, b->identity);

    if (order == 0)
        order = kt_sv_compare(a->namespace_, b->namespace_);
    return order != 0 ? order : kt_sv_compare(a->name, b->name);
}

/* S-29: on a Destination that is gone a placement lingers. */
static bool pin_placements(kt_group *group, const kt_dump *dump, size_t first, size_t count)
{
    kt_placement *placements = kt_arena_array(&dump->run->arena, count, sizeof *placements);
    kt_sv *lingering = kt_arena_array(&dump->run->arena, count, sizeof *lingering);

    if (!placements || !lingering)
        return false;
    group->placements = placements;
    group->lingering = lingering;
    for (size_t i = first; i < first + count; i++) {
        const kt_cluster_placement *from = dump->placements[i];
        size_t at = kt_map_get(&dump->destinations, from->destination);
        if (at == KT_MAP_NONE)
            lingering[group->lingering_count++] = from->destination;
        else
            placements[group->placement_count++] = (kt_placement){
                from->object.name, from->object.namespace_, &dump->model->destinations[at], from->misplaced};
    }
    return true;
}

static bool pin_group(kt_group *group, const kt_dump *dump, const kt_object *work, const kt_cluster_group *from)
{
    size_t first = kt_dump_first(dump, work->namespace_, work->name, from->id), count = 0;

    kt_group_set_directory(group, from->directory);
    while (kt_dump_is_of(dump, first + count, work->namespace_, work->name, from->id))
        count++;
    return pin_placements(group, dump, first, count);
}

static bool pin_work(kt_work *work, const kt_dump *dump, const kt_cluster_work *from)
{
    kt_group *groups = kt_arena_array(&dump->run->arena, from->group_count, sizeof *groups);

    if (!groups)
        return false;
    work->type = from->type;
    work->identity = kt_dump_identity(&dump->run->arena, from);
    work->namespace_ = from->object.namespace_;
    work->name = from->object.name;
    work->pos = from->object.pos;
    work->groups = groups;
    work->group_count = from->group_count;
    for (size_t i = 0; i < from->group_count; i++)
        if (!pin_group(&groups[i], dump, &from->object, &from->groups[i]))
            return false;
    return true;
}

/* Of several Works of one identity the first by name is the one. */
static size_t drop_others(kt_work *works, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !kt_sv_equal(works[kept - 1].identity, works[i].identity)
            || !kt_sv_equal(works[kept - 1].namespace_, works[i].namespace_))
            works[kept++] = works[i];
    return kept;
}

bool kt_dump_pin(const kt_dump *dump)
{
    kt_arena *arena = &dump->run->arena;
    size_t count = dump->model->work_count;
    kt_memory *memory = kt_arena_array(arena, 1, sizeof *memory);
    kt_work *works = kt_arena_array(arena, count, sizeof *works);

    if (!memory || !works)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!pin_work(&works[i], dump, &dump->model->works[i]))
            return false;
    if (!kt_sort(works, count, sizeof *works, compare_works, arena))
        return false;
    memory->plan.works = works;
    memory->plan.work_count = drop_others(works, count);
    dump->run->printed = memory;
    return !arena->failed;
}
