/* Captured output against what a cluster has printed of the same Work. */
#include "base/few.h"
#include "base/sv.h"
#include "plan/dump.h"
#include "plan/packed.h"

typedef struct comparison {
    const kt_dump *dump;
    kt_arena scratch; /* unpacked content, one file at a time */
    kt_few files;     /* that differ */
} comparison;

static bool is_equal(const kt_workload *captured, kt_sv printed)
{
    size_t at = 0;

    for (size_t i = 0; i < captured->part_count; i++) {
        kt_sv part = captured->parts[i];
        if (part.len > printed.len - at || !kt_sv_equal(part, kt_sv_slice(printed, at, at + part.len)))
            return false;
        at += part.len;
    }
    return at == printed.len;
}

/* Content that cannot be unpacked differs. */
static bool holds(comparison *c, const kt_value *item, const kt_workload *captured)
{
    const char *why;
    kt_sv text;
    kt_status status = kt_unpack(&text, &why, &c->scratch, kt_value_string(kt_value_get(item, "content")),
                                 c->dump->run->options.limits.output_bytes);
    bool equal = status == KT_OK && is_equal(captured, text);

    c->dump->run->arena.failed |= status == KT_ERR_NOMEM;
    kt_arena_reset(&c->scratch);
    return equal;
}

static size_t count_items(const kt_value *list)
{
    return list ? list->length : 0;
}

/* `made` and `printed` are of the same directory; either may be NULL. */
static bool compare_groups(comparison *c, const kt_group *made, const kt_cluster_group *printed)
{
    const kt_value *list = printed ? printed->workloads : NULL;
    kt_map captured;

    kt_map_init(&captured, &c->dump->run->arena);
    for (size_t i = 0; made && i < made->workload_count; i++)
        if (!kt_map_set(&captured, made->workloads[i].path, i))
            return false;
    for (size_t i = 0; i < count_items(list); i++) {
        kt_sv path = kt_value_string(kt_value_get(&list->as.items[i], "filepath"));
        size_t at = kt_map_get(&captured, path);
        if (at == KT_MAP_NONE || !holds(c, &list->as.items[i], &made->workloads[at]))
            kt_few_add(&c->files, path);
        if (at != KT_MAP_NONE && !kt_map_set(&captured, path, KT_MAP_NONE))
            return false;
    }
    for (size_t i = 0; made && i < made->workload_count; i++)
        if (kt_map_get(&captured, made->workloads[i].path) != KT_MAP_NONE)
            kt_few_add(&c->files, made->workloads[i].path);
    return true;
}

static bool compare_all(comparison *c, const kt_work *made, const kt_cluster_work *printed)
{
    kt_map directories;

    kt_map_init(&directories, &c->dump->run->arena);
    for (size_t i = 0; i < printed->group_count; i++)
        if (!kt_map_set(&directories, printed->groups[i].directory, i))
            return false;
    for (size_t i = 0; i < made->group_count; i++) {
        size_t at = kt_map_get(&directories, made->groups[i].directory);
        bool known = at != KT_MAP_NONE;
        if (!made->groups[i].kept
            && !compare_groups(c, &made->groups[i], known ? &printed->groups[at] : NULL))
            return false;
        if (known && !kt_map_set(&directories, made->groups[i].directory, KT_MAP_NONE))
            return false;
    }
    for (size_t i = 0; i < printed->group_count; i++)
        if (kt_map_get(&directories, printed->groups[i].directory) != KT_MAP_NONE
            && !compare_groups(c, NULL, &printed->groups[i]))
            return false;
    return true;
}

bool kt_dump_compare(const kt_dump *dump, const kt_work *made, const kt_cluster_work *printed)
{
    kt_run *run = dump->run;
    comparison c = {.dump = dump};
    kt_diag *diag;
    kt_sv names;
    bool well;

    kt_arena_init(&c.scratch, run->arena.allocator);
    kt_few_init(&c.files, run->arena.allocator);
    well = compare_all(&c, made, printed);
    names = kt_few_end(&c.files, &run->arena);
    kt_arena_dispose(&c.scratch);
    if (!well || c.files.count == 0)
        return well;
    diag = kt_diags_add(&run->diags, KT_CONTENT_DIFFERS, printed->object.pos,
                        "the cluster has printed other content than was captured, which is used: %v", names);
    diag->object = printed->object.title;
    diag->related = made->pos;
    diag->related_text = kt_arena_format(&run->arena, "its pipeline is %v", made->pipeline);
    return !run->arena.failed;
}
