/* A line diff as a unified diff, as patch and git read it. */
#include "base/sv.h"
#include "emit/pen.h"

static void put_range(kt_pen *p, char sign, uint64_t start, uint64_t count)
{
    kt_pen_put(p, (kt_sv){&sign, 1});
    kt_pen_number(p, start);
    if (count != 1) {
        kt_pen_put(p, KT_SV(","));
        kt_pen_number(p, count);
    }
}

static void put_name(kt_pen *p, kt_sv mark, kt_sv prefix, kt_sv name)
{
    kt_pen_put(p, mark);
    if (name.len > 0)
        kt_pen_put(p, prefix);
    kt_pen_put(p, name.len > 0 ? name : KT_SV("/dev/null"));
    kt_pen_put(p, KT_SV("\n"));
}

static void put_line(kt_pen *p, const kt_line *line)
{
    static const char signs[] = {' ', '-', '+'};

    kt_pen_put(p, (kt_sv){&signs[line->kind], 1});
    kt_pen_put(p, line->text);
    kt_pen_put(p, line->open ? KT_SV("\n\\ No newline at end of file\n") : KT_SV("\n"));
}

static void put_hunk(kt_pen *p, const kt_hunk *hunk)
{
    kt_pen_put(p, KT_SV("@@ "));
    put_range(p, '-', hunk->old_start, hunk->old_count);
    kt_pen_put(p, KT_SV(" "));
    put_range(p, '+', hunk->new_start, hunk->new_count);
    kt_pen_put(p, KT_SV(" @@\n"));
    for (size_t i = 0; i < hunk->line_count; i++)
        put_line(p, &hunk->lines[i]);
}

bool kt_line_diff_write(const kt_line_diff *diff, kt_sv old_name, kt_sv new_name, kt_write_fn write, void *ctx)
{
    kt_pen p = {write, ctx, true};

    if (diff->binary) {
        kt_pen_put(&p, KT_SV("Binary files "));
        kt_pen_put(&p, old_name.len > 0 ? old_name : KT_SV("/dev/null"));
        kt_pen_put(&p, KT_SV(" and "));
        kt_pen_put(&p, new_name.len > 0 ? new_name : KT_SV("/dev/null"));
        kt_pen_put(&p, KT_SV(" differ\n"));
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
