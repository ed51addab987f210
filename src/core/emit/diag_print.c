/* Diagnostics and statuses as text.
 *
 *     <file>:<line>:<column>: <severity>: <message> [<code>]
 *       in <object>, <field>
 *       <file>:<line>:<column>: <related text>
 *       help: <help>
 *
 * What is empty or 0 is left out. Text of the input cannot move the cursor, start a line or turn the
 * direction of writing: such characters are printed as escapes. */
#include "emit/diag_print.h"

#include "base/sv.h"
#include "base/utf8.h"

const kt_diag_colors kt_diag_plain = {"", "", {"", "", ""}, ""};

typedef struct printer {
    kt_write_fn write;
    void *ctx;
    const kt_diag_colors *colors;
    bool failed;
} printer;

static void put(printer *p, kt_sv text)
{
    if (!p->failed && text.len > 0)
        p->failed = !p->write(p->ctx, text.ptr, text.len);
}

static void put_literal(printer *p, const char *text)
{
    put(p, kt_str(text));
}

static void put_number(printer *p, uint32_t number)
{
    char digits[KT_DECIMAL_SIZE];

    put(p, kt_sv_decimal(digits, number));
}

/* ---- Text of the input ---- */

/* Controls, line and paragraph separators, marks and overrides of direction. */
bool kt_must_escape(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0, 0x1f},           {0x7f, 0x9f},         {0x61c, 0x61c},      {0x200e, 0x200f},
                  {0x2028, 0x202e},    {0x2066, 0x2069},     {0xfeff, 0xfeff},    {0xe0000, 0xe007f}};

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

static void put_hex_escape(printer *p, char letter, uint32_t number, unsigned digits)
{
    char escape[10] = {'\\', letter};

    for (unsigned i = 0; i < digits; i++)
        escape[2 + i] = "0123456789abcdef"[(number >> (4 * (digits - 1 - i))) & 15];
    put(p, (kt_sv){escape, 2 + digits});
}

static void put_escape(printer *p, uint32_t c, kt_sv raw)
{
    if (c == KT_UTF8_INVALID)
        for (size_t i = 0; i < raw.len; i++)
            put_hex_escape(p, 'x', (unsigned char)raw.ptr[i], 2);
    else if (c == '\n')
        put_literal(p, "\\n");
    else if (c == '\r')
        put_literal(p, "\\r");
    else if (c == '\t')
        put_literal(p, "\\t");
    else if (c < 0x80)
        put_hex_escape(p, 'x', c, 2);
    else if (c < 0x10000)
        put_hex_escape(p, 'u', c, 4);
    else
        put_hex_escape(p, 'U', c, 8);
}

static void put_safe(printer *p, kt_sv text)
{
    size_t shown = 0, at = 0;

    while (at < text.len) {
        size_t from = at;
        uint32_t c = kt_utf8_next(text, &at);
        if (c != KT_UTF8_INVALID && !kt_must_escape(c))
            continue;
        put(p, kt_sv_slice(text, shown, from));
        put_escape(p, c, kt_sv_slice(text, from, at));
        shown = at;
    }
    put(p, kt_sv_slice(text, shown, text.len));
}

/* ---- A diagnostic ---- */

static void put_place(printer *p, kt_pos pos)
{
    if (pos.file.len == 0)
        return;
    put_safe(p, pos.file);
    if (pos.line > 0) {
        put_literal(p, ":");
        put_number(p, pos.line);
        if (pos.column > 0) {
            put_literal(p, ":");
            put_number(p, pos.column);
        }
    }
    put_literal(p, ": ");
}

static void put_headline(printer *p, const kt_diag *diag)
{
    static const char *const severities[] = {"error: ", "warning: ", "note: "};

    put_literal(p, p->colors->strong);
    put_place(p, diag->pos);
    put_literal(p, p->colors->end);
    put_literal(p, p->colors->severity[diag->severity]);
    put_literal(p, severities[diag->severity]);
    put_literal(p, p->colors->end);
    put_literal(p, p->colors->strong);
    put_safe(p, diag->message);
    put_literal(p, p->colors->end);
    put_literal(p, " [");
    put_literal(p, diag->code);
    put_literal(p, "]\n");
}

static void put_where(printer *p, const kt_diag *diag)
{
    if (diag->object.len == 0 && diag->field.len == 0)
        return;
    put_literal(p, "  in ");
    put_safe(p, diag->object);
    if (diag->object.len > 0 && diag->field.len > 0)
        put_literal(p, ", ");
    put_safe(p, diag->field);
    put_literal(p, "\n");
}

static void put_related(printer *p, const kt_diag *diag)
{
    if (diag->related.file.len == 0)
        return;
    put_literal(p, "  ");
    put_place(p, diag->related);
    put_safe(p, diag->related_text);
    put_literal(p, "\n");
}

static void put_help(printer *p, const kt_diag *diag)
{
    if (diag->help.len == 0)
        return;
    put_literal(p, "  help: ");
    put_safe(p, diag->help);
    put_literal(p, "\n");
}

bool kt_diag__headline(const kt_diag *diag, const kt_diag_colors *colors, kt_write_fn write, void *ctx)
{
    printer p = {write, ctx, colors, false};

    put_headline(&p, diag);
    return !p.failed;
}

bool kt_diag__details(const kt_diag *diag, const kt_diag_colors *colors, kt_write_fn write, void *ctx)
{
    printer p = {write, ctx, colors, false};

    put_literal(&p, colors->dim);
    put_where(&p, diag);
    put_related(&p, diag);
    put_help(&p, diag);
    put_literal(&p, colors->end);
    return !p.failed;
}

bool kt_diag_print(const kt_diag *diag, kt_write_fn write, void *ctx)
{
    return kt_diag__headline(diag, &kt_diag_plain, write, ctx) && kt_diag__details(diag, &kt_diag_plain, write, ctx);
}

/* ---- A status ---- */

const char *kt_status_text(kt_status status)
{
    static const char *const texts[] = {
        "success", "the input is wrong", "a limit was exceeded", "out of memory", "a wrong argument", "a write failed",
    };

    return (size_t)status < sizeof texts / sizeof texts[0] ? texts[status] : "an unknown status";
}
