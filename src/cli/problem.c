/* The table of complaints. */
#include "cli/problem.h"

static const kt_complaint_info infos[KT_COMPLAINT_COUNT] = {
    {"KT-615", KT_WARNING, "raise --max-diff-lines to see which lines differ"},
    {"KT-640", KT_ERROR, "--help shows what the program understands"},
    {"KT-641", KT_ERROR, "check that it is there and that you may read it, or leave it out with .kratreeignore"},
    {"KT-642", KT_ERROR, "name the folder that holds your Promises and Destinations (*.yaml, *.yml, *.json)"},
    {"KT-643", KT_ERROR, "choose a folder beside or inside the manifests"},
    {"KT-644", KT_WARNING, "name it on the command line to read it, or leave it out with .kratreeignore"},
    {"KT-645", KT_NOTE, ""},
    {"KT-646", KT_NOTE, ""},
    {"KT-647", KT_ERROR, "make room, or choose another place, and run again"},
    {"KT-648", KT_ERROR, "give it more memory, or fewer manifests at a time"},
    {"KT-649", KT_ERROR, "please report this with the manifests that cause it"},
    {"KT-650", KT_ERROR, "render without --locked, look at what changes in the lock, and commit it"},
    {"KT-651", KT_WARNING, "render or push first: it deletes them, and updates the lock"},
    {"KT-660", KT_ERROR, "correct .kratree.yaml; docs/config.md tells what it may hold"},
    {"KT-701", KT_ERROR, "raise --max-file-bytes, or leave the file out with .kratreeignore"},
    {"KT-702", KT_ERROR, "raise --max-total-bytes, or name fewer paths"},
    {"KT-911", KT_ERROR, "install it, beside kratree or where PATH leads"},
    {"KT-915", KT_ERROR, "add a GitStateStore or a BucketStateStore that is accepted"},
};

const kt_complaint_info *kt_complaint_get(kt_complaint complaint)
{
    return &infos[complaint];
}
