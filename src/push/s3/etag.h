/* What an object's ETag says about its content. */
#ifndef KT_PUSH_S3_ETAG_H
#define KT_PUSH_S3_ETAG_H

#include "push/s3/xml.h"

/* The ETag that S3 gives to content that is put as we put it, in hex: its MD5, or that of its parts' MD5s and their
 * number. False: there is no MD5 here. */
bool kt_s3_etag_of(char out[48], const kt_sv *parts, size_t part_count, uint64_t size);

/* 32 digits, as an MD5 has; also those of encrypted objects look so, and are none. */
bool kt_s3_etag_is_plain(kt_sv etag);

/* Whether an object has this content. KT_SAME_UNKNOWN: the sizes agree, and its ETag is not the one of the content,
 * which says nothing unless ETags here are known to be MD5s. */
kt_same kt_s3_etag_compare(const kt_s3_object *object, const kt_sv *parts, size_t part_count, uint64_t size);

#endif
