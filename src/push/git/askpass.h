/* git asks for a user's name and a password by running a program (GIT_ASKPASS): this one, once more.
 *
 * The answers lie in a file of the vault, whose path is in the environment; they are given for one origin only, so that
 * no redirection and no proxy gets them. */
#ifndef KT_PUSH_GIT_ASKPASS_H
#define KT_PUSH_GIT_ASKPASS_H

#include "push/adapter.h"

#define KT_ASKPASS_VARIABLE "KRATREE_ASKPASS" /* path of the file with the answers */

/* Whether this process was started to answer. */
bool kt_askpass_is_asked(void);
/* Answer the question in argv[1]; the exit status. */
int kt_askpass_answer(int argc, char **argv);

/* What git's environment is to hold: the answers for `origin`. Two strings in the pool; false: it was said why not. */
bool kt_askpass_prepare(const char *out[2], kt_push *push, kt_sv origin, kt_sv user, kt_sv password);

#endif
