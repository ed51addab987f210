/* PCRE2 behind Go's syntax (go_regexp.h). Its memory is the arena's: nothing is given back before all is. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "model/pattern.h"

#include <pcre2.h>
#include <string.h>

#include "base/buf.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "model/go_regexp.h"

struct kt_pattern_code {
    pcre2_code *code;
    kt_go_regexp regexp;
};

struct kt_pattern_matcher {
    pcre2_general_context *general;
    pcre2_compile_context *compile;
    pcre2_match_context *match;
    pcre2_match_data *data;
};

static void *take(PCRE2_SIZE size, void *arena)
{
    return kt_arena_alloc(arena, size);
}

static void give_back(void *ptr, void *arena)
{
    (void)ptr;
    (void)arena;
}

/* The character before the callout; the pattern has just read it. */
static uint32_t character_before(const pcre2_callout_block *block)
{
    size_t at = block->current_position, end = at;

    do
        at--;
    while ((block->subject[at] & 0xC0) == 0x80);
    return kt_utf8_next((kt_sv){(const char *)block->subject, end}, &at);
}

/* Whether a character is in the set of that number; 1 is a failure that looks for another way. */
static int ask_set(pcre2_callout_block *block, void *data)
{
    const kt_go_regexp *regexp = data;

    return !kt_code_set_contains(&regexp->sets[block->callout_number], character_before(block));
}

static uint32_t within_32_bits(uint64_t limit)
{
    return limit < UINT32_MAX ? (uint32_t)limit : UINT32_MAX;
}

static bool make_matcher(kt_patterns *patterns)
{
    struct kt_pattern_matcher *m = kt_arena_array(patterns->arena, 1, sizeof *m);

    if (!m)
        return false;
    m->general = pcre2_general_context_create(take, give_back, patterns->arena);
    m->compile = m->general ? pcre2_compile_context_create(m->general) : NULL;
    m->match = m->compile ? pcre2_match_context_create(m->general) : NULL;
    m->data = m->match ? pcre2_match_data_create(1, m->general) : NULL;
    if (!m->data)
        return false;
    pcre2_set_match_limit(m->match, within_32_bits(patterns->limits->pattern_steps));
    pcre2_set_depth_limit(m->match, within_32_bits(patterns->limits->pattern_depth));
    patterns->matcher = m;
    return true;
}

void kt_patterns_init(kt_patterns *patterns, kt_arena *arena, const kt_limits *limits)
{
    memset(patterns, 0, sizeof *patterns);
    patterns->arena = arena;
    patterns->limits = limits;
    kt_map_init(&patterns->by_source, arena);
}

static bool compile(kt_patterns *patterns, kt_pattern *pattern)
{
    struct kt_pattern_code *code = kt_arena_array(patterns->arena, 1, sizeof *code);
    PCRE2_SIZE offset;
    int error;

    if (!code || !kt_go_regexp_read(&code->regexp, patterns->arena, pattern->source))
        return false;
    pattern->code = code;
    pattern->error = code->regexp.error;
    pattern->unknown = code->regexp.unknown;
    if (code->regexp.pattern.len == 0)
        return true;
    code->code = pcre2_compile((PCRE2_SPTR)code->regexp.pattern.ptr, code->regexp.pattern.len, 0, &error, &offset,
                               patterns->matcher->compile);
    if (!code->code)
        pattern->unknown = "its size"; /* all else has been looked at before */
    return !patterns->arena->failed;
}

kt_pattern *kt_pattern_get(kt_patterns *patterns, kt_sv source)
{
    size_t index = kt_map_get(&patterns->by_source, source);
    kt_pattern **grown, *pattern;

    if (index != KT_MAP_NONE)
        return patterns->items[index];
    if (!patterns->matcher && !make_matcher(patterns))
        return NULL;
    grown = kt_arena_reserve(patterns->arena, patterns->items, patterns->count, &patterns->capacity, sizeof *grown);
    if (!grown)
        return NULL;
    patterns->items = grown;
    pattern = kt_arena_array(patterns->arena, 1, sizeof *pattern);
    if (!pattern)
        return NULL;
    pattern->source = source;
    if (!compile(patterns, pattern) || !kt_map_set(&patterns->by_source, source, patterns->count))
        return NULL;
    patterns->items[patterns->count++] = pattern;
    return pattern;
}

kt_pattern_verdict kt_pattern_match(kt_patterns *patterns, kt_pattern *pattern, kt_sv text)
{
    struct kt_pattern_matcher *m = patterns->matcher;
    int found;

    if (pattern->stopped || !pattern->code->code)
        return KT_PATTERN_UNKNOWN;
    pcre2_set_callout(m->match, ask_set, &pattern->code->regexp);
    found = pcre2_match(pattern->code->code, (PCRE2_SPTR)(text.len > 0 ? text.ptr : ""), text.len, 0, 0, m->data,
                        m->match);
    if (found >= 0)
        return KT_PATTERN_MATCHES;
    if (found == PCRE2_ERROR_NOMATCH)
        return KT_PATTERN_FAILS;
    pattern->stopped = true;
    return KT_PATTERN_STOPPED;
}
