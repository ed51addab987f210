/* The two files that show that a Destination is read (L-7, L-20 … L-22). */
#include "base/buf.h"
#include "base/path.h"
#include "base/sv.h"
#include "layout/update.h"

void kt_canary_files(const kt_layouter *l, kt_sv out[2])
{
    bool nested = l->destination->mode == KT_MODE_NESTED;

    out[0] = nested ? KT_SV("dependencies/kratix-canary-namespace.yaml") : KT_SV("kratix-canary-namespace.yaml");
    out[1] = nested ? KT_SV("resources/kratix-canary-configmap.yaml") : KT_SV("kratix-canary-configmap.yaml");
    for (size_t i = 0; i < 2; i++)
        out[i] = l->rules->rooted_at_destination ? kt_path_clean(&l->run->arena, out[i])
                                                 : kt_path_join2(&l->run->arena, l->base, out[i]);
}

static bool plan_canary(kt_planned_file *file, const kt_layouter *l, kt_sv below, const char *text)
{
    kt_arena *arena = &l->run->arena;
    kt_sv *part = kt_arena_array(arena, 1, sizeof *part);
    kt_maker *maker = kt_arena_array(arena, 1, sizeof *maker);

    if (!part || !maker)
        return false;
    *part = kt_str(text);
    maker->size = part->len;
    maker->pos = l->destination->pos;
    file->below = below;
    file->rule = KT_RULE_CANARY;
    file->content.parts = part;
    file->content.part_count = 1;
    file->content.makers = maker;
    file->content.maker_count = 1;
    return true;
}

bool kt_layout_canaries(kt_updates *out, const kt_layouter *l)
{
    kt_update_head head = {kt_arena_format(&l->run->arena, "Destination/%v", l->destination->name),
                           l->destination->pos, {NULL, 0}};
    kt_planned_file files[2];
    kt_sv below[2];

    if (!l->destination->init_workloads) /* L-22 */
        return true;
    kt_canary_files(l, below);
    return plan_canary(&files[0], l, below[0], l->rules->canary_namespace)
           && plan_canary(&files[1], l, below[1], l->rules->canary_configmap)
           && kt_update_add(out, l, &head, files, 2);
}
