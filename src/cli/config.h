/* The .kratree.yaml of a run: in the first PATH, else in the current folder or the nearest one above it, as far as the
 * folder that holds .git. */
#ifndef KT_CLI_CONFIG_H
#define KT_CLI_CONFIG_H

#include "cli/console.h"
#include "cli/settings.h"
#include "store/pool.h"

typedef struct kt_config_file {
    kt_pool *pool; /* path, bytes, and values of settings */
    kt_source source;
    kt_config *config; /* NULL: there is none */
} kt_config_file;

/* Find and read it; settings->config_path names another one. False: an error was said. `out` is set whatever is
 * returned. */
bool kt_config_load(kt_config_file *out, const kt_settings *settings, kt_console *console);

void kt_config_dispose(kt_config_file *file);

/* The value of a setting as it would stand behind the flag, for as long as the file is; that of a path is taken from the
 * folder of the configuration. NULL: no memory. */
const char *kt_config_value(const kt_config_file *file, const kt_setting *setting, bool is_path);

/* Complain about a setting. */
void kt_config_complain(kt_console *console, const kt_setting *setting, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
