/* SPDX-License-Identifier: MIT */
/* How `plan` opens; and that what the check forecasts is what is planned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/buy_time.h"
#include "checks/model/wider_range.h"
#include "remediate/opening.h"
#include "tests/support/given.h"
#include "tests/support/planned.h"

enum { TRIALS = 400, CHANCE = 28 };

static struct foreseen foreseen;
static struct consequence consequence;
static struct observation after;
static struct listener_table table;
static struct text opened;
static uint32_t draw_state;

/* A number below `limit`; the same sequence in every run. */
static uint32_t draw(uint32_t limit)
{
    draw_state = draw_state * 1664525U + 1013904223U;
    return (uint32_t)(((uint64_t)(draw_state >> 4) * limit) >> CHANCE);
}

static int given_stock(void **state)
{
    (void)given_linux_host(state);
    given_linux_settings(&host.seen);
    return 0;
}

static int clear(void **state)
{
    listener_table_clear(&table);
    text_clear(&opened);
    return clear_host(state);
}

/* What is there as it would be: the same sockets in the new range. */
static void look_as_if(void)
{
    foresee(host.plan.changes, host.plan.change_count, &foreseen);
    after = host.seen;
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        struct port_set usable = { 0 };
        const struct port_range range =
            foreseen.has_range[i][0] ? foreseen.to[i][0] : host.seen.range[i].range;

        port_set_add_range(&usable, range);
        if (foreseen.has_reserved)
            port_set_remove(&usable, &foreseen.reserved_to);
        after.range[i].range = range;
        after.range[i].usable = port_set_count(&usable);
    }
    consequence = (struct consequence){ 0 };
    consequence_compare(&host.seen, &after, &foreseen, &consequence);
}

static const char *open_again(void)
{
    const struct opening opening = { .seen = &host.seen,
                                     .verdict = &host.verdict,
                                     .input = &host.input,
                                     .plan = &host.plan,
                                     .foreseen = &foreseen,
                                     .consequence = host.plan.change_count > 0
                                                        ? &consequence
                                                        : NULL };

    text_clear(&opened);
    opening_text(&opening, &opened);
    return text_string(&opened);
}

/* The plan and its opening. */
static const char *open_plan(void)
{
    planned_make(&host);
    judge(&host.seen, &host.policy, host.policy.limits[host.seen.os.kind], METRICS_ALL,
          &host.verdict);
    look_as_if();
    return open_again();
}

#define NOT_MEASURED                                                                     \
    "          growth was not measured (check_port_exhaustion --look 1)\n"

static void test_opening_of_a_host_without_need_is_its_headline(void **state)
{
    (void)state;

    assert_string_equal(
        open_plan(),
        "OK        destination usage: 0 of 28,232 ports used (0%, limit 50%)\n");
}

static void test_opening_of_a_host_in_need_tells_what_it_would_buy(void **state)
{
    (void)state;
    given_destination(&host.seen, "10.99.0.21", 5432, 24000);
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 27017);

    assert_string_equal(
        open_plan(),
        "CRITICAL  ports toward 10.99.0.21:5432 are running out\n"
        "          24,000 of 28,232 ports used (85%, limit 80%)\n" NOT_MEASURED
        "BUY TIME  remediate_port_exhaustion apply (as root; `undo` reverts it)\n"
        "          would lower usage from 85% to 43%, at once; live connections stay\n"
        "          widens the range from 32768-60999 to 10000-65535 (28,232 -> 55,535\n"
        "            usable ports); keeps 1 of the new ports out of it: 1 in use by a\n"
        "            listener (27017)\n");
}

static void test_opening_of_a_plan_without_changes_says_so(void **state)
{
    (void)state;
    given_destination(&host.seen, "10.99.0.21", 5432, 24000);
    for (size_t i = 0; i < host.policy.count; i++)
        host.policy.settings[i].target = TARGET_NONE;

    assert_string_equal(
        open_plan(),
        "CRITICAL  ports toward 10.99.0.21:5432 are running out\n"
        "          24,000 of 28,232 ports used (85%, limit 80%)\n" NOT_MEASURED
        "BUY TIME  nothing to change: range and reuse are as recommended, or cannot be\n"
        "            better\n");
}

static void test_opening_tells_why_usage_is_not_known(void **state)
{
    (void)state;
    given_destination(&host.seen, "10.99.0.21", 5432, 24000);
    (void)open_plan();
    (void)snprintf(consequence.unknown, sizeof consequence.unknown, "no time left");
    consequence.total[METRIC_DESTINATION_USAGE].after = (struct measure){ 0 };

    assert_non_null(strstr(open_again(), "what usage would be is not known: no"));
}

static void add_listener(enum ip_protocol protocol, uint32_t uid, uint16_t port)
{
    assert_true(listener_table_add(
        &table,
        &(struct listener){
            .protocol = protocol, .owned = true, .uid = uid, .port = port },
        NULL));
}

