/* Clock and pauses. */
#define _POSIX_C_SOURCE 200809L
#include "push/patience.h"

#include <time.h>

#include "push/adapter.h"

#define STEP 50u /* milliseconds between two looks at whether we were asked to stop */

int64_t kt_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

unsigned kt_pause_ms(unsigned attempt)
{
    unsigned pause = KT_FIRST_PAUSE;

    while (attempt-- > 1 && pause < KT_LONGEST_PAUSE)
        pause *= 2;
    return pause < KT_LONGEST_PAUSE ? pause : KT_LONGEST_PAUSE;
}

bool kt_pause(unsigned milliseconds)
{
    static const struct timespec step = {0, STEP * 1000000L};
    int64_t end = kt_now_ms() + milliseconds;

    while (!kt_push_stopped() && kt_now_ms() < end)
        nanosleep(&step, NULL);
    return !kt_push_stopped();
}
