/* A table of formats: a pattern of Go's, a function, or both. */
#include "model/formats.h"

#include "base/buf.h"
#include "base/sv.h"
#include "model/duration.h"
#include "model/formats_net.h"
#include "model/names.h"
#include "model/schema.h"

#define NAME_MAX 32
#define HEX8_4 "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?"
#define RGB "\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*"
/* Letters, digits and symbols, "+" among them; here every character beyond ASCII may be one. */
#define HOST "a-zA-Z0-9$+<=>\\^`|~\\x{80}-\\x{10FFFF}"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- Numbers with a checksum ---------------------------------------------------------------- */

#define DIGITS_MAX ((size_t)32)

/* The digits of `text` without what may stand between them; a longer text is none of these numbers. */
static size_t digits_of(char out[DIGITS_MAX], kt_sv text, bool skip_any)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (skip_any ? !is_digit(c) : c == '-' || c == ' ' || (c >= '\t' && c <= '\r' && c != '\v'))
            continue;
        if (count == DIGITS_MAX)
            return 0;
        out[count++] = c;
    }
    return count;
}

/* Visa, Mastercard, Discover, American Express, Diners, JCB. */
static const char card_pattern[] = "^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|"
                                   "3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\\d{3})\\d{11})$";

static bool is_credit_card(kt_patterns *patterns, kt_sv text)
{
    char digits[DIGITS_MAX];
    size_t count = digits_of(digits, text, true);
    kt_pattern *pattern = kt_pattern_get(patterns, kt_str(card_pattern));
    int sum = 0;

    if (!pattern || kt_pattern_match(patterns, pattern, (kt_sv){digits, count}) != KT_PATTERN_MATCHES)
        return false;
    for (size_t i = 0; i < count; i++) {
        int digit = (digits[i] - '0') * ((count - i) % 2 == 0 ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

static bool is_isbn10(kt_patterns *patterns, kt_sv text)
{
    char digits[DIGITS_MAX];
    int sum = 0;

    (void)patterns;
    if (digits_of(digits, text, false) != 10)
        return false;
    for (int i = 0; i < 10; i++) {
        if (!is_digit(digits[i]) && !(i == 9 && digits[i] == 'X'))
            return false;
        sum += (i + 1) * (digits[i] == 'X' ? 10 : digits[i] - '0');
    }
    return sum % 11 == 0;
}

static bool is_isbn13(kt_patterns *patterns, kt_sv text)
{
    char digits[DIGITS_MAX];
    int sum = 0;

    (void)patterns;
    if (digits_of(digits, text, false) != 13)
        return false;
    for (int i = 0; i < 13; i++) {
        if (!is_digit(digits[i]))
            return false;
        sum += (i % 2 ? 3 : 1) * (digits[i] - '0');
    }
    return sum % 10 == 0;
}

static bool is_isbn(kt_patterns *patterns, kt_sv text)
{
    return is_isbn10(patterns, text) || is_isbn13(patterns, text);
}

/* ---- Time ----------------------------------------------------------------------------------- */

static int two_digits(const char *text)
{
    return is_digit(text[0]) && is_digit(text[1]) ? (text[0] - '0') * 10 + text[1] - '0' : -1;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static bool is_date(kt_patterns *patterns, kt_sv text)
{
    int century, year, month, day;

    (void)patterns;
    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-')
        return false;
    century = two_digits(text.ptr);
    year = two_digits(text.ptr + 2);
    month = two_digits(text.ptr + 5);
    day = two_digits(text.ptr + 8);
    return century >= 0 && year >= 0 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in(century * 100 + year, month);
}

static size_t find_t(kt_sv text, size_t at)
{
    while (at < text.len && (text.ptr[at] | 0x20) != 't')
        at++;
    return at;
}

/* A date, T, a time with its zone; what stands behind another T is not looked at. */
static bool is_date_time(kt_patterns *patterns, kt_sv text)
{
    kt_pattern *pattern = kt_pattern_get(
        patterns, KT_SV("^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](.[0-9]+)?([zZ]|([+-][0-9]{2}:[0-9]{2}))$"));
    size_t t = find_t(text, 0);

    return pattern && t < text.len && is_date(patterns, kt_sv_slice(text, 0, t)) &&
           kt_pattern_match(patterns, pattern, kt_sv_slice(text, t + 1, find_t(text, t + 1))) == KT_PATTERN_MATCHES;
}

/* Whether letters name a unit: one of the short words, or beginning with the long one. */
static bool is_unit(kt_sv word)
{
    static const struct {
        const char *words[3], *beginning;
    } units[] = {
        {{"ns"}, "nano"}, {{"us", "\xC2\xB5s"}, "micro"}, {{"ms"}, "milli"}, {{"s"}, "sec"},
        {{"m"}, "min"},   {{"h", "hr"}, "hour"},          {{"d"}, "day"},    {{"w", "wk"}, "week"},
    };

    for (size_t i = 0; i < KT_ARRAY_COUNT(units); i++) {
        kt_sv beginning = kt_str(units[i].beginning);
        for (size_t j = 0; j < 3 && units[i].words[j]; j++)
            if (kt_sv_equal_fold(word, kt_str(units[i].words[j])))
                return true;
        if (kt_sv_equal_fold(kt_sv_slice(word, 0, beginning.len), beginning))
            return true;
    }
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* Length of the letters, "µ" among them, at the front. */
static size_t letters_at(kt_sv text)
{
    size_t at = 0;

    for (;;) {
        if (at < text.len && (text.ptr[at] | 0x20) >= 'a' && (text.ptr[at] | 0x20) <= 'z')
            at++;
        else if (kt_sv_starts(kt_sv_slice(text, at, text.len), KT_SV("\xC2\xB5")))
            at += 2;
        else
            return at;
    }
}

/* Go's, or anything with a number and a unit in it: "3 days". */
static bool is_duration(kt_patterns *patterns, kt_sv text)
{
    int64_t nanoseconds, number;
    bool found = false;

    (void)patterns;
    if (kt_duration_parse(&nanoseconds, text))
        return true;
    for (size_t at = 0, letters; at < text.len; at += letters) {
        letters = 1;
        if (!is_digit(text.ptr[at]))
            continue;
        for (number = 0; at < text.len && is_digit(text.ptr[at]); at++)
            number = number > INT64_MAX / 10 - 1 ? INT64_MAX / 10 : number * 10 + text.ptr[at] - '0';
        while (at < text.len && is_blank(text.ptr[at]))
            at++;
        letters = letters_at(kt_sv_slice(text, at, text.len));
        if (letters > 0 && number >= INT64_MAX / 10 - 1)
            return false;
        found |= is_unit(kt_sv_slice(text, at, at + letters));
    }
    return found;
}

/* ---- Others --------------------------------------------------------------------------------- */

static bool is_password(kt_patterns *patterns, kt_sv text)
{
    (void)patterns;
    (void)text;
    return true;
}

static bool is_ssn_long(kt_patterns *patterns, kt_sv text)
{
    (void)patterns;
    return text.len == 11;
}

static bool is_host_long(kt_patterns *patterns, kt_sv text)
{
    (void)patterns;
    if (text.len > 255)
        return false;
    while (text.len > 0) {
        size_t dot = kt_sv_find(text, '.');
        if (dot > 63)
            return false;
        text = kt_sv_slice(text, dot + 1, text.len);
    }
    return true;
}

static bool is_short_name(kt_patterns *patterns, kt_sv text)
{
    (void)patterns;
    return kt_name_is_dns1123_label(text, NULL);
}

static bool is_long_name(kt_patterns *patterns, kt_sv text)
{
    (void)patterns;
    return kt_name_is_dns1123_subdomain(text, NULL);
}

#define NET(name)                                                                                     \
    static bool name(kt_patterns *patterns, kt_sv text)                                               \
    {                                                                                                 \
        (void)patterns;                                                                               \
        return kt_##name(text);                                                                       \
    }

NET(is_ipv4)
NET(is_ipv6)
NET(is_cidr)
NET(is_mac)
NET(is_uri)
NET(is_email)

/* ---- The table ------------------------------------------------------------------------------ */

static const struct row {
    const char *name; /* without hyphens */
    const char *pattern;
    bool (*check)(kt_patterns *patterns, kt_sv text);
} rows[] = {
    {"bsonobjectid", "^[0-9a-fA-F]{24}$", NULL},
    {"byte", "^(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=|[A-Za-z0-9+\\/]{4})$", NULL},
    {"cidr", NULL, is_cidr},
    {"creditcard", NULL, is_credit_card},
    {"date", NULL, is_date},
    {"datetime", NULL, is_date_time},
    {"duration", NULL, is_duration},
    {"email", NULL, is_email},
    {"hexcolor", "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$", NULL},
    {"hostname",
     "^([" HOST "]((-?[" HOST "]{0,62})?)|([" HOST "](([-" HOST "]{0,61}[" HOST "])?)(\\.)){1,}"
     "([a-zA-Z\\pL]){2,63})$",
     is_host_long},
    {"ipv4", NULL, is_ipv4},
    {"ipv6", NULL, is_ipv6},
    {"isbn", NULL, is_isbn},
    {"isbn10", NULL, is_isbn10},
    {"isbn13", NULL, is_isbn13},
    {"k8slongname", NULL, is_long_name},
    {"k8sshortname", NULL, is_short_name},
    {"mac", NULL, is_mac},
    {"password", NULL, is_password},
    {"rgbcolor", "^rgb\\(" RGB "," RGB "," RGB "\\)$", NULL},
    {"ssn", "^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$", is_ssn_long},
    {"uri", NULL, is_uri},
    {"uuid", HEX8_4 "[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$", NULL},
    {"uuid3", HEX8_4 "3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$", NULL},
    {"uuid4", HEX8_4 "4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$", NULL},
    {"uuid5", HEX8_4 "5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$", NULL},
};

kt_format kt_format_find(kt_sv name)
{
    char text[NAME_MAX];
    size_t length = 0;

    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '-')
            continue;
        if (length == sizeof text)
            return 0;
        text[length++] = name.ptr[i];
    }
    for (kt_format i = 0; i < KT_ARRAY_COUNT(rows); i++)
        if (kt_sv_is((kt_sv){text, length}, rows[i].name))
            return i + 1;
    return 0;
}

const char *kt_format_name(kt_format format)
{
    return rows[format - 1].name;
}

bool kt_format_check(kt_patterns *patterns, kt_format format, kt_sv text)
{
    const struct row *row = &rows[format - 1];
    kt_pattern *pattern;

    if (row->check && !row->check(patterns, text))
        return false;
    if (!row->pattern)
        return true;
    pattern = kt_pattern_get(patterns, kt_str(row->pattern));
    return !pattern || kt_pattern_match(patterns, pattern, text) != KT_PATTERN_FAILS;
}
