/* Write a value as yaml.v2 v2.4.0 would (SPEC 6.4, Y-1 … Y-25). Ours, byte for byte. */
#ifndef KT_YAML_WRITER_H
#define KT_YAML_WRITER_H

#include "base/buf.h"
#include "yaml/value.h"

typedef struct kt_yaml_notes {
    const kt_value *cyclic_map; /* a map whose keys have no consistent order (Y-25, N-4); NULL if none */
} kt_yaml_notes;

/* Append one document: the text of `value` without any "---".
 *
 * `out`    its `max` bounds the size; its status tells memory and limit failures.
 * `notes`  may be NULL.
 * Returns out->status. Deep values are walked without recursion. */
kt_status kt_yaml_write(kt_buf *out, const kt_value *value, kt_yaml_notes *notes);

/* Append `files:` and the list, as a .kratix state file holds it (L-11). */
kt_status kt_yaml_write_files(kt_buf *out, const kt_sv *paths, size_t count);

#endif
