/* Content as Works hold it: gzip, then base64. */
#ifndef KT_PLAN_PACKED_H
#define KT_PLAN_PACKED_H

#include "base/arena.h"

/* Unpack into the arena.
 *
 * `max`  bytes that the result may have.
 * Returns KT_OK; KT_ERR_INPUT (no base64, no gzip, cut short: `why` is set, static); KT_ERR_LIMIT; KT_ERR_NOMEM. */
kt_status kt_unpack(kt_sv *out, const char **why, kt_arena *arena, kt_sv packed, uint64_t max);

/* How many bytes a file takes when it is packed. Deflate is Go's, not zlib's, so that it is a forecast. What is beyond
 * `max` is not counted. KT_OK or KT_ERR_NOMEM. */
kt_status kt_packed_size(uint64_t *out, kt_allocator allocator, const kt_sv *parts, size_t count, uint64_t max);

/* No file of that size takes more. */
uint64_t kt_packed_bound(uint64_t size);

#endif
