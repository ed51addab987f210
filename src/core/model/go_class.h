/* Escapes and character classes of Go's regexp/syntax, read into sets of code points. */
#ifndef KT_MODEL_GO_CLASS_H
#define KT_MODEL_GO_CLASS_H

#include "model/code_set.h"

/* Where reading stands. After `error` is set nothing more is read. */
typedef struct kt_go_cursor {
    kt_sv source; /* valid UTF-8 */
    size_t at;
    kt_arena *arena;
    kt_sv error;         /* as Go says it: "missing closing ]: `[a`" */
    const char *unknown; /* what stands there that is not known here; NULL if nothing */
} kt_go_cursor;

/* Set the error: `problem`, and the source from `from` to `to`. Returns false. */
bool kt_go_fail(kt_go_cursor *cursor, const char *problem, size_t from, size_t to);
/* The byte `ahead` of the cursor; 0 behind the end. */
char kt_go_peek(const kt_go_cursor *cursor, size_t ahead);

/* At a backslash: read a character. False: an error. */
bool kt_go_escape_read(kt_go_cursor *cursor, uint32_t *out);
/* At a backslash: whether it begins a class (\d, \pL), which is then read and added to `set`. */
bool kt_go_escape_class(kt_go_cursor *cursor, kt_code_set *set, bool fold);
/* At "[": read up to "]" into `set`, and finish it. False: an error. */
bool kt_go_class_read(kt_go_cursor *cursor, kt_code_set *set, bool fold);

#endif
