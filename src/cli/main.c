/* kratree: find the command, read its flags, run it. */
#include <string.h>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/program.h"

#define EXIT_USAGE 2

static int unknown_command(kt_console *console, const char *word)
{
    const char *meant = kt_command_suggest(word);

    kt_console_complain(console, KT_COMPLAINT_USAGE, NULL, NULL, "unknown %s '%s'%s%s%s",
                        word[0] == '-' ? "flag" : "command", word, meant ? ", did you mean '" : "",
                        meant ? meant : "", meant ? "'?" : "");
    return EXIT_USAGE;
}

/* --help and its like: what the program does without a command. -1: it is none of them. */
static int run_flag(kt_console *console, const char *word)
{
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
        kt_help_program(console, kt_commands);
    else if (strcmp(word, "--version") == 0)
        kt_help_version(console);
    else if (strcmp(word, "--man") == 0)
        kt_manual(&console->out, kt_commands);
    else
        return -1;
    return 0;
}

int main(int argc, char **argv)
{
    static kt_console console;
    const kt_command *command;
    int status;

    kt_program_begin(&console, argc > 0 ? argv[0] : NULL);
    console.commands = kt_commands;
    if (argc < 2) {
        kt_console_complain(&console, KT_COMPLAINT_USAGE, NULL, NULL, "a command is needed, such as render");
        return kt_program_end(&console, EXIT_USAGE);
    }
    command = strcmp(argv[1], "help") == 0 && argc > 2 ? kt_command_find(argv[2]) : NULL;
    if (command) {
        kt_help_command(&console, command);
        return kt_program_end(&console, 0);
    }
    status = run_flag(&console, argv[1]);
    if (status >= 0)
        return kt_program_end(&console, status);
    command = kt_command_find(argv[1]);
    status = command ? kt_program_run(&console, command, argc - 2, argv + 2) : unknown_command(&console, argv[1]);
    return kt_program_end(&console, status);
}
