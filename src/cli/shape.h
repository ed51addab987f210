/* A directory that holds the tree of one State Store while the run has several, or the other way round. */
#ifndef KT_CLI_SHAPE_H
#define KT_CLI_SHAPE_H

#include "cli/session.h"

/* After a refused run: if that is why, say the commands that move the files to where this run has them, and let the lock
 * follow. Nothing is said otherwise. */
void kt_shape_advise(const kt_session *session);

#endif
