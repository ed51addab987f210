/* Findings as workflow commands of GitHub Actions, which become annotations of the changed files.
 *
 * GitHub shows ten errors, ten warnings and ten notices of a step: no more are written, and a last line says how
 * many there are. */
#include "base/sv.h"
#include "base/utf8.h"
#include "emit/diag_print.h"
#include "emit/findings.h"

#define SHOWN_MAX 10

static const char *const commands[] = {"error", "warning", "notice"};

static void put_encoded(kt_buf *out, unsigned char c)
{
    kt_buf_byte(out, '%');
    kt_buf_byte(out, "0123456789ABCDEF"[c >> 4]);
    kt_buf_byte(out, "0123456789ABCDEF"[c & 15]);
}

/* Line ends and percent signs are encoded, in properties what separates them too. What else would act upon a terminal
 * or turn the direction of writing in the log is U+FFFD, as in an excerpt. */
static void put_escaped(kt_buf *out, kt_sv text, bool property)
{
    kt_sv encoded = property ? KT_SV("%\r\n:,") : KT_SV("%\r\n");

    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        uint32_t c = kt_utf8_next(text, &at);
        if (c < 0x80 && kt_sv_find(encoded, (char)c) < encoded.len)
            put_encoded(out, (unsigned char)c);
        else if (c == KT_UTF8_INVALID || kt_must_escape(c))
            kt_buf_str(out, "\xef\xbf\xbd");
        else
            kt_buf_sv(out, kt_sv_slice(text, from, at));
    }
}

static void put_number(kt_buf *out, const char *name, uint32_t number)
{
    if (number > 0)
        kt_buf_format(out, ",%s=%u", name, (uint64_t)number);
}

static void put_command(kt_buf *out, const kt_findings *findings, const kt_diag *diag)
{
    kt_buf_format(out, "::%s ", commands[diag->severity]);
    if (diag->pos.file.len > 0) {
        kt_buf_str(out, "file=");
        put_escaped(out, kt_findings_path(findings, diag->pos.file), true);
        put_number(out, "line", diag->pos.line);
        put_number(out, "col", diag->pos.column);
        kt_buf_byte(out, ',');
    }
    kt_buf_str(out, "title=");
    put_escaped(out, kt_arena_format(findings->arena, "%s %s", diag->code, kt_findings_title(diag->code)), true);
    kt_buf_str(out, "::");
    put_escaped(out, diag->message, false);
    if (diag->help.len > 0) {
        kt_buf_str(out, "%0Ahelp: ");
        put_escaped(out, diag->help, false);
    }
    kt_buf_byte(out, '\n');
}

static void put_rest(kt_buf *out, const kt_findings *findings)
{
    static const char *const words[][2] = {{"error", "errors"}, {"warning", "warnings"}, {"note", "notes"}};
    bool first = true;

    for (size_t s = 0; s < 3; s++) {
        size_t count = kt_findings_count(findings, (kt_severity)s);
        if (count <= SHOWN_MAX)
            continue;
        kt_buf_format(out, "%s%u more %s", first ? "" : ", ", (uint64_t)(count - SHOWN_MAX),
                      words[s][count - SHOWN_MAX > 1]);
        first = false;
    }
    if (!first)
        kt_buf_str(out, " not shown: GitHub takes 10 of a kind from a step\n");
}

kt_status kt_findings__github(const kt_findings *findings, kt_write_fn write, void *ctx)
{
    size_t shown[3] = {0, 0, 0};
    kt_status status;
    kt_buf out;

    kt_buf_init(&out, findings->arena->allocator);
    for (size_t i = 0; i < findings->count; i++)
        if (shown[findings->items[i].severity]++ < SHOWN_MAX)
            put_command(&out, findings, &findings->items[i]);
    put_rest(&out, findings);
    status = out.status;
    if (status == KT_OK && out.len > 0 && !write(ctx, out.ptr, out.len))
        status = KT_ERR_WRITE;
    kt_buf_dispose(&out);
    return status;
}
