/* SPDX-License-Identifier: MIT */
/* The way from an observation to a plan, as the program goes it. */
#include "tests/support/planned.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/place.h"
#include "tests/support/given.h"

struct planned host;

void planned_init(struct planned *planned, enum os_kind os)
{
    *planned = (struct planned){ 0 };
    if (os == OS_LINUX)
        given_linux(&planned->seen);
    else
        given_windows(&planned->seen);
    policy_init(&planned->policy);
    planned->policy.reserve.built_in = false;
    planned->input = (struct plan_input){
        .seen = &planned->seen,
        .verdict = &planned->verdict,
        .reserve = &planned->policy.reserve,
        .reserved = "\n",
        .drop_in_path = PLANNED_DROP_IN,
        .drop_in_note = "written now",
    };
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        planned->input.listeners[i] = &planned->listeners[i];
        planned->input.excluded[i] = &planned->excluded[i];
        for (int family = 0; family < IP_FAMILY_COUNT; family++)
            planned->input.dynamic[i][family] = (struct port_range){ 49152, 65535 };
    }
}

int given_linux_host(void **state)
{
    (void)state;
    planned_init(&host, OS_LINUX);
    return 0;
}

int given_windows_host(void **state)
{
    (void)state;
    planned_init(&host, OS_WINDOWS);
    return 0;
}

int clear_host(void **state)
{
    (void)state;
    planned_clear(&host);
    return 0;
}

void given_tcp_ranges(uint16_t first, uint16_t last)
{
    given_setting_range(&host.seen, "DynamicPortRangeTcp", first, last);
    for (int i = 0; i < IP_FAMILY_COUNT; i++)
        host.input.dynamic[IP_PROTOCOL_TCP][i] = (struct port_range){ first, last };
}

static bool make(struct planned *planned, struct error *err)
{
    judge(&planned->seen, &planned->policy, planned->policy.limits[planned->seen.os.kind],
          1U << METRIC_MISCONFIGURED, &planned->verdict);
    return plan_make(&planned->input, &planned->plan, err);
}

void planned_make(struct planned *planned)
{
    struct error err = { 0 };

    if (!make(planned, &err))
        fail_msg("%s", err.message);
}

void planned_refuse(struct planned *planned, enum error_code code, const char *message)
{
    struct error err = { 0 };

    assert_false(make(planned, &err));

    assert_string_equal(err.message, message);
    assert_int_equal(err.code, code);
    assert_int_equal(planned->plan.item_count, 0);
    assert_int_equal(planned->plan.change_count, 0);
}

const struct plan_item *planned_item(const struct planned *planned, const char *setting)
{
    const struct plan *plan = &planned->plan;

    for (size_t i = 0; i < plan->item_count; i++)
        if (strcmp(plan->items[i].result->rule->name, setting) == 0)
            return &plan->items[i];
    fail_msg("no item for %s", setting);
    return NULL;
}

static void assert_value(const char *is, const char *expected)
{
    if (expected && is)
        assert_string_equal(is, expected);
    else
        assert_ptr_equal(is, expected);
}

void assert_planned(const struct planned *planned, size_t at, enum change_kind kind,
                    const char *place, const char *const values[2])
{
    const struct change *change = &planned->plan.changes[at];

    assert_true(at < planned->plan.change_count);
    assert_int_equal(change->kind, kind);
    assert_string_equal(change->place, place);
    assert_value(change->from, values[0]);
    assert_value(change->to, values[1]);
}

void assert_planned_range(size_t at, const char *place, const char *from, const char *to)
{
    assert_planned(&host, at, CHANGE_DYNAMIC_RANGE, place, FROM_TO(from, to));
    assert_false(host.plan.changes[at].reboot);
}

void assert_planned_obstacle(const char *setting, const char *obstacle)
{
    const struct plan_item *item = planned_item(&host, setting);

    assert_non_null(item->obstacle);
    assert_string_equal(item->obstacle, obstacle);
}

struct journal_run *planned_reserved(struct planned *planned, const char *from,
                                     const char *to, const char *drop_in)
{
    static char place[] = PLACE_RESERVED_PORTS;
    static char boot[] = "boot 1";
    static char nothing[] = "";
    static struct change change;
    static struct journal_run run;
    static struct journal journal;

    change = (struct change){
        .kind = CHANGE_SYSCTL, .place = place, .from = (char *)from, .to = (char *)to
    };
    run = (struct journal_run){ .boot = boot,
                                .undoes = nothing,
                                .changes = &change,
                                .change_count = 1,
                                .outcome = RUN_APPLIED };
    journal = (struct journal){ .runs = &run, .count = 1 };
    planned->input.journal = &journal;
    planned->input.boot = boot;
    planned->input.reserved = to;
    planned->input.reserved_boot = to;
    planned->input.reserved_source = PLANNED_DROP_IN;
    planned->input.drop_in = drop_in;
    return &run;
}

void planned_clear(struct planned *planned)
{
    plan_clear(&planned->plan);
}
