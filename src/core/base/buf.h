/* A growing buffer of bytes. Failure sticks: append freely, then look at `status` once. */
#ifndef KT_BASE_BUF_H
#define KT_BASE_BUF_H

#include <stdarg.h>

#include "base/arena.h"
#include "kratree.h"

typedef struct kt_buf {
    kt_allocator allocator;
    char *ptr;
    size_t len;
    size_t capacity;
    size_t max;       /* KT_ERR_LIMIT beyond this many bytes; SIZE_MAX: none */
    kt_status status; /* KT_OK, KT_ERR_NOMEM or KT_ERR_LIMIT */
} kt_buf;

void kt_buf_init(kt_buf *buf, kt_allocator allocator);
void kt_buf_dispose(kt_buf *buf);
/* Empty, keeping the memory; status becomes KT_OK. */
void kt_buf_reset(kt_buf *buf);

/* Give back the memory behind the content. */
void kt_buf_trim(kt_buf *buf);

/* Room for `more` bytes behind the content: where to write them, or NULL. Advance `len` yourself. */
char *kt_buf_reserve(kt_buf *buf, size_t more);
void kt_buf_byte(kt_buf *buf, char byte);
void kt_buf_bytes(kt_buf *buf, const char *bytes, size_t size);
void kt_buf_sv(kt_buf *buf, kt_sv text);
void kt_buf_str(kt_buf *buf, const char *text);
void kt_buf_fill(kt_buf *buf, char byte, size_t count);
void kt_buf_u64(kt_buf *buf, uint64_t number);
void kt_buf_i64(kt_buf *buf, int64_t number);
/* The text as Go's %q prints it: double quotes, escapes, printable UTF-8 as it is. */
void kt_buf_quoted(kt_buf *buf, kt_sv text);

/* Append by format: %s a C string, %v a kt_sv, %q a kt_sv as kt_buf_quoted(), %u a uint64_t, %d an
 * int64_t, %% a percent sign. Nothing else. */
void kt_buf_format(kt_buf *buf, const char *format, ...);
void kt_buf_vformat(kt_buf *buf, const char *format, va_list args);

kt_sv kt_buf_view(const kt_buf *buf);
/* The same for a text that goes on into `arena`: where the buffer has failed, the arena has too. */
kt_sv kt_buf_text(const kt_buf *buf, kt_arena *arena);
/* Move the content into the arena; {NULL, 0} when the buffer or the arena has failed. */
kt_sv kt_buf_copy(const kt_buf *buf, kt_arena *arena);

/* kt_buf_format() straight into an arena. */
kt_sv kt_arena_format(kt_arena *arena, const char *format, ...);

#endif
