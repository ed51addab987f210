/* Checking a value: a stack of pairs of schema and value, since both are as deep as the user likes.
 *
 * The branches of anyOf, oneOf and not are tried quietly: the first failure ends a try. If none of them fits, the one
 * that got furthest is gone through once more, aloud. */
#include <string.h>

#include "base/sv.h"
#include "model/json.h"
#include "model/value_check_parts.h"

/* ---- Findings ------------------------------------------------------------------------------- */

static kt_sv field_of(kt_checking *c, const kt_step *more)
{
    kt_arena *arena = c->checker->arena;
    kt_buf text;
    kt_sv field;

    kt_buf_init(&text, arena->allocator);
    kt_buf_sv(&text, c->checker->prefix);
    for (size_t i = 1; i < c->depth && i < KT_STEPS_SHOWN; i++)
        kt_step_put(&text, c->stack[i].step);
    if (more)
        kt_step_put(&text, *more);
    field = kt_buf_text(&text, arena).len > 0 ? kt_buf_copy(&text, arena) : KT_SV("");
    kt_buf_dispose(&text);
    return field;
}

/* The value on top, or `more` of it, does not fit: "<field>: <problem>". */
static void fail_at(kt_checking *c, kt_code code, const kt_value *at, const kt_step *more, const char *format,
                    va_list args)
{
    kt_check_frame *f = &c->stack[c->depth - 1];
    kt_arena *arena = c->checker->arena;
    kt_finding finding = {code, at, f->schema, {NULL, 0}, {NULL, 0}};
    kt_buf text;

    c->invalid |= !f->quiet;
    c->failed |= f->quiet;
    if (f->quiet || c->checker->shown++ >= KT_FINDINGS_MAX)
        return;
    finding.field = field_of(c, more);
    kt_buf_init(&text, arena->allocator);
    if (finding.field.len > 0)
        kt_buf_format(&text, "%v: ", finding.field);
    kt_buf_vformat(&text, format, args);
    finding.message = kt_buf_copy(&text, arena);
    kt_buf_dispose(&text);
    c->checker->found(c->checker->ctx, &finding);
}

void kt_checking__fail(kt_checking *c, kt_code code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fail_at(c, code, c->stack[c->depth - 1].value, NULL, format, args);
    va_end(args);
}

void kt_checking__fail_field(kt_checking *c, kt_code code, const kt_value *at, kt_step step, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fail_at(c, code, at, &step, format, args);
    va_end(args);
}

kt_sv kt_checking__excerpt(kt_checking *c, const kt_value *value, size_t max)
{
    kt_arena *arena = c->checker->arena;
    kt_buf text;
    kt_sv copy;

    if (c->stack[c->depth - 1].quiet && max != KT_EXCERPT_WHOLE)
        return KT_SV("");
    kt_buf_init(&text, arena->allocator);
    kt_json_excerpt(&text, value, max, arena);
    copy = kt_buf_copy(&text, arena);
    kt_buf_dispose(&text);
    return copy;
}

/* ---- The stack ------------------------------------------------------------------------------ */

static kt_check_frame *push(kt_checking *c, const kt_api_schema *schema, const kt_value *value, const kt_value *key,
                            kt_step step, bool quiet)
{
    kt_check_frame *grown = kt_arena_reserve(c->checker->arena, c->stack, c->depth, &c->capacity, sizeof *grown), *top;

    if (!grown) {
        c->no_memory = true;
        return NULL;
    }
    c->stack = grown;
    top = &c->stack[c->depth++];
    memset(top, 0, sizeof *top);
    top->schema = schema;
    top->value = value;
    top->key = key;
    top->step = step;
    top->quiet = quiet;
    return top;
}

/* The same value by another schema. `f` may have moved afterwards. */
static void push_branch(kt_checking *c, kt_check_frame *f, const kt_api_schema *schema, bool try)
{
    kt_step same = {{NULL, 0}, 0, false, true};

    f->awaiting = try;
    f->began = c->steps;
    push(c, schema, f->value, f->key, same, f->quiet || try);
}

/* The try that was awaited has ended. */
static bool take_result(kt_checking *c, kt_check_frame *f)
{
    bool fits = !c->failed;

    c->failed = false;
    f->awaiting = false;
    f->fitting += fits;
    if (!fits && c->steps - f->began > f->best_way) {
        f->best_way = c->steps - f->began;
        f->best = f->next - 1;
    }
    return fits;
}

static void next_phase(kt_check_frame *f)
{
    f->phase++;
    f->next = f->fitting = f->best = 0;
    f->best_way = 0;
}

