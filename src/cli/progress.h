/* A line on the terminal while something takes more than a second: "reading 1,200 of 50,000". */
#ifndef KT_CLI_PROGRESS_H
#define KT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct kt_progress {
    bool on;
    bool shown;
    long long next; /* milliseconds: when the line may change */
} kt_progress;

/* `on` false: every call does nothing. */
void kt_progress_init(kt_progress *progress, bool on);
/* `done` of `total` are done; total 0: nobody knows. Cheap enough for loops; for one thread. */
void kt_progress_tick(kt_progress *progress, const char *what, size_t done, size_t total);
/* Remove the line, before anything else is said. */
void kt_progress_end(kt_progress *progress);

#endif
