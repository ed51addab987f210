/* Directories and zips. */
#define _POSIX_C_SOURCE 200809L
#include "cli/deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/directory.h"

static bool is_stdout(const char *out)
{
    return strcmp(out, "-") == 0;
}

static bool is_zip_name(const char *out)
{
    size_t length = strlen(out);

    return length > 4 && strcmp(out + length - 4, ".zip") == 0;
}

/* ---- Directories ---- */

void kt_changes_list(kt_output *out, bool color, const kt_change *items, size_t count, bool foreign)
{
    static const struct {
        const char *word;
        kt_paint paint;
    } kinds[KT_CHANGE_KINDS] = {
        {NULL, KT_PAINT_NONE}, {"create ", KT_PAINT_GOOD}, {"update ", KT_PAINT_WARNING},
        {"delete ", KT_PAINT_WARNING}, {"foreign", KT_PAINT_ERROR}};

    for (size_t i = 0; i < count; i++) {
        const kt_change *change = &items[i];
        if (!kinds[change->kind].word || (!foreign && change->kind == KT_CHANGE_FOREIGN))
            continue;
        kt_output_format(out, "%s%s%s  ", kt_paint_begin(color, kinds[change->kind].paint), kinds[change->kind].word,
                         kt_paint_end(color, kinds[change->kind].paint));
        kt_output_safe(out, change->path);
        kt_output_put(out, "\n");
    }
}

static void print_problems(const kt_directory_report *report, kt_console *console)
{
    for (size_t i = 0; i < report->problem_count; i++)
        kt_console_diag(console, &report->problems[i]);
}

bool kt_deliver_resume(const kt_settings *settings, kt_console *console)
{
    kt_directory_report report;
    kt_status status;

    if (settings->check || !kt_out_is_directory(settings))
        return true;
    status = kt_directory_resume(&report, settings->out);
    print_problems(&report, console);
    if (status != KT_OK && report.problem_count == 0)
        kt_console_complain(console, KT_COMPLAINT_MEMORY, settings->out, NULL, "%s", kt_status_text(status));
    kt_directory_report_dispose(&report);
    return status == KT_OK;
}

static kt_delivery deliver_directory(const kt_settings *settings, const kt_result *result, kt_console *console,
                                     bool list, bool known)
{
    kt_delivery delivery = {.fine = false};
    kt_directory_options options = KT_DIRECTORY_OPTIONS_INIT;
    kt_directory_report report;
    kt_status status;

    options.force = settings->force;
    options.known = known;
    status = (settings->check ? kt_directory_compare : kt_directory_write)(&report, kt_result_tree(result),
                                                                           settings->out, &options);
    print_problems(&report, console);
    delivery.fine = status == KT_OK;
    delivery.created = report.counts[KT_CHANGE_CREATE];
    delivery.updated = report.counts[KT_CHANGE_UPDATE];
    delivery.deleted = report.counts[KT_CHANGE_DELETE];
    delivery.kept = report.counts[KT_CHANGE_KEEP];
    delivery.foreign = report.counts[KT_CHANGE_FOREIGN];
    delivery.differs =
        delivery.created + delivery.updated + delivery.deleted + (settings->force || known ? 0 : delivery.foreign) > 0
        || report.interrupted;
    if (delivery.fine && list)
        kt_changes_list(&console->out, console->out_color, report.changes, report.change_count, !known);
    if (!delivery.fine && report.problem_count == 0)
        kt_console_complain(console, status == KT_ERR_NOMEM ? KT_COMPLAINT_MEMORY : KT_COMPLAINT_BROKEN,
                            settings->out, NULL, "%s", kt_status_text(status));
    kt_directory_report_dispose(&report);
    return delivery;
}

/* ---- Zips ---- */

static bool write_failed(kt_console *console, const char *path, int error)
{
    kt_console_complain(console, KT_COMPLAINT_OUTPUT, path, NULL, "cannot write: %s", strerror(error));
    return false;
}

