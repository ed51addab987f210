/* A line diff as a unified diff, as patch and git read it. */
#include "base/buf.h"
#include "base/sv.h"
#include "kratree.h"

typedef struct printer {
    kt_write_fn write;
    void *ctx;
    bool fine;
} printer;

static void put(printer *p, kt_sv text)
{
    if (p->fine && text.len > 0)
        p->fine = p->write(p->ctx, text.ptr, text.len);
}

static void put_number(printer *p, uint64_t number)
{
    char digits[KT_DECIMAL_SIZE];

    put(p, kt_sv_decimal(digits, number));
}

static void put_range(printer *p, char sign, uint64_t start, uint64_t count)
{
    put(p, (kt_sv){&sign, 1});
    put_number(p, start);
    if (count != 1) {
        put(p, KT_SV(","));
        put_number(p, count);
    }
}

static void put_name(printer *p, kt_sv mark, kt_sv prefix, kt_sv name)
{
    put(p, mark);
    if (name.len > 0)
        put(p, prefix);
    put(p, name.len > 0 ? name : KT_SV("/dev/null"));
    put(p, KT_SV("\n"));
}

static void put_line(printer *p, const kt_line *line)
{
    static const char signs[] = {' ', '-', '+'};

    put(p, (kt_sv){&signs[line->kind], 1});
    put(p, line->text);
    put(p, line->open ? KT_SV("\n\\ No newline at end of file\n") : KT_SV("\n"));
}

static void put_hunk(printer *p, const kt_hunk *hunk)
{
    put(p, KT_SV("@@ "));
    put_range(p, '-', hunk->old_start, hunk->old_count);
    put(p, KT_SV(" "));
    put_range(p, '+', hunk->new_start, hunk->new_count);
    put(p, KT_SV(" @@\n"));
    for (size_t i = 0; i < hunk->line_count; i++)
        put_line(p, &hunk->lines[i]);
}

bool kt_line_diff_write(const kt_line_diff *diff, kt_sv old_name, kt_sv new_name, kt_write_fn write, void *ctx)
{
    printer p = {write, ctx, true};

    if (diff->binary) {
        put(&p, KT_SV("Binary files "));
        put(&p, old_name.len > 0 ? old_name : KT_SV("/dev/null"));
        put(&p, KT_SV(" and "));
        put(&p, new_name.len > 0 ? new_name : KT_SV("/dev/null"));
        put(&p, KT_SV(" differ\n"));
        return p.fine;
    }
    if (diff->hunk_count == 0)
        return p.fine;
    put_name(&p, KT_SV("--- "), KT_SV("a/"), old_name);
    put_name(&p, KT_SV("+++ "), KT_SV("b/"), new_name);
    for (size_t i = 0; i < diff->hunk_count; i++)
        put_hunk(&p, &diff->hunks[i]);
    return p.fine;
}
