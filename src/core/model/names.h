/* Syntax of Kubernetes names and labels, with the words of k8s.io/apimachinery for what is wrong. */
#ifndef KT_MODEL_NAMES_H
#define KT_MODEL_NAMES_H

#include "base/buf.h"
#include "kratree.h"

/* Each returns true if `text` is fine; else false, with the reason in `why` (unless NULL), several
 * reasons joined by "; ". */
bool kt_name_is_label_key(kt_sv text, kt_buf *why);
bool kt_name_is_label_value(kt_sv text, kt_buf *why);
bool kt_name_is_dns1123_subdomain(kt_sv text, kt_buf *why);
bool kt_name_is_dns1123_label(kt_sv text, kt_buf *why);
/* A label that begins with a letter (RFC 1035); capitals count as small letters if `folded`. */
bool kt_name_is_dns1035_label(kt_sv text, bool folded);

/* Closest of `candidates` to `text` by edit distance, if close enough to be meant; else NULL. */
const char *kt_name_suggest(kt_sv text, const char *const *candidates, size_t count);

#endif
