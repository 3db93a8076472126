/* SPDX-License-Identifier: MIT */
/* A check that lies is noticed: each number off by one, a setting of another type, a
 * missing port; and a host that moves between two looks is no lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/windows-kit/lib/cross_json.h"

/* What of the two documents is read; the rest of them is the product's own business. */
static const char judged_text[] =
    "{ 'metrics': { 'time_wait': { 'value': 13 },"
    "    'exhaustion_events': { 'value': 2, 'reason': null } },"
    "  'events': { '4227': 5 },"
    "  'range': { 'first': 49152, 'last': 65535, 'reserved': 60, 'usable': 16324 },"
    "  'udp_range': { 'first': 50000, 'last': 65535, 'reserved': 1, 'usable': 15535 },"
    "  'sockets': { 'states': { 'established': 8, 'syn_sent': 1, 'syn_received': 0,"
    "      'fin_wait_1': 0, 'fin_wait_2': 2, 'time_wait': 12, 'closed': 1,"
    "      'close_wait': 4, 'last_ack': 0, 'listen': 5, 'closing': 0, 'bound': 3 },"
    "    'ports_used': 31 } }";
static const char observed_text[] =
    "{ 'range': { 'tcp': { 'first': 49152,"
    "      'auto_reuse': { 'first': 22000, 'last': 65535, 'differ': false } },"
    "    'udp': { 'first': 50000 } },"
    "  'tcp': { 'time_wait': 13 }, 'udp': { 'ports_used': 7 },"
    "  'settings': {"
    "    'TcpTimedWaitDelay': { 'state': 'set', 'value': 30 },"
    "    'StrictTimeWaitSeqCheck': { 'state': 'os_default' },"
    "    'MaxUserPort': { 'state': 'wrong_type',"
    "      'reason': 'is REG_SZ, not REG_DWORD' } } }";

static json_t *judged;
static json_t *observed;
static struct cross_look look;
static struct cross_facts theirs;
static struct error failure;

static json_t *parse(const char *text)
{
    char quoted[2048];
    size_t length = strlen(text);
    json_t *document;

    assert_true(length < sizeof quoted);
    for (size_t i = 0; i <= length; i++)
        quoted[i] = text[i] == '\'' ? '"' : text[i];
    document = json_loads(quoted, 0, NULL);
    assert_non_null(document);
    return document;
}

static void read_documents(void)
{
    char *first = json_dumps(judged, 0);
    char *second = json_dumps(observed, 0);

    assert_true(cross_json_read(first, second, &look, &failure));
    free(first);
    free(second);
}

static int set_up(void **state)
{
    (void)state;
    judged = parse(judged_text);
    observed = parse(observed_text);
    read_documents();
    theirs = look.facts;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    json_decref(judged);
    json_decref(observed);
    cross_look_clear(&look);
    error_clear(&failure);
    return 0;
}

static void test_facts_of_both_documents(void **state)
{
    static const struct {
        enum cross_name name;
        const char *words;
    } wanted[] = {
        { CROSS_TIME_WAIT, "13" },
        { CROSS_TIME_WAIT_IN_RANGE, "12" },
        { CROSS_ESTABLISHED, "8" },
        { CROSS_CLOSE_WAIT, "4" },
        { CROSS_CONNECTIONS, "27" },
        { CROSS_LISTEN, "5" },
        { CROSS_BOUND, "3" },
        { CROSS_PORTS_USED, "31" },
        { CROSS_UDP_PORTS_USED, "7" },
        { CROSS_RANGE_TCP, "49152-65535" },
        { CROSS_RANGE_TCP4, "49152-65535" },
        { CROSS_RANGE_TCP6, "49152-65535" },
        { CROSS_RANGE_UDP, "50000-65535" },
        { CROSS_RANGE_UDP4, "50000-65535" },
        { CROSS_RANGE_UDP6, "50000-65535" },
        { CROSS_EXCLUDED_TCP, "60" },
        { CROSS_EXCLUDED_UDP, "1" },
        { CROSS_AUTO_REUSE, "22000-65535" },
        { CROSS_TIMED_WAIT_DELAY, "REG_DWORD 30" },
        { CROSS_STRICT_SEQ_CHECK, "absent" },
        { CROSS_MAX_USER_PORT, "REG_SZ" },
        { CROSS_EVENTS, "2" },
        { CROSS_COLLISIONS, "5" },
    };
    char words[CROSS_WORDS_SIZE + 16];
    (void)state;

    assert_int_equal(ARRAY_COUNT(wanted), CROSS_NAME_COUNT);
    for (size_t i = 0; i < ARRAY_COUNT(wanted); i++)
        assert_string_equal(
            cross_fact_words(&look.facts.of[wanted[i].name], words, sizeof words),
            wanted[i].words);
    assert_string_equal(text_string(&look.missing), "");
    assert_true(look.sees_bound);
    assert_int_equal(look.reserved[IP_PROTOCOL_TCP], 60);
}

