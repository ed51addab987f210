/* Differences as text and as Markdown. */
#ifndef KT_CLI_DIFF_VIEW_H
#define KT_CLI_DIFF_VIEW_H

#include "cli/console.h"

typedef struct kt_diff_view_options {
    bool color;
    bool markdown;
    bool stat; /* without the lines */
    kt_line_options lines;
} kt_diff_view_options;

/* Files by State Store and Destination with the reason, how many of each kind, then the lines that differ. `too_long`
 * receives the path of a file whose lines were too many to be compared, empty if there is none. KT_OK, or what
 * kt_difference_lines() returned. */
kt_status kt_diff_view(kt_output *out, const kt_differences *differences, const kt_diff_view_options *options,
                       kt_sv *too_long);

#endif
