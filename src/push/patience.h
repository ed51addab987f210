/* How long is waited, and how often something is tried again.
 *
 * Everything is counted on the monotonic clock. Pauses grow by a fixed schedule without chance in it, so that two runs
 * do the same; they end early when the program is asked to stop. */
#ifndef KT_PUSH_PATIENCE_H
#define KT_PUSH_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#define KT_USUAL_TIMEOUT 300u /* --timeout: seconds for one request, or one command of git */
#define KT_USUAL_RETRIES 5u   /* --retries */
#define KT_FIRST_PAUSE 200u   /* milliseconds before the second attempt; doubled for each further one */
#define KT_LONGEST_PAUSE 10000u

/* Milliseconds of the monotonic clock. */
int64_t kt_now_ms(void);

/* The pause after attempt `attempt`, from 1. */
unsigned kt_pause_ms(unsigned attempt);

/* Wait. False: the program was asked to stop. */
bool kt_pause(unsigned milliseconds);

#endif
