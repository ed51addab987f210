/* What kt_line_diff_new() does, step by step, for contents that are still to be gathered. */
#ifndef KT_EMIT_LINE_DIFF_H
#define KT_EMIT_LINE_DIFF_H

#include "base/arena.h"
#include "kratree.h"

/* What is handed out, with the memory behind it. */
typedef struct kt_line_handle {
    kt_line_diff diff; /* comes first */
    kt_arena arena;
} kt_line_handle;

/* NULL: no memory. Freed by kt_line_diff_free(&handle->diff). */
kt_line_handle *kt_line_handle_new(const kt_line_options *options);

/* Compare texts that live as long as the handle. False: no memory. */
bool kt_line_handle_fill(kt_line_handle *handle, kt_sv before, kt_sv after, const kt_line_options *options);

#endif
