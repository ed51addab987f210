/* The list of diagnostics. */
#include "base/diags.h"

#include <string.h>

#include "base/buf.h"
#include "base/sort.h"
#include "base/sv.h"

static const kt_code_info codes[] = {
#define KT_CODE_ROW(name, id, severity, title, help) {id, severity, help},
    KT_CODES(KT_CODE_ROW)
#undef KT_CODE_ROW
};

static const char *const titles[] = {
#define KT_CODE_ROW(name, id, severity, title, help) title,
    KT_CODES(KT_CODE_ROW)
#undef KT_CODE_ROW
};

const size_t kt_code_count = sizeof codes / sizeof codes[0];

const kt_code_info *kt_code_get(kt_code code)
{
    return &codes[code];
}

const char *kt_code_title(kt_code code)
{
    return titles[code];
}

void kt_diags_init(kt_diags *diags, kt_arena *arena)
{
    memset(diags, 0, sizeof *diags);
    diags->arena = arena;
}

static size_t *counter(kt_diags *diags, kt_severity severity, size_t *none)
{
    if (severity == KT_ERROR)
        return &diags->error_count;
    return severity == KT_WARNING ? &diags->warning_count : none;
}

static void count_severity(kt_diags *diags, kt_severity severity)
{
    size_t none = 0;
    ++*counter(diags, severity, &none);
}

/* Where a diagnostic goes that there is no memory for. */
static kt_diag *nowhere(kt_diags *diags)
{
    memset(&diags->lost, 0, sizeof diags->lost);
    return &diags->lost;
}

kt_diag *kt_diags_vadd(kt_diags *diags, kt_code code, kt_pos pos, const char *format, va_list args)
{
    const kt_code_info *info = kt_code_get(code);
    kt_diag *items, *diag;
    kt_buf text;

    items = kt_arena_reserve(diags->arena, diags->items, diags->count, &diags->capacity, sizeof *items);
    if (!items)
        return nowhere(diags);
    diags->items = items;
    diag = &items[diags->count++];
    memset(diag, 0, sizeof *diag);
    diag->severity = info->severity;
    diag->code = info->id;
    diag->pos = pos;
    diag->help = kt_str(info->help);
    kt_buf_init(&text, diags->arena->allocator);
    kt_buf_vformat(&text, format, args);
    diag->message = kt_buf_copy(&text, diags->arena);
    kt_buf_dispose(&text);
    count_severity(diags, diag->severity);
    diags->limit_exceeded |= info->id[3] == '7';
    return diag;
}

kt_diag *kt_diags_add(kt_diags *diags, kt_code code, kt_pos pos, const char *format, ...)
{
    kt_diag *diag;
    va_list args;

    va_start(args, format);
    diag = kt_diags_vadd(diags, code, pos, format, args);
    va_end(args);
    return diag;
}

void kt_diags_set_severity(kt_diags *diags, kt_diag *diag, kt_severity severity)
{
    size_t none = 0;

    if (diag == &diags->lost)
        return;
    --*counter(diags, diag->severity, &none);
    diag->severity = severity;
    count_severity(diags, severity);
}

bool kt_diags_append(kt_diags *diags, const kt_diags *from)
{
    for (size_t i = 0; i < from->count; i++) {
        kt_diag *items = kt_arena_reserve(diags->arena, diags->items, diags->count, &diags->capacity,
                                          sizeof *items);
        if (!items)
            return false;
        diags->items = items;
        items[diags->count++] = from->items[i];
        count_severity(diags, from->items[i].severity);
    }
    diags->limit_exceeded |= from->limit_exceeded;
    return true;
}

void kt_diags_filter(kt_diags *diags, bool (*keep)(void *ctx, kt_diag *diag, kt_severity *severity), void *ctx)
{
    size_t kept = 0, none = 0;

    for (size_t i = 0; i < diags->count; i++) {
        kt_diag diag = diags->items[i];
        kt_severity severity = diag.severity;
        bool stays = keep(ctx, &diag, &severity);
        --*counter(diags, diag.severity, &none);
        if (!stays)
            continue;
        diag.severity = severity;
        count_severity(diags, severity);
        diags->items[kept++] = diag;
    }
    diags->count = kept;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

int kt_diag_compare(const void *left, const void *right)
{
    const kt_diag *a = left, *b = right;
    int order = kt_sv_compare(a->pos.file, b->pos.file);

    if (order == 0)
        order = compare_numbers(a->pos.line, b->pos.line);
    if (order == 0)
        order = compare_numbers(a->pos.column, b->pos.column);
    if (order == 0)
        order = strcmp(a->code, b->code);
    return order;
}

static bool same(const kt_diag *a, const kt_diag *b)
{
    return kt_diag_compare(a, b) == 0 && a->severity == b->severity && kt_sv_equal(a->message, b->message)
           && kt_sv_equal(a->object, b->object) && kt_sv_equal(a->field, b->field);
}

static void drop_repeated(kt_diags *diags)
{
    size_t kept = 0, none = 0;

    for (size_t i = 0; i < diags->count; i++) {
        if (kept > 0 && same(&diags->items[kept - 1], &diags->items[i]))
            --*counter(diags, diags->items[i].severity, &none);
        else
            diags->items[kept++] = diags->items[i];
    }
    diags->count = kept;
}

bool kt_diags_sort(kt_diags *diags)
{
    if (!kt_sort(diags->items, diags->count, sizeof *diags->items, kt_diag_compare, diags->arena))
        return false;
    drop_repeated(diags);
    return true;
}
