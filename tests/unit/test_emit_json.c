/* emit/json, emit/report_json, emit/diag_print. */
#include "test.h"

#include "emit/json.h"
#include "emit/report_json.h"

static kt_buf buf;
static kt_json json;

static bool append(void *ctx, const char *bytes, size_t size)
{
    kt_buf_bytes(ctx, bytes, size);
    return true;
}

static bool refuse(void *ctx, const char *bytes, size_t size)
{
    (void)ctx;
    (void)bytes;
    (void)size;
    return false;
}

static int set_up(void **state)
{
    (void)state;
    kt_buf_init(&buf, kt_allocator_default());
    kt_json_init(&json, append, &buf);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kt_buf_dispose(&buf);
    return 0;
}

/* ---- The writer ---- */

static void test_json__indents_members_and_elements(void **state)
{
    (void)state;
    kt_json_object(&json, NULL);
    kt_json_str(&json, "name", "a");
    kt_json_array(&json, "list");
    kt_json_u64(&json, NULL, 0);
    kt_json_u64(&json, NULL, UINT64_MAX);
    kt_json_null(&json, NULL);
    kt_json_end(&json);
    kt_json_array(&json, "none");
    kt_json_end(&json);
    kt_json_object(&json, "nothing");
    kt_json_end(&json);
    kt_json_member(&json, KT_SV("a\"b"), KT_SV("c"));
    kt_json_bool(&json, "yes", true);
    kt_json_end(&json);
    assert_int_equal(kt_json_finish(&json), KT_OK);
    check_text(kt_buf_view(&buf), "{\n  \"name\": \"a\",\n  \"list\": [\n    0,\n    18446744073709551615,\n    null\n  ],\n"
                                  "  \"none\": [],\n  \"nothing\": {},\n  \"a\\\"b\": \"c\",\n  \"yes\": true\n}\n");
}

static void test_json__takes_text_in_pieces(void **state)
{
    (void)state;
    kt_json_object(&json, NULL);
    kt_json_text(&json, "text");
    assert_true(kt_json_piece(&json, "a\"", 2));
    assert_true(kt_json_piece(&json, "", 0));
    assert_true(kt_json_piece(&json, "\xc3\xa9", 2));
    kt_json_text_end(&json);
    kt_json_bool(&json, "next", true);
    kt_json_end(&json);
    assert_int_equal(kt_json_finish(&json), KT_OK);
    check_text(kt_buf_view(&buf), "{\n  \"text\": \"a\\\"\xc3\xa9\",\n  \"next\": true\n}\n");
}

