/* Shell completion, generated from the tables of commands and flags, as --help and the manual page are. */
#ifndef KT_CLI_COMPLETION_H
#define KT_CLI_COMPLETION_H

#include "cli/args.h"

/* The command `completion`. */
extern const kt_command kt_completion_command;

/* What may stand as the value of a flag or as an argument of a command. */
typedef enum kt_completes {
    KT_COMPLETES_NOTHING, /* a switch, or a text that nobody can guess */
    KT_COMPLETES_CHOICE,  /* one of kt_option.choices */
    KT_COMPLETES_FILE,
    KT_COMPLETES_REPORT   /* one of the choices, or one, '=' and a file */
} kt_completes;

kt_completes kt_option_completes(const kt_option *option);
/* Whether the command has NAMEs beside PATHs. */
bool kt_command_has_names(const kt_command *command);
bool kt_command_has_paths(const kt_command *command);

/* What NAMEs begin with, beside codes; ends with NULL. */
extern const char *const kt_name_starts[];

/* Call fn for each flag. */
void kt_command_each_option(const kt_command *command, void (*fn)(kt_output *out, const kt_option *option),
                            kt_output *out);

/* `choices` with a blank for each '|'. */
void kt_put_choices(kt_output *out, const char *choices);

/* The scripts. */
void kt_completion_bash(kt_output *out);
void kt_completion_zsh(kt_output *out);
void kt_completion_fish(kt_output *out);

#endif
