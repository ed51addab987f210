/* The frame of a program around its command. */
#define _XOPEN_SOURCE 700 /* SIGXFSZ */
#include "cli/program.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/help.h"

#define EXIT_USAGE 2

/* Descriptors 0 to 2 are open, so that no file of ours becomes one of them; closed ones fail when used. */
static void hold_descriptors(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
            _exit(EXIT_USAGE);
}

void kt_program_begin(kt_console *console, const char *argv0)
{
    hold_descriptors();
    signal(SIGPIPE, SIG_IGN); /* a reader that left is an error of write() */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow */
    signal(SIGCHLD, SIG_DFL); /* ignored by who has started us, how a child ended could not be asked */
    kt_console_init(console, argv0);
}

static void set_defaults(kt_settings *settings)
{
    memset(settings, 0, sizeof *settings);
    settings->level = 6;
    settings->retries = KT_RETRIES_UNSET;
}

static void dispose(kt_settings *settings)
{
    free(settings->paths);
    free(settings->passed);
}

/* Read once to find the configuration, and with one again: what it says comes before environment and arguments. */
static bool read_settings(kt_settings *settings, kt_config_file *config, const kt_command *command,
                          kt_console *console, int argc, char **argv)
{
    set_defaults(settings);
    memset(config, 0, sizeof *config);
    if (!kt_args_parse(settings, command, NULL, console, argc, argv))
        return false;
    if (settings->help)
        return true;
    if (!kt_config_load(config, settings, console))
        return false;
    if (!config->config)
        return true;
    dispose(settings);
    set_defaults(settings);
    settings->config = config->config;
    return kt_args_parse(settings, command, config, console, argc, argv);
}

int kt_program_run(kt_console *console, const kt_command *command, int argc, char **argv)
{
    kt_settings settings;
    kt_config_file config;
    int status = EXIT_USAGE;
    bool fine;

    console->command = command->name;
    fine = read_settings(&settings, &config, command, console, argc, argv);
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
    dispose(&settings);
    kt_config_dispose(&config);
    return status;
}

void kt_program_catch_signals(void (*handler)(int number))
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigaction(numbers[i], &action, NULL);
}

int kt_program_end(kt_console *console, int status)
{
    return kt_console_finish(console) ? status : EXIT_USAGE;
}
