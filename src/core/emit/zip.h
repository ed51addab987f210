/* The tree as a zip file; what kt_zip_write() does, on a tree by itself. */
#ifndef KT_EMIT_ZIP_H
#define KT_EMIT_ZIP_H

#include "kratree.h"

/* An entry is named folder + "/" + path (path alone when folder is empty). A file that deflate does not
 * make shorter is stored. Returns KT_OK; KT_ERR_WRITE; KT_ERR_NOMEM; KT_ERR_ARGUMENT (level not 0 to 9);
 * KT_ERR_LIMIT (a name longer than the 65,535 bytes that a zip can express; nothing was written). */
kt_status kt_zip__write(const kt_tree *tree, kt_allocator allocator, int level, kt_write_fn write, void *ctx);

#endif
