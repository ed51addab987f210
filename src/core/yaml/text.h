/* The bytes of a file as text (SPEC K-8): UTF-8 without mark, ready to be cut into documents.
 *
 * The text is a copy, as libyaml wants NULs behind it. Strings of values point into what lasts: the source where
 * it holds the same bytes, else the copy. */
#ifndef KT_YAML_TEXT_H
#define KT_YAML_TEXT_H

#include "base/arena.h"
#include "base/diags.h"

typedef enum kt_text_mode {
    KT_TEXT_KUBECTL, /* invalid UTF-8 becomes U+FFFD with one warning; CR LF becomes LF; the last line ends */
    KT_TEXT_YAML     /* as yaml.v2 alone reads: invalid UTF-8 is an error, line ends stay */
} kt_text_mode;

typedef struct kt_text {
    char *bytes;   /* `length` bytes and KT_TEXT_PADDING times NUL; may be overwritten with care */
    size_t length;
    kt_sv lasting; /* the same bytes, to be pointed to by values; may lack the last line end */
    bool ascii;    /* every code point is one byte */
    bool control;  /* may hold characters that YAML forbids */
    bool marks;    /* may hold U+FEFF */
} kt_text;

/* What libyaml's scanner may look at behind the end. */
#define KT_TEXT_PADDING 8

/* `arena` holds the copy if values must point into it, else `scratch` does, which may go when all is read.
 * Returns KT_OK, KT_ERR_INPUT (KT_TEXT_YAML only; a diagnostic tells) or KT_ERR_NOMEM. */
kt_status kt_text_read(kt_text *out, kt_arena *arena, kt_arena *scratch, kt_diags *diags, const kt_source *source,
                       kt_text_mode mode);

/* The place of byte `at` when text[from] is the first byte of `line`. Lines end with LF. */
kt_pos kt_text_pos(kt_sv file, kt_sv text, size_t from, uint32_t line, size_t at);

/* The first code point in [from, to) that YAML forbids (K-8), or `to`. */
size_t kt_text_find_control(kt_sv text, size_t from, size_t to);

#endif
