/* Patterns of paths. */
#ifndef KT_BASE_GLOB_H
#define KT_BASE_GLOB_H

#include "kratree.h"

/* Whether `pattern` matches `path`, element by element between slashes: '*' stands for any text of one element, '?' for
 * one byte of it, the element "**" for any number of elements, also none. A pattern that matches a folder matches
 * everything below it. Time is bounded by the product of the lengths. */
bool kt_path_matches(kt_sv pattern, kt_sv path);

#endif
