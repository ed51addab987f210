/* Stories about places: Destinations, State Stores, files of the tree. */
#include "base/few.h"
#include "base/sv.h"
#include "emit/tell.h"

/* ---- Destinations ---- */

static kt_sv mode_text(kt_teller *t, const kt_destination *destination)
{
    switch (destination->mode) {
    case KT_MODE_NONE:
        return KT_SV("In mode none files keep the paths that their Work gives them, and a file below .kratix lists those of "
                     "each placement (L-5, L-10).");
    case KT_MODE_AGGREGATED:
        return kt_arena_format(t->arena, "In mode aggregatedYAML all that it gets is one file, %v (L-6, L-14).",
                               destination->filename);
    default:
        return KT_SV("In mode nestedByMetadata each workload group has a folder of its own: "
                     "dependencies/PROMISE/[PIPELINE/]GROUP or resources/NAMESPACE/PROMISE/REQUEST/PIPELINE/GROUP, where "
                     "GROUP is five digits of its id (L-3, L-4, S-24).");
    }
}

static void tell_labels(kt_teller *t, const kt_destination *destination)
{
    bool any = destination->label_count > 0;
    kt_few few;

    if (!any) {
        kt_tell(t, KT_STORY_TEXT, KT_SV("It has no labels, so a selector that asks for one does not match it (S-4)."));
    } else {
        kt_few_init(&few, t->arena->allocator);
        for (size_t i = 0; i < destination->label_count; i++)
            kt_few_add(&few, kt_arena_format(t->arena, "%v=%v", destination->labels[i].key,
                                             destination->labels[i].value));
        kt_tell(t, KT_STORY_TEXT, kt_arena_format(t->arena, "Its labels are %v.", kt_few_end(&few, t->arena)));
    }
    if (destination->strict_match_labels)
        kt_tell(t, KT_STORY_TEXT,
                any ? KT_SV("With strictMatchLabels it does not get what has no selector (S-7).")
                    : KT_SV("strictMatchLabels means nothing without labels: what has no selector comes here (S-7)."));
}

static void tell_destination_head(kt_teller *t, const kt_destination *destination)
{
    const kt_store *store = destination->store;

    kt_tell(t, KT_STORY_TEXT,
            kt_arena_format(t->arena, "Destination %v is defined at %v. Its path is '%v' in %s/%v%s%v%s.", destination->name,
                            kt_tell_place(t, destination->pos), destination->path, kt_tell_store_kind(store->kind),
                            store->name, store->prefix.len > 0 ? ", below '" : "", store->prefix,
                            store->prefix.len > 0 ? "'" : ""));
    if (store->missing)
        kt_tell(t, KT_STORY_TEXT,
                KT_SV("That State Store is not in the input, so nothing is written for the Destination (I-20)."));
    kt_tell(t, KT_STORY_TEXT, mode_text(t, destination));
    tell_labels(t, destination);
    kt_tell(t, KT_STORY_TEXT,
            destination->init_workloads
                ? KT_SV("Two canary files are written whatever else it gets (L-7).")
                : KT_SV("It has no canary files: initWorkloads is off (L-22)."));
    kt_tell(t, KT_STORY_TEXT,
            destination->cleanup_all
                ? KT_SV("When it is deleted, the files that Kratix wrote there go with it (cleanup: all, D-5).")
                : KT_SV("When it is deleted, its files stay (cleanup: none, D-5)."));
}

