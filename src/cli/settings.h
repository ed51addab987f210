/* Everything that flags and environment variables say, for all commands. */
#ifndef KT_CLI_SETTINGS_H
#define KT_CLI_SETTINGS_H

#include "kratree.h"

#define KT_REPORTS_MAX 8
#define KT_RETRIES_UNSET UINT64_MAX

/* One -o FORMAT[=FILE]. */
typedef struct kt_report_wish {
    size_t format;    /* index into the choices of the option */
    const char *file; /* NULL: standard output */
} kt_report_wish;

typedef struct kt_settings {
    const char **paths; /* as typed; "-" is standard input. Never empty: "." is the default */
    size_t path_count;
    bool only_paths; /* -- was given: what stands behind it is a PATH, whatever it looks like */
    bool help;

    const char *out; /* NULL: nowhere */
    bool check;
    bool force;
    const char *lock; /* NULL: kratree.lock in the first PATH, if there is one */
    bool locked;
    kt_report_wish reports[KT_REPORTS_MAX];
    size_t report_count;
    uint64_t level;
    const char *about; /* what explain is asked for; NULL: the last argument, if it is no PATH */
    bool codes;

    /* diff */
    const char *against; /* NULL: nothing was named */
    bool stat;
    uint64_t diff_lines; /* 0: as usual */
    kt_zip_limits zip_limits;

    /* push */
    bool dry_run;
    bool adopt;
    bool verify;
    uint64_t lease;          /* seconds; 0: as usual */
    uint64_t timeout;        /* seconds; 0: as usual */
    uint64_t retries;        /* KT_RETRIES_UNSET: as usual */
    const char *credentials; /* folder with a file for each key of the Secret; NULL: none */
    const char *ca_file;     /* NULL: the system's certificates */
    bool skip_tls_verify;
    const char *branch;      /* NULL: the State Store's */
    const char *author;      /* "NAME <EMAIL>"; NULL: the State Store's */
    const char *message;     /* NULL: Kratix's form */
    bool per_placement;
    bool git_credentials;
    const char *github_api;  /* NULL: derived from the State Store's url */
    const char **passed;     /* arguments as typed, but for --store and -o; to be given to free() */
    size_t passed_count;

    const char *config_path; /* NULL: .kratree.yaml, where there is one */
    const kt_config *config; /* NULL: there is none */

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
