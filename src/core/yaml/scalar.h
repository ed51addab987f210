/* Scalars on the page: escapes, folding and literal blocks (Y-16 … Y-23). */
#ifndef KT_YAML_SCALAR_H
#define KT_YAML_SCALAR_H

#include "base/buf.h"
#include "yaml/style.h"

/* Where the text stands; what yaml.v2's emitter remembers between two tokens. */
typedef struct kt_pen {
    kt_buf *out;
    size_t column;  /* characters since the line's start */
    bool spaced;    /* no space is needed before the next token */
    bool at_indent; /* nothing but indentation and indicators in the line so far */
} kt_pen;

/* Go to a line's `indent`: to the next line, unless the pen stands before it in a fresh one. */
void kt_pen_indent(kt_pen *pen, size_t indent);

/* A token in ASCII, with a space before it if one is needed. */
void kt_pen_token(kt_pen *pen, const char *bytes, size_t size);

/* A string in the style of its look. `indent` is that of its further lines; a simple key is not folded. */
void kt_pen_string(kt_pen *pen, kt_sv text, const kt_look *look, size_t indent, bool simple_key);

#endif