/* The parent of a member at a path "a.b.c", and its name. */
static json_t *parent_of(json_t *root, const char *path, const char **name)
{
    for (const char *dot; (dot = strchr(path, '.')) != NULL; path = dot + 1) {
        char key[64];

        (void)snprintf(key, sizeof key, "%.*s", (int)(dot - path), path);
        root = json_object_get(root, key);
    }
    *name = path;
    return root;
}

static void put(json_t *root, const char *path, json_t *value)
{
    const char *name;
    json_t *parent = parent_of(root, path, &name);

    assert_non_null(json_object_get(parent, name));
    assert_int_equal(json_object_set_new(parent, name, value), 0);
}

static void add(json_t *root, const char *path, int more)
{
    const char *name;
    json_t *parent = parent_of(root, path, &name);

    put(root, path,
        json_integer(json_integer_value(json_object_get(parent, name)) + more));
}

static bool is_noticed(enum cross_name name)
{
    return cross_judge(&look.facts.of[name], &theirs.of[name], &look.facts.of[name]) ==
           CROSS_DIFFERENT;
}

/* A lie, and what shall notice it; the others shall not. */
struct lie {
    const char *path; /* of the document with -o json, or with '@' of the observation */
    enum cross_name names[3]; /* the rest: the first one again */
};

static void assert_only(const struct lie *lie)
{
    for (int name = 0; name < CROSS_NAME_COUNT; name++) {
        bool wanted = false;

        for (size_t i = 0; i < ARRAY_COUNT(lie->names); i++)
            wanted = wanted || name == (int)lie->names[i];
        if (is_noticed((enum cross_name)name) != wanted)
            fail_msg("%s: '%s' is %s", lie->path, cross_names[name],
                     wanted ? "not noticed" : "noticed, too");
    }
}

