/* Questions to a memory: its lists are sorted, so that they can be searched. */
#include "memory/memory.h"

#include "base/path.h"
#include "base/sv.h"

static int compare_work(const kt_work *work, kt_sv identity, kt_sv namespace_)
{
    int order = kt_sv_compare(work->identity, identity);

    return order != 0 ? order : kt_sv_compare(work->namespace_, namespace_);
}

const kt_work *kt_memory_work(const kt_memory *memory, kt_sv identity, kt_sv namespace_)
{
    size_t low = 0, high = memory ? memory->plan.work_count : 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_work(&memory->plan.works[middle], identity, namespace_);
        if (order == 0)
            return &memory->plan.works[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

kt_fate *kt_memory_fate(const kt_memory *memory, const kt_work *work)
{
    return &memory->fates[work - memory->plan.works];
}

const kt_group *kt_memory_group(const kt_work *work, kt_sv directory)
{
    for (size_t i = 0; work && i < work->group_count; i++)
        if (kt_sv_equal(work->groups[i].directory, directory))
            return &work->groups[i];
    return NULL;
}

const kt_destination *kt_destination_find(const kt_destination *destinations, size_t count, kt_sv name)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = kt_sv_compare(destinations[middle].name, name);
        if (order == 0)
            return &destinations[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const kt_destination *kt_memory_destination(const kt_memory *memory, kt_sv name)
{
    return memory ? kt_destination_find(memory->plan.destinations, memory->plan.destination_count, name) : NULL;
}

const kt_store *kt_memory_store(const kt_memory *memory, kt_store_kind kind, kt_sv name)
{
    for (size_t i = 0; memory && i < memory->plan.store_count; i++)
        if (memory->plan.stores[i].kind == kind && kt_sv_equal(memory->plan.stores[i].name, name))
            return &memory->plan.stores[i];
    return NULL;
}

bool kt_memory_keep(kt_memory *memory, kt_arena *arena, kt_group *group, const kt_work *work,
                    const kt_group *remembered)
{
    kt_kept *items =
        kt_arena_reserve(arena, memory->kept, memory->kept_count, &memory->kept_capacity, sizeof *items);

    if (!items)
        return false;
    memory->kept = items;
    items[memory->kept_count++] = (kt_kept){group, work, remembered};
    group->kept = true;
    group->workloads = NULL;
    group->workload_count = 0;
    return true;
}

/* ---- Identities ---- */

bool kt_identity_split(kt_identity *out, kt_sv identity)
{
    static const struct {
        const char *word;
        size_t elements;
        kt_work_type type;
    } forms[] = {
        {"static-dependency", 2, KT_WORK_STATIC}, {"promise", 3, KT_WORK_PROMISE}, {"resource", 5, KT_WORK_RESOURCE}};
    kt_sv elements[6];
    size_t count = 0, at = 0;

    while (count < 6 && kt_path_next(&elements[count], identity, &at))
        count++;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (count != forms[i].elements || !kt_sv_is(elements[0], forms[i].word))
            continue;
        *out = (kt_identity){forms[i].type, elements[1], {NULL, 0}, {NULL, 0}, {NULL, 0}};
        if (count == 5) {
            out->namespace_ = elements[2];
            out->resource = elements[3];
        }
        if (count > 2)
            out->pipeline = elements[count - 1];
        return true;
    }
    return false;
}
