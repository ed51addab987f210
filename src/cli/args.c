/* Reading the environment and the command line into kt_settings. */
#define _POSIX_C_SOURCE 200809L
#include "cli/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_OPTIONS 64

/* ---- Setters ---- */

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

const char *kt_set_switch(const kt_option *option, void *field, const char *text)
{
    static const char *const yes[] = {"true", "1", "yes", "on", NULL};
    static const char *const no[] = {"false", "0", "no", "off", "", NULL};

    (void)option;
    if (text && !is_one_of(text, yes) && !is_one_of(text, no))
        return "true or false";
    *(bool *)field = !text || is_one_of(text, yes);
    return NULL;
}

const char *kt_set_text(const kt_option *option, void *field, const char *text)
{
    (void)option;
    if (*text == '\0')
        return "a value that is not empty";
    *(const char **)field = text;
    return NULL;
}

/* Index of the first `length` bytes of `text` among "a|b|c"; SIZE_MAX if it is none of them. */
static size_t choice_index(const char *choices, const char *text, size_t length)
{
    for (size_t i = 0;; i++) {
        size_t end = strcspn(choices, "|");
        if (end == length && strncmp(choices, text, length) == 0)
            return i;
        if (choices[end] == '\0')
            return SIZE_MAX;
        choices += end + 1;
    }
}

const char *kt_set_choice(const kt_option *option, void *field, const char *text)
{
    size_t index = choice_index(option->choices, text, strlen(text));

    if (index == SIZE_MAX)
        return option->choices;
    *(size_t *)field = index;
    return NULL;
}

