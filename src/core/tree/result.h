/* What kt_render() hands out, from the inside. */
#ifndef KT_TREE_RESULT_H
#define KT_TREE_RESULT_H

#include "base/buf.h"
#include "base/run.h"
#include "kratree.h"

/* One source being parsed, or one content being written: what a thread has for itself. */
typedef struct kt_job {
    kt_arena arena;
    kt_diags diags;
    kt_buf buf;
    kt_status status;
} kt_job;

struct kt_result {
    kt_run run;
    const struct kt_model *model; /* model/model.h; NULL when the run ended before there was one */
    kt_plan plan;
    kt_tree tree;
    size_t passed_over;
    kt_ignored *ignored;
    size_t ignored_count;
    kt_job *jobs; /* they own what plan and tree point to */
    size_t job_count;
    size_t job_capacity;
};

#endif
