/* SPDX-License-Identifier: MIT */
/* What a command foresees, demands and measures, on hosts made of prepared answers. */
#include "remediate/command_consequence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixture_host.h"
#include "tests/support/recording_writer.h"

#define PORT_RANGE "net/ipv4/ip_local_port_range"

enum { SOCKETS = 600 };

static struct command_context context;
static struct fixture_host fixture;
static struct recording_writer machine;

/* 600 connections to 10.0.0.5:443, of 1000 ports; everything was read once. */
static int given_host(enum os_kind os)
{
    struct session *session = &context.session;
    struct error err = { 0 };

    memset(&context, 0, sizeof context);
    memset(&fixture, 0, sizeof fixture);
    fixture.os.kind = os;
    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++) {
        fixture.range[i].range = (struct port_range){ 40000, 40999 };
        fixture.range[i].reserved_known = true;
    }
    for (uint16_t i = 0; i < SOCKETS; i++) {
        struct socket_row *row = &fixture.tcp[fixture.tcp_count++];

        *row = (struct socket_row){ .local_port = (uint16_t)(40000 + i),
                                    .remote_port = 443,
                                    .state = CONN_ESTABLISHED };
        assert_true(ip_address_parse("10.0.0.1", &row->local));
        assert_true(ip_address_parse("10.0.0.5", &row->remote));
    }
    policy_init(&session->policy);
    session->host = fixture_host_open(&fixture);
    session->writer = recording_writer_writer(&machine);
    session->deadline = deadline_in_ms(60 * 1000);
    assert_true(survey_observe(session, &session->host, CONSEQUENCE_METRICS,
                               &context.survey.seen, &err));
    context.survey.seen.asked.count = 0;
    fixture.asks = 0;
    return 0;
}

static int given_linux_host(void **state)
{
    (void)state;
    return given_host(OS_LINUX);
}

static int given_windows_host(void **state)
{
    (void)state;
    return given_host(OS_WINDOWS);
}

static int clear(void **state)
{
    (void)state;
    recording_writer_clear(&machine);
    outcome_clear(&context.outcome);
    return 0;
}

static struct change change_of(enum change_kind kind, const char *place, const char *from,
                               const char *to)
{
    return (struct change){ .kind = kind,
                            .setting = (char *)"",
                            .place = (char *)place,
                            .from = (char *)from,
                            .to = (char *)to };
}

static struct change range_change(const char *from, const char *to)
{
    return change_of(CHANGE_SYSCTL, PORT_RANGE, from, to);
}

static void assert_usage(const struct measure *usage, uint64_t part, uint64_t whole)
{
    assert_true(usage->known);
    assert_int_equal(usage->part, part);
    assert_int_equal(usage->whole, whole);
}

static void test_command_foresee_of_a_wider_range(void **state)
{
    const struct change change = range_change("40000 40999", "40000 41999");
    const struct consequence *seen = &context.consequence;
    (void)state;

    command_foresee(&context, &change, 1);

    assert_true(context.has_consequence);
    assert_string_equal(seen->unknown, "");
    assert_true(seen->moves);
    assert_true(seen->widens);
    assert_usage(&seen->total[METRIC_PORT_USAGE].now, SOCKETS, 1000);
    assert_usage(&seen->total[METRIC_PORT_USAGE].after, SOCKETS, 2000);
    assert_int_equal(seen->usable[IP_PROTOCOL_UDP].after, 2000);
    assert_non_null(command_consequence(&context));
}

static void test_command_foresee_looks_again_only_where_usage_moves(void **state)
{
    const struct change change =
        change_of(CHANGE_SYSCTL, "net/ipv4/tcp_rfc1337", "0", "1");
    const int reads = fixture.tcp_reads;
    (void)state;

    command_foresee(&context, &change, 1);

    assert_int_equal(fixture.tcp_reads, reads);
    assert_usage(&context.consequence.total[METRIC_PORT_USAGE].after, SOCKETS, 1000);
}

static void test_command_foresee_says_why_it_does_not_know(void **state)
{
    const struct change change = range_change("40000 40999", "40000 41999");
    (void)state;

    (void)error_set(&fixture.again_failure, ERR_MEMORY, "no memory");
    command_foresee(&context, &change, 1);

    assert_true(context.has_consequence);
    assert_string_equal(context.consequence.unknown, "no memory");
    assert_false(context.consequence.moves);
}

/* Every place of dynamic ranges; those of IPv6 hold `v6`. */
static void hold_ranges(const char *v4, const char *v6)
{
    recording_writer_hold(&machine, CHANGE_DYNAMIC_RANGE, "tcp/ipv4", v4);
    recording_writer_hold(&machine, CHANGE_DYNAMIC_RANGE, "tcp/ipv6", v6);
    recording_writer_hold(&machine, CHANGE_DYNAMIC_RANGE, "udp/ipv4", v4);
    recording_writer_hold(&machine, CHANGE_DYNAMIC_RANGE, "udp/ipv6", v6);
}

