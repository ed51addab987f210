/* The parts of a diagnostic's text, for those who print more than kt_diag_print(). */
#ifndef KT_EMIT_DIAG_PRINT_H
#define KT_EMIT_DIAG_PRINT_H

#include "kratree.h"

/* SGR sequences around what is emphasised; all empty: none. */
typedef struct kt_diag_colors {
    const char *strong;      /* place and message */
    const char *dim;         /* the lines below */
    const char *severity[3]; /* the word of each severity */
    const char *end;
} kt_diag_colors;

/* "file:line:column: error: message [code]" and a line feed. */
bool kt_diag__headline(const kt_diag *diag, const kt_diag_colors *colors, kt_write_fn write, void *ctx);
/* The lines below: object and field, related place, help. */
bool kt_diag__details(const kt_diag *diag, const kt_diag_colors *colors, kt_write_fn write, void *ctx);

/* No colours. */
extern const kt_diag_colors kt_diag_plain;

/* Whether a code point could move the cursor, start a line or turn the direction of writing. */
bool kt_must_escape(uint32_t c);

#endif
