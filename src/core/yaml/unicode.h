/* Two properties of code points (Unicode 15.0, as Go 1.26): what Y-24 asks of a key's characters. */
#ifndef KT_YAML_UNICODE_H
#define KT_YAML_UNICODE_H

#include <stdbool.h>
#include <stdint.h>

/* General category L. */
bool kt_unicode_is_letter(uint32_t code_point);
/* General category Nd. */
bool kt_unicode_is_digit(uint32_t code_point);

#endif
