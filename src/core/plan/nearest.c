/* Which Destination a group that is placed nowhere was probably meant for. */
#include "base/buf.h"
#include "base/sv.h"
#include "plan/selector.h"
#include "plan/work.h"

/* How many terms of a selector a Destination fails. */
static size_t count_failed(const kt_label_selector *selector, const kt_destination *destination)
{
    size_t failed = 0;

    for (size_t i = 0; i < selector->count; i++)
        failed += !kt_requirement_matches(&selector->items[i], destination->labels, destination->label_count);
    return failed;
}

/* The Destination that fails the fewest terms, and why it is not chosen; the first by name of several. NULL: there
 * is none, or no memory left. */
static const kt_reason *find_nearest(kt_arena *arena, const kt_group *group)
{
    const kt_reason *nearest = NULL;
    kt_label_selector selector;
    size_t least = SIZE_MAX;

    if (kt_selector_parse(&selector, arena, group->selector) != KT_OK)
        return NULL;
    for (size_t i = 0; i < group->reason_count; i++) {
        size_t failed = count_failed(&selector, group->reasons[i].destination);
        if (failed >= least)
            continue;
        least = failed;
        nearest = &group->reasons[i];
    }
    return nearest;
}

/* The label "k=v" that asks for a term, or NULL: the term was read out of another one (S-5). */
static const kt_label *find_asking(const kt_group *group, kt_sv term)
{
    for (size_t s = 0; s < group->selector_count; s++)
        for (size_t i = 0; i < group->selectors[s].label_count; i++) {
            const kt_label *label = &group->selectors[s].labels[i];
            if (term.len == label->key.len + 1 + label->value.len && kt_sv_starts(term, label->key)
                && term.ptr[label->key.len] == '=' && kt_sv_ends(term, label->value))
                return label;
        }
    return NULL;
}

void kt_group_relate_nearest(kt_run *run, kt_diag *diag, const kt_group *group)
{
    const kt_reason *nearest = find_nearest(&run->arena, group);
    const kt_label *asking;

    if (!nearest)
        return;
    asking = find_asking(group, nearest->term);
    if (asking)
        diag->pos = asking->pos;
    diag->related = nearest->destination->pos;
    diag->related_text = kt_arena_format(&run->arena, "%s Destination %v: %v",
                                         group->reason_count > 1 ? "the nearest is" : "there is",
                                         nearest->destination->name, nearest->text);
}
