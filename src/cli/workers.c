/* A crew that lives for one call: each takes the next piece until none is left. */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE /* _SC_NPROCESSORS_ONLN */
#include "cli/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define USUAL_MOST 8
#define MOST 256
#define PIECES_EACH 16  /* more pieces than threads, so that none waits long for the last */
#define LARGEST_PIECE 4 /* large files stand side by side, such as all Promises: no thread takes them all */

typedef struct crew {
    atomic_size_t next;
    size_t n;
    size_t piece;
    void (*fn)(void *job, size_t i);
    void *job;
} crew;

void kt_workers_init(kt_workers *workers, size_t jobs, kt_progress *progress)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t usual = processors < 1 ? 1 : processors > USUAL_MOST ? USUAL_MOST : (size_t)processors;

    workers->threads = jobs == 0 ? usual : jobs > MOST ? MOST : jobs;
    workers->progress = progress;
}

/* Take pieces until there is none; `progress` NULL: say nothing. */
static void work(crew *c, kt_progress *progress)
{
    for (;;) {
        size_t from = atomic_fetch_add(&c->next, c->piece);
        size_t to = from < c->n && c->n - from > c->piece ? from + c->piece : c->n;
        if (from >= c->n)
            return;
        for (size_t i = from; i < to; i++)
            c->fn(c->job, i);
        if (progress)
            kt_progress_tick(progress, "rendering", to, c->n);
    }
}

static void *run_thread(void *ctx)
{
    work(ctx, NULL);
    return NULL;
}

void kt_workers_run(void *ctx, size_t n, void (*fn)(void *job, size_t i), void *job)
{
    const kt_workers *workers = ctx;
    size_t threads = workers->threads < n ? workers->threads : n, started = 0;
    pthread_t ids[MOST];
    crew c = {0, n, 1, fn, job};

    if (threads > 0 && n / threads / PIECES_EACH > 1)
        c.piece = n / threads / PIECES_EACH;
    if (c.piece > LARGEST_PIECE)
        c.piece = LARGEST_PIECE;
    while (started + 1 < threads && pthread_create(&ids[started], NULL, run_thread, &c) == 0)
        started++;
    work(&c, workers->progress);
    for (size_t i = 0; i < started; i++)
        pthread_join(ids[i], NULL);
}