static bool zip_to(const kt_settings *settings, const kt_result *result, kt_console *console, kt_output *out)
{
    kt_status status = kt_zip_write(result, (int)settings->level, kt_output_write, out);

    if (status == KT_OK && kt_output_flush(out))
        return true;
    if (out->error == 0)
        kt_console_complain(console, status == KT_ERR_NOMEM ? KT_COMPLAINT_MEMORY : KT_COMPLAINT_BROKEN,
                            settings->out, NULL, "%s", kt_status_text(status));
    return false;
}

static bool write_zip(const kt_settings *settings, const kt_result *result, kt_console *console)
{
    static kt_file_output file;

    if (!kt_file_output_open(&file, settings->out))
        return write_failed(console, settings->out, file.output.error);
    if (!zip_to(settings, result, console, &file.output) && file.output.error == 0) {
        kt_file_output_abandon(&file);
        return false;
    }
    return kt_file_output_commit(&file) || write_failed(console, settings->out, file.output.error);
}

/* Compares a stream with a file. */
typedef struct comparison {
    FILE *file;
    uint64_t size;
    bool differs;
} comparison;

static bool compare_bytes(void *ctx, const char *bytes, size_t size)
{
    comparison *c = ctx;
    char have[4096];

    c->size += size;
    while (size > 0 && !c->differs) {
        size_t piece = size < sizeof have ? size : sizeof have;
        c->differs = fread(have, 1, piece, c->file) != piece || memcmp(have, bytes, piece) != 0;
        bytes += piece;
        size -= piece;
    }
    return !c->differs;
}

/* False: an error was said. `*differs` also when there is no such file. */
static bool compare_zip(bool *differs, const kt_settings *settings, const kt_result *result, kt_console *console)
{
    comparison c = {fopen(settings->out, "rbe"), 0, false};
    kt_status status;

    *differs = true;
    if (!c.file && errno == ENOENT)
        return true;
    if (!c.file) {
        kt_console_complain(console, KT_COMPLAINT_UNREADABLE, settings->out, "check that you may read it",
                            "cannot read: %s", strerror(errno));
        return false;
    }
    status = kt_zip_write(result, (int)settings->level, compare_bytes, &c);
    *differs = c.differs || fgetc(c.file) != EOF;
    fclose(c.file);
    if (status != KT_OK && !c.differs)
        kt_console_complain(console, KT_COMPLAINT_MEMORY, settings->out, NULL, "%s", kt_status_text(status));
    return status == KT_OK || c.differs;
}

static kt_delivery deliver_zip(const kt_settings *settings, const kt_result *result, kt_console *console, bool list)
{
    kt_delivery delivery = {.is_zip = true};
    bool absent = access(settings->out, F_OK) != 0;

    delivery.fine = compare_zip(&delivery.differs, settings, result, console);
    if (delivery.fine && delivery.differs && settings->check && list) {
        kt_output_put(&console->out, absent ? "create   " : "update   ");
        kt_output_safe(&console->out, kt_str(settings->out));
        kt_output_put(&console->out, "\n");
    }
    if (delivery.fine && delivery.differs && !settings->check)
        delivery.fine = write_zip(settings, result, console);
    delivery.created = delivery.differs && absent;
    delivery.updated = delivery.differs && !absent;
    delivery.kept = !delivery.differs;
    return delivery;
}

static kt_delivery deliver_stream(const kt_settings *settings, const kt_result *result, kt_console *console)
{
    kt_delivery delivery = {.is_zip = true};

    /* What stdout cannot take is reported when the program ends. */
    delivery.fine = zip_to(settings, result, console, &console->out) || console->out.error != 0;
    return delivery;
}

bool kt_out_is_directory(const kt_settings *settings)
{
    return settings->out && !is_stdout(settings->out) && !is_zip_name(settings->out);
}

kt_delivery kt_deliver(const kt_settings *settings, const kt_result *result, kt_console *console, bool list,
                       bool known)
{
    if (is_stdout(settings->out))
        return deliver_stream(settings, result, console);
    if (is_zip_name(settings->out))
        return deliver_zip(settings, result, console, list);
    return deliver_directory(settings, result, console, list, known);
}
