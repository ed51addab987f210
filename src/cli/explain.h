/* The command `explain`. */
#ifndef KT_CLI_EXPLAIN_H
#define KT_CLI_EXPLAIN_H

#include "cli/args.h"

extern const kt_command kt_explain_command;

#endif
