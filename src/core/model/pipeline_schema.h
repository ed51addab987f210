/* The fields of a Pipeline, as Kratix decodes it: strictly, down to the Kubernetes types inside (I-9). */
#ifndef KT_MODEL_PIPELINE_SCHEMA_H
#define KT_MODEL_PIPELINE_SCHEMA_H

#include "model/schema.h"

extern const kt_schema kt_schema_pipeline;

#endif