static void test_each_number_off_by_one_is_noticed(void **state)
{
#define ONE(name) name, name, name
#define TWO(a, b) a, b, b
    static const struct lie lies[] = {
        { "metrics.time_wait.value", { ONE(CROSS_TIME_WAIT) } },
        { "sockets.states.time_wait",
          { TWO(CROSS_TIME_WAIT_IN_RANGE, CROSS_CONNECTIONS) } },
        { "sockets.states.established", { TWO(CROSS_ESTABLISHED, CROSS_CONNECTIONS) } },
        { "sockets.states.close_wait", { TWO(CROSS_CLOSE_WAIT, CROSS_CONNECTIONS) } },
        { "sockets.states.fin_wait_2", { ONE(CROSS_CONNECTIONS) } },
        { "sockets.states.syn_sent", { ONE(CROSS_CONNECTIONS) } },
        { "sockets.states.last_ack", { ONE(CROSS_CONNECTIONS) } },
        { "sockets.states.listen", { ONE(CROSS_LISTEN) } },
        { "sockets.states.bound", { ONE(CROSS_BOUND) } },
        { "sockets.ports_used", { ONE(CROSS_PORTS_USED) } },
        { "@udp.ports_used", { ONE(CROSS_UDP_PORTS_USED) } },
        { "range.first", { CROSS_RANGE_TCP, CROSS_RANGE_TCP4, CROSS_RANGE_TCP6 } },
        { "udp_range.first", { CROSS_RANGE_UDP, CROSS_RANGE_UDP4, CROSS_RANGE_UDP6 } },
        { "range.reserved", { ONE(CROSS_EXCLUDED_TCP) } },
        { "udp_range.reserved", { ONE(CROSS_EXCLUDED_UDP) } },
        { "@range.tcp.auto_reuse.first", { ONE(CROSS_AUTO_REUSE) } },
        { "@settings.TcpTimedWaitDelay.value", { ONE(CROSS_TIMED_WAIT_DELAY) } },
        { "metrics.exhaustion_events.value", { ONE(CROSS_EVENTS) } },
        { "events.4227", { ONE(CROSS_COLLISIONS) } },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(lies); i++)
        for (int more = -1; more <= 1; more += 2) {
            const bool is_observed = lies[i].path[0] == '@';
            json_t *document = is_observed ? observed : judged;
            const char *path = lies[i].path + is_observed;

            add(document, path, more);
            read_documents();
            assert_only(&lies[i]);
            add(document, path, -more);
        }
}

static void test_a_range_with_another_end_is_noticed(void **state)
{
    (void)state;

    add(judged, "range.last", -1);
    read_documents();

    assert_only(&(struct lie){ "range.last",
                               { CROSS_RANGE_TCP, CROSS_RANGE_TCP4, CROSS_RANGE_TCP6 } });
}

static void assert_setting_lie(const char *name, const char *text, enum cross_name fact)
{
    put(json_object_get(observed, "settings"), name, parse(text));
    read_documents();
    assert_only(&(struct lie){ name, { ONE(fact) } });
}

static void test_settings_of_another_type_or_presence_are_noticed(void **state)
{
    (void)state;

    assert_setting_lie("MaxUserPort",
                       "{ 'state': 'wrong_type', 'reason': 'is REG_QWORD, not x' }",
                       CROSS_MAX_USER_PORT);
    assert_setting_lie("MaxUserPort", "{ 'state': 'os_default' }", CROSS_MAX_USER_PORT);
    assert_setting_lie("MaxUserPort", "{ 'state': 'set', 'value': 65534 }",
                       CROSS_MAX_USER_PORT);
    assert_setting_lie("MaxUserPort", "{ 'state': 'unread', 'reason': 'denied' }",
                       CROSS_MAX_USER_PORT);
}

/* Both of them know it or neither: what the check alone failed to read is a difference.
 */
static void test_what_the_check_did_not_read_is_noticed_and_named(void **state)
{
    (void)state;

    put(judged, "udp_range", parse("{ 'first': null, 'reserved': null }"));
    put(observed, "range.udp", parse("{ 'unreadable': 'netsh hangs' }"));
    put(judged, "sockets.states.bound", json_null());
    put(observed, "tcp.time_wait", json_integer(13));
    read_documents();

    assert_true(is_noticed(CROSS_RANGE_UDP));
    assert_true(is_noticed(CROSS_RANGE_UDP4));
    assert_true(is_noticed(CROSS_EXCLUDED_UDP));
    assert_true(is_noticed(CROSS_UDP_PORTS_USED));
    assert_false(is_noticed(CROSS_RANGE_TCP));
    assert_string_equal(text_string(&look.missing), "UDP range: netsh hangs\n");
}

/* A Windows before 10 lists no bound ports to us: that is known, and no part is missing.
 */
static void test_bound_ports_that_no_program_sees_are_no_difference(void **state)
{
    (void)state;

    put(judged, "sockets.states.bound", json_null());
    read_documents();

    assert_false(look.sees_bound);
    assert_int_equal(look.facts.of[CROSS_BOUND].kind, CROSS_UNKNOWN);
    assert_false(is_noticed(CROSS_BOUND));
    assert_string_equal(text_string(&look.missing), "");
}

