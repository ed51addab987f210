/* Lists in messages, cut so that a line stays a line. */
#include "base/few.h"

#define FEW 10

void kt_few_init(kt_few *few, kt_allocator allocator)
{
    kt_buf_init(&few->text, allocator);
    few->count = 0;
}

void kt_few_add(kt_few *few, kt_sv name)
{
    if (few->count < FEW)
        kt_buf_format(&few->text, "%s%v", few->count > 0 ? ", " : "", name);
    few->count++;
}

kt_sv kt_few_end(kt_few *few, kt_arena *arena)
{
    kt_sv text;

    if (few->count > FEW)
        kt_buf_format(&few->text, " and %u more", (uint64_t)(few->count - FEW));
    text = kt_buf_copy(&few->text, arena);
    kt_buf_dispose(&few->text);
    return text;
}