/* Usable ports of both protocols as they would be. */
static void assert_usable(uint32_t tcp, uint32_t udp)
{
    assert_int_equal(context.consequence.usable[IP_PROTOCOL_TCP].after, tcp);
    assert_int_equal(context.consequence.usable[IP_PROTOCOL_UDP].after, udp);
}

static void test_command_foresee_of_one_family_counts_the_other_as_it_is(void **state)
{
    const struct change changes[] = {
        change_of(CHANGE_DYNAMIC_RANGE, "tcp/ipv4", "40000-40999", "40000-42999"),
        change_of(CHANGE_DYNAMIC_RANGE, "udp/ipv6", "40000-40999", "40000-42999"),
    };
    (void)state;

    hold_ranges("40000-40999", "40000-40499");
    command_foresee(&context, changes, 2);
    assert_usable(500, 1000);
    assert_int_equal(machine.reads, 2);
}

static void test_command_foresee_without_the_other_family(void **state)
{
    const struct change changes[] = {
        change_of(CHANGE_DYNAMIC_RANGE, "tcp/ipv4", "40000-40999", "40000-42999"),
        change_of(CHANGE_DYNAMIC_RANGE, "udp/ipv4", "40000-40999", "40000-41999"),
    };
    (void)state;

    hold_ranges("40000-40999", NULL);
    recording_writer_change(&machine, "udp/ipv6", "no range");
    command_foresee(&context, changes, 2);
    assert_usable(3000, 2000);
}

static void test_command_foresee_of_both_families_reads_none(void **state)
{
    const struct change changes[] = {
        change_of(CHANGE_DYNAMIC_RANGE, "tcp/ipv4", "40000-40999", "40000-42999"),
        change_of(CHANGE_DYNAMIC_RANGE, "tcp/ipv6", "40000-40999", "40000-41999"),
    };
    (void)state;

    command_foresee(&context, changes, 2);
    assert_usable(2000, 1000);
    assert_int_equal(machine.reads, 0);
}

/* What the run would be asked for, with what it must show. */
static bool demand(const struct change *changes, size_t count)
{
    const bool ok = command_demand_gain(&context, changes, count);

    assert_int_equal(ok, context.outcome.code == EXIT_DONE);
    return ok;
}

static void assert_proof(bool gained, const char *why)
{
    struct error err = { 0 };

    assert_non_null(context.prove);
    assert_int_equal(context.prove(&context, &err), gained);
    assert_string_equal(err.message, why);
}

static void test_command_demand_gain_of_a_wider_range(void **state)
{
    /* Of two the first one is made. */
    const struct change changes[] = { range_change("40000 40999", "40000 41999"),
                                      range_change("40000 40999", "40000 65535") };
    (void)state;

    port_set_add(&fixture.range[IP_PROTOCOL_TCP].reserved, 40007);
    recording_writer_hold(&machine, CHANGE_SYSCTL, PORT_RANGE, "40000 41999");

    assert_true(demand(changes, 1));
    assert_int_equal(context.gain.before, 999);
    assert_proof(true, "");
    assert_int_equal(machine.reads, 1);
}

static void test_command_demand_gain_where_what_is_new_is_reserved(void **state)
{
    const struct change change = range_change("40000 40999", "40000 41999");
    (void)state;

    recording_writer_hold(&machine, CHANGE_SYSCTL, PORT_RANGE, "40000 41999");
    assert_true(demand(&change, 1));
    port_set_add_range(&fixture.range[IP_PROTOCOL_TCP].reserved,
                       (struct port_range){ 41000, 41999 });

    assert_proof(false,
                 "the wider range gained no usable port (1000 before, 1000 after): "
                 "its new part is reserved");
    port_set_add(&fixture.range[IP_PROTOCOL_TCP].reserved, 40000);
    assert_proof(false, "the wider range gained no usable port (1000 before, 999 after): "
                        "its new part is reserved");
    fixture.range[IP_PROTOCOL_TCP].reserved_known = false;
    assert_proof(true, "");
}

