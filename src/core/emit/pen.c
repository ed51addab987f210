/* Text that goes straight to a kt_write_fn. */
#include "emit/pen.h"

#include "base/sv.h"

void kt_pen_put(kt_pen *pen, kt_sv text)
{
    if (pen->fine && text.len > 0)
        pen->fine = pen->write(pen->ctx, text.ptr, text.len);
}

void kt_pen_number(kt_pen *pen, uint64_t number)
{
    char digits[KT_DECIMAL_SIZE];

    kt_pen_put(pen, kt_sv_decimal(digits, number));
}
