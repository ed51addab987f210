/* JSON with places (SPEC K-1, K-9). */
#ifndef KT_YAML_JSON_H
#define KT_YAML_JSON_H

#include "yaml/build.h"

typedef struct kt_json_input {
    kt_sv text;
    size_t at;          /* where to begin; afterwards behind the value */
    uint32_t line;      /* of `at`, 1-based; moves with it */
    size_t line_start;  /* the first byte of that line */
    size_t counted;      /* the column of this byte, of the line that begins at counted_line, is known … */
    size_t counted_line;
    uint32_t column;     /* … to be this; 0: nothing is known */
} kt_json_input;

/* Where the text stops being JSON and why. */
typedef struct kt_json_error {
    kt_pos pos;
    size_t at;
    kt_sv message;
} kt_json_error;

/* Pass over white space. Returns whether something follows. */
bool kt_json_skip_white(kt_json_input *input);
/* The place of input->at. */
kt_pos kt_json_pos(const kt_json_input *input, kt_sv file);

/* Read one value into build->root.
 *
 * Returns KT_OK and build->status as kt_build_finish() does, or, when the text is not JSON, KT_ERR_ARGUMENT: then
 * nothing was reported, `error` says why, and the caller may read the text in another way. */
kt_status kt_json_read(kt_json_input *input, kt_build *build, kt_json_error *error);

#endif
