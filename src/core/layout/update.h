/* Shared by the files of this room: one Destination being laid out, and the making of its files. */
#ifndef KT_LAYOUT_UPDATE_H
#define KT_LAYOUT_UPDATE_H

#include "layout/layout.h"
#include "model/profile.h"

typedef struct kt_layouter {
    kt_run *run;
    const kt_profile_rules *rules;
    const kt_store *store;
    const kt_destination *destination;
    kt_sv root; /* the writer's: the store's prefix, with the Destination's path in it where V-4 holds */
    kt_sv base; /* the Destination's path as the controller joins it; "" where V-4 holds */
} kt_layouter;

/* Content of a file and who made it; copied into the file. */
typedef struct kt_content_view {
    const kt_sv *parts;
    size_t part_count;
    const kt_maker *makers;
    size_t maker_count;
} kt_content_view;

/* A file as a controller hands it to the writer. */
typedef struct kt_planned_file {
    kt_sv below;   /* path below the writer's root, joined and cleaned */
    kt_rule rule;
    kt_content_view content;
} kt_planned_file;

/* Whose update it is. */
typedef struct kt_update_head {
    kt_sv title;
    kt_pos pos;
    kt_sv folder; /* below the writer's root; empty: none of its own */
} kt_update_head;

kt_layouter kt_layouter_of(kt_run *run, const kt_store *store, const kt_destination *destination);

/* Paths below the writer's root: of a placement's folder (L-3, L-4), of its state file (L-5), of the aggregate (L-6),
 * of the two canaries (L-7). */
kt_sv kt_nested_folder(const kt_layouter *l, const kt_placed *placed);
kt_sv kt_state_file(const kt_layouter *l, const kt_placement *placement);
kt_sv kt_aggregate_file(const kt_layouter *l);
void kt_canary_files(const kt_layouter *l, kt_sv out[2]);

/* From a path below the writer's root to the final one (L-2). It may climb, or be empty. */
kt_sv kt_final_path(const kt_layouter *l, kt_sv below);

/* Bring placements into the order in which an aggregate holds them (L-14, V-10). False on memory failure. */
bool kt_aggregate_sort(const kt_layouter *l, const kt_placed_list *list);

/* Between the workloads of an aggregate (L-15). */
#define KT_AGGREGATE_SEPARATOR "\n---\n"

/* Join below the Destination's path, as `none` mode and the canaries do: Join(path + "/", rest). */
kt_sv kt_below_destination(const kt_layouter *l, kt_sv rest);

/* Turn planned files into an update with final paths and keys. L-30, L-35, L-6: what leaves the root, is
 * called .git or has no name is reported, and the update (bucket: the file) left out. */
bool kt_update_add(kt_updates *out, const kt_layouter *l, const kt_update_head *head,
                   const kt_planned_file *files, size_t count);

/* Makers of a workload's stretches on a placement, each moved by `offset`; returns their number, or 0 on
 * memory failure. A workload without origins has one maker, the Work. */
size_t kt_makers_of(kt_maker **out, kt_arena *arena, const kt_placed *placed, const kt_workload *workload,
                    uint64_t offset);

/* A workload of a placement as a planned file. False on memory failure. */
bool kt_plan_workload(kt_planned_file *file, const kt_layouter *l, const kt_placed *placed,
                      const kt_workload *workload, kt_sv below);

/* One function a filepath mode: the files of a placement (nested, none), or of all placements (aggregated). */
bool kt_layout_nested(kt_updates *out, const kt_layouter *l, const kt_placed *placed);
bool kt_layout_flat(kt_updates *out, const kt_layouter *l, const kt_placed *placed);
bool kt_layout_aggregate(kt_updates *out, const kt_layouter *l, const kt_placed_list *list);
bool kt_layout_canaries(kt_updates *out, const kt_layouter *l);

#endif