static void test_bound_ports_that_the_check_failed_to_read_are_noticed(void **state)
{
    (void)state;

    put(judged, "sockets.states.bound", json_null());
    put(observed, "tcp", parse("{ 'bound_unread': 'denied' }"));
    read_documents();

    assert_true(is_noticed(CROSS_BOUND));
    assert_string_equal(text_string(&look.missing), "bound ports: denied\n");
}

static void test_a_check_without_the_metric_of_events_is_not_compared(void **state)
{
    (void)state;

    assert_int_equal(
        json_object_del(json_object_get(judged, "metrics"), "exhaustion_events"), 0);
    read_documents();

    assert_string_equal(look.facts.of[CROSS_EVENTS].words,
                        "the check says nothing of events here");
    assert_false(is_noticed(CROSS_EVENTS));
    assert_false(is_noticed(CROSS_COLLISIONS));
    assert_string_equal(text_string(&look.missing), "");
}

static void test_a_log_that_the_check_may_not_read_is_a_missing_part(void **state)
{
    (void)state;

    assert_int_equal(
        json_object_del(json_object_get(judged, "metrics"), "exhaustion_events"), 0);
    assert_int_equal(json_object_del(judged, "events"), 0);
    assert_int_equal(
        json_object_set_new(observed, "events", parse("{ 'unreadable': 'denied' }")), 0);
    read_documents();

    assert_true(is_noticed(CROSS_EVENTS));
    assert_true(is_noticed(CROSS_COLLISIONS));
    assert_string_equal(text_string(&look.missing), "exhaustion events: denied\n");
}

static void test_every_missing_part_has_a_line_with_its_reason(void **state)
{
    (void)state;

    put(observed, "tcp", parse("{ 'unreadable': 'a', 'bound_unread': 'b' }"));
    put(observed, "udp", parse("{ 'unreadable': 'c' }"));
    put(observed, "range.tcp.auto_reuse", parse("{ 'unreadable': 'd' }"));
    put(observed, "settings.MaxUserPort", parse("{ 'state': 'unread', 'reason': 'e' }"));
    put(judged, "metrics.exhaustion_events", parse("{ 'value': null, 'reason': 'f' }"));
    read_documents();

    assert_string_equal(text_string(&look.missing), "auto-reuse range: d\n"
                                                    "TCP sockets: a\n"
                                                    "bound ports: b\n"
                                                    "UDP sockets: c\n"
                                                    "MaxUserPort: e\n"
                                                    "exhaustion events: f\n");
}

static void test_remarks_of_the_check_are_no_missing_parts(void **state)
{
    (void)state;

    assert_string_equal(text_string(&look.remarks), "");
    json_decref(observed);
    observed = parse("{ 'settings': { 'TcpTimedWaitDelay': { 'state': 'os_default' },"
                     "    'StrictTimeWaitSeqCheck': { 'state': 'os_default' },"
                     "    'MaxUserPort': { 'state': 'os_default' } },"
                     "  'udp': { 'ports_used': 7 },"
                     "  'owners': { 'unread': 'a' }, 'not_asked': 'b',"
                     "  'notes': [ 'c', 'd\\u001be' ] }");
    read_documents();

    assert_string_equal(text_string(&look.missing), "");
    assert_string_equal(text_string(&look.remarks), "owners: a\nnot asked: b\nc\nd e\n");
}

static void test_owners_that_were_not_read_are_a_missing_part(void **state)
{
    (void)state;

    assert_int_equal(
        json_object_set_new(observed, "owners", parse("{ 'unreadable': 'denied' }")), 0);
    read_documents();

    assert_string_equal(text_string(&look.missing), "owners of sockets: denied\n");
}

