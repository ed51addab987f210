/* The list of commands. */
#include "cli/commands.h"

#include <string.h>

#include "cli/completion.h"
#include "cli/diff.h"
#include "cli/explain.h"
#include "cli/lock_command.h"
#include "cli/push_options.h"
#include "cli/render.h"
#include "cli/validate.h"

const kt_command *const kt_commands[] = {&kt_render_command, &kt_validate_command, &kt_diff_command, &kt_explain_command,
                                         &kt_lock_command,   &kt_push_command,     &kt_completion_command,
                                         NULL};

const kt_command *kt_command_find(const char *name)
{
    for (const kt_command *const *c = kt_commands; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

const char *kt_command_suggest(const char *word)
{
    const char *names[sizeof kt_commands / sizeof kt_commands[0] + 3] = {"--help", "--version", "--man"};
    size_t count = 3;

    for (const kt_command *const *c = kt_commands; *c; c++)
        names[count++] = (*c)->name;
    return kt_suggest(word, names, count);
}
