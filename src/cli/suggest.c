/* "did you mean": the candidate at the smallest edit distance, if it is small for the word's length. */
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"

#define LONGEST 40

static size_t least(size_t a, size_t b, size_t c)
{
    size_t smaller = a < b ? a : b;

    return smaller < c ? smaller : c;
}

/* Insertions, deletions, replacements and swaps of neighbours each count 1. Row i holds the distances of
 * the first i letters of `a`. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1], length_a = strlen(a), length_b = strlen(b);

    if (length_a > LONGEST || length_b > LONGEST)
        return SIZE_MAX;
    for (size_t j = 0; j <= length_b; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= length_a; i++) {
        size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], two_above[j - 2] + 1, SIZE_MAX);
        }
    }
    return rows[length_a % 3][length_b];
}

const char *kt_suggest(const char *word, const char *const *candidates, size_t count)
{
    size_t best = SIZE_MAX;
    const char *found = NULL;

    for (size_t i = 0; i < count; i++) {
        size_t d = distance(word, candidates[i]);
        if (d < best) {
            best = d;
            found = candidates[i];
        }
    }
    return found && best <= strlen(word) / 3 + 1 && best < strlen(found) ? found : NULL;
}