static void test_command_demand_gain_wants_nothing_of_other_changes(void **state)
{
    const struct change changes[] = {
        range_change("40000 40999", "40000 40999"),
        range_change("40000 41999", "40000 40999"),
        range_change(NULL, "40000 40999"),
        range_change("40000 40999", NULL),
        range_change("no range", "40000 40999"),
        range_change("40000 40999", "no range"),
        change_of(CHANGE_SYSCTL, "net/ipv4/another", "40000 40999", "40000 41999"),
        change_of(CHANGE_FILE, PORT_RANGE, "40000 40999", "40000 41999"),
        change_of(CHANGE_DYNAMIC_RANGE, "tcp/ipv4", NULL, "40000-40999"),
        change_of(CHANGE_DYNAMIC_RANGE, "tcp/ipv4", "40000 40999", "40000 41999"),
        /* Behind those that are made. */
        range_change("40000 40999", "40000 41999"),
    };
    const int reads = fixture.range_reads;
    (void)state;

    context.prove = (bool (*)(void *, struct error *))1;
    assert_true(demand(changes, sizeof changes / sizeof changes[0] - 1));
    assert_null(context.prove);
    assert_int_equal(fixture.range_reads, reads);
    assert_true(demand(changes, sizeof changes / sizeof changes[0]));
    assert_non_null(context.prove);
    assert_int_equal(context.gain.before, 1000);
}

static void test_command_demand_gain_where_nothing_can_be_counted(void **state)
{
    const struct change no_place =
        change_of(CHANGE_DYNAMIC_RANGE, "tcp/ipv5", "40000-40999", "40000-41999");
    const struct change change = range_change("40000 40999", "40000 41999");
    (void)state;

    (void)error_set(&fixture.range_failure[IP_PROTOCOL_TCP], ERR_IO, "no list");
    assert_false(demand(&change, 1));
    assert_int_equal(context.outcome.code, EXIT_ERROR);
    assert_string_equal(
        text_string(&context.outcome.message),
        "the usable ports cannot be counted: no list; nothing was changed");
    outcome_clear(&context.outcome);
    assert_false(demand(&no_place, 1));
    assert_non_null(strstr(text_string(&context.outcome.message), "tcp/ipv5"));
}

static void test_command_demand_gain_that_cannot_be_proven(void **state)
{
    const struct change change = range_change("40000 40999", "40000 41999");
    (void)state;

    recording_writer_hold(&machine, CHANGE_SYSCTL, PORT_RANGE, "none");
    assert_true(demand(&change, 1));

    assert_proof(false, "whether usable ports were gained is not known: "
                        "net/ipv4/ip_local_port_range holds no range");
    recording_writer_change(&machine, PORT_RANGE, "40000 41999");
    machine.read_faults[machine.reads] = true;
    assert_proof(false, "whether usable ports were gained is not known: "
                        "net/ipv4/ip_local_port_range cannot be read");
    (void)error_set(&fixture.range_failure[IP_PROTOCOL_TCP], ERR_IO, "no list");
    assert_proof(false, "whether usable ports were gained is not known: no list");
}

static void test_command_demand_gain_of_each_protocol(void **state)
{
    const struct change changes[] = {
        change_of(CHANGE_DYNAMIC_RANGE, "tcp/ipv4", "40000-40999", "40000-41999"),
        change_of(CHANGE_REGISTRY, "SYSTEM\\TcpTimedWaitDelay", "1", "2"),
        change_of(CHANGE_DYNAMIC_RANGE, "udp/ipv6", "40000-40999", "40000-41999"),
        /* Behind those that are made. */
        change_of(CHANGE_DYNAMIC_RANGE, "udp/ipv4", "40000-40999", "40000-65535"),
    };
    (void)state;

    hold_ranges("40000-41999", "40000-41999");
    port_set_add(&fixture.range[IP_PROTOCOL_UDP].reserved, 40000);
    assert_true(demand(changes, 3));
    assert_int_equal(context.gain.before, 1999);
    assert_proof(true, "");
    assert_int_equal(machine.reads, 2);

    /* As they are, not as they were to be: one port more is enough, none is not. */
    recording_writer_change(&machine, "tcp/ipv4", "40000-41000");
    recording_writer_change(&machine, "udp/ipv6", "40000-40999");
    assert_proof(true, "");
    recording_writer_change(&machine, "tcp/ipv4", "40000-40999");
    assert_proof(false,
                 "the wider range gained no usable port (1999 before, 1999 after): "
                 "its new part is reserved");
}

static void test_command_measure_again_tells_what_is(void **state)
{
    const struct change change = range_change("40000 40999", "40000 41999");
    const struct consequence *seen = &context.consequence;
    (void)state;

    foresee(&change, 1, &context.foreseen);
    context.session.deadline = deadline_in_ms(-1);
    fixture.range[IP_PROTOCOL_TCP].range.last = 41999;
    command_measure_again(&context);

    assert_true(context.has_consequence);
    assert_true(context.measured);
    assert_true(seen->measured);
    assert_string_equal(seen->unknown, "");
    assert_true(seen->widens);
    assert_usage(&seen->total[METRIC_PORT_USAGE].now, SOCKETS, 1000);
    assert_usage(&seen->total[METRIC_PORT_USAGE].after, SOCKETS, 2000);
    assert_int_equal(context.after_verdict.results[METRIC_PORT_USAGE].measure.whole,
                     2000);
}

