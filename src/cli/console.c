/* Terminal output. */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE /* struct winsize */
#include "cli/console.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NARROWEST 40

/* ---- Set-up ---- */

/* kratix calls kratix-tree for "kratix tree". */
static const char *program_name(const char *argv0)
{
    const char *slash = argv0 ? strrchr(argv0, '/') : NULL;
    const char *name = slash ? slash + 1 : argv0;

    if (name && strcmp(name, "kratix-tree") == 0)
        return "kratix tree";
    return "kratree";
}

static bool wants_color(int fd)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    if (no_color && *no_color)
        return false;
    return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

static size_t terminal_width(int fd)
{
    struct winsize size;

    if (!isatty(fd))
        return 0;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col < NARROWEST ? NARROWEST : size.ws_col;
}

void kt_console_init(kt_console *console, const char *argv0)
{
    console->program = program_name(argv0);
    console->command = "";
    console->commands = NULL;
    console->quiet = console->verbose = console->strict = false;
    console->out_color = wants_color(1);
    console->error_color = wants_color(2);
    console->progress = isatty(2) == 1;
    console->out_width = terminal_width(1);
    console->errors = console->warnings = 0;
    kt_output_init(&console->out, 1);
    kt_output_init(&console->error, 2);
}

void kt_console_set_color(kt_console *console, kt_color color)
{
    if (color != KT_COLOR_AUTO)
        console->out_color = console->error_color = color == KT_COLOR_ALWAYS;
}

/* ---- Colour ---- */

const char *kt_paint_begin(bool on, kt_paint paint)
{
    static const char *const codes[] = {"",         "\x1b[1m",  "\x1b[2m",    "\x1b[1;31m", "\x1b[1;33m",
                                        "\x1b[36m", "\x1b[32m", "\x1b[1;36m", "\x1b[34m"};

    return on ? codes[paint] : "";
}

const char *kt_paint_end(bool on, kt_paint paint)
{
    return on && paint != KT_PAINT_NONE ? "\x1b[0m" : "";
}

/* ---- Diagnostics ---- */

typedef struct printed {
    char *bytes;
    size_t length;
    size_t capacity;
} printed;

static bool printed_write(void *ctx, const char *bytes, size_t size)
{
    printed *t = ctx;

    if (size > t->capacity - t->length) {
        size_t capacity = (t->capacity + size) * 2;
        char *grown = realloc(t->bytes, capacity);
        if (!grown)
            return false;
        t->bytes = grown;
        t->capacity = capacity;
    }
    memcpy(t->bytes + t->length, bytes, size);
    t->length += size;
    return true;
}

static const struct {
    const char *word;
    kt_paint paint;
} severities[] = {{"error: ", KT_PAINT_ERROR}, {"warning: ", KT_PAINT_WARNING}, {"note: ", KT_PAINT_NOTE}};

/* Where the severity's word stands in the first line: right behind the place. */
static const char *find_word(const printed *t, const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; i + length <= t->length && t->bytes[i] != '\n'; i++)
        if (memcmp(t->bytes + i, word, length) == 0 && (i == 0 || t->bytes[i - 1] == ' '))
            return t->bytes + i;
    return NULL;
}

static void put_painted(kt_output *out, kt_paint paint, const char *bytes, size_t size)
{
    if (size == 0)
        return;
    kt_output_put(out, kt_paint_begin(true, paint));
    kt_output_write(out, bytes, size);
    kt_output_put(out, kt_paint_end(true, paint));
}

/* place bold, severity in its colour, message bold, lines below it dim */
static void put_colored(kt_output *out, const printed *t, kt_severity severity)
{
    const char *word = find_word(t, severities[severity].word), *end = t->bytes + t->length;
    const char *line_end = memchr(t->bytes, '\n', t->length);
    size_t length = strlen(severities[severity].word);

    if (!word || !line_end) {
        kt_output_write(out, t->bytes, t->length);
        return;
    }
    put_painted(out, KT_PAINT_STRONG, t->bytes, (size_t)(word - t->bytes));
    put_painted(out, severities[severity].paint, word, length);
    put_painted(out, KT_PAINT_STRONG, word + length, (size_t)(line_end - word) - length);
    kt_output_write(out, "\n", 1);
    if (line_end + 1 < end)
        put_painted(out, KT_PAINT_DIM, line_end + 1, (size_t)(end - line_end) - 1);
}

