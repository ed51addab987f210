/* The two ways in which number.c converts: by 128-bit arithmetic with a known error, which nearly always
 * decides, and exactly, by long integers. Not for other modules; tests compare the two. */
#ifndef KT_YAML_NUMBER_PARTS_H
#define KT_YAML_NUMBER_PARTS_H

#include "yaml/number.h"

/* An IEEE format. The smallest positive number is 2^min_exponent. */
typedef struct kt_float_format {
    int bits; /* of the mantissa, the hidden one included */
    int min_exponent;
    uint64_t infinity; /* as bits */
    bool tie_up;       /* see kt_decimal_exact() */
} kt_float_format;

extern const kt_float_format kt_format_double;
extern const kt_float_format kt_format_float;

/* A decimal as it was scanned: 0.d1d2d3… × 10^point; its first digit is not '0'. */
typedef struct kt_scanned {
    kt_sv digits; /* from d1 to the last; other bytes may stand between and do not count */
    int point;
    uint64_t head;  /* the first digits, 19 at most, as an integer */
    int head_count; /* 0: the number is zero */
    bool more;      /* a digit behind `head` is not zero */
    bool negative;
} kt_scanned;

/* A finite positive binary number: mantissa × 2^exponent. */
typedef struct kt_binary {
    uint64_t mantissa;
    int exponent;
    bool lowest; /* its lower neighbour is nearer than its upper: a power of two, but not the smallest */
} kt_binary;

/* Decimal to the bits of the nearest binary number, half to even; beyond the largest: format->infinity.
 * For both: -330 <= in->point <= 310, in->head_count > 0. The quick way returns false if it cannot decide. */
bool kt_bits_quick(uint64_t *out, const kt_scanned *in, const kt_float_format *format);
uint64_t kt_bits_exact(const kt_scanned *in, const kt_float_format *format);

/* Shortest digits that read back as the same number; `out->negative` is left alone. Of equally short ones
 * the closest, of two equally close ones the even; format->tie_up takes the upper for powers of two. */
bool kt_decimal_quick(kt_decimal *out, const kt_binary *in);
void kt_decimal_exact(kt_decimal *out, const kt_binary *in, const kt_float_format *format);

/* high:low × 2^exponent <= 10^power, less than 4 units of `low` below it; `high` has its top bit set.
 * -364 <= power <= 363. */
typedef struct kt_power {
    uint64_t high, low;
    int exponent;
} kt_power;

kt_power kt_power_of_ten(int power);

/* floor(log10(2^e)), exact for |e| <= 1,600. */
int kt_log10_of_power(int e);

#endif
