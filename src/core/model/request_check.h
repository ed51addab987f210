/* Resource requests against the API of their Promise: for validate. */
#ifndef KT_MODEL_REQUEST_CHECK_H
#define KT_MODEL_REQUEST_CHECK_H

#include "model/api_check.h"

/* Check a request by the schema of the version that it is written in, if that was compiled. Each finding is a diagnostic
 * on `object`, which is not refused by it. False: no memory. */
bool kt_request_check(kt_cluster *cluster, kt_object *object, const kt_promise *promise);

#endif
