/* SPDX-License-Identifier: MIT */
/* Every output of the check, with hostile text in every field that others can fill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/model/observation_json.h"
#include "checks/model/policy.h"
#include "plugin/report.h"
#include "plugin/report_explain.h"
#include "tests/support/given.h"
#include "tests/support/hostile.h"

/* One host, judged; large, so not on the stack. */
struct host {
    struct observation seen;
    struct policy policy;
    struct verdict verdict;
};

static struct host hostile;
static struct host harmless;

#define FILL(field, with) (void)snprintf(field, sizeof(field), "%s", with)

static void fill_reading(struct reading *reading, bool known, const char *with)
{
    reading->known = known;
    FILL(reading->reason, with);
}

static void fill_sources(struct observation *seen, bool known, const char *with)
{
    FILL(seen->host, with);
    for (int protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++) {
        struct observed_range *range = &seen->range[protocol];

        fill_reading(&range->reading, known, with);
        FILL(range->unread, with);
        FILL(range->source, with);
        FILL(range->auto_reuse.unread, with);
    }
    fill_reading(&seen->tcp.reading, known, with);
    fill_reading(&seen->udp.reading, known, with);
    FILL(seen->tcp.source, with);
    FILL(seen->udp.source, with);
    FILL(seen->tcp.bound_unread, with);
    FILL(seen->asked.not_asked, with);
    observation_note(seen, "%s", with);
}

static void fill_settings(struct observation *seen, const char *with)
{
    given_linux_settings(seen);
    for (size_t i = 0; i < seen->setting_count; i++) {
        struct observed_setting *setting = &seen->settings[i];

        setting->presence = i % 2 ? SETTING_UNREAD : SETTING_SET;
        setting->boot = i % 3 ? BOOT_SET : BOOT_UNSET;
        FILL(setting->reason, with);
        FILL(setting->boot_source, with);
        FILL(setting->boot_refused, with);
    }
}

/* Who has all sockets and opened all connections, whatever his kind. */
static void fill_owners(struct observation *seen, bool known, const char *with)
{
    struct observed_owners *owners = &seen->owners;
    struct observed_look *look = &seen->look;

    fill_reading(&owners->reading, known, with);
    owners->count = look->count = owners->tcp.count = OWNER_KIND_COUNT;
    owners->destination_count = 1;
    look->span_ms = 1000;
    for (uint32_t i = 0; i < OWNER_KIND_COUNT; i++) {
        struct owner *owner = &owners->list[i];

        owner->kind = (enum owner_kind)i;
        owner->pid_count = 1;
        FILL(owner->name, with);
        FILL(owner->user, with);
        FILL(owner->program, with);
        owners->tcp.list[i].owner = look->openers[i].owner = i;
        owners->tcp.list[i].sockets = owners->tcp.list[i].states[CONN_ESTABLISHED] = 2000;
    }
    owners->destinations[0] = owners->udp = owners->tcp;
    FILL(owners->unread, with);
    FILL(look->unread, with);
    fill_reading(&seen->wider[IP_PROTOCOL_TCP].reading, false, with);
}

/* All text of one kind; `name` where there is room for a device's name only. */
static void fill(struct host *host, bool known, const char *with, const char *name)
{
    struct observation *seen = &host->seen;

    given_linux(seen);
    given_destination(seen, "10.0.0.5", 443, 20000)->device = 7;
    given_device(seen, 7, name);
    given_ask(seen, ASK_CONNECT, "10.0.0.5", 443, ASK_UNKNOWN)->device = 7;
    FILL(seen->asked.asks[0].reason, with);
    fill_sources(seen, known, with);
    fill_settings(seen, with);
    fill_owners(seen, known, with);
    policy_init(&host->policy);
    FILL(host->policy.origin.error, with);
    FILL(host->policy.origin.skipped, with);
    judge(seen, &host->policy, host->policy.limits[OS_LINUX], UINT32_MAX, &host->verdict);
    for (int id = 0; id < METRIC_COUNT; id++) {
        FILL(host->verdict.results[id].why, with);
        FILL(host->verdict.results[id].measure.reason, with);
    }
    for (size_t i = 0; i < host->verdict.setting_count; i++)
        FILL(host->verdict.settings[i].why, with);
}

