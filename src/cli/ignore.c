/* gitignore patterns (gitignore(5)), matched element by element.
 *
 *     text      /docs/ ** / *.yaml      anchored by any '/' but the last
 *     elements  docs   **   *.yaml
 *
 * Both levels, elements in a path and letters in an element, have one wildcard that takes any number of
 * them. Matching goes back to the last such wildcard only, which is enough and never exponential. */
#include "cli/ignore.h"

#include <stdlib.h>
#include <string.h>

typedef struct rule {
    kt_sv pattern; /* without '!', leading and trailing '/' */
    bool negated;
    bool folders_only;
    bool anchored; /* to the folder of the list; else compared with the last element */
} rule;

struct kt_ignore {
    const kt_ignore *parent;
    size_t folder_length; /* of the prefix to cut from paths, with its '/' */
    rule *rules;
    size_t rule_count;
    char text[]; /* the file's bytes */
};

/* ---- Letters ---- */

static bool in_named_class(kt_sv name, unsigned char c)
{
    const bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
    const bool graph = c > 0x20 && c < 0x7f;
    const struct {
        const char *name;
        bool in;
    } classes[] = {
        {"alpha", lower || upper},
        {"lower", lower},
        {"upper", upper},
        {"digit", digit},
        {"alnum", lower || upper || digit},
        {"xdigit", digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')},
        {"space", c == ' ' || (c >= '\t' && c <= '\r')},
        {"blank", c == ' ' || c == '\t'},
        {"punct", graph && !(lower || upper || digit)},
        {"graph", graph},
        {"print", graph || c == ' '},
        {"cntrl", c < 0x20 || c == 0x7f},
    };

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (strlen(classes[i].name) == name.len && memcmp(classes[i].name, name.ptr, name.len) == 0)
            return classes[i].in;
    return false;
}

/* "[:name:]" at `at`: its length, and whether `c` is in it; 0 when there is none. */
static size_t named_class(kt_sv pattern, size_t at, unsigned char c, bool *in)
{
    for (size_t end = at + 2; end + 1 < pattern.len && pattern.ptr[at + 1] == ':'; end++)
        if (pattern.ptr[end] == ':' && pattern.ptr[end + 1] == ']') {
            *in |= in_named_class((kt_sv){pattern.ptr + at + 2, end - at - 2}, c);
            return end + 2 - at;
        }
    return 0;
}

/* One letter of a bracket, past a '\'; `at` moves behind it. */
static unsigned char bracket_letter(kt_sv pattern, size_t *at)
{
    if (pattern.ptr[*at] == '\\' && *at + 1 < pattern.len)
        ++*at;
    return (unsigned char)pattern.ptr[(*at)++];
}

/* "[...]" at `*at`, which moves behind it. An unclosed bracket matches nothing. */
static bool bracket_match(kt_sv pattern, size_t *at, unsigned char c)
{
    size_t i = *at + 1, first;
    bool negated = i < pattern.len && (pattern.ptr[i] == '!' || pattern.ptr[i] == '^');
    bool in = false;

    i += negated;
    first = i;
    while (i < pattern.len && (pattern.ptr[i] != ']' || i == first)) {
        size_t length = pattern.ptr[i] == '[' ? named_class(pattern, i, c, &in) : 0;
        if (length > 0) {
            i += length;
            continue;
        }
        unsigned char low = bracket_letter(pattern, &i), high = low;
        if (i + 1 < pattern.len && pattern.ptr[i] == '-' && pattern.ptr[i + 1] != ']') {
            i++;
            high = bracket_letter(pattern, &i);
        }
        in |= c >= low && c <= high;
    }
    *at = i + 1;
    return i < pattern.len && in != negated;
}

/* The letter or bracket at `*at` against `c`; `*at` moves behind it. */
static bool letter_match(kt_sv pattern, size_t *at, unsigned char c)
{
    switch (pattern.ptr[*at]) {
    case '?':
        ++*at;
        return true;
    case '[':
        return bracket_match(pattern, at, c);
    case '\\':
        if (*at + 1 < pattern.len)
            ++*at;
        break;
    default:
        break;
    }
    return (unsigned char)pattern.ptr[(*at)++] == c;
}

bool kt_glob_match(kt_sv pattern, kt_sv text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, taken = 0;

    while (t < text.len || p < pattern.len) {
        size_t next = p;
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = ++p;
            taken = t;
        } else if (p < pattern.len && t < text.len && letter_match(pattern, &next, (unsigned char)text.ptr[t])) {
            p = next;
            t++;
        } else if (star != SIZE_MAX && taken < text.len) {
            p = star;
            t = ++taken;
        } else {
            return false;
        }
    }
    return true;
}

/* ---- Elements ---- */

/* The element at `at`, and `*next` behind its '/', or SIZE_MAX when it is the last. */
static kt_sv element_at(kt_sv path, size_t at, size_t *next)
{
    const char *slash = memchr(path.ptr + at, '/', path.len - at);
    size_t end = slash ? (size_t)(slash - path.ptr) : path.len;

    *next = slash ? end + 1 : SIZE_MAX;
    return (kt_sv){path.ptr + at, end - at};
}