/* No branch fits: say so, and what is wrong with the one that came nearest. */
static void fail_branches(kt_checking *c, kt_check_frame *f, const kt_api_schemas *branches, const char *problem)
{
    const kt_api_schema *best = branches->items[f->best];

    kt_checking__fail(c, KT_REQUEST_BRANCH, "Invalid value: %v: %s", kt_checking__excerpt(c, f->value, KT_EXCERPT_MAX),
                      problem);
    next_phase(f);
    if (!f->quiet)
        push_branch(c, f, best, false);
}

static void step_here(kt_checking *c, kt_check_frame *f)
{
    if (kt_keywords__check(c, f))
        f->phase++;
    else
        f->phase = KT_PHASE_END;
}

static void step_any_of(kt_checking *c, kt_check_frame *f)
{
    const kt_api_schemas *branches = &f->schema->any_of;

    if (branches->count == 0 || (f->awaiting && take_result(c, f)))
        next_phase(f);
    else if (f->next == branches->count)
        fail_branches(c, f, branches, "must validate at least one schema (anyOf)");
    else
        push_branch(c, f, branches->items[f->next++], true);
}

static void step_one_of(kt_checking *c, kt_check_frame *f)
{
    const kt_api_schemas *branches = &f->schema->one_of;

    if (f->awaiting)
        take_result(c, f);
    if (branches->count > 0 && f->next < branches->count) {
        push_branch(c, f, branches->items[f->next++], true);
        return;
    }
    if (branches->count > 0 && f->fitting == 0) {
        fail_branches(c, f, branches, "must validate one and only one schema (oneOf), but found none valid");
        return;
    }
    if (f->fitting > 1)
        kt_checking__fail(c, KT_REQUEST_BRANCH,
                          "Invalid value: %v: must validate one and only one schema (oneOf), but found %u valid",
                          kt_checking__excerpt(c, f->value, KT_EXCERPT_MAX), (uint64_t)f->fitting);
    next_phase(f);
}

static void step_all_of(kt_checking *c, kt_check_frame *f)
{
    if (f->next < f->schema->all_of.count)
        push_branch(c, f, f->schema->all_of.items[f->next++], false);
    else
        next_phase(f);
}

static void step_not(kt_checking *c, kt_check_frame *f)
{
    bool fits;

    if (f->schema->not_ && !f->awaiting) {
        f->next = 1;
        push_branch(c, f, f->schema->not_, true);
        return;
    }
    fits = f->awaiting && take_result(c, f);
    next_phase(f);
    if (fits)
        kt_checking__fail(c, KT_REQUEST_BRANCH, "Invalid value: %v: must not validate the schema (not)",
                          kt_checking__excerpt(c, f->value, KT_EXCERPT_MAX));
}

static void step_item(kt_checking *c, kt_check_frame *f)
{
    uint32_t index = (uint32_t)f->next++;
    kt_step step = {{NULL, 0}, index, true, false};

    push(c, f->schema->items, &f->value->as.items[index], NULL, step, f->quiet);
}

static void step_member(kt_checking *c, kt_check_frame *f)
{
    const kt_member *member = &f->value->as.members[f->next++];
    const kt_api_property *property = kt_api_property_get(f->schema, kt_value_string(&member->key));
    kt_step step = {kt_value_string(&member->key), 0, false, false};

    if (property)
        push(c, property->schema, &member->value, &member->key, step, f->quiet);
    else if (f->schema->additional)
        push(c, f->schema->additional, &member->value, &member->key, step, f->quiet);
    else if (f->schema->additional_denied)
        kt_checking__fail_field(c, KT_REQUEST_FIELD, &member->key, step, "a forbidden property");
}

static void step_children(kt_checking *c, kt_check_frame *f)
{
    bool list = f->value->type == KT_TYPE_LIST && f->schema->items;
    bool map = f->value->type == KT_TYPE_MAP &&
               (f->schema->property_count > 0 || f->schema->additional || f->schema->additional_denied);

    if (!(list || map) || f->next == f->value->length)
        f->phase = KT_PHASE_END;
    else if (list)
        step_item(c, f);
    else
        step_member(c, f);
}

static void step_on(kt_checking *c)
{
    static void (*const phases[])(kt_checking * c, kt_check_frame * f) = {step_here,   step_any_of, step_one_of,
                                                                          step_all_of, step_not,    step_children};
    kt_check_frame *top = &c->stack[c->depth - 1];

    c->steps++;
    c->checker->left--;
    if (top->phase == KT_PHASE_END || (c->failed && !top->awaiting))
        c->depth--;
    else
        phases[top->phase](c, top);
}

bool kt_value_check(kt_checker *checker, const kt_api_schema *schema, const kt_value *value)
{
    kt_step root = {{NULL, 0}, 0, false, true};
    kt_checking c;

    memset(&c, 0, sizeof c);
    c.checker = checker;
    push(&c, schema, value, NULL, root, false);
    while (c.depth > 0 && checker->left > 0 && !c.no_memory)
        step_on(&c);
    return !c.invalid;
}
