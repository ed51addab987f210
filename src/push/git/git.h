/* The adapter of GitStateStores. */
#ifndef KT_PUSH_GIT_GIT_H
#define KT_PUSH_GIT_GIT_H

#include "push/adapter.h"

extern const kt_adapter kt_git_adapter;

#endif
