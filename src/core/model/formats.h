/* Formats of strings that the API server checks (k8s.io/kube-openapi, pkg/validation/strfmt); it ignores all others. */
#ifndef KT_MODEL_FORMATS_H
#define KT_MODEL_FORMATS_H

#include "model/pattern.h"

/* A row of the table, from 1; 0: no format, or one that is not checked. */
typedef unsigned kt_format;

/* Find it by its name; hyphens are passed over, as there. */
kt_format kt_format_find(kt_sv name);
const char *kt_format_name(kt_format format);
/* Whether `text` has the format. Some are patterns, compiled in `patterns`. */
bool kt_format_check(kt_patterns *patterns, kt_format format, kt_sv text);

#endif
