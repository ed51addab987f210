/* The directory that is written: held by one run at a time, and made beside its place while it is absent.
 *
 * An existing one is locked itself. An absent one is made as ".kratree-<name>" beside it, locked as well, and
 * renamed when it is whole; what a killed run left there is cleared. */
#ifndef KT_STORE_PLACE_H
#define KT_STORE_PLACE_H

#include "store/way.h"

#define KT_PLACE_WAIT 2000 /* milliseconds that a run waits for another one */

typedef struct kt_place {
    kt_sv root;      /* NUL-terminated, without trailing slashes */
    kt_sv stage;     /* the root that is being made; empty if there is none */
    kt_paths above;  /* directories made above root */
    kt_way *way;     /* its root_fd is the open directory, -1 while there is none */
    bool absent;
    bool made; /* the stage was not there before */
    bool held;
} kt_place;

/* Open the directory; an absent one is fine. Returns 0 or errno, as all here. */
int kt_place_open(kt_place *place, kt_way *way, kt_sv root);

/* Hold it. EWOULDBLOCK: another run holds it, and did so while we waited. What was absent may be there now. */
int kt_place_hold(kt_place *place);

/* Rename what was made to its place. */
int kt_place_move(kt_place *place);

/* Remove what was made and not moved, and let go. */
void kt_place_close(kt_place *place);

#endif
