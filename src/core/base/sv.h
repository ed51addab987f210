/* Borrowed text and what one asks of it. Bytes throughout; nothing allocates. */
#ifndef KT_BASE_SV_H
#define KT_BASE_SV_H

#include "kratree.h"

/* A view of a string literal, usable in initialisers. */
#define KT_SV(literal) ((kt_sv){(literal), sizeof(literal) - 1})

bool kt_sv_equal(kt_sv a, kt_sv b);
bool kt_sv_is(kt_sv a, const char *text);
/* Equal when ASCII letters are folded to lower case. */
bool kt_sv_equal_fold(kt_sv a, kt_sv b);
/* Byte order; a prefix sorts first. <0, 0, >0. */
int kt_sv_compare(kt_sv a, kt_sv b);
bool kt_sv_starts(kt_sv text, kt_sv prefix);
bool kt_sv_ends(kt_sv text, kt_sv suffix);
/* Index of the first (last) `byte`, or text.len. */
size_t kt_sv_find(kt_sv text, char byte);
size_t kt_sv_rfind(kt_sv text, char byte);
/* Whether `needle` occurs in `text`. */
bool kt_sv_contains(kt_sv text, kt_sv needle);
/* Bytes [from, to); both are clamped to the text. */
kt_sv kt_sv_slice(kt_sv text, size_t from, size_t to);
/* Without leading and trailing space, tab, CR and LF. */
kt_sv kt_sv_trim(kt_sv text);
#define KT_DECIMAL_SIZE 20 /* bytes that a 64-bit number takes */
/* A number in decimal; the text is within `digits`. */
kt_sv kt_sv_decimal(char digits[KT_DECIMAL_SIZE], uint64_t number);
/* 64-bit hash of the bytes, the same on every machine. */
uint64_t kt_sv_hash(kt_sv text);
/* The same with a seed: other texts collide for another one. */
uint64_t kt_sv_hash_seeded(kt_sv text, uint64_t seed);

#endif
