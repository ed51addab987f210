/* One value, one schema: the keywords that need no other schema.
 *
 * The rules are those of k8s.io/kube-openapi/pkg/validation/validate, odd ones included. */
#include "base/map.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "model/schema.h"
#include "model/value_check_parts.h"

typedef void (*check_fn)(kt_checking *c, kt_check_frame *f, const kt_value *limit);

static void fail_value(kt_checking *c, kt_code code, const kt_check_frame *f, const char *problem,
                       const kt_value *limit)
{
    kt_checking__fail(c, code, "Invalid value: %v: %s%v", kt_checking__excerpt(c, f->value, KT_EXCERPT_MAX), problem,
                      limit ? kt_checking__excerpt(c, limit, KT_EXCERPT_MAX) : KT_SV(""));
}

/* What would take long takes its share of the checks. */
static void charge(kt_checking *c, uint64_t cost)
{
    c->checker->left = c->checker->left > cost ? c->checker->left - cost : 0;
}

/* ---- Numbers -------------------------------------------------------------------------------- */

#define SAFE 9007199254740991.0 /* 2^53 - 1 */

static double number_of(const kt_value *value)
{
    return value->type == KT_TYPE_INT ? (double)value->as.integer : value->as.number;
}

/* As Go converts, but beyond 64 bits it takes the nearest. */
static int64_t integer_of(const kt_value *value)
{
    if (value->type == KT_TYPE_INT)
        return value->as.integer;
    if (value->as.number >= 9223372036854775808.0)
        return INT64_MAX;
    return value->as.number < -9223372036854775808.0 ? INT64_MIN : (int64_t)value->as.number;
}

static double magnitude(double number)
{
    return number < 0 ? -number : number;
}

/* Whether a float counts as an integer: swag.IsFloat64AJSONInteger, with its tolerance. */
static bool is_whole(double number)
{
    double nearest;

    if (!(number >= -SAFE && number <= SAFE))
        return false;
    nearest = (double)(int64_t)number;
    if (nearest == number)
        return true;
    if (number == 0 || number < 0) /* there the nearest is taken without a sign */
        return false;
    return magnitude(number - nearest) / (magnitude(number) + magnitude(nearest)) < 1e-9;
}

static bool is_number(const kt_value *value)
{
    return value->type == KT_TYPE_INT || value->type == KT_TYPE_FLOAT;
}

/* An integer is compared with the whole part of the limit. */
static int compare_to(const kt_value *value, const kt_value *limit)
{
    if (value->type == KT_TYPE_INT) {
        int64_t integer = integer_of(limit);
        return (value->as.integer > integer) - (value->as.integer < integer);
    }
    return (value->as.number > number_of(limit)) - (value->as.number < number_of(limit));
}

static bool is_true(const kt_value *value)
{
    return value && value->type == KT_TYPE_BOOL && value->as.boolean;
}

static void check_maximum(kt_checking *c, kt_check_frame *f, const kt_value *limit)
{
    bool exclusive = is_true(kt_api_keyword(f->schema, KT_KW_EXCLUSIVE_MAXIMUM));

    if (is_number(f->value) && compare_to(f->value, limit) > (exclusive ? -1 : 0))
        fail_value(c, KT_REQUEST_BOUND, f, exclusive ? "should be less than " : "should be less than or equal to ",
                   limit);
}

static void check_minimum(kt_checking *c, kt_check_frame *f, const kt_value *limit)
{
    bool exclusive = is_true(kt_api_keyword(f->schema, KT_KW_EXCLUSIVE_MINIMUM));

    if (is_number(f->value) && compare_to(f->value, limit) < (exclusive ? 1 : 0))
        fail_value(c, KT_REQUEST_BOUND, f,
                   exclusive ? "should be greater than " : "should be greater than or equal to ", limit);
}

static bool is_multiple(const kt_value *value, const kt_value *factor)
{
    double by = number_of(factor);

    if (value->type == KT_TYPE_INT) {
        int64_t whole = integer_of(factor);
        return whole > 0 && value->as.integer % whole == 0;
    }
    return by > 0 && is_whole(by < 1 ? 1 / by * value->as.number : value->as.number / by);
}

static void check_multiple(kt_checking *c, kt_check_frame *f, const kt_value *limit)
{
    if (is_number(f->value) && !is_multiple(f->value, limit))
        fail_value(c, KT_REQUEST_BOUND, f, "should be a multiple of ", limit);
}

/* ---- Lengths and counts --------------------------------------------------------------------- */

