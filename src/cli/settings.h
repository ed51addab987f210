/* Everything that flags and environment variables say, for all commands. */
#ifndef KT_CLI_SETTINGS_H
#define KT_CLI_SETTINGS_H

#include "kratree.h"

#define KT_REPORTS_MAX 8

/* One -o FORMAT[=FILE]. */
typedef struct kt_report_wish {
    size_t format;    /* index into the choices of the option */
    const char *file; /* NULL: standard output */
} kt_report_wish;

typedef struct kt_settings {
    const char **paths; /* as typed; "-" is standard input. Never empty: "." is the default */
    size_t path_count;
    bool help;

    const char *out; /* NULL: nowhere */
    bool check;
    bool force;
    const char *lock; /* NULL: kratree.lock in the first PATH, if there is one */
    bool locked;
    kt_report_wish reports[KT_REPORTS_MAX];
    size_t report_count;
    uint64_t level;

    kt_profile profile;
    bool keep_going;
    bool strict;
    const char *store;       /* NULL: all */
    const char *destination; /* NULL: all */
    const char *outputs;     /* NULL: the folder "outputs" inside each PATH */
    kt_limits limits;

    size_t color; /* kt_color */
    bool quiet;
    bool verbose;
    uint64_t jobs; /* 0: as many as there are processors, at most 8 */
} kt_settings;

#endif
