/* kratree: find the command, read its flags, run it. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/help.h"
#include "cli/render.h"
#include "cli/validate.h"

#define EXIT_USAGE 2

static const kt_command *const commands[] = {&kt_render_command, &kt_validate_command, NULL};

/* Descriptors 0 to 2 are open, so that no file of ours becomes one of them; closed ones fail when used. */
static void hold_descriptors(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
            _exit(EXIT_USAGE);
}

static int finish(kt_console *console, int status)
{
    return kt_console_finish(console) ? status : EXIT_USAGE;
}

static const kt_command *find_command(const char *name)
{
    for (const kt_command *const *c = commands; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

static int unknown_command(kt_console *console, const char *word)
{
    const char *names[sizeof commands / sizeof commands[0] + 4] = {"--help", "--version", "--man"}, *meant;
    size_t count = 3;

    for (const kt_command *const *c = commands; *c; c++)
        names[count++] = (*c)->name;
    meant = kt_suggest(word, names, count);
    kt_console_complain(console, KT_COMPLAINT_USAGE, NULL, NULL, "unknown %s '%s'%s%s%s",
                        word[0] == '-' ? "flag" : "command", word, meant ? ", did you mean '" : "",
                        meant ? meant : "", meant ? "'?" : "");
    return EXIT_USAGE;
}

/* --help and its like: what the program does without a command. -1: it is none of them. */
static int run_flag(kt_console *console, const char *word)
{
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
        kt_help_program(console, commands);
    else if (strcmp(word, "--version") == 0)
        kt_help_version(console);
    else if (strcmp(word, "--man") == 0)
        kt_manual(&console->out, commands);
    else
        return -1;
    return 0;
}

static int run_command(kt_console *console, const kt_command *command, int argc, char **argv)
{
    kt_settings settings;
    int status = EXIT_USAGE;
    bool fine;

    memset(&settings, 0, sizeof settings);
    settings.level = 6;
    settings.retries = KT_RETRIES_UNSET;
    console->command = command->name;
    fine = kt_args_parse(&settings, command, console, argc, argv);
    kt_console_set_color(console, (kt_color)settings.color);
    console->quiet = settings.quiet;
    console->verbose = settings.verbose;
    console->strict = settings.strict;
    if (fine && settings.help) {
        kt_help_command(console, command);
        status = 0;
    } else if (fine) {
        status = command->run(&settings, console);
    }
    free(settings.paths);
    free(settings.passed);
    return status;
}

int main(int argc, char **argv)
{
    static kt_console console;
    const kt_command *command;
    int status;

    hold_descriptors();
    signal(SIGPIPE, SIG_IGN); /* a reader that left is an error of write() */
    kt_console_init(&console, argc > 0 ? argv[0] : NULL);
    if (argc < 2) {
        kt_console_complain(&console, KT_COMPLAINT_USAGE, NULL, NULL, "a command is needed, such as render");
        return finish(&console, EXIT_USAGE);
    }
    command = strcmp(argv[1], "help") == 0 && argc > 2 ? find_command(argv[2]) : NULL;
    if (command) {
        kt_help_command(&console, command);
        return finish(&console, 0);
    }
    status = run_flag(&console, argv[1]);
    if (status >= 0)
        return finish(&console, status);
    command = find_command(argv[1]);
    status = command ? run_command(&console, command, argc - 2, argv + 2) : unknown_command(&console, argv[1]);
    return finish(&console, status);
}
