/* Comments that speak to kratree. A number sign begins one at the start of a line or behind a blank, unless it is inside
 * a quoted or block scalar, whose places the reader has noted. */
#include "base/buf.h"
#include "base/sv.h"
#include "base/utf8.h"
#include "model/config.h"
#include "tree/ignore.h"

typedef struct scanner {
    kt_run *run;
    kt_comment_rules *out;
    size_t waiting;    /* rules from here on speak of the next line */
    kt_sv file;
    const kt_spans *spans;
    size_t span;       /* those before it have ended */
    uint32_t line;
} scanner;

/* ---- Where ---- */

static bool is_before(uint32_t line, uint32_t column, uint32_t other_line, uint32_t other_column)
{
    return line < other_line || (line == other_line && column < other_column);
}

static bool is_inside(scanner *s, uint32_t column)
{
    const kt_span *span;

    while (s->span < s->spans->count
           && !is_before(s->line, column, s->spans->items[s->span].end_line, s->spans->items[s->span].end_column))
        s->span++;
    if (s->span == s->spans->count)
        return false;
    span = &s->spans->items[s->span];
    return !is_before(s->line, column, span->line, span->column);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Where in a line the number sign of a comment for us stands, or line.len; `text` is what follows the word. */
static size_t find_comment(kt_sv line, kt_sv *text)
{
    for (size_t at = 0; at < line.len; at++) {
        size_t word = at + 1;
        if (line.ptr[at] != '#' || (at > 0 && !is_blank(line.ptr[at - 1])))
            continue;
        while (word < line.len && is_blank(line.ptr[word]))
            word++;
        *text = kt_sv_slice(line, word, line.len);
        if (!kt_sv_starts(*text, KT_SV(KT_COMMENT_WORD)))
            continue;
        *text = kt_sv_trim(kt_sv_slice(*text, sizeof KT_COMMENT_WORD - 1, text->len));
        return at;
    }
    return line.len;
}

/* ---- What ---- */

/* The next word, cut from the text. */
static kt_sv take_word(kt_sv *text)
{
    size_t end = 0;
    kt_sv word;

    while (end < text->len && !is_blank(text->ptr[end]))
        end++;
    word = kt_sv_slice(*text, 0, end);
    *text = kt_sv_trim(kt_sv_slice(*text, end, text->len));
    return word;
}

/* What is wrong with a comment is for validate to say: rendering passes over it. */
static bool complain(scanner *s, kt_code code, kt_pos pos, const char *format, kt_sv what)
{
    if (s->run->options.validate)
        kt_diags_add(&s->run->diags, code, pos, format, what);
    return !s->run->arena.failed;
}

static bool add_rule(scanner *s, kt_sv code, kt_sv reason, kt_pos pos)
{
    kt_comment_rule *items;

    if (!kt_code_exists(code))
        return complain(s, KT_CODE_UNKNOWN, pos, "there is no code '%v'", code);
    items = kt_arena_reserve(&s->run->arena, s->out->items, s->out->count, &s->out->capacity, sizeof *items);
    if (!items)
        return false;
    s->out->items = items;
    items[s->out->count++] = (kt_comment_rule){s->file, s->line, code, reason, pos, false};
    return true;
}

/* "ignore CODE[,CODE…] reason" */
static bool read_comment(scanner *s, kt_sv text, kt_pos pos)
{
    kt_sv verb = take_word(&text), codes = take_word(&text);

    if (!kt_sv_is(verb, "ignore") || codes.len == 0)
        return complain(s, KT_COMMENT_UNKNOWN, pos, "this comment says nothing, expected ignore CODE reason%v", KT_SV(""));
    if (text.len == 0)
        return complain(s, KT_IGNORE_WITHOUT_REASON, pos, "why is %v ignored? The comment has no reason", codes);
    while (codes.len > 0) {
        size_t comma = kt_sv_find(codes, ',');
        if (!add_rule(s, kt_sv_slice(codes, 0, comma), text, pos))
            return false;
        codes = kt_sv_slice(codes, comma + 1, codes.len);
    }
    return true;
}

/* ---- Lines ---- */

/* Rules that wait speak of this line. */
static void settle(scanner *s)
{
    for (; s->waiting < s->out->count; s->waiting++)
        s->out->items[s->waiting].line = s->line;
}

static bool read_line(scanner *s, kt_sv line)
{
    kt_sv text, before = kt_sv_trim(line);
    size_t at = find_comment(line, &text);
    uint32_t column = (uint32_t)kt_utf8_count(kt_sv_slice(line, 0, at)) + 1;
    bool alone = before.len == 0 || before.ptr[0] == '#';

    if (!alone)
        settle(s);
    if (at == line.len || is_inside(s, column))
        return true;
    if (!read_comment(s, text, (kt_pos){s->file, s->line, column}))
        return false;
    if (!alone)
        s->waiting = s->out->count;
    return true;
}

bool kt_comments_read(kt_comment_rules *out, kt_run *run, const kt_source_documents *file)
{
    kt_sv rest = file->source->bytes;
    scanner s = {run, out, out->count, file->source->path, &file->documents.spans, 0, 1};

    if (!kt_sv_contains(rest, KT_SV(KT_COMMENT_WORD)))
        return true;
    for (; rest.len > 0; s.line++) {
        size_t end = kt_sv_find(rest, '\n');
        if (!read_line(&s, kt_sv_slice(rest, 0, end)))
            return false;
        rest = kt_sv_slice(rest, end + 1, rest.len);
    }
    return true;
}
