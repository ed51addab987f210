/* The tables of common flags. */
#include "cli/options.h"

#define FIELD(field) offsetof(kt_settings, field)
#define GROUP(title, options) {title, options, sizeof options / sizeof options[0]}

static const kt_option input[] = {
    {"kratix-version", 0, 0, "2025-03|2026-08", "2025-03|2026-08",
     "exactly this Kratix; without it what either accepts is accepted and today's bytes are written", kt_set_profile,
     FIELD(profile)},
    {"store", 0, 0, "KIND/NAME", NULL, "only this State Store, such as gitstatestore/default", kt_set_text,
     FIELD(store)},
    {"destination", 0, 0, "NAME", NULL, "only this Destination", kt_set_text, FIELD(destination)},
    {"outputs", 0, KT_OPTION_PATH, "DIR", NULL, "captured pipeline output; usually the folder outputs inside PATH", kt_set_text,
     FIELD(outputs)},
    {"keep-going", 0, 0, NULL, NULL, "leave out what Kratix would refuse and go on, as a cluster does", kt_set_switch,
     FIELD(keep_going)},
    {"strict", 0, 0, NULL, NULL, "treat warnings as errors", kt_set_switch, FIELD(strict)},
};

static const kt_option lock[] = {
    {"lock", 0, KT_OPTION_PATH, "FILE", NULL,
     "what Kratix remembers of earlier runs, read and updated; usually kratree.lock inside PATH, if it is there",
     kt_set_text, FIELD(lock)},
    {"locked", 0, 0, NULL, NULL, "exit status 1, and nothing written, if the lock would change", kt_set_switch,
     FIELD(locked)},
};

static const kt_option limits[] = {
    {"max-file-bytes", 0, 0, "SIZE", NULL, "of one manifest (256M)", kt_set_size, FIELD(limits.file_bytes)},
    {"max-total-bytes", 0, 0, "SIZE", NULL, "of all manifests (2G)", kt_set_size, FIELD(limits.total_bytes)},
    {"max-depth", 0, 0, "N", NULL, "lists and maps in each other (10000)", kt_set_number, FIELD(limits.depth)},
    {"max-documents", 0, 0, "N", NULL, "documents in all (1000000)", kt_set_number, FIELD(limits.documents)},
    {"max-values", 0, 0, "N", NULL, "values in all, aliases expanded (20000000)", kt_set_number,
     FIELD(limits.values)},
    {"max-output-bytes", 0, 0, "SIZE", NULL, "of one file of the tree (1G)", kt_set_size,
     FIELD(limits.output_bytes)},
    {"max-pattern-steps", 0, 0, "N", NULL, "of one match of a pattern of an API (1000000)", kt_set_number,
     FIELD(limits.pattern_steps)},
    {"max-pattern-depth", 0, 0, "N", NULL, "ways to go back to in one match (100000)", kt_set_number,
     FIELD(limits.pattern_depth)},
    {"max-checks", 0, 0, "N", NULL, "of values against the schemas of APIs, in all (50000000)", kt_set_number,
     FIELD(limits.checks)},
};

static const kt_option general[] = {
    {"quiet", 'q', 0, NULL, NULL, "say nothing but errors", kt_set_switch, FIELD(quiet)},
    {"verbose", 'v', 0, NULL, NULL, "say more: what was skipped, where each part comes from", kt_set_switch,
     FIELD(verbose)},
    {"color", 0, 0, "auto|always|never", "auto|always|never", "when to use colour", kt_set_choice, FIELD(color)},
    {"jobs", 0, 0, "N", NULL, "threads; usually one for each processor, at most 8", kt_set_number, FIELD(jobs)},
    {"config", 0, KT_OPTION_NO_CONFIG, "FILE", NULL,
     "settings, severities and what is to be ignored; usually .kratree.yaml in PATH, or here or above", kt_set_text,
     FIELD(config_path)},
    {"help", 'h', KT_OPTION_NO_ENV, NULL, NULL, "show this", kt_set_switch, FIELD(help)},
};

const kt_option_group kt_options_input = GROUP("What is rendered", input);
const kt_option_group kt_options_lock = GROUP("What Kratix remembers", lock);
const kt_option_group kt_options_limits = GROUP("Limits", limits);
const kt_option_group kt_options_general = GROUP("General", general);
