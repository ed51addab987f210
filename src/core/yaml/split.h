/* Cut a file into documents by lines (SPEC K-1). */
#ifndef KT_YAML_SPLIT_H
#define KT_YAML_SPLIT_H

#include "kratree.h"

/* What lies between two separator lines; may be empty. */
typedef struct kt_piece {
    size_t start;
    size_t end;
    uint32_t line;    /* of `start`, 1-based */
    kt_sv junk;       /* what stands behind the "---" that ends the piece and may not; empty if nothing */
    uint32_t next_line;
} kt_piece;

typedef struct kt_split {
    kt_sv text;
    size_t at;
    uint32_t line;
    bool done;
} kt_split;

void kt_split_init(kt_split *split, kt_sv text);
/* The next piece; false when there is none. */
bool kt_split_next(kt_split *split, kt_piece *out);
/* Whether the line that begins at `at` is a separator, good or bad; `junk` as in kt_piece, `next` is the
 * beginning of the line after it. */
bool kt_split_separator(kt_sv text, size_t at, kt_sv *junk, size_t *next);
/* Whether nothing but blank lines and comments is there. */
bool kt_split_is_blank(kt_sv text, const kt_piece *piece);

#endif
