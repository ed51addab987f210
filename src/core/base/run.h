/* What every stage of one kt_render() call shares. */
#ifndef KT_BASE_RUN_H
#define KT_BASE_RUN_H

#include "base/arena.h"
#include "base/diags.h"
#include "kratree.h"

typedef struct kt_run {
    kt_render_options options; /* complete: no zero limit, an allocator */
    const kt_source *sources;  /* manifests, sorted by path */
    size_t source_count;
    kt_source *captures;       /* captured output; ordered by plan/capture.c */
    size_t capture_count;
    kt_arena arena;            /* the result's; serial stages only */
    kt_diags diags;
    uint64_t reasons;          /* made so far: groups × Destinations, bounded by limits.values */
    struct kt_judged *judged;  /* reasons that groups share (plan/judge.c) */
    size_t left_out;           /* objects and files that were refused */
    bool refused;              /* something is wrong that keep_going cannot pass over */
    struct kt_memory *memory;  /* what the lock holds (memory/memory.h); NULL without one */
    struct kt_memory *printed; /* the Works that a cluster has printed, likewise; NULL without any */
} kt_run;

#endif