/* Items for what it gets, or does not get. */
static void tell_groups(kt_teller *t, const kt_destination *destination, bool placed)
{
    const kt_plan *plan = &t->result->plan;
    size_t count = 0;

    for (size_t i = 0; i < plan->work_count; i++)
        for (size_t g = 0; g < plan->works[i].group_count; g++) {
            kt_sv reason;
            kt_mark mark = kt_group_mark(&plan->works[i].groups[g], destination, &reason);
            if (kt_mark_places(mark) == placed && count++ < KT_TELL_ITEMS)
                kt_tell(t, KT_STORY_ITEM,
                        kt_arena_format(t->arena, "%s%v: %v", placed ? "" : "not ",
                                        kt_tell_what(t, &plan->works[i], &plan->works[i].groups[g]),
                                        reason.len > 0 ? reason : kt_str(kt_mark_text(mark))));
        }
    if (count > KT_TELL_ITEMS)
        kt_tell(t, KT_STORY_ITEM, kt_arena_format(t->arena, "and %u more", (uint64_t)(count - KT_TELL_ITEMS)));
}

void kt_tell_destination(kt_teller *t, const kt_destination *destination)
{
    const kt_plan *plan = &t->result->plan;
    uint64_t all = 0, got = 0;

    for (size_t i = 0; i < plan->work_count; i++)
        for (size_t g = 0; g < plan->works[i].group_count; g++, all++)
            got += kt_mark_places(kt_group_mark(&plan->works[i].groups[g], destination, NULL));
    tell_destination_head(t, destination);
    kt_tell(t, KT_STORY_TEXT,
            kt_arena_format(t->arena, "It gets %u of %v.", got, kt_tell_count(t, all, "workload group", "workload groups")));
    tell_groups(t, destination, true);
    tell_groups(t, destination, false);
}

/* ---- State Stores ---- */

static uint64_t count_files(const kt_store_tree *tree, const kt_destination *destination)
{
    uint64_t count = 0;

    for (size_t i = 0; tree && i < tree->file_count; i++)
        count += tree->files[i].destination == destination;
    return count;
}

static const kt_store_tree *tree_of(const kt_teller *t, const kt_store *store)
{
    const kt_tree *tree = &t->result->tree;

    for (size_t i = 0; i < tree->store_count; i++)
        if (tree->stores[i].store == store)
            return &tree->stores[i];
    return NULL;
}

static void tell_store_head(kt_teller *t, const kt_store *store, const kt_store_tree *tree)
{
    const char *kind = kt_tell_store_kind(store->kind);

    if (store->missing)
        kt_tell(t, KT_STORY_TEXT,
                kt_arena_format(t->arena, "%s %v is not in the input; a Destination refers to it at %v. Nothing is written "
                                          "to it (I-20).",
                                kind, store->name, kt_tell_place(t, store->pos)));
    else if (store->prefix.len > 0)
        kt_tell(t, KT_STORY_TEXT,
                kt_arena_format(t->arena, "%s %v is defined at %v. All paths in it begin with '%v' (L-1).", kind, store->name,
                                kt_tell_place(t, store->pos), store->prefix));
    else
        kt_tell(t, KT_STORY_TEXT,
                kt_arena_format(t->arena, "%s %v is defined at %v. Paths begin at its root (L-1).", kind, store->name,
                                kt_tell_place(t, store->pos)));
    if (tree && tree->folder.len > 0)
        kt_tell(t, KT_STORY_TEXT,
                kt_arena_format(t->arena, "There are several State Stores, so its tree is rendered into the folder %v.",
                                tree->folder));
}

void kt_tell_store(kt_teller *t, const kt_store *store)
{
    const kt_store_tree *tree = tree_of(t, store);
    const kt_plan *plan = &t->result->plan;
    uint64_t count = 0;

    tell_store_head(t, store, tree);
    for (size_t i = 0; i < plan->destination_count; i++)
        count += plan->destinations[i].store == store;
    kt_tell(t, KT_STORY_TEXT,
            count == 0 ? KT_SV("No Destination refers to it, so it is empty.")
                       : kt_arena_format(t->arena, "%v %s to it:", kt_tell_count(t, count, "Destination", "Destinations"),
                                         count == 1 ? "writes" : "write"));
    for (size_t i = 0, told = 0; i < plan->destination_count && told < KT_TELL_ITEMS; i++)
        if (plan->destinations[i].store == store) {
            const kt_destination *destination = &plan->destinations[i];
            kt_tell(t, KT_STORY_ITEM,
                    kt_arena_format(t->arena, "%v, at '%v': %v", destination->name, destination->path,
                                    kt_tell_count(t, count_files(tree, destination), "file", "files")));
            told++;
        }
    if (count > KT_TELL_ITEMS)
        kt_tell(t, KT_STORY_ITEM, kt_arena_format(t->arena, "and %u more", count - KT_TELL_ITEMS));
}

