/* The script for fish: a line for each flag of each command. */
#include <string.h>

#include "cli/code_pages.h"
#include "cli/commands.h"
#include "cli/completion.h"

/* In single quotes. */
static void put_quoted(kt_output *out, const char *text)
{
    kt_output_put(out, "'");
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            kt_output_put(out, "\\");
        kt_output_write(out, text, 1);
    }
    kt_output_put(out, "'");
}

/* The line of a flag, behind what names the command. */
static void put_flag(kt_output *out, const kt_option *option)
{
    if (option->name)
        kt_output_format(out, " -l %s", option->name);
    if (option->letter)
        kt_output_format(out, " -s %c", option->letter);
    switch (option->value ? kt_option_completes(option) : KT_COMPLETES_NOTHING) {
    case KT_COMPLETES_FILE:
        kt_output_put(out, " -r -F");
        break;
    case KT_COMPLETES_CHOICE:
        kt_output_put(out, " -x -a '");
        kt_put_choices(out, option->choices);
        kt_output_put(out, "'");
        break;
    case KT_COMPLETES_REPORT:
        kt_output_put(out, " -r -a '");
        kt_put_choices(out, option->choices);
        kt_output_put(out, "'");
        break;
    default:
        kt_output_put(out, option->value ? " -x" : "");
    }
    kt_output_put(out, " -d ");
    put_quoted(out, option->help);
    kt_output_put(out, "\n");
}

static void put_command_flags(kt_output *out, const kt_command *command)
{
    for (size_t g = 0; g < command->group_count; g++)
        for (size_t i = 0; i < command->groups[g]->count; i++) {
            kt_output_format(out, "complete -c kratree -n '__fish_seen_subcommand_from %s'", command->name);
            put_flag(out, &command->groups[g]->options[i]);
        }
}

static void put_word(kt_output *out, const char *command, const char *word, const char *text)
{
    kt_output_format(out, "complete -c kratree -n '__fish_seen_subcommand_from %s' -a ", command);
    put_quoted(out, word);
    if (text) {
        kt_output_put(out, " -d ");
        put_quoted(out, text);
    }
    kt_output_put(out, "\n");
}

static void put_arguments(kt_output *out, const kt_command *command)
{
    if (!kt_command_has_paths(command)) {
        kt_output_format(out, "complete -c kratree -n '__fish_seen_subcommand_from %s' -f -a '", command->name);
        kt_put_choices(out, command->arguments);
        kt_output_put(out, "'\n");
    }
    if (!kt_command_has_names(command))
        return;
    for (const char *const *start = kt_name_starts; *start; start++)
        put_word(out, command->name, *start, NULL);
    for (size_t i = 0; i < kt_code_page_count; i++)
        put_word(out, command->name, kt_code_pages[i].id, kt_code_pages[i].title);
}

void kt_completion_fish(kt_output *out)
{
    kt_output_put(out, "# fish completion for kratree; made by: kratree completion fish\n"
                       "complete -c kratree -e\n");
    for (const kt_command *const *c = kt_commands; *c; c++) {
        kt_output_format(out, "complete -c kratree -n __fish_use_subcommand -f -a %s -d ", (*c)->name);
        put_quoted(out, (*c)->summary);
        kt_output_put(out, "\n");
    }
    kt_output_put(out, "complete -c kratree -n __fish_use_subcommand -f -a help -d 'show help'\n"
                       "complete -c kratree -n __fish_use_subcommand -l help -d 'show help'\n"
                       "complete -c kratree -n __fish_use_subcommand -l version -d 'show the version'\n"
                       "complete -c kratree -n __fish_use_subcommand -l man -d 'print the manual page'\n");
    for (const kt_command *const *c = kt_commands; *c; c++) {
        put_command_flags(out, *c);
        put_arguments(out, *c);
        kt_output_format(out, "complete -c kratree -n '__fish_seen_subcommand_from help' -f -a %s\n", (*c)->name);
    }
}