static void test_json__escapes_text(void **state)
{
    const struct {
        kt_sv text;
        const char *want;
    } rows[] = {
        {KT_SV(""), "\"\"\n"},
        {KT_SV("\"\\/"), "\"\\\"\\\\/\"\n"},
        {KT_SV("\b\t\n\v\f\r\x0e\x0f\x1f"), "\"\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f\\u001f\"\n"},
        {{"\0x", 2}, "\"\\u0000x\"\n"},
        {KT_SV("\x7f\xc2\x9b"), "\"\\u007f\\u009b\"\n"},
        {KT_SV("\xc3\xa9\xf0\x9f\x8c\xb3"), "\"\xc3\xa9\xf0\x9f\x8c\xb3\"\n"},
        {KT_SV("a\xff" "b\xe2\x82"), "\"a\\ufffdb\\ufffd\"\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kt_buf_reset(&buf);
        kt_json_init(&json, append, &buf);
        kt_json_sv(&json, NULL, rows[i].text);
        assert_int_equal(kt_json_finish(&json), KT_OK);
        check_text(kt_buf_view(&buf), rows[i].want);
    }
}

static void test_json__passes_on_more_than_its_buffer(void **state)
{
    static char text[10000];
    kt_sv view = {text, sizeof text};

    (void)state;
    memset(text, 'x', sizeof text);
    kt_json_sv(&json, NULL, view);
    assert_int_equal(kt_json_finish(&json), KT_OK);
    assert_int_equal(buf.len, sizeof text + 3);
}

static void test_json__reports_failures(void **state)
{
    (void)state;
    kt_json_init(&json, refuse, NULL);
    kt_json_u64(&json, NULL, 1);
    assert_int_equal(kt_json_finish(&json), KT_ERR_WRITE);
    kt_json_init(&json, append, &buf);
    kt_json_array(&json, NULL);
    assert_int_equal(kt_json_finish(&json), KT_ERR_ARGUMENT);
    kt_json_init(&json, append, &buf);
    kt_json_end(&json);
    assert_int_equal(kt_json_finish(&json), KT_ERR_ARGUMENT);
    kt_json_init(&json, append, &buf);
    for (int i = 0; i <= KT_JSON_DEPTH; i++)
        kt_json_array(&json, NULL);
    for (int i = 0; i <= KT_JSON_DEPTH; i++)
        kt_json_end(&json);
    assert_int_equal(kt_json_finish(&json), KT_ERR_ARGUMENT);
}

/* ---- The report ---- */

static void test_report__of_nothing_has_every_list(void **state)
{
    const kt_plan plan = {NULL, 0, NULL, 0, NULL, 0, NULL, 0};
    const kt_tree tree = {NULL, 0, 0, 0};
    const kt_report report = {&plan, &tree, NULL, 0, 1, 2, "0.0.0", "any"};

    (void)state;
    assert_int_equal(kt_report__json(&report, KT_DETAIL_ALL, append, &buf), KT_OK);
    check_text(kt_buf_view(&buf),
               "{\n  \"schemaVersion\": 1,\n  \"kratreeVersion\": \"0.0.0\",\n  \"kratixVersion\": \"any\",\n"
               "  \"summary\": {\n    \"errors\": 0,\n    \"warnings\": 0,\n    \"notes\": 0,\n    \"statestores\": 0,\n"
               "    \"destinations\": 0,\n    \"requests\": 0,\n    \"works\": 0,\n    \"groups\": 0,\n"
               "    \"placements\": 0,\n    \"unplacedGroups\": 0,\n    \"files\": 0,\n    \"size\": 0,\n"
               "    \"leftOut\": 1,\n    \"passedOver\": 2\n  },\n"
               "  \"statestores\": [],\n  \"destinations\": [],\n  \"requests\": [],\n  \"works\": [],\n"
               "  \"trees\": [],\n  \"diagnostics\": []\n}\n");
}

/* A view for static tables. */
#define TEXT(literal) {(literal), sizeof(literal) - 1}

/* A report with every kind of member, once; fixtures show real ones. */
static void fill_report(kt_report *report, kt_plan *plan, kt_tree *tree)
{
    static const kt_label labels[] = {{TEXT("env"), TEXT("dev"), {{NULL, 0}, 0, 0}}};
    static const kt_pos here = {TEXT("p.yaml"), 3, 1};
    static kt_store store = {KT_STORE_GIT, TEXT("default"), TEXT("x"), TEXT("x"), false, {{NULL, 0}, 0, 0}, NULL};
    static kt_destination destination;
    static kt_request request;
    static kt_selector selector = {KT_SELECTOR_PROMISE, labels, 1};
    static kt_origin origin = {0, 3, {TEXT("p.yaml"), 9, 0}};
    static kt_sv part = TEXT("a\n\n");
    static kt_workload workload;
    static kt_placement placement;
    static kt_reason reason;
    static kt_group group;
    static kt_work work;
    static kt_maker maker;
    static kt_file file;
    static kt_store_tree store_tree;
    static kt_diag diag;

    destination.name = kt_str("dev");
    destination.store = &store;
    destination.mode = KT_MODE_AGGREGATED;
    destination.filename = kt_str("all.yaml");
    destination.labels = labels;
    destination.label_count = 1;
    request.kind = kt_str("Redis");
    workload.path = kt_str("w.yaml");
    workload.parts = &part;
    workload.part_count = 1;
    workload.size = part.len;
    workload.origins = &origin;
    workload.origin_count = 1;
    placement.name = kt_str("w.dev-1");
    placement.destination = &destination;
    reason.destination = &destination;
    reason.verdict = KT_TERM_FAILED;
    reason.term = kt_str("env=prod");
    group.directory = kt_str(".");
    memcpy(group.id, "5058f1af8388633f609cadb75a75dc9d", 33);
    group.selectors = &selector;
    group.selector_count = 1;
    group.selector_error = kt_str("odd");
    group.workloads = &workload;
    group.workload_count = 1;
    group.placements = &placement;
    group.placement_count = 1;
    group.reasons = &reason;
    group.reason_count = 1;
    work.type = KT_WORK_RESOURCE;
    work.name = kt_str("work");
    work.groups = &group;
    work.group_count = 1;
    work.pos = here;
    maker.work = &work;
    maker.group = &group;
    maker.workload = &workload;
    maker.placement = &placement;
    maker.size = 3;
    maker.pos = here;
    file.path = file.key = kt_str("x/w.yaml");
    file.rule = KT_RULE_WORKLOAD;
    file.destination = &destination;
    file.parts = &part;
    file.part_count = 1;
    file.size = 3;
    file.makers = &maker;
    file.maker_count = 1;
    store_tree.store = &store;
    store_tree.files = &file;
    store_tree.file_count = 1;
    diag.code = "KT-101";
    diag.pos = diag.related = here;
    diag.object = diag.field = diag.help = diag.related_text = diag.message = kt_str("text");
    memset(plan, 0, sizeof *plan);
    plan->stores = &store;
    plan->destinations = &destination;
    plan->requests = &request;
    plan->works = &work;
    plan->store_count = plan->destination_count = plan->request_count = plan->work_count = 1;
    tree->stores = &store_tree;
    tree->store_count = 1;
    tree->file_count = 1;
    tree->size = 3;
    report->plan = plan;
    report->tree = tree;
    report->diags = &diag;
    report->diag_count = 1;
    report->left_out = report->passed_over = 0;
    report->kratree_version = "0.0.0";
    report->kratix_version = "2026-08";
}

static void test_report__names_things_as_documented(void **state)
{
    const char *const pieces[] = {
        "\"statestore\": {\n        \"kind\": \"GitStateStore\",\n        \"name\": \"default\"\n      }",
        "\"filepathMode\": \"aggregatedYAML\",\n      \"filename\": \"all.yaml\"",
        "\"matchLabels\": {\n                \"env\": \"dev\"\n              }",
        "\"selectorError\": \"odd\"",
        "\"verdict\": \"termFailed\",\n              \"term\": \"env=prod\"",
        "\"sha256\": \"a7da489976d0047490617adb4f7a1f27f7af8b52a5176fd002ffe471863520ab\"",
        "\"rule\": \"workload\"",
        "\"group\": \".\",\n              \"workload\": \"w.yaml\",\n              \"placement\": \"w.dev-1\"",
        "\"related\": {\n        \"position\": {\n          \"file\": \"p.yaml\",\n          \"line\": 3",
    };
    kt_report report;
    kt_plan plan;
    kt_tree tree;

    (void)state;
    fill_report(&report, &plan, &tree);
    assert_int_equal(kt_report__json(&report, KT_DETAIL_ALL, append, &buf), KT_OK);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        if (!kt_sv_contains(kt_buf_view(&buf), kt_str(pieces[i])))
            fail_msg("'%s' is not in the report:\n%.*s", pieces[i], (int)buf.len, buf.ptr);
}

/* ---- Diagnostics ---- */

static void test_diag__is_printed_in_one_form(void **state)
{
    kt_diag diag;

    (void)state;
    memset(&diag, 0, sizeof diag);
    diag.code = "KT-204";
    diag.message = kt_str("unknown field 'x'");
    assert_true(kt_diag_print(&diag, append, &buf));
    diag.severity = KT_WARNING;
    diag.pos.file = kt_str("p.yaml");
    diag.object = kt_str("Promise/redis");
    assert_true(kt_diag_print(&diag, append, &buf));
    diag.severity = KT_NOTE;
    diag.pos.line = 12;
    diag.field = kt_str("spec");
    diag.related.file = kt_str("q.yaml");
    diag.related.line = 1;
    diag.related.column = 2;
    diag.related_text = kt_str("first defined here");
    diag.help = kt_str("remove it");
    assert_true(kt_diag_print(&diag, append, &buf));
    diag.pos.column = 7;
    diag.object.len = 0;
    diag.related.file.len = 0;
    diag.help.len = 0;
    assert_true(kt_diag_print(&diag, append, &buf));
    check_text(kt_buf_view(&buf), "error: unknown field 'x' [KT-204]\n"
                                  "p.yaml: warning: unknown field 'x' [KT-204]\n  in Promise/redis\n"
                                  "p.yaml:12: note: unknown field 'x' [KT-204]\n  in Promise/redis, spec\n"
                                  "  q.yaml:1:2: first defined here\n  help: remove it\n"
                                  "p.yaml:12:7: note: unknown field 'x' [KT-204]\n  in spec\n");
    assert_false(kt_diag_print(&diag, refuse, NULL));
}

static void test_diag__escapes_what_moves_a_terminal(void **state)
{
    kt_diag diag;

    (void)state;
    memset(&diag, 0, sizeof diag);
    diag.code = "KT-204";
    diag.message = kt_str("a\x1b[31m\n\r\t\xc2\x9b\xe2\x80\xae\xf3\xa0\x80\x81\xff\xc3\xa9'\\");
    assert_true(kt_diag_print(&diag, append, &buf));
    check_text(kt_buf_view(&buf),
               "error: a\\x1b[31m\\n\\r\\t\\u009b\\u202e\\U000e0001\\xff\xc3\xa9'\\ [KT-204]\n");
}

static void test_status__has_a_text_each(void **state)
{
    (void)state;
    for (int i = KT_OK; i <= KT_ERR_WRITE; i++)
        assert_true(strlen(kt_status_text((kt_status)i)) > 0);
    assert_string_equal(kt_status_text((kt_status)99), "an unknown status");
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* With an argument: the report with every member, for a validator of its schema. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        FRESH(test_json__indents_members_and_elements),
        FRESH(test_json__takes_text_in_pieces),
        FRESH(test_json__escapes_text),
        FRESH(test_json__passes_on_more_than_its_buffer),
        FRESH(test_json__reports_failures),
        FRESH(test_report__of_nothing_has_every_list),
        FRESH(test_report__names_things_as_documented),
        FRESH(test_diag__is_printed_in_one_form),
        FRESH(test_diag__escapes_what_moves_a_terminal),
        cmocka_unit_test(test_status__has_a_text_each),
    };

    if (argc == 2 && strcmp(argv[1], "report") == 0) {
        kt_report report;
        kt_plan plan;
        kt_tree tree;
        set_up(NULL);
        fill_report(&report, &plan, &tree);
        if (kt_report__json(&report, KT_DETAIL_ALL, append, &buf) != KT_OK)
            return 1;
        return fwrite(buf.ptr, 1, buf.len, stdout) == buf.len ? tear_down(NULL) : 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
