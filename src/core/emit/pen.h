/* Text that goes straight to a kt_write_fn: what fails once stays failed, and is looked at once at the end. */
#ifndef KT_EMIT_PEN_H
#define KT_EMIT_PEN_H

#include "kratree.h"

typedef struct kt_pen {
    kt_write_fn write;
    void *ctx;
    bool fine; /* begins as true */
} kt_pen;

void kt_pen_put(kt_pen *pen, kt_sv text);
void kt_pen_number(kt_pen *pen, uint64_t number);

#endif
