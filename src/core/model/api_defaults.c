/* Defaults must be values that their schema takes, without unknown fields. */
#include "base/sv.h"
#include "model/api_check.h"
#include "model/schema.h"

typedef struct frame {
    const kt_api_schema *schema;
    bool in_metadata; /* of an embedded resource: looked at with the whole of it, which is not done here */
} frame;

typedef struct defaults {
    kt_api_checking *c;
    const kt_api_schema *schema; /* whose default is looked at */
    frame *stack;
    size_t depth, capacity;
} defaults;

static bool push(defaults *d, const kt_api_schema *schema, bool in_metadata)
{
    frame *grown;

    if (!schema)
        return true;
    grown = kt_arena_reserve(&d->c->cluster->run->arena, d->stack, d->depth, &d->capacity, sizeof *grown);
    if (!grown)
        return false;
    d->stack = grown;
    d->stack[d->depth++] = (frame){schema, in_metadata};
    return true;
}

static void found(void *ctx, const kt_finding *finding)
{
    defaults *d = ctx;
    kt_code code = finding->code == KT_LIMIT_PATTERN ? KT_LIMIT_PATTERN : KT_SCHEMA_DEFAULT;

    kt_api_invalid_schema(d->c, code, d->schema, KT_KW_DEFAULT, "%v", finding->message);
}

static bool check_default(defaults *d, const kt_api_schema *schema)
{
    kt_cluster *cluster = d->c->cluster;
    kt_checker checker = kt_api_checker(cluster, found, d);

    d->schema = schema;
    if (!kt_value_fit(&checker, schema, schema->default_, false))
        return false;
    kt_value_check(&checker, schema, schema->default_);
    cluster->checks_left = checker.left;
    return !cluster->run->arena.failed;
}

static bool is_type_field(kt_sv name)
{
    return kt_sv_is(name, "apiVersion") || kt_sv_is(name, "kind") || kt_sv_is(name, "metadata");
}

bool kt_api_check_defaults(kt_api_checking *c, const kt_api_schema *root)
{
    defaults d = {c, NULL, NULL, 0, 0};
    bool fine = push(&d, root, false);

    while (fine && d.depth > 0) {
        frame f = d.stack[--d.depth];
        if (f.schema->embedded)
            f.in_metadata = false;
        if (f.schema->default_ && !f.in_metadata)
            fine = check_default(&d, f.schema);
        fine = fine && push(&d, f.schema->items, f.in_metadata);
        for (size_t i = 0; fine && i < f.schema->property_count; i++) {
            const kt_api_property *property = &f.schema->properties[i];
            fine = push(&d, property->schema, f.in_metadata || ((f.schema->embedded || f.schema == root) &&
                                                               is_type_field(property->name)));
        }
    }
    kt_api_checks_used(c->cluster, c->object);
    return fine;
}
