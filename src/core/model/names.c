/* Syntax of names and labels, as k8s.io/apimachinery pkg/util/validation has it (I-4, I-27). */
#include "model/names.h"

#include <string.h>

#include "base/sv.h"

#define LABEL_MAX ((size_t)63)
#define SUBDOMAIN_MAX ((size_t)253)

static const char label_value_words[] =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used "
    "for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
static const char qualified_words[] =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
static const char prefix_words[] = " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
static const char subdomain_words[] =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
static const char label_words[] =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
    "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/* Reasons are collected here; the first one begins at `start` of the buffer. */
typedef struct reasons {
    kt_buf *out;
    size_t start;
    bool any;
} reasons;

static reasons reasons_of(kt_buf *out)
{
    return (reasons){out, out ? out->len : 0, false};
}

static void add(reasons *list, const char *before, const char *words, const char *after)
{
    list->any = true;
    if (!list->out)
        return;
    if (list->out->len > list->start)
        kt_buf_str(list->out, "; ");
    kt_buf_format(list->out, "%s%s%s", before, words, after);
}

static void check_length(reasons *list, const char *before, kt_sv text, size_t max)
{
    if (text.len > max)
        add(list, before, max == LABEL_MAX ? "must be no more than 63 bytes" : "must be no more than 253 bytes", "");
}

static bool is_lower_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_alnum(char c)
{
    return is_lower_alnum(c) || (c >= 'A' && c <= 'Z');
}

/* [A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])? */
static bool is_qualified(kt_sv text)
{
    if (text.len == 0 || !is_alnum(text.ptr[0]) || !is_alnum(text.ptr[text.len - 1]))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!is_alnum(c) && c != '-' && c != '_' && c != '.')
            return false;
    }
    return true;
}

/* [a-z0-9]([-a-z0-9]*[a-z0-9])? */
static bool is_dns_label(kt_sv text)
{
    if (text.len == 0 || !is_lower_alnum(text.ptr[0]) || !is_lower_alnum(text.ptr[text.len - 1]))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!is_lower_alnum(text.ptr[i]) && text.ptr[i] != '-')
            return false;
    return true;
}

/* Labels with dots between. */
static bool is_dns_subdomain(kt_sv text)
{
    for (;;) {
        size_t dot = kt_sv_find(text, '.');
        if (!is_dns_label(kt_sv_slice(text, 0, dot)))
            return false;
        if (dot == text.len)
            return true;
        text = kt_sv_slice(text, dot + 1, text.len);
    }
}

static void check_subdomain(reasons *list, const char *before, kt_sv text)
{
    check_length(list, before, text, SUBDOMAIN_MAX);
    if (!is_dns_subdomain(text))
        add(list, before, subdomain_words, "");
}

bool kt_name_is_label_key(kt_sv text, kt_buf *why)
{
    reasons list = reasons_of(why);
    size_t slash = kt_sv_find(text, '/');
    kt_sv name = text;

    if (slash < text.len) {
        kt_sv prefix = kt_sv_slice(text, 0, slash);
        name = kt_sv_slice(text, slash + 1, text.len);
        if (kt_sv_find(name, '/') < name.len) {
            add(&list, "a qualified name ", qualified_words, prefix_words);
            return false;
        }
        if (prefix.len == 0)
            add(&list, "prefix part ", "must be non-empty", "");
        else
            check_subdomain(&list, "prefix part ", prefix);
    }
    if (name.len == 0)
        add(&list, "name part ", "must be non-empty", "");
    check_length(&list, "name part ", name, LABEL_MAX);
    if (!is_qualified(name))
        add(&list, "name part ", qualified_words, "");
    return !list.any;
}

bool kt_name_is_label_value(kt_sv text, kt_buf *why)
{
    reasons list = reasons_of(why);

    check_length(&list, "", text, LABEL_MAX);
    if (text.len > 0 && !is_qualified(text))
        add(&list, "", label_value_words, "");
    return !list.any;
}

bool kt_name_is_dns1123_subdomain(kt_sv text, kt_buf *why)
{
    reasons list = reasons_of(why);

    check_subdomain(&list, "", text);
    return !list.any;
}

bool kt_name_is_dns1123_label(kt_sv text, kt_buf *why)
{
    reasons list = reasons_of(why);

    check_length(&list, "", text, LABEL_MAX);
    if (!is_dns_label(text))
        add(&list, "", label_words, "");
    return !list.any;
}

/* [a-z]([-a-z0-9]*[a-z0-9])? */
bool kt_name_is_dns1035_label(kt_sv text, bool folded)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (folded && c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (!(c >= 'a' && c <= 'z') && (i == 0 || !(c >= '0' && c <= '9')) &&
            (i == 0 || i == text.len - 1 || c != '-'))
            return false;
    }
    return text.len > 0 && text.len <= LABEL_MAX;
}

/* ---- Suggestions ---------------------------------------------------------------------------- */

/* Longer names are not worth a suggestion. */
#define SUGGEST_MAX ((size_t)40)

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; letters' case is free. */
static size_t distance(kt_sv a, kt_sv b)
{
    size_t rows[3][SUGGEST_MAX + 1];

    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *row = rows[i % 3], *up = rows[(i - 1) % 3], *up2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = fold(a.ptr[i - 1]) == fold(b.ptr[j - 1]);
            row[j] = least(row[j - 1] + 1, up[j] + 1, up[j - 1] + !same);
            if (i > 1 && j > 1 && fold(a.ptr[i - 1]) == fold(b.ptr[j - 2]) &&
                fold(a.ptr[i - 2]) == fold(b.ptr[j - 1]))
                row[j] = least(row[j], up2[j - 2] + 1, row[j]);
        }
    }
    return rows[a.len % 3][b.len];
}

const char *kt_name_suggest(kt_sv text, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t best_distance = text.len / 3 + 1;

    if (text.len == 0 || text.len > SUGGEST_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        kt_sv candidate = kt_str(candidates[i]);
        size_t found = candidate.len <= SUGGEST_MAX ? distance(text, candidate) : SIZE_MAX;
        if (found < best_distance || (found == best_distance && !best)) {
            best = candidates[i];
            best_distance = found;
        }
    }
    return best;
}
