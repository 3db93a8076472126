/* SPDX-License-Identifier: MIT */
/* The way from a scene and its namespaces to one report, as the program goes it. */
#include "tests/support/given_all_namespaces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/given.h"
#include "tests/support/scene.h"

struct all_namespaces all;
struct net_namespace *list;

int given_all(void **state)
{
    (void)given_idle_linux(state);
    all = (struct all_namespaces){ 0 };
    list = calloc(NET_NAMESPACES_MAX, sizeof *list);
    assert_non_null(list);
    all.found.list = list;
    all.found.may_enter = true;
    scene.report.owners = OWNERS_SYSTEM;
    return 0;
}

int clear_all(void **state)
{
    all_namespaces_clear(&all);
    return clear_scene(state);
}

struct net_namespace *given_namespace(const char *pod)
{
    struct net_namespace *target = &list[all.found.count++];

    target->inode = 4026532000 + all.found.count;
    target->totals_known = true;
    (void)snprintf(target->names.pod, sizeof target->names.pod, "%s", pod);
    return target;
}

struct net_namespace *given_seen(const char *pod, uint16_t sockets)
{
    struct net_namespace *target = given_namespace(pod);

    target->sight = NET_NAMESPACE_SEEN;
    target->seen = calloc(1, sizeof *target->seen);
    assert_non_null(target->seen);
    given_linux(target->seen);
    given_range(target->seen, 32000, 32099, 0);
    given_destination(target->seen, "10.0.0.9", 5432, sockets);
    target->seen->settings_scope = SETTINGS_OF_NAMESPACE;
    return target;
}

struct net_namespace *given_not_read(const char *pod)
{
    struct net_namespace *target = given_namespace(pod);

    target->sight = NET_NAMESPACE_UNREAD;
    (void)snprintf(target->reason, sizeof target->reason, "no time left to look at it");
    return target;
}

void judge_others(uint32_t metrics, enum owners_shown owners)
{
    judged_by(&scene, metrics);
    scene.report.owners = owners;
    namespace_policy(&scene.policy, &all.policy);
    all.judged.rules = (struct namespace_rules){ .policy = &all.policy,
                                                 .limits = scene.limits,
                                                 .metrics = metrics };
    all.judged.found = &all.found;
    for (size_t i = 0; i < all.found.count; i++)
        if (list[i].seen)
            (void)namespaces_verdict_add(&all.judged, i, list[i].seen);
}

void settle_all(void)
{
    namespaces_verdict_settle(&all.judged, &all.found, &scene.seen, &scene.verdict);
    all_namespaces_judge_told(&all, scene.verdict.state);
    all_namespaces_report(&all, &scene.report);
}

void judge_all(uint32_t metrics, enum owners_shown owners)
{
    judge_others(metrics, owners);
    settle_all();
}

const char *print_text(void)
{
    struct error err = { 0 };

    judge_all(USAGES, OWNERS_SYSTEM);
    text_clear(&printed);
    assert_true(report_text(&scene.report, &printed, &err));
    return text_string(&printed);
}

void print_by(bool (*print)(const struct report *, struct text *, struct error *))
{
    struct error err = { 0 };

    text_clear(&printed);
    assert_true(print(&scene.report, &printed, &err));
}
