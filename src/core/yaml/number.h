/* Doubles and decimals: exact, without locale, the same on every machine. */
#ifndef KT_YAML_NUMBER_H
#define KT_YAML_NUMBER_H

#include "kratree.h"

/* 0.d1d2d3… × 10^point, shortest digits that round-trip; zero is one digit '0' with point 1. */
typedef struct kt_decimal {
    char digits[20];
    int count;
    int point;
    bool negative;
} kt_decimal;

/* Shortest decimal that reads back as the same double (float). Finite values only. Of equally short
 * candidates the closest, of two equally close ones the even; but a float that is a power of two takes the
 * upper (K-4), as Go's strconv does. */
void kt_decimal_from_double(kt_decimal *out, double value);
void kt_decimal_from_float(kt_decimal *out, float value);

/* Read [-+]digits[.digits][(e|E)[-+]digits], correctly rounded to nearest-even; one side of the point may be
 * empty. False if the text is not of that form or the value overflows to infinity (out is then unspecified).
 * Underflow gives (signed) zero. Of an exponent of more than 5 digits the first 5 count, as for Go. */
bool kt_double_parse(double *out, kt_sv text);
/* The same, but underscores are passed over wherever they stand (K-2). */
bool kt_double_parse_grouped(double *out, kt_sv text);
/* The same, correctly rounded to float directly from the decimal. */
bool kt_float_parse(float *out, kt_sv text);

/* Longest text of the functions below. */
#define KT_NUMBER_TEXT 32

/* As yaml.v2 prints a float64 (Y-4). Returns the length. */
size_t kt_number_print_yaml(char out[KT_NUMBER_TEXT], double value);
/* The same format with the shortest float32 digits (K-4, map keys and strings coerced from floats). */
size_t kt_number_print_yaml_float(char out[KT_NUMBER_TEXT], float value);
/* As Go's encoding/json prints a float64: 'f' form, exponent form outside [1e-6, 1e21). */
size_t kt_number_print_json(char out[KT_NUMBER_TEXT], double value);

#endif
