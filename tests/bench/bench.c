/* Time the core on the manifests of one directory: bench DIR REPEATS
 *
 * Prints one line a measurement, "name value": bytes of input and output, median seconds of a render on one
 * thread and of the zip of its result, and the largest number of bytes the core held at once. */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "kratree.h"

#define MOST_SOURCES 100000
#define MOST_REPEATS 1000

static kt_source sources[MOST_SOURCES];
static size_t source_count;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    char *bytes;

    if (!file || fstat(fileno(file), &info) != 0)
        fail(path);
    *size = (size_t)info.st_size;
    bytes = malloc(*size + 1);
    if (!bytes || fread(bytes, 1, *size, file) != *size)
        fail(path);
    fclose(file);
    return bytes;
}

static uint64_t read_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    uint64_t bytes = 0;

    if (!dir)
        fail(folder);
    while ((entry = readdir(dir)) && source_count < MOST_SOURCES) {
        size_t length = strlen(folder) + strlen(entry->d_name) + 2;
        char *path = malloc(length);
        kt_source *source = &sources[source_count];
        if (!path || entry->d_name[0] == '.') {
            free(path);
            continue;
        }
        snprintf(path, length, "%s/%s", folder, entry->d_name);
        source->path = kt_str(path);
        source->bytes.ptr = read_file(path, &source->bytes.len);
        bytes += source->bytes.len;
        source_count++;
    }
    closedir(dir);
    return bytes;
}

/* ---- Memory that counts ---- */

typedef struct counter {
    size_t now;
    size_t peak;
} counter;

static void *resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    counter *c = ctx;
    void *moved = NULL;

    if (new_size == 0) {
        free(ptr);
    } else {
        moved = realloc(ptr, new_size);
        if (!moved)
            return NULL;
    }
    c->now += new_size - old_size;
    c->peak = c->now > c->peak ? c->now : c->peak;
    return moved;
}

/* ---- Measurements ---- */

static int compare_times(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *times, size_t count)
{
    qsort(times, count, sizeof *times, compare_times);
    return times[count / 2];
}

static kt_result *render(counter *memory)
{
    kt_render_options options = KT_RENDER_OPTIONS_INIT;
    kt_result *result;

    options.allocator.resize = memory ? resize : NULL;
    options.allocator.ctx = memory;
    if (kt_render(&result, sources, source_count, &options) != KT_OK) {
        fputs("the manifests do not render\n", stderr);
        exit(2);
    }
    return result;
}

static bool count_bytes(void *ctx, const char *bytes, size_t size)
{
    (void)bytes;
    *(uint64_t *)ctx += size;
    return true;
}

static double time_render(size_t repeats)
{
    static double times[MOST_REPEATS];

    for (size_t i = 0; i < repeats; i++) {
        double start = now();
        kt_result_free(render(NULL));
        times[i] = now() - start;
    }
    return median(times, repeats);
}

static double time_zip(const kt_result *result, int level, size_t repeats, uint64_t *size)
{
    static double times[MOST_REPEATS];

    for (size_t i = 0; i < repeats; i++) {
        double start = now();
        *size = 0;
        if (kt_zip_write(result, level, count_bytes, size) != KT_OK)
            fail("zip");
        times[i] = now() - start;
    }
    return median(times, repeats);
}

int main(int argc, char **argv)
{
    size_t repeats = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    counter memory = {0, 0};
    kt_result *result;
    uint64_t size;

    if (repeats == 0 || repeats > MOST_REPEATS) {
        fputs("usage: bench DIR REPEATS\n", stderr);
        return 2;
    }
    printf("input_bytes %llu\n", (unsigned long long)read_folder(argv[1]));
    printf("render_seconds %.6f\n", time_render(repeats));
    result = render(&memory);
    printf("peak_bytes %zu\n", memory.peak);
    printf("tree_bytes %llu\n", (unsigned long long)kt_result_tree(result)->size);
    printf("zip6_seconds %.6f\n", time_zip(result, 6, (repeats + 3) / 4, &size));
    printf("zip6_bytes %llu\n", (unsigned long long)size);
    printf("zip0_seconds %.6f\n", time_zip(result, 0, repeats, &size));
    kt_result_free(result);
    return 0;
}
