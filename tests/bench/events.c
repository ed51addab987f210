/* The reference: the distribution's libyaml reads the same files and throws the events away.
 *
 * events FILE… prints the median seconds of one pass over all of them, of $REPEATS passes (default 21). */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <yaml.h>

#define MOST_REPEATS 1000

typedef struct text {
    unsigned char *bytes;
    size_t size;
} text;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static text read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    text read = {NULL, 0};
    long size;

    if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        perror(path);
        exit(2);
    }
    rewind(file);
    read.size = (size_t)size;
    read.bytes = malloc(read.size + 1);
    if (!read.bytes || fread(read.bytes, 1, read.size, file) != read.size)
        exit(2);
    fclose(file);
    return read;
}

static void pass(text input)
{
    yaml_parser_t parser;
    yaml_event_t event;
    int done = 0;

    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, input.bytes, input.size);
    while (!done && yaml_parser_parse(&parser, &event)) {
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

static int compare_times(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

int main(int argc, char **argv)
{
    static double times[MOST_REPEATS];
    const char *asked = getenv("REPEATS");
    int repeats = asked ? atoi(asked) : 21;
    text *inputs = calloc((size_t)argc, sizeof *inputs);

    if (!inputs || repeats < 1 || repeats > MOST_REPEATS)
        return 2;
    for (int i = 1; i < argc; i++)
        inputs[i] = read_file(argv[i]);
    for (int r = 0; r < repeats; r++) {
        double start = now();
        for (int i = 1; i < argc; i++)
            pass(inputs[i]);
        times[r] = now() - start;
    }
    qsort(times, (size_t)repeats, sizeof *times, compare_times);
    printf("%.6f\n", times[repeats / 2]);
    return 0;
}
