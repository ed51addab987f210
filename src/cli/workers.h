/* Threads for kt_render_options.parallel_for. */
#ifndef KT_CLI_WORKERS_H
#define KT_CLI_WORKERS_H

#include <stddef.h>

#include "cli/progress.h"

typedef struct kt_workers {
    size_t threads;        /* 1: a plain loop */
    kt_progress *progress; /* told by the calling thread; never NULL */
} kt_workers;

/* `jobs` threads, or when it is 0 one for each processor, at most 8. `progress` is borrowed. */
void kt_workers_init(kt_workers *workers, size_t jobs, kt_progress *progress);

/* Call fn(job, i) once for each i < n and return when all have returned. `ctx` is a kt_workers. When a thread
 * cannot be started, the others do its share. */
void kt_workers_run(void *ctx, size_t n, void (*fn)(void *job, size_t i), void *job);

#endif
