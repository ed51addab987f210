/* Whether Works will fit into a cluster's objects (G-24). */
#ifndef KT_PLAN_FORECAST_H
#define KT_PLAN_FORECAST_H

#include "base/run.h"

/* Whether the Work could be too large, by the sizes of its files. Most are not, and cost nothing. */
bool kt_forecast_needed(const kt_work *work);

/* Pack its files, count, and warn from 1 MiB on. `run` gives options only, so that calls for different Works may run at
 * the same time. KT_OK or KT_ERR_NOMEM. */
kt_status kt_forecast(const kt_work *work, const kt_run *run, kt_arena *arena, kt_diags *diags);

#endif