/* A range, a list of reserved ports, a policy's and listeners of some users. */
static void given_random_host(char reserved[64])
{
    static const uint32_t uids[] = { 0, 33, 1000, 1001 };
    const struct port_range now = { (uint16_t)(20000 + draw(20000)),
                                    (uint16_t)(45000 + draw(20000)) };
    const uint16_t first = (uint16_t)(9000 + draw(50000));

    given_range(&host.seen, now.first, now.last, 0);
    given_destination(&host.seen, "10.0.0.5", 443, (uint16_t)port_range_size(now));
    given_setting_range(&host.seen, "ip_local_port_range", now.first, now.last);
    given_setting(&host.seen, "tcp_tw_reuse", 1 + (int64_t)draw(2));
    host.policy.reserve.built_in = draw(2);
    (void)snprintf(reserved, 64, "%u-%u", first, first + draw(3000));
    host.input.reserved = reserved;
    host.input.unprivileged_start = (uint16_t)draw(20000);
    host.input.kubernetes = draw(4) == 0 ? "kubelet runs here" : NULL;
    if (draw(2))
        port_set_add(&host.policy.reserve.add, (uint16_t)(9000 + draw(50000)));
    for (uint32_t i = draw(120); i > 0; i--)
        add_listener(draw(3) ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP, uids[draw(4)],
                     (uint16_t)(1 + draw(UINT16_MAX)));
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        host.listeners[i] = table.all[i];
    host.input.owners = &table;
    host.input.reserve = &host.policy.reserve;
}

/* What is reserved is not usable. */
static void take_out(const struct port_set *reserved)
{
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        struct observed_range *range = &host.seen.range[i];
        struct port_set usable = { 0 };

        port_set_add_range(&usable, range->range);
        port_set_remove(&usable, reserved);
        range->usable = port_set_count(&usable);
        range->reserved = port_range_size(range->range) - range->usable;
    }
}

/* What the check would see there, from the listeners alone. */
static void see_wider(const struct port_set *reserved, enum ip_protocol protocol,
                      struct observed_wider *out)
{
    const struct port_range now = host.seen.range[protocol].range;
    const struct wider_facts facts = {
        .os = OS_LINUX,
        .range = wider_range_linux(now, (struct port_range){ 10000, 65535 },
                                   host.input.unprivileged_start),
        .now = now,
        .boot = now,
        .reserved = reserved,
        .reserve = &host.policy.reserve,
        .kubernetes = host.input.kubernetes != NULL,
        .listeners = &table,
    };

    assert_true(wider_range_sum(&facts, protocol, out, NULL));
}

static void assert_alike(uint32_t trial, const struct observed_wider *seen,
                         const struct observed_wider *planned)
{
    if (seen->usable != planned->usable || seen->reserves != planned->reserves ||
        seen->services != planned->services || seen->listeners != planned->listeners ||
        seen->unprotected != planned->unprotected ||
        seen->range.first != planned->range.first)
        fail_msg("trial %u: %u usable, %u reserved, %u of services, %u unprotected; "
                 "planned %u, %u, %u, %u",
                 trial, seen->usable, seen->reserves, seen->services, seen->unprotected,
                 planned->usable, planned->reserves, planned->services,
                 planned->unprotected);
}

/* Whether the plan widens the range. */
static bool check_trial(uint32_t trial)
{
    struct observed_wider wider[IP_PROTOCOL_COUNT];
    struct port_set live = { 0 };
    struct forecast_change advised;
    char reserved[64];

    given_random_host(reserved);
    assert_true(port_list_parse(reserved, &live, NULL));
    take_out(&live);
    (void)open_plan();
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        see_wider(&live, (enum ip_protocol)i, &wider[i]);
        if (foreseen.has_range[i][IP_FAMILY_V4])
            assert_alike(trial, &wider[i], &host.seen.wider[i]);
        host.seen.wider[i] = wider[i];
    }
    forecast_advised(&host.seen, &host.verdict, &advised);
    assert_int_equal(advised.ports[IP_PROTOCOL_TCP].changes,
                     foreseen.has_range[IP_PROTOCOL_TCP][IP_FAMILY_V4]);
    assert_int_equal(advised.reuse, foreseen.reuse.changes);
    return advised.ports[IP_PROTOCOL_TCP].changes;
}

static void test_what_the_check_forecasts_is_what_is_planned(void **state)
{
    uint32_t widened = 0;

    draw_state = 7;
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        (void)given_linux_host(state);
        widened += check_trial(trial);
        (void)clear(state);
    }
    (void)given_linux_host(state);
    assert_true(widened > TRIALS / 4 && widened < TRIALS);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, given_stock, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_opening_of_a_host_without_need_is_its_headline),
        TEST(test_opening_of_a_host_in_need_tells_what_it_would_buy),
        TEST(test_opening_of_a_plan_without_changes_says_so),
        TEST(test_opening_tells_why_usage_is_not_known),
        TEST(test_what_the_check_forecasts_is_what_is_planned),
    };

    return cmocka_run_group_tests_name("remediate/opening", tests, NULL, NULL);
}