/* A keyword that bounds a size of values of one type. */
static void check_size(kt_checking *c, const kt_check_frame *f, const kt_value *limit, kt_type type, bool most,
                       const char *what)
{
    size_t size;

    if (f->value->type != (uint8_t)type)
        return;
    size = type == KT_TYPE_STRING ? kt_utf8_count(kt_value_string(f->value)) : f->value->length;
    if (most ? limit->as.integer < 0 || size > (uint64_t)limit->as.integer
             : limit->as.integer > 0 && size < (uint64_t)limit->as.integer)
        kt_checking__fail(c, KT_REQUEST_BOUND, "Invalid value: %u %s: must have at %s %d", (uint64_t)size, what,
                          most ? "most" : "least", limit->as.integer);
}

static void check_max_length(kt_checking *c, kt_check_frame *f, const kt_value *limit)
{
    check_size(c, f, limit, KT_TYPE_STRING, true, "characters");
}

static void check_min_length(kt_checking *c, kt_check_frame *f, const kt_value *limit)
{
    check_size(c, f, limit, KT_TYPE_STRING, false, "characters");
}

static void check_max_items(kt_checking *c, kt_check_frame *f, const kt_value *limit)
{
    check_size(c, f, limit, KT_TYPE_LIST, true, "items");
}

static void check_min_items(kt_checking *c, kt_check_frame *f, const kt_value *limit)
{
    check_size(c, f, limit, KT_TYPE_LIST, false, "items");
}

static void check_max_properties(kt_checking *c, kt_check_frame *f, const kt_value *limit)
{
    check_size(c, f, limit, KT_TYPE_MAP, true, "properties");
}

static void check_min_properties(kt_checking *c, kt_check_frame *f, const kt_value *limit)
{
    check_size(c, f, limit, KT_TYPE_MAP, false, "properties");
}

/* ---- Strings -------------------------------------------------------------------------------- */

static void check_pattern(kt_checking *c, kt_check_frame *f, const kt_value *limit)
{
    kt_pattern_verdict verdict;

    if (f->value->type != KT_TYPE_STRING || !f->schema->pattern)
        return;
    charge(c, f->value->length / 16);
    verdict = kt_pattern_match(c->checker->patterns, f->schema->pattern, kt_value_string(f->value));
    if (verdict == KT_PATTERN_FAILS)
        kt_checking__fail(c, KT_REQUEST_PATTERN, "Invalid value: %v: should match '%v'",
                          kt_checking__excerpt(c, f->value, KT_EXCERPT_MAX), kt_value_string(limit));
    if (verdict == KT_PATTERN_STOPPED) { /* it is neither valid nor not, and must be told even of a try */
        bool quiet = f->quiet;
        f->quiet = false;
        kt_checking__fail(c, KT_LIMIT_PATTERN,
                          "matching %v with the pattern '%v' took more than %u steps or %u ways back",
                          kt_checking__excerpt(c, f->value, KT_EXCERPT_MAX), kt_value_string(limit),
                          c->checker->patterns->limits->pattern_steps, c->checker->patterns->limits->pattern_depth);
        f->quiet = quiet;
    }
}

static void check_format(kt_checking *c, kt_check_frame *f, const kt_value *limit)
{
    if (f->value->type == KT_TYPE_STRING && f->schema->format &&
        !kt_format_check(c->checker->patterns, f->schema->format, kt_value_string(f->value)))
        kt_checking__fail(c, KT_REQUEST_FORMAT, "Invalid value: %v: must have the format %v",
                          kt_checking__excerpt(c, f->value, KT_EXCERPT_MAX), kt_value_string(limit));
}

/* ---- Equality ------------------------------------------------------------------------------- */

/* A text that is the same for equal values only. Numbers are equal across types inside lists and maps only. */
static kt_sv identity(kt_checking *c, const kt_value *value)
{
    static const char *const marks[] = {"0", "b", "i", "f", "s", "c", "c"};

    charge(c, 1);
    return kt_arena_format(c->checker->arena, "%s%v", marks[value->type],
                           kt_checking__excerpt(c, value, KT_EXCERPT_WHOLE));
}

/* The number of the enum decides how the value is looked at: 1.5 is 1 as an integer. */
static bool equals_number(const kt_value *value, const kt_value *wanted)
{
    return wanted->type == KT_TYPE_INT ? integer_of(value) == wanted->as.integer
                                       : number_of(value) == wanted->as.number;
}

