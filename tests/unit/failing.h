/* Memory that fails when it is told to, and that checks what it is told. */
#ifndef KT_FAILING_H
#define KT_FAILING_H

#include "test.h"

typedef struct memory {
    size_t calls;
    size_t fail_at; /* 0: never */
    size_t held;    /* bytes */
} memory;

static inline void *resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    memory *m = ctx;
    size_t *block = ptr ? (size_t *)ptr - 2 : NULL;

    if (block)
        assert_int_equal(block[0], old_size);
    else
        assert_int_equal(old_size, 0);
    if (new_size > old_size && ++m->calls == m->fail_at) /* giving back cannot fail anybody */
        return NULL;
    m->held += new_size - old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    block = realloc(block, new_size + 2 * sizeof *block);
    assert_non_null(block);
    block[0] = new_size;
    return block + 2;
}

#endif