static void test_command_measure_again_that_fails(void **state)
{
    (void)state;

    (void)error_set(&fixture.again_failure, ERR_MEMORY, "no memory");
    command_measure_again(&context);

    assert_true(context.has_consequence);
    assert_true(context.consequence.measured);
    assert_false(context.measured);
    assert_string_equal(context.consequence.unknown, "no memory");
    assert_null(command_consequence(&context)->asked_after);
}

static void use_every_port(void)
{
    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++)
        fixture.range[i].range = (struct port_range){ 40000, 40000 + SOCKETS - 1 };
    for (size_t i = 0; i < ASK_KIND_COUNT; i++)
        fixture.answers[i] = ASK_NONE;
}

/* The same once more, before any change: of what is asked then. */
static void ask_before(void)
{
    struct error err = { 0 };

    assert_true(survey_observe(&context.session, &context.session.host,
                               CONSEQUENCE_METRICS, &context.survey.seen, &err));
    assert_true(context.survey.seen.asked.count > 0);
}

static void test_command_measure_again_asks_where_nothing_was_asked_before(void **state)
{
    const struct consequence_report *told;
    (void)state;

    use_every_port();
    command_measure_again(&context);

    assert_true(fixture.asks > 0);
    assert_true(context.after.asked.count > 0);
    assert_int_equal(context.reliefs.count, 0);
    told = command_consequence(&context);
    assert_ptr_equal(told->asked_after, &context.after);
    assert_ptr_equal(told->consequence, &context.consequence);
    assert_ptr_equal(told->now, &context.survey.seen);
    assert_ptr_equal(told->reliefs, &context.reliefs);
}

static void test_command_measure_again_asks_the_same_again(void **state)
{
    size_t asked;
    (void)state;

    use_every_port();
    ask_before();
    asked = fixture.asks;
    for (size_t i = 0; i < ASK_KIND_COUNT; i++)
        fixture.answers[i] = ASK_FREE;
    command_measure_again(&context);

    assert_int_equal(fixture.asks - asked, context.survey.seen.asked.count);
    assert_int_equal(context.reliefs.count, context.survey.seen.asked.count);
    assert_int_equal(context.reliefs.asks[0].after.answer, ASK_FREE);
    assert_int_equal(context.after.asked.count, 0);
    assert_null(command_consequence(&context)->asked_after);

    asked = fixture.asks;
    context.reliefs.count = 0;
    context.session.policy.ask = false;
    command_measure_again(&context);
    assert_int_equal(fixture.asks, asked);
    assert_int_equal(context.reliefs.count, 0);
}

static void test_command_consequence_is_told_only_while_it_is_true(void **state)
{
    (void)state;

    assert_null(command_consequence(&context));
    context.consequence.measured = true;
    assert_null(command_consequence(&context));
    context.consequence.measured = false;
    context.has_consequence = true;
    assert_non_null(command_consequence(&context));
    assert_null(command_consequence(&context)->asked_after);

    context.ran = true;
    assert_null(command_consequence(&context));
    context.outcome.code = EXIT_REFUSED;
    assert_non_null(command_consequence(&context));
    context.outcome.code = EXIT_FAILED;
    assert_null(command_consequence(&context));
    context.consequence.measured = true;
    assert_non_null(command_consequence(&context));
    context.ran = false;
    assert_non_null(command_consequence(&context));
}

#define ON_LINUX(test)   cmocka_unit_test_setup_teardown(test, given_linux_host, clear)
#define ON_WINDOWS(test) cmocka_unit_test_setup_teardown(test, given_windows_host, clear)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        ON_LINUX(test_command_foresee_of_a_wider_range),
        ON_LINUX(test_command_foresee_looks_again_only_where_usage_moves),
        ON_LINUX(test_command_foresee_says_why_it_does_not_know),
        ON_WINDOWS(test_command_foresee_of_one_family_counts_the_other_as_it_is),
        ON_WINDOWS(test_command_foresee_without_the_other_family),
        ON_WINDOWS(test_command_foresee_of_both_families_reads_none),
        ON_LINUX(test_command_demand_gain_of_a_wider_range),
        ON_LINUX(test_command_demand_gain_where_what_is_new_is_reserved),
        ON_LINUX(test_command_demand_gain_wants_nothing_of_other_changes),
        ON_LINUX(test_command_demand_gain_where_nothing_can_be_counted),
        ON_LINUX(test_command_demand_gain_that_cannot_be_proven),
        ON_WINDOWS(test_command_demand_gain_of_each_protocol),
        ON_LINUX(test_command_measure_again_tells_what_is),
        ON_LINUX(test_command_measure_again_that_fails),
        ON_LINUX(test_command_measure_again_asks_where_nothing_was_asked_before),
        ON_LINUX(test_command_measure_again_asks_the_same_again),
        ON_LINUX(test_command_consequence_is_told_only_while_it_is_true),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
