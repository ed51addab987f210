/* Where secrets are kept while they are needed: known, so that no output shows them, and cleared at the end. */
#ifndef KT_PUSH_VAULT_H
#define KT_PUSH_VAULT_H

#include "kratree.h"

typedef struct kt_vault kt_vault;

/* NULL when there is no memory. */
kt_vault *kt_vault_new(void);
/* Clear and free everything, files too. NULL is allowed. */
void kt_vault_free(kt_vault *vault);

/* A copy of the bytes, with a NUL behind them that `len` does not count; ptr NULL when there is no memory. From now on
 * the text is a secret: so is each of its lines that is long enough to be one. */
kt_sv kt_vault_keep(kt_vault *vault, kt_sv secret);

/* The path of a file that holds `bytes`, for programs that we start; it goes with the vault, and with the process
 * however that ends. NULL: it could not be made, with errno. */
const char *kt_vault_file(kt_vault *vault, kt_sv bytes);

/* Replace every secret in the text by "***", in place. Returns the new length. */
size_t kt_vault_redact(const kt_vault *vault, char *text, size_t length);

/* An allocator that clears what it frees; for kt_render_options. */
kt_allocator kt_clearing_allocator(void);
/* Clear memory, for certain. */
void kt_clear(void *bytes, size_t size);

#endif
