/* What goes wrong with a State Store, as diagnostics. Ids and texts are those of core/base/codes.h, which is out of
 * sight from here; a test compares the two. */
#ifndef KT_PUSH_PROBLEM_H
#define KT_PUSH_PROBLEM_H

#include "push/adapter.h"

typedef enum kt_trouble {
    KT_TROUBLE_SECRET,       /* KT-901 */
    KT_TROUBLE_ADDRESS,      /* KT-902 */
    KT_TROUBLE_ADDRESS_KIND, /* KT-903 */
    KT_TROUBLE_UNREACHABLE,  /* KT-904 */
    KT_TROUBLE_DENIED,       /* KT-905 */
    KT_TROUBLE_REFUSED,      /* KT-906 */
    KT_TROUBLE_MOVED,        /* KT-907 */
    KT_TROUBLE_ADOPT,        /* KT-908 */
    KT_TROUBLE_IN_WAY,       /* KT-909 */
    KT_TROUBLE_TIME,         /* KT-910 */
    KT_TROUBLE_PROGRAM,      /* KT-911 */
    KT_TROUBLE_BRANCH,       /* KT-912 */
    KT_TROUBLE_AUTHOR,       /* KT-913 */
    KT_TROUBLE_LOCAL,        /* KT-914 */
    KT_TROUBLE_NOWHERE,      /* KT-915 */
    KT_TROUBLE_AGAIN,        /* KT-916 */
    KT_TROUBLE_STOPPED,      /* KT-917 */
    KT_TROUBLE_CLOCK,        /* KT-930 */
    KT_TROUBLE_LEASE,        /* KT-931 */
    KT_TROUBLE_WAITING,      /* KT-932 */
    KT_TROUBLE_TAKEN,        /* KT-933 */
    KT_TROUBLE_MIXED         /* KT-934 */
} kt_trouble;

#define KT_TROUBLE_COUNT 22

typedef struct kt_trouble_info {
    const char *id;
    kt_severity severity;
    const char *help;
} kt_trouble_info;

const kt_trouble_info *kt_trouble_get(kt_trouble trouble);

/* Say it about the State Store of `push`. Secrets in the text are replaced by ***; long texts are fine. `help` NULL:
 * that of the table. */
void kt_push_say(kt_push *push, kt_trouble trouble, const char *help, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Remember why an attempt is made again: the frame says it as a warning, or as the error `trouble` when --retries are
 * used up. Returns KT_OUTCOME_AGAIN. */
kt_outcome kt_push_again(kt_push *push, kt_trouble trouble, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Say what was remembered, as `trouble`. For the frame. */
void kt_push_say_again(kt_push *push, kt_trouble trouble);

/* "out of memory", as the error that it is. Returns KT_OUTCOME_FAILED. */
kt_outcome kt_push_no_memory(kt_push *push);

#endif