static bool equals(kt_checking *c, const kt_value *value, const kt_value *wanted)
{
    if (is_number(value) && is_number(wanted))
        return equals_number(value, wanted);
    if (value->type != wanted->type || value->type == KT_TYPE_NULL) /* null equals nothing, not even null */
        return false;
    if (value->type == KT_TYPE_STRING)
        return kt_sv_equal(kt_value_string(value), kt_value_string(wanted));
    if (value->type == KT_TYPE_BOOL)
        return value->as.boolean == wanted->as.boolean;
    return kt_sv_equal(identity(c, value), identity(c, wanted));
}

static kt_sv list_values(kt_checking *c, const kt_value *values)
{
    kt_arena *arena = c->checker->arena;
    kt_buf text;
    kt_sv copy;

    kt_buf_init(&text, arena->allocator);
    for (uint32_t i = 0; i < values->length && i < 20; i++)
        kt_buf_format(&text, "%s%v", i ? ", " : "", kt_checking__excerpt(c, &values->as.items[i], KT_EXCERPT_MAX));
    if (values->length > 20)
        kt_buf_format(&text, " and %u more", (uint64_t)(values->length - 20));
    copy = kt_buf_copy(&text, arena);
    kt_buf_dispose(&text);
    return copy;
}

static void check_enum(kt_checking *c, kt_check_frame *f, const kt_value *values)
{
    if (values->length == 0)
        return;
    charge(c, values->length / 4);
    for (uint32_t i = 0; i < values->length; i++)
        if (equals(c, f->value, &values->as.items[i]))
            return;
    kt_checking__fail(c, KT_REQUEST_ENUM, "Unsupported value: %v: supported values: %v",
                      kt_checking__excerpt(c, f->value, KT_EXCERPT_MAX), f->quiet ? KT_SV("") : list_values(c, values));
}

/* What tells an item of a list from the others: all of it, or its keys. An absent key counts, too. */
static kt_sv item_identity(kt_checking *c, const kt_check_frame *f, const kt_value *item)
{
    const kt_value *keys = kt_api_keyword(f->schema, KT_KW_LIST_MAP_KEYS);
    kt_arena *arena = c->checker->arena;
    kt_buf text;
    kt_sv copy;

    if (!kt_value_is_string(kt_api_keyword(f->schema, KT_KW_LIST_TYPE), "map"))
        return identity(c, item);
    kt_buf_init(&text, arena->allocator);
    for (uint32_t i = 0; keys && i < keys->length; i++) {
        const kt_member *member = kt_value_member(item, kt_value_string(&keys->as.items[i]));
        kt_sv value = member ? identity(c, &member->value) : KT_SV("");
        kt_buf_format(&text, "%u:%v,", (uint64_t)value.len, value);
    }
    copy = kt_buf_text(&text, arena).len > 0 ? kt_buf_copy(&text, arena) : KT_SV("");
    kt_buf_dispose(&text);
    return copy;
}

/* x-kubernetes-list-type: set or map. A value that comes often is told of once. */
static void check_list_type(kt_checking *c, kt_check_frame *f, const kt_value *type)
{
    bool map = kt_value_is_string(type, "map");
    kt_map seen;

    if (f->value->type != KT_TYPE_LIST || !(map || kt_value_is_string(type, "set")))
        return;
    kt_map_init(&seen, c->checker->arena);
    for (uint32_t i = 0; i < f->value->length; i++) {
        const kt_value *item = &f->value->as.items[i];
        kt_sv key = item_identity(c, f, item);
        size_t times = kt_map_get(&seen, key);
        if (!kt_map_set(&seen, key, times == KT_MAP_NONE ? 1 : times + 1))
            return;
        if (times == 1)
            kt_checking__fail_field(c, KT_REQUEST_DUPLICATE, item, (kt_step){{NULL, 0}, i, true, false},
                                    map ? "Duplicate value: another item has the same keys" : "Duplicate value: %v",
                                    kt_checking__excerpt(c, item, KT_EXCERPT_MAX));
    }
}

/* ---- Objects -------------------------------------------------------------------------------- */

static const kt_value *key_of(const kt_check_frame *f)
{
    return f->key ? f->key : f->value;
}

static void check_required(kt_checking *c, kt_check_frame *f, const kt_value *names)
{
    if (f->value->type != KT_TYPE_MAP)
        return;
    charge(c, (uint64_t)names->length * f->value->length / 16);
    for (uint32_t i = 0; i < names->length && c->checker->left > 0; i++) {
        kt_sv name = kt_value_string(&names->as.items[i]);
        if (!kt_value_member(f->value, name))
            kt_checking__fail_field(c, KT_REQUEST_REQUIRED, key_of(f), (kt_step){name, 0, false, false},
                                    "Required value");
    }
}

