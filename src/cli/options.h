/* Flags that several commands understand. */
#ifndef KT_CLI_OPTIONS_H
#define KT_CLI_OPTIONS_H

#include "cli/args.h"

extern const kt_option_group kt_options_input;   /* what is rendered, and how */
extern const kt_option_group kt_options_lock;    /* --lock, --locked */
extern const kt_option_group kt_options_limits;  /* --max-… */
extern const kt_option_group kt_options_general; /* colour, verbosity, help */

#endif
