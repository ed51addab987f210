/* Two properties of code points (Unicode 15.0, as Go 1.26): what Y-24 asks of a key's characters, and patterns of theirs. */
#ifndef KT_YAML_UNICODE_H
#define KT_YAML_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From `first` to `last`, both included. */
typedef struct kt_code_range {
    uint32_t first, last;
} kt_code_range;

/* General category L. */
bool kt_unicode_is_letter(uint32_t code_point);
/* General category Nd. */
bool kt_unicode_is_digit(uint32_t code_point);

/* The same as ranges of code points above ASCII, in order. */
const kt_code_range *kt_unicode_letters(size_t *count);
const kt_code_range *kt_unicode_digits(size_t *count);

#endif
