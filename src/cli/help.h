/* Help texts, generated from the tables of cli/args.h. */
#ifndef KT_CLI_HELP_H
#define KT_CLI_HELP_H

#include "cli/args.h"

/* The program: its commands, its own flags. `commands` ends with NULL. */
void kt_help_program(kt_console *console, const kt_command *const *commands);
void kt_help_command(kt_console *console, const kt_command *command);

/* How help writes a flag: "-q, --quiet", "    --jobs N", "-o FORMAT[=FILE]". */
void kt_option_term(char out[128], const kt_option *option);

/* Version of the program and the Kratix versions that it knows. */
void kt_help_version(kt_console *console);

/* The manual page, in troff's man macros. */
void kt_manual(kt_output *out, const kt_command *const *commands);

#endif