static void test_what_is_no_result_is_refused(void **state)
{
    (void)state;

    assert_false(cross_json_read("{ \"summary\": \"PORTS UNKNOWN: why\" }",
                                 "{ \"settings\": {} }", &look, &failure));
    assert_string_equal(failure.message, "-o json gives no result: PORTS UNKNOWN: why");
    error_clear(&failure);
    assert_false(
        cross_json_read("{ \"sockets\": { \"states\": {} } }", "", &look, &failure));
    assert_string_equal(failure.message, "-o observation gives no observation");
}

static enum cross_verdict judge_numbers(uint64_t before, uint64_t tool, uint64_t after)
{
    const struct cross_fact facts[] = { { CROSS_NUMBER, before, "" },
                                        { CROSS_NUMBER, tool, "" },
                                        { CROSS_NUMBER, after, "" } };

    return cross_judge(&facts[0], &facts[1], &facts[2]);
}

static void test_a_number_may_lie_between_two_looks(void **state)
{
    (void)state;

    assert_int_equal(judge_numbers(5, 5, 5), CROSS_SAME);
    assert_int_equal(judge_numbers(5, 6, 5), CROSS_DIFFERENT);
    assert_int_equal(judge_numbers(5, 4, 5), CROSS_DIFFERENT);
    assert_int_equal(judge_numbers(5, 7, 9), CROSS_SAME);
    assert_int_equal(judge_numbers(9, 7, 5), CROSS_SAME);
    assert_int_equal(judge_numbers(5, 9, 9), CROSS_SAME);
    assert_int_equal(judge_numbers(9, 5, 5), CROSS_SAME);
    assert_int_equal(judge_numbers(5, 10, 9), CROSS_DIFFERENT);
    assert_int_equal(judge_numbers(9, 4, 5), CROSS_DIFFERENT);
}

static void test_words_are_those_of_one_of_the_looks(void **state)
{
    const struct cross_fact one = { CROSS_WORDS, 0, "49152-65535" };
    const struct cross_fact other = { CROSS_WORDS, 0, "10000-65535" };
    const struct cross_fact third = { CROSS_WORDS, 0, "1025-65535" };
    const struct cross_fact unread = { CROSS_UNREAD, 0, "denied" };
    const struct cross_fact unknown = { CROSS_UNKNOWN, 0, "no netsh" };
    (void)state;

    assert_int_equal(cross_judge(&one, &one, &one), CROSS_SAME);
    assert_int_equal(cross_judge(&one, &other, &other), CROSS_SAME);
    assert_int_equal(cross_judge(&other, &other, &one), CROSS_SAME);
    assert_int_equal(cross_judge(&one, &third, &other), CROSS_DIFFERENT);
    assert_int_equal(cross_judge(&unread, &one, &one), CROSS_SAME);
    assert_int_equal(cross_judge(&unread, &one, &unread), CROSS_DIFFERENT);
    assert_int_equal(cross_judge(&one, &unknown, &one), CROSS_NOT_COMPARED);
    assert_int_equal(cross_judge(&unknown, &one, &unknown), CROSS_NOT_COMPARED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_facts_of_both_documents),
        TEST(test_each_number_off_by_one_is_noticed),
        TEST(test_a_range_with_another_end_is_noticed),
        TEST(test_settings_of_another_type_or_presence_are_noticed),
        TEST(test_what_the_check_did_not_read_is_noticed_and_named),
        TEST(test_bound_ports_that_no_program_sees_are_no_difference),
        TEST(test_bound_ports_that_the_check_failed_to_read_are_noticed),
        TEST(test_a_check_without_the_metric_of_events_is_not_compared),
        TEST(test_a_log_that_the_check_may_not_read_is_a_missing_part),
        TEST(test_every_missing_part_has_a_line_with_its_reason),
        TEST(test_remarks_of_the_check_are_no_missing_parts),
        TEST(test_owners_that_were_not_read_are_a_missing_part),
        TEST(test_what_is_no_result_is_refused),
        TEST(test_a_number_may_lie_between_two_looks),
        TEST(test_words_are_those_of_one_of_the_looks),
    };

    return cmocka_run_group_tests_name("windows-kit/cross_lies", tests, NULL, NULL);
}
