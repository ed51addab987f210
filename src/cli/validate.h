/* The command "validate": everything that is wrong, or not what a person would want. */
#ifndef KT_CLI_VALIDATE_H
#define KT_CLI_VALIDATE_H

#include "cli/args.h"

extern const kt_command kt_validate_command;

#endif
