/* Why something is where it is, as a clause of text: what the tree view, comparisons and the page show beside a file. */
#include "base/sv.h"
#include "emit/pen.h"

static void put_two(kt_pen *p, const char *before, kt_sv text)
{
    kt_pen_put(p, kt_str(before));
    kt_pen_put(p, text);
}

static void put_count(kt_pen *p, size_t count, const char *what)
{
    kt_pen_number(p, count);
    kt_pen_put(p, kt_str(what));
}

/* ---- Works and placements ---- */

static void put_work(kt_pen *p, const kt_work *work)
{
    switch (work->type) {
    case KT_WORK_STATIC: put_two(p, "dependencies of ", work->promise); return;
    case KT_WORK_PROMISE: put_two(p, "workflow of ", work->promise); return;
    case KT_WORK_RESOURCE: break;
    }
    kt_pen_put(p, work->promise);
    put_two(p, " request ", work->resource);
}

/* Beside a path that already says "dependencies". */
static void put_short(kt_pen *p, const kt_work *work)
{
    if (work->type == KT_WORK_STATIC)
        kt_pen_put(p, work->promise);
    else
        put_work(p, work);
}

static const kt_reason *find_reason(const kt_group *group, const kt_destination *destination)
{
    for (size_t i = 0; i < group->reason_count; i++)
        if (group->reasons[i].destination == destination)
            return &group->reasons[i];
    return NULL;
}

static void put_reason(kt_pen *p, const kt_group *group, const kt_reason *reason)
{
    kt_verdict verdict = reason ? reason->verdict : KT_CHOSEN_ALL;
    bool any = group->selector.len == 0;

    if (verdict == KT_CHOSEN)
        put_two(p, any ? "no selector, so everywhere" : "matches ", group->selector);
    else if (verdict == KT_CHOSEN_FIRST)
        put_two(p, any ? "no selector, first by name" : "first to match ", group->selector);
    else
        kt_pen_put(p, reason ? reason->text : KT_SV("placed by the cluster"));
}

static void put_placement(kt_pen *p, const kt_maker *maker, const kt_destination *destination)
{
    if (!maker->group)
        kt_pen_put(p, KT_SV("placed"));
    else if (maker->placement && maker->placement->misplaced)
        kt_pen_put(p, KT_SV("stays here, no longer matches")); /* S-26 */
    else
        put_reason(p, maker->group, find_reason(maker->group, destination));
}

/* ---- Files ---- */

bool kt_file_part_begins(const kt_file *file, size_t i)
{
    const kt_maker *maker = &file->makers[i];

    return maker->work && (i == 0 || maker->group != maker[-1].group || !maker[-1].work);
}

static size_t count_parts(const kt_file *file)
{
    size_t count = 0;

    for (size_t i = 0; i < file->maker_count; i++)
        count += kt_file_part_begins(file, i);
    return count;
}

static void put_file(kt_pen *p, const kt_file *file)
{
    size_t parts = count_parts(file);

    if (file->rule == KT_RULE_CANARY) {
        kt_pen_put(p, KT_SV("canary"));
    } else if (parts == 0) {
        kt_pen_put(p, KT_SV("nothing matches yet"));
    } else if (file->rule == KT_RULE_STATE_FILE) {
        kt_pen_put(p, KT_SV("names the files of "));
        put_short(p, file->makers[0].work);
    } else if (parts == 1) {
        put_short(p, file->makers[0].work);
        kt_pen_put(p, KT_SV(": "));
        put_placement(p, &file->makers[0], file->destination);
    } else {
        put_count(p, parts, " parts");
    }
}

/* ---- Public functions ---- */

bool kt_why_work(const kt_work *work, kt_write_fn write, void *ctx)
{
    kt_pen p = {write, ctx, true};

    put_work(&p, work);
    return p.fine;
}

bool kt_why_maker(const kt_maker *maker, const kt_destination *destination, kt_write_fn write, void *ctx)
{
    kt_pen p = {write, ctx, true};

    put_placement(&p, maker, destination);
    return p.fine;
}

bool kt_why_file(const kt_file *file, kt_write_fn write, void *ctx)
{
    kt_pen p = {write, ctx, true};

    put_file(&p, file);
    return p.fine;
}