static void check_type_field(kt_checking *c, const kt_check_frame *f, const char *name)
{
    const kt_value *value = kt_value_get(f->value, name);
    kt_step step = {kt_str(name), 0, false, false};

    if (!value)
        kt_checking__fail_field(c, KT_REQUEST_REQUIRED, key_of(f), step, "Required value");
    else if (value->type != KT_TYPE_STRING || value->length == 0)
        kt_checking__fail_field(c, KT_REQUEST_TYPE, value, step,
                                "Invalid value: %v: must be a string that is not empty",
                                kt_checking__excerpt(c, value, KT_EXCERPT_MAX));
}

/* x-kubernetes-embedded-resource: an object of its own. */
static void check_embedded(kt_checking *c, kt_check_frame *f, const kt_value *on)
{
    if (!on->as.boolean || f->value->type != KT_TYPE_MAP)
        return;
    check_type_field(c, f, "apiVersion");
    check_type_field(c, f, "kind");
}

/* ---- Types ---------------------------------------------------------------------------------- */

static unsigned bits_of(const kt_value *value)
{
    static const unsigned bits[] = {
        0, KT_IS_BOOLEAN, KT_IS_INTEGER | KT_IS_NUMBER, KT_IS_NUMBER, KT_IS_STRING, KT_IS_ARRAY, KT_IS_OBJECT};

    return bits[value->type] |
           (value->type == KT_TYPE_FLOAT && is_whole(value->as.number) ? (unsigned)KT_IS_INTEGER : 0);
}

/* A format lets a string or a list pass for any type that is no number; without a type nothing else passes. */
static bool has_type(const kt_api_schema *schema, const kt_value *value)
{
    bool text = value->type == KT_TYPE_STRING || value->type == KT_TYPE_LIST;

    if (schema->format && text && !(schema->types & (KT_IS_NUMBER | KT_IS_INTEGER)))
        return true;
    if (!schema->types)
        return !schema->format;
    return (schema->types & bits_of(value)) != 0;
}

/* False: it has another type. */
static bool check_type(kt_checking *c, const kt_check_frame *f)
{
    const kt_value *type = kt_api_keyword(f->schema, KT_KW_TYPE);
    kt_sv wanted = KT_SV("string");

    if (f->value->type == KT_TYPE_NULL ? !f->schema->types || f->schema->nullable : has_type(f->schema, f->value))
        return true;
    if (f->schema->types)
        wanted = f->schema->int_or_string ? KT_SV("integer or string") : kt_value_string(type);
    kt_checking__fail(c, KT_REQUEST_TYPE, "Invalid value: \"%s\": must be of type %v",
                      kt_type_name((kt_type)f->value->type), wanted);
    return false;
}

/* ---- One value, one schema ------------------------------------------------------------------ */

static const struct {
    kt_keyword keyword;
    check_fn check;
} checks[] = {
    {KT_KW_EMBEDDED, check_embedded},     {KT_KW_FORMAT, check_format},
    {KT_KW_LIST_TYPE, check_list_type},   {KT_KW_MAX_ITEMS, check_max_items},
    {KT_KW_MAX_LENGTH, check_max_length}, {KT_KW_MAX_PROPERTIES, check_max_properties},
    {KT_KW_MAXIMUM, check_maximum},       {KT_KW_MIN_ITEMS, check_min_items},
    {KT_KW_MIN_LENGTH, check_min_length}, {KT_KW_MIN_PROPERTIES, check_min_properties},
    {KT_KW_MINIMUM, check_minimum},       {KT_KW_MULTIPLE_OF, check_multiple},
    {KT_KW_PATTERN, check_pattern},       {KT_KW_REQUIRED, check_required},
};

static check_fn find_check(kt_keyword keyword)
{
    for (size_t i = 0; i < KT_ARRAY_COUNT(checks); i++)
        if (checks[i].keyword == keyword)
            return checks[i].check;
    return NULL;
}

bool kt_keywords__check(kt_checking *c, kt_check_frame *f)
{
    const kt_value *values = kt_api_keyword(f->schema, KT_KW_ENUM);
    bool fits = check_type(c, f);

    if (values && fits)
        check_enum(c, f, values);
    if (!fits || f->value->type == KT_TYPE_NULL)
        return false;
    for (size_t i = 0; i < f->schema->use_count && !(f->quiet && c->failed); i++) {
        check_fn check = find_check(f->schema->uses[i].keyword);
        if (check)
            check(c, f, &f->schema->uses[i].member->value);
    }
    return true;
}