/* ---- Files ---- */

static kt_sv rule_text(const kt_file *file)
{
    bool nested = file->destination->mode == KT_MODE_NESTED;
    const kt_work *work = file->maker_count > 0 ? file->makers[0].work : NULL;

    switch (file->rule) {
    case KT_RULE_CANARY:
        return KT_SV("It is a canary: Kratix writes it for each Destination, to show that its State Store is written and "
                     "read (L-7). No Promise has to do with it.");
    case KT_RULE_STATE_FILE:
        return KT_SV("It is a state file of mode none: it lists the files of one placement, so that Kratix finds them when "
                     "they are to be deleted (L-10, L-11).");
    case KT_RULE_AGGREGATE:
        return KT_SV("It is the one file of mode aggregatedYAML: all that the Destination gets, sorted by the names of the "
                     "WorkPlacements, with --- between (L-14, L-15).");
    default:
        break;
    }
    if (!nested)
        return KT_SV("In mode none its path is the one that its Work gives it, below the path of the Destination (L-5).");
    return work && work->type == KT_WORK_RESOURCE
               ? KT_SV("Its path is that of the Destination, then resources/NAMESPACE/PROMISE/REQUEST/PIPELINE/GROUP (L-4).")
               : KT_SV("Its path is that of the Destination, then dependencies/PROMISE/[PIPELINE/]GROUP (L-3).");
}

static kt_sv part_why(kt_teller *t, const kt_file *file, const kt_maker *maker)
{
    kt_sv reason = {NULL, 0};
    kt_mark mark;

    if (!maker->group)
        return KT_SV("it is placed there");
    mark = kt_group_mark(maker->group, file->destination, &reason);
    if (mark == KT_MARK_MISPLACED)
        return KT_SV("it was placed here once and stays, though its labels no longer match (S-26)");
    return reason.len > 0 ? kt_arena_format(t->arena, "on %v, %v", file->destination->name, reason)
                          : KT_SV("the cluster has placed it there");
}

static void tell_parts(kt_teller *t, const kt_file *file)
{
    size_t parts = 0;

    for (size_t i = 0; i < file->maker_count; i++) {
        const kt_maker *maker = &file->makers[i];
        if (!kt_file_part_begins(file, i) || parts++ >= KT_TELL_ITEMS)
            continue;
        kt_tell(t, KT_STORY_ITEM,
                kt_arena_format(t->arena, "%v, from %v: %v", kt_tell_what(t, maker->work, maker->group),
                                kt_tell_place(t, maker->pos), part_why(t, file, maker)));
    }
    if (parts > KT_TELL_ITEMS)
        kt_tell(t, KT_STORY_ITEM, kt_arena_format(t->arena, "and %u more parts", (uint64_t)(parts - KT_TELL_ITEMS)));
}

void kt_tell_file(kt_teller *t, const kt_store_tree *tree, const kt_file *file)
{
    const kt_store *store = tree->store;

    kt_tell(t, KT_STORY_TEXT,
            kt_arena_format(t->arena, "The file has %v and belongs to Destination %v in %s/%v.",
                            kt_tell_count(t, file->size, "byte", "bytes"), file->destination->name,
                            kt_tell_store_kind(store->kind), store->name));
    kt_tell(t, KT_STORY_TEXT, rule_text(file));
    if (file->rule == KT_RULE_CANARY || file->maker_count == 0)
        return;
    kt_tell(t, KT_STORY_TEXT, KT_SV("What is in it comes from:"));
    tell_parts(t, file);
}
