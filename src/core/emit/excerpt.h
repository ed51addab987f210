/* A line of a manifest with a mark under what is meant:
 *
 *      12 |   destinatonSelectors:
 *         |   ^~~~~~~~~~~~~~~~~~~
 */
#ifndef KT_EMIT_EXCERPT_H
#define KT_EMIT_EXCERPT_H

#include "base/buf.h"

typedef struct kt_excerpt {
    kt_sv line;         /* without its end */
    uint32_t number;    /* from 1 */
    uint32_t column;    /* code points from 1; 0: nothing is marked */
    size_t marked;      /* code points */
    size_t width;       /* columns that the line may take; longer ones are cut around the mark */
    const char *gutter; /* SGR sequences, may be "" */
    const char *mark;
    const char *end;
} kt_excerpt;

/* Append both lines. Tabs become spaces, what could move the cursor U+FFFD; wide and combining characters count as a
 * terminal shows them. */
void kt_excerpt_put(kt_buf *out, const kt_excerpt *excerpt);

/* Columns of a code point on a terminal: 0, 1 or 2. */
size_t kt_column_width(uint32_t c);

#endif
