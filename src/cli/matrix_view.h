/* The placement matrix on a terminal.
 *
 *                                    dev-eu  prod-eu  prod-us
 *     kafka     dependencies           ·        ●        ·     env=prod,tier=gold
 *     postgres  dependencies           ·        ●        ●     env=prod
 *
 *     ● placed   · its labels do not match
 *
 * Where the names of the Destinations do not fit, they get numbers, one column each, and a list below; where these do
 * not fit either, the matrix is cut into several. */
#ifndef KT_CLI_MATRIX_VIEW_H
#define KT_CLI_MATRIX_VIEW_H

#include "cli/console.h"

/* `width` in columns; 0: no terminal, lines are as long as they are. */
void kt_matrix_view(kt_output *out, const kt_matrix *matrix, bool color, size_t width);

#endif
