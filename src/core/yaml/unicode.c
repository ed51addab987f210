/* Look-ups by binary search; ASCII is decided by hand. */
#include "yaml/unicode.h"

#include "yaml/unicode_tables.h"

static bool contains(const kt_code_range *ranges, size_t count, uint32_t code_point)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges[middle].last < code_point)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ranges[low].first <= code_point;
}

bool kt_unicode_is_letter(uint32_t code_point)
{
    if (code_point < 0x80)
        return (code_point | 0x20) >= 'a' && (code_point | 0x20) <= 'z';
    return contains(letters, sizeof letters / sizeof letters[0], code_point);
}

bool kt_unicode_is_digit(uint32_t code_point)
{
    if (code_point < 0x80)
        return code_point >= '0' && code_point <= '9';
    return contains(digits, sizeof digits / sizeof digits[0], code_point);
}

const kt_code_range *kt_unicode_letters(size_t *count)
{
    *count = sizeof letters / sizeof letters[0];
    return letters;
}

const kt_code_range *kt_unicode_digits(size_t *count)
{
    *count = sizeof digits / sizeof digits[0];
    return digits;
}
