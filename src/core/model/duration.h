/* Go's time.Duration as text. */
#ifndef KT_MODEL_DURATION_H
#define KT_MODEL_DURATION_H

#include "base/buf.h"
#include "kratree.h"

/* Parse as time.ParseDuration does ("1h30m", "1.5s", "-2ms", "0"); nanoseconds. False: not a duration. */
bool kt_duration_parse(int64_t *out, kt_sv text);
/* Print as Duration.String does ("1m0s", "0s"). */
void kt_duration_print(kt_buf *out, int64_t nanoseconds);

#endif
