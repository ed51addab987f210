/* completion: print the script of a shell. */
#include "cli/completion.h"

#include <string.h>

#include "cli/options.h"

enum { EXIT_FINE, EXIT_ERROR = 2 };

/* ---- Tables ---- */

static const struct shell {
    const char *name;
    void (*put)(kt_output *out);
} shells[] = {
    {"bash", kt_completion_bash},
    {"zsh", kt_completion_zsh},
    {"fish", kt_completion_fish},
};

#define SHELLS (sizeof shells / sizeof shells[0])

static const kt_option_group *const groups[] = {&kt_options_general};

static const kt_example examples[] = {
    {"completion bash > ~/.local/share/bash-completion/completions/kratree", "for bash with bash-completion"},
    {"completion zsh > ~/.zfunc/_kratree", "for zsh; ~/.zfunc is in fpath, before compinit"},
    {"completion fish > ~/.config/fish/completions/kratree.fish", "for fish"},
};

static const char *const exits[] = {
    "0", "printed",
    "2", "there is no script for this shell",
};

static int run(const kt_settings *settings, kt_console *console);

const kt_command kt_completion_command = {
    "completion",
    "print a script that completes commands, flags, values and files",
    "bash|zsh|fish",
    "Print the completion script for a shell. make install puts all three where their shells look for them.",
    groups,
    sizeof groups / sizeof groups[0],
    examples,
    sizeof examples / sizeof examples[0],
    exits,
    sizeof exits / sizeof exits[0] / 2,
    run,
};

/* ---- What can be completed ---- */

const char *const kt_name_starts[] = {"promise/", "destination/", "request/", "store/", "work/", NULL};

kt_completes kt_option_completes(const kt_option *option)
{
    bool file = option->value && (strstr(option->value, "FILE") || strstr(option->value, "DIR"));

    if (option->choices)
        return file ? KT_COMPLETES_REPORT : KT_COMPLETES_CHOICE;
    return file ? KT_COMPLETES_FILE : KT_COMPLETES_NOTHING;
}

bool kt_command_has_names(const kt_command *command)
{
    return strstr(command->arguments, "NAME") != NULL;
}

bool kt_command_has_paths(const kt_command *command)
{
    return strstr(command->arguments, "PATH") != NULL;
}

void kt_command_each_option(const kt_command *command, void (*fn)(kt_output *out, const kt_option *option),
                            kt_output *out)
{
    for (size_t g = 0; g < command->group_count; g++)
        for (size_t i = 0; i < command->groups[g]->count; i++)
            fn(out, &command->groups[g]->options[i]);
}

void kt_put_choices(kt_output *out, const char *choices)
{
    for (; *choices; choices++)
        kt_output_write(out, *choices == '|' ? " " : choices, 1);
}

/* ---- The command ---- */

static int run(const kt_settings *settings, kt_console *console)
{
    const char *word = settings->paths[0], *names[SHELLS], *meant;

    for (size_t i = 0; i < SHELLS; i++) {
        names[i] = shells[i].name;
        if (settings->path_count == 1 && strcmp(word, shells[i].name) == 0) {
            shells[i].put(&console->out);
            return EXIT_FINE;
        }
    }
    meant = kt_suggest(word, names, SHELLS);
    kt_console_complain(console, KT_COMPLAINT_USAGE, NULL, "kratree completion bash|zsh|fish",
                        "one shell is to be named%s%s%s", meant ? ", did you mean '" : "", meant ? meant : "",
                        meant ? "'?" : "");
    return EXIT_ERROR;
}
