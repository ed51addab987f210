/* The problems of a directory, as diagnostics. Ids and texts are those of core/base/codes.h, which is out
 * of sight from here; a test compares the two. */
#ifndef KT_STORE_PROBLEM_H
#define KT_STORE_PROBLEM_H

#include "store/pool.h"

typedef enum kt_problem {
    KT_PROBLEM_FOREIGN,   /* KT-601 */
    KT_PROBLEM_LINK,      /* KT-602 */
    KT_PROBLEM_IN_WAY,    /* KT-603 */
    KT_PROBLEM_NAME,      /* KT-604 */
    KT_PROBLEM_LONG_PATH, /* KT-605 */
    KT_PROBLEM_SYSTEM,    /* KT-606 */
    KT_PROBLEM_BUSY,      /* KT-607 */
    KT_PROBLEM_JOURNAL    /* KT-608 */
} kt_problem;

#define KT_PROBLEM_COUNT 8

typedef struct kt_problem_info {
    const char *id;
    kt_severity severity;
    const char *help;
} kt_problem_info;

const kt_problem_info *kt_problem_get(kt_problem problem);

typedef struct kt_problems {
    kt_pool *pool;
    kt_diag *items; /* free() */
    size_t count;
    size_t capacity;
} kt_problems;

/* Add one about the file `path` that says the texts one after the other; a NULL ptr is passed over. False
 * when there is no memory. */
bool kt_problems_add(kt_problems *problems, kt_problem problem, kt_sv path, const kt_sv *texts, size_t count);

#endif