static void print(const struct host *host, enum output_format format, uint32_t verbosity,
                  const char *with, struct text *out)
{
    const struct report report = { .seen = &host->seen,
                                   .verdict = &host->verdict,
                                   .policy_source = with,
                                   .policy = &host->policy.origin,
                                   .version = "1.2.3",
                                   .verbosity = verbosity,
                                   .top = 10,
                                   .owners = OWNERS_FULL };
    struct error err = { 0 };

    switch (format) {
    case OUTPUT_TEXT:
        assert_true(report_text(&report, out, &err));
        break;
    case OUTPUT_EXPLAIN:
        assert_true(report_explain(&report, &(struct explain_screen){ 0 }, out, &err));
        break;
    case OUTPUT_JSON:
        assert_true(report_json(&report, out, &err));
        break;
    case OUTPUT_PROMETHEUS:
        assert_true(report_prometheus(&report, out, &err));
        break;
    case OUTPUT_OBSERVATION:
        assert_true(observation_to_json(&host->seen, out, &err));
        break;
    }
}

static const struct {
    const char *name;
    enum output_format format;
    uint32_t verbosity;
} outputs[] = {
    { "text", OUTPUT_TEXT, 0 },
    { "text -v", OUTPUT_TEXT, 1 },
    { "text -vv", OUTPUT_TEXT, 2 },
    { "explain", OUTPUT_EXPLAIN, 0 },
    { "json", OUTPUT_JSON, 0 },
    { "prometheus", OUTPUT_PROMETHEUS, 0 },
    { "observation", OUTPUT_OBSERVATION, 0 },
};

static void assert_all_outputs(bool known)
{
    fill(&hostile, known, hostile_text, hostile_name);
    fill(&harmless, known, harmless_text, harmless_text);
    for (size_t i = 0; i < ARRAY_COUNT(outputs); i++) {
        struct text is = { 0 };
        struct text wanted = { 0 };

        print(&hostile, outputs[i].format, outputs[i].verbosity, hostile_text, &is);
        print(&harmless, outputs[i].format, outputs[i].verbosity, harmless_text, &wanted);

        assert_as_printable(outputs[i].name, &is, &wanted);
        /* What follows a '|' is perfdata. */
        if (outputs[i].format == OUTPUT_TEXT)
            assert_int_equal(count_of(&is, '|'), count_of(&wanted, '|'));
        text_clear(&is);
        text_clear(&wanted);
    }
}

static void test_report_of_a_host_that_was_read_is_printable(void **state)
{
    (void)state;
    assert_all_outputs(true);
}

static void test_report_of_a_host_that_could_not_be_read_is_printable(void **state)
{
    (void)state;
    assert_all_outputs(false);
}

static void test_report_failure_is_printable_in_every_format(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(outputs); i++) {
        struct text is = { 0 };
        struct text wanted = { 0 };
        struct error err = { 0 };

        assert_true(report_failure(outputs[i].format, CHECK_UNKNOWN, "1.2.3",
                                   hostile_text, &is, &err));
        assert_true(report_failure(outputs[i].format, CHECK_UNKNOWN, "1.2.3",
                                   harmless_text, &wanted, &err));
        assert_as_printable(outputs[i].name, &is, &wanted);
        text_clear(&is);
        text_clear(&wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report_of_a_host_that_was_read_is_printable),
        cmocka_unit_test(test_report_of_a_host_that_could_not_be_read_is_printable),
        cmocka_unit_test(test_report_failure_is_printable_in_every_format),
    };

    return cmocka_run_group_tests_name("plugin/report_hostile", tests, NULL, NULL);
}
