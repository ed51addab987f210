/* validate: labels of selectors that are read as something else (S-5).
 *
 * Kratix writes labels as text and reads the text again as a selector. Each label by itself must come back as one
 * requirement, key equals value; what cannot be read at all is reported where it is scheduled. */
#include "base/buf.h"
#include "base/sv.h"
#include "plan/lint.h"
#include "plan/selector.h"

static bool comes_back(const kt_label_selector *selector, const kt_label *label)
{
    const kt_requirement *r = &selector->items[0];

    return selector->count == 1 && r->op == KT_OP_EQUALS && r->value_count == 1
           && kt_sv_equal(r->key, kt_sv_trim(label->key)) && kt_sv_equal(r->values[0], kt_sv_trim(label->value));
}

static bool check_label(kt_run *run, const kt_label *label, kt_sv title)
{
    kt_arena *arena = &run->arena;
    kt_sv text = kt_arena_format(arena, "%v=%v", label->key, label->value);
    kt_label_selector selector;
    kt_diag *diag;
    kt_buf read;

    if (kt_selector_parse(&selector, arena, text) != KT_OK)
        return false;
    if (selector.error.len > 0 || comes_back(&selector, label))
        return true;
    kt_buf_init(&read, arena->allocator);
    for (size_t i = 0; i < selector.count; i++)
        kt_buf_format(&read, "%s%v", i > 0 ? " and " : "", selector.items[i].text);
    diag = kt_diags_add(&run->diags, KT_SELECTOR_INJECTS, label->pos, "label %q with value %q is read as %v", label->key,
                        label->value, kt_buf_text(&read, arena));
    diag->object = title;
    kt_buf_dispose(&read);
    return !arena->failed;
}

static bool check_selectors(kt_run *run, const kt_selector *selectors, size_t count, kt_sv title)
{
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < selectors[s].label_count; i++)
            if (!check_label(run, &selectors[s].labels[i], title))
                return false;
    return true;
}

/* Selectors of the Promise are in its groups too: here only those that captured output brought. */
static bool check_group(kt_run *run, const kt_work *work, const kt_group *group)
{
    kt_sv title = kt_arena_format(&run->arena, "Work/%v", work->name);

    for (size_t s = 0; s < group->selector_count; s++)
        if (group->selectors[s].source != KT_SELECTOR_PROMISE
            && !check_selectors(run, &group->selectors[s], 1, title))
            return false;
    return true;
}

bool kt_lint_selectors(kt_run *run, const kt_model *model, const kt_plan *plan)
{
    for (size_t i = 0; i < model->promise_count; i++) {
        const kt_promise *promise = &model->promises[i];
        if (!check_selectors(run, promise->selectors, promise->selector_count, promise->object.title))
            return false;
    }
    for (size_t w = 0; w < plan->work_count; w++)
        for (size_t g = 0; g < plan->works[w].group_count; g++)
            if (!check_group(run, &plan->works[w], &plan->works[w].groups[g]))
                return false;
    return true;
}
