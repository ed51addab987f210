/* Numbers of the zip format (PKWARE's APPNOTE) that its writer and its reader share. */
#ifndef KT_EMIT_ZIP_FORMAT_H
#define KT_EMIT_ZIP_FORMAT_H

#include <stdint.h>

#define KT_ZIP_LOCAL_SIGNATURE 0x04034b50u
#define KT_ZIP_CENTRAL_SIGNATURE 0x02014b50u
#define KT_ZIP_END64_SIGNATURE 0x06064b50u
#define KT_ZIP_LOCATOR64_SIGNATURE 0x07064b50u
#define KT_ZIP_END_SIGNATURE 0x06054b50u

#define KT_ZIP_METHOD_STORED 0u
#define KT_ZIP_METHOD_DEFLATED 8u
#define KT_ZIP_MADE_ON_UNIX 3u /* the upper byte of "version made by" */
#define KT_ZIP_ZIP64_EXTRA 1u

/* What a field holds when zip64 has the number. */
#define KT_ZIP_MAX16 UINT16_MAX
#define KT_ZIP_MAX32 UINT32_MAX

#endif
