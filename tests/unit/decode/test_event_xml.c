/* SPDX-License-Identifier: MIT */
/* Events as Windows prints them, and texts that only look like one. */
#include "checks/decode/event_xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixture_file.h"

static struct tcpip_event decoded(const char *fixture)
{
    struct tcpip_event event = { .id = 0 };
    struct error err = { 0 };
    struct text xml = { 0 };

    fixture_read(fixture, &xml);
    if (!event_xml_decode(text_string(&xml), &event, &err))
        fail_msg("%s: %s", fixture, err.message);
    text_clear(&xml);
    return event;
}

static void test_event_xml_reads_events_of_tcpip(void **state)
{
    static const struct {
        const char *fixture;
        uint32_t id;
        int64_t time_s;
    } rows[] = {
        { "event_xml/4231.xml", 4231, 1795947630 },
        { "event_xml/4266.xml", 4266, 1795947691 },
        { "event_xml/4227.xml", 4227, 1795947569 },
        { "event_xml/vista.xml", 4231, 1267458991 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct tcpip_event event = decoded(rows[i].fixture);

        print_message("%s\n", rows[i].fixture);
        assert_string_equal(event.provider, "Tcpip");
        assert_int_equal(event.id, rows[i].id);
        assert_int_equal(event.time_s, rows[i].time_s);
    }
}

static void test_event_xml_reads_the_name_of_another_provider(void **state)
{
    const struct tcpip_event event = decoded("event_xml/other-provider.xml");
    (void)state;

    assert_string_equal(event.provider, "Microsoft-Windows-Kernel-General");
    assert_int_equal(event.id, 4231);
}

#define PROVIDER "<Provider Name='Tcpip'/>"
#define ID       "<EventID>4231</EventID>"
#define TIME     "<TimeCreated SystemTime='2026-11-29T10:20:30.5Z'/>"

static void test_event_xml_takes_nothing_from_outside_of_system(void **state)
{
    struct tcpip_event event = { .id = 7 };
    struct error err = { 0 };
    (void)state;

    assert_true(event_xml_decode("<Event><System a='>'>" TIME ID PROVIDER
                                 "</System><EventData><EventID>4266</EventID>"
                                 "</EventData></Event>",
                                 &event, &err));

    assert_int_equal(event.id, 4231);
    assert_int_equal(event.time_s, 1795947630);
}

static void test_event_xml_skips_what_stands_in_quotes(void **state)
{
    static const char *const providers[] = {
        "<Provider A=' Name=\"x\" ' Name='Tcpip'/>",
        "<Provider A=\" Name='x' \" Name=\"Tcpip\"/>",
        "<Provider A='\"' B=\"'>\" Name='Tcpip'/>",
        "<Provider\tA=''\n Name='Tcpip' B=' Name='/>",
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(providers); i++) {
        char xml[256];
        struct tcpip_event event = { .id = 0 };

        print_message("%s\n", providers[i]);
        (void)snprintf(xml, sizeof xml, "<System>%s" ID TIME "</System>", providers[i]);
        assert_true(event_xml_decode(xml, &event, NULL));
        assert_string_equal(event.provider, "Tcpip");
    }
}

static void test_event_xml_reads_the_highest_id(void **state)
{
    struct tcpip_event event = { .id = 0 };
    (void)state;

    assert_true(event_xml_decode(
        "<System>" PROVIDER "<EventID>65535</EventID>" TIME "</System>", &event, NULL));

    assert_int_equal(event.id, 65535);
}

static void test_event_xml_cuts_a_long_name(void **state)
{
    char xml[512];
    struct tcpip_event event;
    (void)state;
    (void)snprintf(xml, sizeof xml,
                   "<System><Provider Name='%0200d'/>" ID TIME "</System>", 0);

    assert_true(event_xml_decode(xml, &event, NULL));

    assert_int_equal(strlen(event.provider), EVENT_PROVIDER_SIZE - 1);
}

static void test_event_xml_refuses_what_is_no_event(void **state)
{
    static const struct {
        const char *name;
        const char *xml;
        const char *message;
    } rows[] = {
        { "empty", "", "an event without System" },
        { "cut in the tag", "<Event><System", "an event without System" },
        { "never ends", "<System>" PROVIDER ID TIME, "an event without System" },
        { "longer name", "<Systems>" PROVIDER ID TIME "</System>",
          "an event without System" },
        { "no provider", "<System>" ID TIME "</System>",
          "an event without Provider Name" },
        { "no name", "<System><Provider Guid='Name='/>" ID TIME "</System>",
          "an event without Provider Name" },
        { "name inside a value",
          "<System><Provider A=' Name='Tcpip'/>" ID TIME "</System>",
          "an event without Provider Name" },
        { "another attribute",
          "<System><Provider EventSourceName='Tcpip'/>" ID TIME "</System>",
          "an event without Provider Name" },
        { "open quote", "<System><Provider Name='Tcpip/>" ID "</System>",
          "an event without Provider Name" },
        { "no id", "<System>" PROVIDER TIME "</System>", "an event without EventID" },
        { "empty id", "<System>" PROVIDER "<EventID></EventID>" TIME "</System>",
          "an event without a number as EventID" },
        { "closed id", "<System>" PROVIDER "<EventID/>" TIME "</System>",
          "an event without a number as EventID" },
        { "words as id", "<System>" PROVIDER "<EventID>x1</EventID>" TIME "</System>",
          "an event without a number as EventID" },
        { "too large an id",
          "<System>" PROVIDER "<EventID>65536</EventID>" TIME "</System>",
          "an event without a number as EventID" },
        { "too long an id",
          "<System>" PROVIDER "<EventID>004231</EventID>" TIME "</System>",
          "an event without a number as EventID" },
        { "no time", "<System>" PROVIDER ID "</System>",
          "an event without TimeCreated SystemTime" },
        { "half a time",
          "<System>" PROVIDER ID "<TimeCreated SystemTime='2026-11-29'/></System>",
          "an event without a time as SystemTime" },
        { "local time",
          "<System>" PROVIDER ID
          "<TimeCreated SystemTime='2026-11-29T10:20:30.5'/></System>",
          "an event without a time as SystemTime" },
        { "behind the time",
          "<System>" PROVIDER ID
          "<TimeCreated SystemTime='2026-11-29T10:20:30Z '/></System>",
          "an event without a time as SystemTime" },
        { "another fraction",
          "<System>" PROVIDER ID
          "<TimeCreated SystemTime='2026-11-29T10:20:30,5Z'/></System>",
          "an event without a time as SystemTime" },
        { "no such day",
          "<System>" PROVIDER ID
          "<TimeCreated SystemTime='2026-02-29T10:20:30.5Z'/></System>",
          "an event without a time as SystemTime" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct tcpip_event event = { .id = 7 };
        struct error err = { 0 };

        print_message("%s\n", rows[i].name);
        assert_false(event_xml_decode(rows[i].xml, &event, &err));
        assert_int_equal(err.code, ERR_MALFORMED);
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(event.id, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event_xml_reads_events_of_tcpip),
        cmocka_unit_test(test_event_xml_reads_the_name_of_another_provider),
        cmocka_unit_test(test_event_xml_takes_nothing_from_outside_of_system),
        cmocka_unit_test(test_event_xml_skips_what_stands_in_quotes),
        cmocka_unit_test(test_event_xml_reads_the_highest_id),
        cmocka_unit_test(test_event_xml_cuts_a_long_name),
        cmocka_unit_test(test_event_xml_refuses_what_is_no_event),
    };

    return cmocka_run_group_tests_name("decode/event_xml", tests, NULL, NULL);
}
