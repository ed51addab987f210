/* What the command line itself complains about. Ids and texts are those of core/base/codes.h, which is out
 * of sight from here; a test compares the two. */
#ifndef KT_CLI_PROBLEM_H
#define KT_CLI_PROBLEM_H

#include "kratree.h"

typedef enum kt_complaint {
    KT_COMPLAINT_LONG_DIFF,  /* KT-615 */
    KT_COMPLAINT_USAGE,      /* KT-640 */
    KT_COMPLAINT_UNREADABLE, /* KT-641 */
    KT_COMPLAINT_EMPTY,      /* KT-642 */
    KT_COMPLAINT_OUT_ABOVE,  /* KT-643 */
    KT_COMPLAINT_SPECIAL,    /* KT-644 */
    KT_COMPLAINT_SKIPPED,    /* KT-645 */
    KT_COMPLAINT_TWICE,      /* KT-646 */
    KT_COMPLAINT_OUTPUT,     /* KT-647 */
    KT_COMPLAINT_MEMORY,     /* KT-648 */
    KT_COMPLAINT_BROKEN,     /* KT-649 */
    KT_COMPLAINT_LOCKED,     /* KT-650 */
    KT_COMPLAINT_FORGETS,    /* KT-651 */
    KT_COMPLAINT_CONFIG,     /* KT-660 */
    KT_COMPLAINT_FILE_LIMIT, /* KT-701 */
    KT_COMPLAINT_TOTAL_LIMIT, /* KT-702 */
    KT_COMPLAINT_PROGRAM,     /* KT-911 */
    KT_COMPLAINT_NOWHERE      /* KT-915 */
} kt_complaint;

#define KT_COMPLAINT_COUNT 18

typedef struct kt_complaint_info {
    const char *id;
    kt_severity severity;
    const char *help;
} kt_complaint_info;

const kt_complaint_info *kt_complaint_get(kt_complaint complaint);

#endif