static bool is_any_depth(kt_sv element)
{
    return element.len == 2 && memcmp(element.ptr, "**", 2) == 0;
}

/* Positions count bytes; SIZE_MAX is the end. A last "**" wants at least one element. */
static bool path_match(kt_sv pattern, kt_sv path)
{
    size_t p = 0, t = 0, stars = SIZE_MAX, taken = 0, after_p = SIZE_MAX, after_t = SIZE_MAX;

    while (t != SIZE_MAX || p != SIZE_MAX) {
        kt_sv want = p != SIZE_MAX ? element_at(pattern, p, &after_p) : (kt_sv){NULL, 0};
        kt_sv have = t != SIZE_MAX ? element_at(path, t, &after_t) : (kt_sv){NULL, 0};
        if (p != SIZE_MAX && is_any_depth(want)) {
            if (after_p == SIZE_MAX)
                return t != SIZE_MAX;
            stars = p = after_p;
            taken = t;
        } else if (p != SIZE_MAX && t != SIZE_MAX && kt_glob_match(want, have)) {
            p = after_p;
            t = after_t;
        } else if (stars != SIZE_MAX && taken != SIZE_MAX) {
            p = stars;
            element_at(path, taken, &taken);
            t = taken;
        } else {
            return false;
        }
    }
    return true;
}

/* ---- Lines ---- */

/* Blanks at the end go, unless a '\' stands before them. */
static kt_sv trim(kt_sv text)
{
    if (text.len > 0 && text.ptr[text.len - 1] == '\r')
        text.len--;
    while (text.len > 0 && text.ptr[text.len - 1] == ' ') {
        size_t backslashes = 0;
        while (backslashes + 1 < text.len && text.ptr[text.len - 2 - backslashes] == '\\')
            backslashes++;
        if (backslashes % 2 == 1)
            break;
        text.len--;
    }
    return text;
}

static kt_sv skip(kt_sv text, size_t count)
{
    return (kt_sv){text.ptr + count, text.len - count};
}

/* False: the line says nothing. */
static bool parse_line(rule *out, kt_sv text)
{
    text = trim(text);
    if (text.len == 0 || text.ptr[0] == '#')
        return false;
    out->negated = text.ptr[0] == '!';
    text = skip(text, out->negated);
    out->folders_only = text.len > 0 && text.ptr[text.len - 1] == '/';
    text.len -= out->folders_only;
    if (text.len > 1 && text.ptr[0] == '.' && text.ptr[1] == '/')
        text = skip(text, 1);
    out->anchored = text.len > 0 && memchr(text.ptr, '/', text.len) != NULL;
    if (out->anchored && text.ptr[0] == '/')
        text = skip(text, 1);
    out->pattern = text;
    return text.len > 0;
}

/* Call parse_line for each line; `out` NULL only counts them. */
static size_t parse_lines(rule *out, kt_sv bytes)
{
    size_t count = 0, at = 0;

    if (bytes.len >= 3 && memcmp(bytes.ptr, "\xef\xbb\xbf", 3) == 0)
        at = 3;
    while (at < bytes.len) {
        const char *end = memchr(bytes.ptr + at, '\n', bytes.len - at);
        size_t length = end ? (size_t)(end - bytes.ptr) - at : bytes.len - at;
        rule parsed;
        if (parse_line(&parsed, (kt_sv){bytes.ptr + at, length})) {
            if (out)
                out[count] = parsed;
            count++;
        }
        at += length + 1;
    }
    return count;
}

kt_ignore *kt_ignore_new(const kt_ignore *parent, const char *folder, kt_sv bytes)
{
    kt_ignore *list = bytes.len < SIZE_MAX - sizeof *list ? malloc(sizeof *list + bytes.len) : NULL;
    size_t length = strlen(folder);

    if (!list)
        return NULL;
    if (bytes.len > 0)
        memcpy(list->text, bytes.ptr, bytes.len);
    bytes.ptr = list->text;
    list->parent = parent;
    list->folder_length = length + (length > 0 && folder[length - 1] != '/');
    list->rule_count = parse_lines(NULL, bytes);
    list->rules = calloc(list->rule_count > 0 ? list->rule_count : 1, sizeof *list->rules);
    if (!list->rules) {
        free(list);
        return NULL;
    }
    parse_lines(list->rules, bytes);
    return list;
}

void kt_ignore_free(kt_ignore *list)
{
    if (list)
        free(list->rules);
    free(list);
}

static bool rule_match(const rule *r, kt_sv path, kt_sv name, bool is_folder)
{
    if (r->folders_only && !is_folder)
        return false;
    return r->anchored ? path_match(r->pattern, path) : kt_glob_match(r->pattern, name);
}

bool kt_ignore_match(const kt_ignore *list, const char *path, bool is_folder)
{
    const char *slash = strrchr(path, '/');
    kt_sv name = kt_str(slash ? slash + 1 : path);

    for (; list; list = list->parent) {
        kt_sv below = kt_str(path + list->folder_length);
        for (size_t i = list->rule_count; i > 0; i--)
            if (rule_match(&list->rules[i - 1], below, name, is_folder))
                return !list->rules[i - 1].negated;
    }
    return false;
}
