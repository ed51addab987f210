/* How yaml.v2 writes a string: plain, quoted or as a literal block (Y-10 … Y-15). */
#ifndef KT_YAML_STYLE_H
#define KT_YAML_STYLE_H

#include "kratree.h"

typedef enum kt_style { KT_STYLE_PLAIN, KT_STYLE_SINGLE, KT_STYLE_DOUBLE, KT_STYLE_LITERAL } kt_style;

/* A string, analysed once. */
typedef struct kt_look {
    kt_style style;
    bool has_break;     /* any line break of Y-13: as a key it is explicit (Y-20) */
    bool has_separator; /* U+2028 or U+2029, which end a line where they are written raw (Y-18) */
    bool ascii;         /* columns are bytes */
} kt_look;

kt_look kt_style_of(kt_sv text);

#endif
