/* The command `lock`. */
#ifndef KT_CLI_LOCK_COMMAND_H
#define KT_CLI_LOCK_COMMAND_H

#include "cli/args.h"

extern const kt_command kt_lock_command;

#endif
