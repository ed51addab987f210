/* The commands of kratree, in the order in which help shows them. */
#ifndef KT_CLI_COMMANDS_H
#define KT_CLI_COMMANDS_H

#include "cli/args.h"

extern const kt_command *const kt_commands[]; /* ends with NULL */

/* The command of that name, or NULL. */
const kt_command *kt_command_find(const char *name);
/* The one that was probably meant; `word` may also be a flag of the program. NULL: none. */
const char *kt_command_suggest(const char *word);

#endif
