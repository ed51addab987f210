/* The progress line. Nothing is drawn in the first second, and then ten times a second at most. */
#define _POSIX_C_SOURCE 200809L
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/console.h"

#define FIRST 1000
#define PAUSE 100

static long long now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void kt_progress_init(kt_progress *progress, bool on)
{
    progress->on = on;
    progress->shown = false;
    progress->next = on ? now() + FIRST : 0;
}

/* Straight to the descriptor: what stands in buffers is for later. */
static void draw(const char *line)
{
    ssize_t written = write(2, line, strlen(line));

    (void)written;
}

void kt_progress_tick(kt_progress *progress, const char *what, size_t done, size_t total)
{
    char line[160], all[64];
    long long time;

    if (!progress->on)
        return;
    time = now();
    if (time < progress->next)
        return;
    if (total == 0)
        snprintf(line, sizeof line, "\r\x1b[K%s …", what);
    else
        snprintf(line, sizeof line, "\r\x1b[K%s %zu of %s", what, done < total ? done : total,
                 kt_count_text(all, total, "file", "files"));
    draw(line);
    progress->shown = true;
    progress->next = time + PAUSE;
}

void kt_progress_end(kt_progress *progress)
{
    if (progress->shown)
        draw("\r\x1b[K");
    progress->shown = false;
}
