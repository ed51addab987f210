/* A value as compact JSON, for messages. */
#ifndef KT_MODEL_JSON_H
#define KT_MODEL_JSON_H

#include "base/buf.h"
#include "yaml/value.h"

/* Append `value` as Go's encoding/json prints it, keys sorted, cut with "..." after about `max` bytes. */
void kt_json_excerpt(kt_buf *out, const kt_value *value, size_t max, kt_arena *arena);

#endif
