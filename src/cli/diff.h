/* The command "diff": what changes against a directory, a zip or a revision, per Destination and file, and why. */
#ifndef KT_CLI_DIFF_H
#define KT_CLI_DIFF_H

#include "cli/args.h"

extern const kt_command kt_diff_command;

#endif