void kt_console_diag(kt_console *console, const kt_diag *diag)
{
    printed t = {NULL, 0, 0};

    console->errors += diag->severity == KT_ERROR;
    console->warnings += diag->severity == KT_WARNING;
    if (console->quiet && diag->severity != KT_ERROR)
        return;
    if (!console->error_color)
        kt_diag_print(diag, kt_output_write, &console->error);
    else if (kt_diag_print(diag, printed_write, &t))
        put_colored(&console->error, &t, diag->severity);
    free(t.bytes);
}

void kt_console_complain(kt_console *console, kt_complaint complaint, const char *path, const char *help,
                         const char *format, ...)
{
    const kt_complaint_info *info = kt_complaint_get(complaint);
    kt_diag diag;
    char message[8192], usage[128];
    va_list args;

    if (info->severity == KT_NOTE && !console->verbose)
        return;
    memset(&diag, 0, sizeof diag);
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    diag.severity = info->severity == KT_WARNING && console->strict ? KT_ERROR : info->severity;
    diag.code = info->id;
    diag.pos.file = kt_str(path);
    diag.message = kt_str(message);
    snprintf(usage, sizeof usage, "%s%s%s --help shows what there is", console->program, *console->command ? " " : "",
             console->command);
    diag.help = kt_str(help ? help : complaint == KT_COMPLAINT_USAGE ? usage : info->help);
    kt_console_diag(console, &diag);
}

/* ---- Text ---- */

/* Bytes of the character at `at` that may be shown as they are; 0: to be escaped. */
static size_t safe_length(kt_sv text, size_t at)
{
    const unsigned char *s = (const unsigned char *)text.ptr + at;
    size_t left = text.len - at, length = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

    if (s[0] < 0x20 || s[0] == 0x7f || (s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if (s[0] == 0xc2 && s[1] < 0xa0) /* C1 controls */
        return 0;
    if (s[0] == 0xe2 && ((s[1] == 0x80 && (s[2] >= 0xa8 || s[2] == 0x8e || s[2] == 0x8f)) ||
                         (s[1] == 0x81 && s[2] >= 0xa6)))
        return s[1] == 0x80 && s[2] > 0xae ? length : 0; /* separators, marks and overrides of direction */
    return length;
}

void kt_output_safe(kt_output *out, kt_sv text)
{
    for (size_t i = 0; i < text.len;) {
        size_t length = safe_length(text, i);
        if (length > 0)
            kt_output_write(out, text.ptr + i, length);
        else
            kt_output_format(out, "\\x%02x", (unsigned)(unsigned char)text.ptr[i]);
        i += length > 0 ? length : 1;
    }
}

size_t kt_safe_width(kt_sv text)
{
    size_t width = 0;

    for (size_t i = 0; i < text.len;) {
        size_t length = safe_length(text, i);
        width += length > 0 ? 1 : 4;
        i += length > 0 ? length : 1;
    }
    return width;
}

void kt_output_cut(kt_output *out, kt_sv text, size_t columns)
{
    if (kt_safe_width(text) <= columns) {
        kt_output_safe(out, text);
        return;
    }
    while (text.len > 0 && kt_safe_width(text) + 1 > columns) {
        text.len--;
        while (text.len > 0 && ((unsigned char)text.ptr[text.len] & 0xc0) == 0x80)
            text.len--;
    }
    kt_output_safe(out, text);
    kt_output_put(out, "…");
}

const char *kt_size_text(char text[24], uint64_t size)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = (double)size;
    size_t unit = 0;

    while (value >= 1023.95 && unit + 1 < sizeof units / sizeof units[0]) {
        value /= 1024;
        unit++;
    }
    snprintf(text, 24, unit > 0 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return text;
}

const char *kt_count_text(char text[64], uint64_t count, const char *one, const char *many)
{
    char digits[24], grouped[32];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count), at = 0;

    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            grouped[at++] = ',';
        grouped[at++] = digits[i];
    }
    grouped[at] = '\0';
    snprintf(text, 64, "%s %s", grouped, count == 1 ? one : many);
    return text;
}

bool kt_console_finish(kt_console *console)
{
    bool fine = kt_output_flush(&console->out);

    if (!fine && console->out.error != EPIPE)
        kt_console_complain(console, KT_COMPLAINT_OUTPUT, NULL, NULL, "cannot write standard output: %s",
                            strerror(console->out.error));
    kt_output_flush(&console->error);
    return fine;
}
