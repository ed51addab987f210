/* Running git, and programs like it: fed from memory, read into memory, with a time limit.
 *
 * A child runs in a process group of its own, so that it ends with everything it has started when the time is over or
 * we are asked to stop. Its environment is ours without what would lead git elsewhere or hold a secret. */
#ifndef KT_PUSH_GIT_PROCESS_H
#define KT_PUSH_GIT_PROCESS_H

#include "cli/progress.h"
#include "kratree.h"

#define KT_OUTPUT_MAX ((size_t)1 << 30) /* bytes of a child; one that says more is ended */
#define KT_ERRORS_MAX ((size_t)1 << 16) /* of its complaints; the rest is dropped */

typedef struct kt_process {
    const char *const *arguments;   /* ends with NULL; the first one is looked for in PATH */
    const char *const *environment; /* "NAME=value" besides what is inherited; ends with NULL */
    const kt_sv *input;             /* standard input, piece by piece */
    size_t input_count;
    uint64_t seconds;               /* the time limit */
    size_t output_max;              /* KT_OUTPUT_MAX */
    kt_progress *progress;          /* told while it lasts; NULL: nobody */
    const char *doing;              /* "fetching" */
} kt_process;

typedef enum kt_end {
    KT_END_EXIT,    /* it ended by itself: see status */
    KT_END_MISSING, /* there is no such program */
    KT_END_TIME,
    KT_END_STOPPED, /* kt_push_stopped() */
    KT_END_LONG,    /* it said more than output_max */
    KT_END_FAILED   /* the system refused, or there is no memory; errno in status */
} kt_end;

typedef struct kt_answer {
    kt_end end;
    int status;   /* exit status; 128 + signal */
    char *out;    /* NUL-terminated; free() */
    size_t out_size;
    char *errors; /* likewise; never NULL after KT_END_EXIT */
    size_t errors_size;
} kt_answer;

/* Run it to its end. `out` is set whatever happens, and disposed of by the caller. True: it ended with status 0. */
bool kt_process_run(kt_answer *out, const kt_process *process);
void kt_answer_dispose(kt_answer *answer);

#endif
