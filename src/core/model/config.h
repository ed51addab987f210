/* .kratree.yaml, read: settings as text, severities of codes, what is to be ignored and why.
 *
 *     kratix-version: 2026-08
 *     strict: true
 *     severity:
 *       KT-403: error
 *     ignore:
 *     - code: KT-811
 *       path: destinations/spare
 *       reason: bought, not in use yet
 */
#ifndef KT_MODEL_CONFIG_H
#define KT_MODEL_CONFIG_H

#include "base/diags.h"
#include "base/map.h"
#include "kratree.h"

/* What a code is to be; KT_LEVEL_OFF: not reported. */
typedef enum kt_level { KT_LEVEL_ERROR, KT_LEVEL_WARNING, KT_LEVEL_NOTE, KT_LEVEL_OFF } kt_level;

typedef struct kt_severity_rule {
    kt_sv code;
    kt_level level;
    kt_pos pos;
} kt_severity_rule;

typedef struct kt_ignore_rule {
    kt_sv code;
    kt_sv path; /* a glob below the folder of the configuration; empty: everywhere */
    kt_sv reason;
    kt_pos pos;
} kt_ignore_rule;

struct kt_config {
    kt_arena arena;
    kt_diags diags;
    kt_sv path, bytes; /* of the file */
    kt_setting *settings;
    size_t setting_count, setting_capacity;
    kt_severity_rule *severities;
    size_t severity_count, severity_capacity;
    kt_ignore_rule *ignores; /* one for each code of an entry */
    size_t ignore_count, ignore_capacity;
};

/* Whether there is such a code, and whether a configuration may change it: limits and what concerns files, the command
 * line and the configuration itself it may not. */
bool kt_code_exists(kt_sv id);
bool kt_code_may_change(kt_sv id);

#endif
