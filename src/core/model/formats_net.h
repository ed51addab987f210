/* Addresses as Go's packages net, net/url and net/mail parse them. */
#ifndef KT_MODEL_FORMATS_NET_H
#define KT_MODEL_FORMATS_NET_H

#include "kratree.h"

bool kt_is_ipv4(kt_sv text); /* also an IPv6 address with an IPv4 one in it */
bool kt_is_ipv6(kt_sv text);
bool kt_is_cidr(kt_sv text);
bool kt_is_mac(kt_sv text);
bool kt_is_uri(kt_sv text);   /* net/url.ParseRequestURI: absolute, or a path */
bool kt_is_email(kt_sv text); /* net/mail.ParseAddress: "a@b" or "Name <a@b>" */

#endif
