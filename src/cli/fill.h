/* Words filled into lines. */
#ifndef KT_CLI_FILL_H
#define KT_CLI_FILL_H

#include "cli/output.h"

/* Lines are no longer than this, however wide the terminal is; and so long where there is none. */
#define KT_FILL_WIDEST 100

/* `columns` of the terminal, 0 for none, as a width to fill. */
size_t kt_fill_width(size_t columns);

/* Put the words of `text` into lines that begin at column `indent` and end before `width`; the cursor is at column `at`.
 * Blanks and line feeds separate words. Ends with a line feed. */
void kt_fill(kt_output *out, kt_sv text, size_t indent, size_t at, size_t width);

#endif
