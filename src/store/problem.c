/* Problems as diagnostics. */
#include "store/problem.h"

#include <string.h>

static const kt_problem_info infos[KT_PROBLEM_COUNT] = {
    {"KT-601", KT_ERROR, "choose an empty directory, or remove them; with --force they stay and the tree is written beside them"},
    {"KT-602", KT_ERROR, "remove the link; nothing is written through one"},
    {"KT-603", KT_ERROR, "remove what stands there, or choose another directory"},
    {"KT-604", KT_ERROR, "rename it in the input, or write a zip"},
    {"KT-605", KT_ERROR, "shorten it in the input, choose a directory with a shorter path, or write a zip"},
    {"KT-606", KT_ERROR, "make the directory readable and writable, with room for the tree, and run again"},
    {"KT-607", KT_ERROR, "wait until the other run has ended, and run again"},
    {"KT-608", KT_WARNING, "nothing is to be done when a run completes it; after --check, render without --check"},
};

const kt_problem_info *kt_problem_get(kt_problem problem)
{
    return &infos[problem];
}

bool kt_problems_add(kt_problems *problems, kt_problem problem, kt_sv path, const kt_sv *texts, size_t count)
{
    kt_diag *items = kt_grow(problems->items, problems->count, &problems->capacity, sizeof *items);
    kt_diag *diag;

    if (!items)
        return false;
    problems->items = items;
    diag = &items[problems->count];
    memset(diag, 0, sizeof *diag);
    diag->severity = infos[problem].severity;
    diag->code = infos[problem].id;
    diag->pos.file = path;
    diag->message = kt_pool_join(problems->pool, texts, count);
    diag->help = kt_str(infos[problem].help);
    if (!diag->message.ptr)
        return false;
    problems->count++;
    return true;
}