/* Digits, up to UINT64_MAX; `*end` is behind them. False: none, or too many. */
static bool read_number(uint64_t *out, const char *text, const char **end)
{
    uint64_t number = 0;

    for (*end = text; **end >= '0' && **end <= '9'; ++*end) {
        uint64_t digit = (uint64_t)(**end - '0');
        if (number > (UINT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *out = number;
    return *end != text;
}

const char *kt_set_number(const kt_option *option, void *field, const char *text)
{
    const char *end;
    uint64_t number;

    (void)option;
    if (!read_number(&number, text, &end) || *end || number == 0)
        return "a whole number from 1";
    *(uint64_t *)field = number;
    return NULL;
}

const char *kt_set_count(const kt_option *option, void *field, const char *text)
{
    const char *end;
    uint64_t number;

    (void)option;
    if (!read_number(&number, text, &end) || *end || number > 1000000)
        return "a whole number up to 1000000";
    *(uint64_t *)field = number;
    return NULL;
}

const char *kt_set_level(const kt_option *option, void *field, const char *text)
{
    (void)option;
    if (text[0] < '0' || text[0] > '9' || text[1])
        return "a number from 0 to 9";
    *(uint64_t *)field = (uint64_t)(text[0] - '0');
    return NULL;
}

const char *kt_set_size(const kt_option *option, void *field, const char *text)
{
    static const char units[] = "KMG";
    const char *end, *unit;
    unsigned shift = 0;
    uint64_t number;

    (void)option;
    if (!read_number(&number, text, &end) || number == 0)
        return "a size from 1, such as 512K, 64M or 2G";
    unit = *end ? strchr(units, *end >= 'a' && *end <= 'z' ? *end - 'a' + 'A' : *end) : NULL;
    if (unit) {
        shift = 10 * (unsigned)(unit - units + 1);
        end++;
    }
    if (*end || number > UINT64_MAX >> shift)
        return "a size from 1, such as 512K, 64M or 2G";
    *(uint64_t *)field = number << shift;
    return NULL;
}

const char *kt_set_profile(const kt_option *option, void *field, const char *text)
{
    if (choice_index(option->choices, text, strlen(text)) == SIZE_MAX)
        return option->choices;
    return kt_profile_from_name(field, kt_str(text)) ? NULL : option->choices;
}

const char *kt_set_report(const kt_option *option, void *field, const char *text)
{
    kt_settings *settings = field;
    size_t length = strcspn(text, "=");
    const char *file = text[length] ? text + length + 1 : NULL;
    size_t format = choice_index(option->choices, text, length);

    if (format == SIZE_MAX)
        return option->choices;
    if (settings->report_count == KT_REPORTS_MAX)
        return "at most 8 of them";
    if (file && *file == '\0')
        return "a file behind the '='";
    settings->reports[settings->report_count++] =
        (kt_report_wish){format, file && strcmp(file, "-") != 0 ? file : NULL};
    return NULL;
}

/* ---- Options of a command ---- */

/* Called for each option; true stops. */
static const kt_option *find_option(const kt_command *command, const char *name, size_t length, char letter)
{
    for (size_t g = 0; g < command->group_count; g++)
        for (size_t i = 0; i < command->groups[g]->count; i++) {
            const kt_option *option = &command->groups[g]->options[i];
            if (letter ? option->letter == letter
                       : option->name && strlen(option->name) == length && memcmp(option->name, name, length) == 0)
                return option;
        }
    return NULL;
}

static const char *suggest_option(const kt_command *command, const char *name)
{
    const char *names[MAX_OPTIONS];
    size_t count = 0;

    for (size_t g = 0; g < command->group_count; g++)
        for (size_t i = 0; i < command->groups[g]->count && count < MAX_OPTIONS; i++)
            if (command->groups[g]->options[i].name)
                names[count++] = command->groups[g]->options[i].name;
    return kt_suggest(name, names, count);
}

static bool set_option(kt_settings *settings, const kt_option *option, kt_console *console, const char *shown,
                       const char *text)
{
    const char *expected = option->set(option, (char *)settings + option->offset, text);

    if (!expected)
        return true;
    kt_console_complain(console, KT_COMPLAINT_USAGE, NULL, NULL, "%s: '%s' is wrong, expected %s", shown, text ? text : "",
                        expected);
    return false;
}

/* ---- Environment ---- */

void kt_option_variable(char out[64], const kt_option *option)
{
    size_t length = (size_t)snprintf(out, 64, "KRATREE_%s", option->name);

    for (size_t i = 0; i < length && i < 63; i++)
        out[i] = out[i] == '-' ? '_' : out[i] >= 'a' && out[i] <= 'z' ? (char)(out[i] - 'a' + 'A') : out[i];
}

static bool read_variable(kt_settings *settings, const kt_option *option, kt_console *console)
{
    char name[64], shown[96];
    const char *text;

    if (!option->name || (option->flags & KT_OPTION_NO_ENV))
        return true;
    kt_option_variable(name, option);
    text = getenv(name);
    if (!text || (*text == '\0' && option->value))
        return true;
    snprintf(shown, sizeof shown, "environment variable %s", name);
    return set_option(settings, option, console, shown, text);
}

static bool read_environment(kt_settings *settings, const kt_command *command, kt_console *console)
{
    bool fine = true;

    for (size_t g = 0; g < command->group_count; g++)
        for (size_t i = 0; i < command->groups[g]->count; i++)
            fine &= read_variable(settings, &command->groups[g]->options[i], console);
    return fine;
}

/* ---- Configuration ---- */

/* The flag of another command. */
static const kt_option *find_elsewhere(const kt_console *console, kt_sv name)
{
    const kt_option *option = NULL;

    for (const kt_command *const *c = console->commands; c && *c && !option; c++)
        option = find_option(*c, name.ptr, name.len, 0);
    return option;
}

static bool refuse_setting(const kt_command *command, const kt_setting *setting, const kt_option *option,
                           kt_console *console)
{
    const char *meant;
    char name[128];

    snprintf(name, sizeof name, "%.*s", (int)(setting->name.len < 100 ? setting->name.len : 100), setting->name.ptr);
    meant = option ? NULL : suggest_option(command, name);
    kt_config_complain(console, setting, option ? "'%s' cannot be set here, only on the command line%s%s%s"
                                                : "there is no setting '%s'%s%s%s",
                       name, meant ? ", did you mean '" : "", meant ? meant : "", meant ? "'?" : "");
    return false;
}

static bool use_setting(kt_settings *settings, const kt_option *option, const kt_config_file *config,
                        const kt_setting *setting, kt_console *console)
{
    const char *text = kt_config_value(config, setting, option->flags & KT_OPTION_PATH), *expected;

    if (!text) {
        kt_console_complain(console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
        return false;
    }
    expected = option->set(option, (char *)settings + option->offset, text);
    if (expected)
        kt_config_complain(console, setting, "%s: '%s' is wrong, expected %s", option->name, text, expected);
    return !expected;
}

/* An adapter does not know the flags of others: who called it has looked. */
static bool read_setting(kt_settings *settings, const kt_command *command, const kt_config_file *config,
                         const kt_setting *setting, kt_console *console)
{
    const kt_option *option = find_option(command, setting->name.ptr, setting->name.len, 0);
    const kt_option *known = option ? option : find_elsewhere(console, setting->name);

    if (!known && !console->commands)
        return true;
    if (!known || (known->flags & (KT_OPTION_NO_ENV | KT_OPTION_NO_CONFIG)))
        return refuse_setting(command, setting, known, console);
    return !option || use_setting(settings, option, config, setting, console);
}

static bool read_config(kt_settings *settings, const kt_command *command, const kt_config_file *config,
                        kt_console *console)
{
    size_t count = 0;
    const kt_setting *items = config ? kt_config_settings(config->config, &count) : NULL;
    bool fine = true;

    for (size_t i = 0; i < count; i++)
        fine &= read_setting(settings, command, config, &items[i], console);
    return fine;
}

/* ---- Command line ---- */

typedef struct reader {
    kt_settings *settings;
    const kt_command *command;
    kt_console *console;
    char **argv;
    int argc;
    int at;
    bool ours; /* an option of the argument is not to be passed on */
} reader;

/* The value behind '=' or in the next argument. */
static const char *take_value(reader *r, const kt_option *option, const char *shown, const char *attached)
{
    if (attached)
        return attached;
    if (r->at < r->argc)
        return r->argv[r->at++];
    kt_console_complain(r->console, KT_COMPLAINT_USAGE, NULL, NULL, "%s needs a value, %s", shown, option->value);
    return NULL;
}

static bool read_long(reader *r, const char *argument)
{
    const char *name = argument + 2, *equals = strchr(name, '='), *text, *meant;
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const kt_option *option = find_option(r->command, name, length, 0);
    char shown[128];

    snprintf(shown, sizeof shown, "--%.*s", (int)(length < 100 ? length : 100), name);
    if (!option) {
        meant = suggest_option(r->command, shown + 2);
        kt_console_complain(r->console, KT_COMPLAINT_USAGE, NULL, NULL, "unknown flag '%s'%s%s%s", shown,
                            meant ? ", did you mean '--" : "", meant ? meant : "", meant ? "'?" : "");
        return false;
    }
    text = equals ? equals + 1 : NULL;
    if (option->value) {
        text = take_value(r, option, shown, text);
        if (!text)
            return false;
    }
    r->ours = (option->flags & KT_OPTION_OURS) != 0;
    return set_option(r->settings, option, r->console, shown, text);
}

/* "-v", "-qv", "-ojson", "-o json". */
static bool read_letters(reader *r, const char *argument)
{
    for (const char *letter = argument + 1; *letter; letter++) {
        const kt_option *option = find_option(r->command, NULL, 0, *letter);
        char shown[3] = {'-', *letter, '\0'};
        const char *text = NULL;
        if (!option) {
            kt_console_complain(r->console, KT_COMPLAINT_USAGE, NULL, NULL, "unknown flag '%s' in '%s'", shown,
                                argument);
            return false;
        }
        r->ours |= (option->flags & KT_OPTION_OURS) != 0;
        if (option->value) {
            text = take_value(r, option, shown, letter[1] ? letter + 1 + (letter[1] == '=') : NULL);
            return text && set_option(r->settings, option, r->console, shown, text);
        }
        set_option(r->settings, option, r->console, shown, NULL);
    }
    return true;
}

static bool read_argument(reader *r, bool *flags_end)
{
    const char *argument = r->argv[r->at++];

    if (*flags_end || argument[0] != '-' || argument[1] == '\0') {
        r->settings->paths[r->settings->path_count++] = argument;
        return true;
    }
    if (strcmp(argument, "--") == 0) {
        *flags_end = r->settings->only_paths = true;
        return true;
    }
    return argument[1] == '-' ? read_long(r, argument) : read_letters(r, argument);
}

/* Read one argument, with its value, and keep it for whoever it is to be passed on to. */
static bool read_and_keep(reader *r, bool *flags_end)
{
    int from = r->at;
    bool fine;

    r->ours = false;
    fine = read_argument(r, flags_end);
    for (int i = from; i < r->at && !r->ours; i++)
        r->settings->passed[r->settings->passed_count++] = r->argv[i];
    return fine;
}

bool kt_args_parse(kt_settings *settings, const kt_command *command, const kt_config_file *config, kt_console *console,
                   int argc, char **argv)
{
    reader r = {settings, command, console, argv, argc, 0, false};
    bool fine = read_config(settings, command, config, console), flags_end = false;

    fine &= read_environment(settings, command, console);

    settings->paths = calloc((size_t)argc + 1, sizeof *settings->paths);
    settings->passed = calloc((size_t)argc + 1, sizeof *settings->passed);
    if (!settings->paths || !settings->passed) {
        kt_console_complain(console, KT_COMPLAINT_MEMORY, NULL, NULL, "out of memory");
        return false;
    }
    while (r.at < argc)
        fine &= read_and_keep(&r, &flags_end);
    if (settings->path_count == 0)
        settings->paths[settings->path_count++] = ".";
    return fine;
}
