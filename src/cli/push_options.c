/* Flags and help of push. The program and its adapters know the same ones, so that what one is given can be passed on
 * as it was typed. */
#include "cli/push_options.h"

#include "cli/options.h"

#define FIELD(field) offsetof(kt_settings, field)
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const kt_option push_options[] = {
    {"check", 0, 0, NULL, NULL, "only try whether the credentials may write, as Kratix does", kt_set_switch,
     FIELD(check)},
    {"dry-run", 0, 0, NULL, NULL, "only list what would change; exit status 1 if something would", kt_set_switch,
     FIELD(dry_run)},
    {"adopt", 0, KT_OPTION_NO_ENV, NULL, NULL,
     "write beside files that are there already and not of the tree; they stay", kt_set_switch, FIELD(adopt)},
    {NULL, 'o', KT_OPTION_OURS, "FORMAT[=FILE]", "text|json",
     "report on standard output or in FILE: text, json; repeatable", kt_set_report, 0},
    {"credentials", 0, KT_OPTION_PATH, "DIR", NULL, "a folder with a file for each key of the Secret, as Kubernetes mounts it",
     kt_set_text, FIELD(credentials)},
    {"timeout", 0, 0, "SECONDS", NULL, "for one request or one command of git (300)", kt_set_number, FIELD(timeout)},
    {"retries", 0, 0, "N", NULL, "how often a failed attempt is made again (5)", kt_set_count, FIELD(retries)},
    {"ca-file", 0, KT_OPTION_PATH, "FILE", NULL, "certificates to trust, instead of the system's", kt_set_text, FIELD(ca_file)},
    {"skip-tls-verify", 0, 0, NULL, NULL, "trust every certificate, as Kratix does with git", kt_set_switch,
     FIELD(skip_tls_verify)},
};

static const kt_option git_options[] = {
    {"branch", 0, 0, "NAME", NULL, "push there instead, to open a pull request by hand", kt_set_text, FIELD(branch)},
    {"author", 0, 0, "NAME <EMAIL>", NULL, "of the commits; usually gitAuthor of the State Store", kt_set_text,
     FIELD(author)},
    {"message", 0, 0, "TEXT", NULL, "of the commit; usually as Kratix writes it, with counts", kt_set_text,
     FIELD(message)},
    {"per-placement", 0, 0, NULL, NULL, "a commit for each WorkPlacement, as Kratix does", kt_set_switch,
     FIELD(per_placement)},
    {"git-credentials", 0, 0, NULL, NULL, "let git find the credentials: its helpers, your ssh agent", kt_set_switch,
     FIELD(git_credentials)},
    {"github-api", 0, 0, "URL", NULL, "where GitHub App tokens come from; usually derived from the url", kt_set_text,
     FIELD(github_api)},
};

static const kt_option s3_options[] = {
    {"verify", 0, 0, NULL, NULL, "list the bucket once more at the end, to prove what it holds", kt_set_switch,
     FIELD(verify)},
    {"lease", 0, 0, "SECONDS", NULL, "how long others wait for a push that was killed (30)", kt_set_number,
     FIELD(lease)},
};

static const kt_option_group push_group = {"Pushing", push_options, COUNT(push_options)};
static const kt_option_group git_group = {"GitStateStores", git_options, COUNT(git_options)};
static const kt_option_group s3_group = {"BucketStateStores", s3_options, COUNT(s3_options)};

static const kt_option_group *const groups[] = {&push_group,          &git_group,          &s3_group,
                                                &kt_options_lock,
                                                &kt_options_input, &kt_options_limits, &kt_options_general};

static const kt_example examples[] = {
    {"push platform --check", "may the credentials write?"},
    {"push platform --dry-run", "what would change? for CI"},
    {"push platform", "make every State Store what Kratix would write"},
    {"push platform --store gitstatestore/default --branch review", "push one to another branch"},
};

static const char *const exits[] = {
    "0", "every State Store holds the tree, or would not change, or may be written (--check)",
    "1", "--dry-run found differences, --locked a lock to change, or --keep-going left something out",
    "2", "an error; what was pushed before it stays, and the next run completes it",
};

const kt_command kt_push_command = {
    "push",
    "make State Stores what Kratix would write: git repositories and buckets",
    "[PATH…] [flags]",
    "Render the manifests in PATH and make the State Stores hold what Kratix would write there: one commit for a "
    "GitStateStore, put and deleted objects for a BucketStateStore. Files that are not Kratix's stay. Each State "
    "Store is reached as its manifest says; kratree-push-git and kratree-push-s3, beside this program or in PATH, "
    "do it.\n\n"
    "Credentials come from the environment (KRATREE_GIT_USERNAME, KRATREE_GIT_PASSWORD, "
    "KRATREE_GIT_SSH_PRIVATE_KEY, KRATREE_GIT_KNOWN_HOSTS, KRATREE_GIT_APP_ID, KRATREE_GIT_INSTALLATION_ID, "
    "KRATREE_GIT_APP_PRIVATE_KEY, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; or the same with "
    "_FILE behind it, naming a file), from --credentials, or from the Secrets in PATH that State Stores refer to. "
    "They are never printed, and on no command line.\n\n"
    "With a lock, what earlier runs wrote and is no longer wanted is deleted, and the lock is updated after each "
    "State Store. Without one nothing is deleted. The first push to a place that has files of others asks for "
    "--adopt.",
    groups,
    COUNT(groups),
    examples,
    COUNT(examples),
    exits,
    COUNT(exits) / 2,
    kt_push_run,
};
