/* libyaml's events as values (SPEC K-1 … K-11). The one room that knows libyaml. */
#ifndef KT_YAML_EVENTS_H
#define KT_YAML_EVENTS_H

#include "yaml/build.h"
#include "yaml/split.h"
#include "yaml/text.h"

/* Read the first YAML document of a piece of `text` into build->root.
 *
 * The byte at piece->end is overwritten for a moment. `empty` receives whether there is no document.
 * Returns build->status. kt_libyaml_enter() must have been called. */
kt_status kt_events_read(bool *empty, kt_build *build, const kt_text *text, const kt_piece *piece);

#endif
