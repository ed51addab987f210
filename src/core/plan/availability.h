/* Which Promises are Available, and why the others are not (W-12 … W-17). */
#ifndef KT_PLAN_AVAILABILITY_H
#define KT_PLAN_AVAILABILITY_H

#include "model/model.h"

typedef enum kt_blocker {
    KT_AVAILABLE,
    KT_BLOCKED_PAUSED,      /* W-14 */
    KT_BLOCKED_SUSPENDED,   /* W-13: by its label */
    KT_BLOCKED_WORKFLOW,    /* W-12, W-18: a promise pipeline failed or suspended */
    KT_BLOCKED_REQUIREMENT  /* W-15, W-16 */
} kt_blocker;

typedef struct kt_availability {
    kt_blocker blocker;
    const kt_required_promise *requirement; /* KT_BLOCKED_REQUIREMENT: the one that is not met */
} kt_availability;

/* Settle the requirements of all Promises. `states` has one entry a Promise of the model, with what its own flags
 * and workflow say (KT_AVAILABLE or a blocker other than KT_BLOCKED_REQUIREMENT); Promises in a cycle of
 * requirements never become Available. False on memory failure. */
bool kt_availability_settle(kt_availability *states, kt_run *run, const kt_model *model);

#endif
