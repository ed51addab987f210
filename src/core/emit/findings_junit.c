/* Findings as JUnit XML: a test for each finding, which fails for an error, and one that passes for each manifest
 * without any. Warnings and notes pass and are told in the output; ignored ones are skipped, with the reason. */
#include "base/sv.h"
#include "base/utf8.h"
#include "emit/findings.h"

/* What XML 1.0 can hold. */
static bool is_allowed(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd)
           || (c >= 0x10000 && c <= 0x10ffff);
}

static void put_escaped(kt_buf *out, kt_sv text)
{
    size_t at = 0;

    while (at < text.len) {
        size_t from = at;
        uint32_t c = kt_utf8_next(text, &at);
        if (!is_allowed(c))
            kt_buf_str(out, "\xef\xbf\xbd");
        else if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\n' || c == '\r' || c == '\t')
            kt_buf_format(out, "&#%u;", (uint64_t)c);
        else
            kt_buf_sv(out, kt_sv_slice(text, from, at));
    }
}

static void put_attribute(kt_buf *out, const char *name, kt_sv value)
{
    kt_buf_format(out, " %s=\"", name);
    put_escaped(out, value);
    kt_buf_byte(out, '"');
}

static kt_sv name_of(const kt_findings *findings, const kt_diag *diag)
{
    return diag->pos.line > 0
               ? kt_arena_format(findings->arena, "%s line %u: %v", diag->code, (uint64_t)diag->pos.line, diag->message)
               : kt_arena_format(findings->arena, "%s: %v", diag->code, diag->message);
}

static bool put_text(void *ctx, const char *bytes, size_t size)
{
    put_escaped(ctx, (kt_sv){bytes, size});
    return true;
}

static void open_case(kt_buf *out, const kt_findings *findings, kt_sv file, kt_sv name)
{
    kt_sv path = kt_findings_path(findings, file);

    kt_buf_str(out, "    <testcase");
    put_attribute(out, "classname", path.len > 0 ? path : KT_SV("kratree"));
    put_attribute(out, "name", name);
    kt_buf_byte(out, '>');
}

static void put_case(kt_buf *out, const kt_findings *findings, const kt_diag *diag)
{
    open_case(out, findings, diag->pos.file, name_of(findings, diag));
    if (diag->severity == KT_ERROR) {
        kt_buf_str(out, "<failure");
        put_attribute(out, "type", kt_str(diag->code));
        put_attribute(out, "message", diag->message);
        kt_buf_byte(out, '>');
        kt_diag_print(diag, put_text, out);
        kt_buf_str(out, "</failure>");
    } else {
        kt_buf_str(out, "<system-out>");
        kt_diag_print(diag, put_text, out);
        kt_buf_str(out, "</system-out>");
    }
    kt_buf_str(out, "</testcase>\n");
}

static void put_skipped(kt_buf *out, const kt_findings *findings, const kt_ignored *ignored)
{
    open_case(out, findings, ignored->diag.pos.file, name_of(findings, &ignored->diag));
    kt_buf_str(out, "<skipped");
    put_attribute(out, "message", ignored->reason);
    kt_buf_str(out, "/></testcase>\n");
}

/* Whether anything is said of a manifest. Findings are sorted by file, and so are manifests. */
static bool is_named(const kt_findings *findings, size_t *at, kt_sv file)
{
    while (*at < findings->count && kt_sv_compare(findings->items[*at].pos.file, file) < 0)
        ++*at;
    return *at < findings->count && kt_sv_equal(findings->items[*at].pos.file, file);
}

static size_t put_passed(kt_buf *out, const kt_findings *findings)
{
    size_t at = 0, count = 0;

    for (size_t i = 0; i < findings->run->source_count; i++) {
        kt_sv file = findings->run->sources[i].path;
        if (is_named(findings, &at, file))
            continue;
        open_case(out, findings, file, KT_SV("nothing is wrong"));
        kt_buf_str(out, "</testcase>\n");
        count++;
    }
    return count;
}

static void put_suite(kt_buf *out, const kt_findings *findings)
{
    kt_buf cases;
    uint64_t passed, failures = kt_findings_count(findings, KT_ERROR);

    kt_buf_init(&cases, findings->arena->allocator);
    passed = put_passed(&cases, findings);
    for (size_t i = 0; i < findings->count; i++)
        put_case(&cases, findings, &findings->items[i]);
    for (size_t i = 0; i < findings->ignored_count; i++)
        put_skipped(&cases, findings, &findings->ignored[i]);
    kt_buf_format(out, "  <testsuite name=\"kratree validate\" tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\">\n",
                  passed + findings->count + findings->ignored_count, failures, (uint64_t)findings->ignored_count);
    kt_buf_sv(out, kt_buf_text(&cases, findings->arena));
    kt_buf_str(out, "  </testsuite>\n");
    kt_buf_dispose(&cases);
}

kt_status kt_findings__junit(const kt_findings *findings, kt_write_fn write, void *ctx)
{
    kt_status status;
    kt_buf out;

    kt_buf_init(&out, findings->arena->allocator);
    kt_buf_str(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    put_suite(&out, findings);
    kt_buf_str(&out, "</testsuites>\n");
    status = out.status;
    if (status == KT_OK && !write(ctx, out.ptr, out.len))
        status = KT_ERR_WRITE;
    kt_buf_dispose(&out);
    return status;
}
