/* The list of diagnostics of a run, and the table of their codes (base/codes.h). */
#ifndef KT_BASE_DIAGS_H
#define KT_BASE_DIAGS_H

#include <stdarg.h>

#include "base/arena.h"
#include "base/codes.h"
#include "kratree.h"

typedef struct kt_diags {
    kt_arena *arena; /* holds items and texts */
    kt_diag *items;
    size_t count;
    size_t capacity;
    size_t error_count;
    size_t warning_count;
    bool limit_exceeded; /* an error of the KT-7xx family is among them */
    kt_diag lost;        /* takes what there was no memory for */
} kt_diags;

void kt_diags_init(kt_diags *diags, kt_arena *arena);

/* Add a diagnostic with the code's severity and help; the message is formatted as kt_buf_format() does.
 * Returns it, so that the caller may fill object, field, help and related; on memory failure a scratch
 * one that is thrown away (never NULL; the arena's `failed` is set). Valid until the next call. */
kt_diag *kt_diags_add(kt_diags *diags, kt_code code, kt_pos pos, const char *format, ...);
kt_diag *kt_diags_vadd(kt_diags *diags, kt_code code, kt_pos pos, const char *format, va_list args);

/* Change the severity of a diagnostic that was just added, keeping the counters right. */
void kt_diags_set_severity(kt_diags *diags, kt_diag *diag, kt_severity severity);

/* Append all of `from` (texts are shared, not copied: `from`'s arena must live as long). */
bool kt_diags_append(kt_diags *diags, const kt_diags *from);

/* Let keep() decide of each diagnostic whether it stays, and with which severity. */
void kt_diags_filter(kt_diags *diags, bool (*keep)(void *ctx, kt_diag *diag, kt_severity *severity), void *ctx);

/* By file, line, column, code; for kt_sort() on diagnostics, or on structs that begin with one. */
int kt_diag_compare(const void *a, const void *b);

/* By file, line, column, code, then order of arrival; equal ones once. */
bool kt_diags_sort(kt_diags *diags);

/* What the table knows of a code. */
typedef struct kt_code_info {
    const char *id;        /* "KT-204" */
    kt_severity severity;
    const char *help;      /* what to do; may be "" */
} kt_code_info;

const kt_code_info *kt_code_get(kt_code code);
/* What it is about, in a few words; apart, so that only programs that tell findings carry them. */
const char *kt_code_title(kt_code code);
extern const size_t kt_code_count;

#endif
