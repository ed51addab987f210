/* Content as Works hold it: gzip, then base64. */
#ifndef KT_PLAN_PACKED_H
#define KT_PLAN_PACKED_H

#include "base/arena.h"

/* Unpack into the arena.
 *
 * `max`  bytes that the result may have.
 * Returns KT_OK; KT_ERR_INPUT (no base64, no gzip, cut short: `why` is set, static); KT_ERR_LIMIT; KT_ERR_NOMEM. */
kt_status kt_unpack(kt_sv *out, const char **why, kt_arena *arena, kt_sv packed, uint64_t max);

#endif
