/* SPDX-License-Identifier: MIT */
/* The best name that its reader may know. */
#include "plugin/namespace_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/cause.h"
#include "plugin/report_words.h"

/* As of owners: owner_words.c. */
static const char forbidden[] = "|~$&'\"<>;`\\";

void namespace_name_cut(const char *name, char out[OWNER_NAME_SIZE])
{
    static const char mark[] = "...";
    const size_t kept = OWNER_NAME_SIZE - sizeof mark;
    const size_t length = strlen(name);

    if (length < OWNER_NAME_SIZE)
        (void)snprintf(out, OWNER_NAME_SIZE, "%s", name);
    else
        (void)snprintf(out, OWNER_NAME_SIZE, "%.*s%s%s", (int)(kept / 2), name, mark,
                       name + length - (kept - kept / 2));
}

static void add_name(const char *before, const char *name, struct text *out)
{
    text_add(out, before);
    text_add_clean(out, name, forbidden);
}

static bool add_owner(const struct net_namespace *target, enum owners_shown shown,
                      struct text *out)
{
    const struct owner *owner = &target->names.owner;

    if (owner->kind == OWNER_UNIT && owner->name[0]) {
        add_name("", owner->name, out);
        return true;
    }
    if (shown != OWNERS_FULL || target->pid == 0)
        return false;
    text_addf(out, "pid %" PRIu32, target->pid);
    if (owner->program[0]) {
        add_name(" (", owner->program, out);
        text_add(out, ")");
    }
    return true;
}

/* Its name, its pod by that one. */
static void add_words(const struct net_namespace *target, const char *pod,
                      enum owners_shown shown, struct text *out)
{
    const struct net_namespace_names *names = &target->names;
    const struct owner *owner = &names->owner;

    if (pod[0] && shown != OWNERS_NONE)
        add_name("pod ", pod, out);
    else if (owner->kind == OWNER_CONTAINER && owner->name[0] && shown != OWNERS_NONE)
        add_name("container ", owner->name, out);
    else if (names->netns[0])
        add_name("namespace ", names->netns, out);
    else if (shown != OWNERS_NONE && add_owner(target, shown, out))
        return;
    else if (target->inode != 0)
        text_addf(out, "namespace %" PRIu64, target->inode);
    else
        text_add(out, "a namespace without a name");
}

void namespace_words(const struct net_namespace *target, enum owners_shown shown,
                     struct text *out)
{
    char pod[OWNER_NAME_SIZE];

    namespace_name_cut(target->names.pod, pod);
    add_words(target, pod, shown, out);
}

void namespace_words_whole(const struct report *report, size_t at, struct text *out)
{
    const struct net_namespace *list = report->namespaces->found->list;

    if (at == NAMESPACE_OWN)
        text_add(out, "this namespace");
    else
        add_words(&list[at], list[at].names.pod, report->owners, out);
}

void namespace_words_at(const struct report *report, size_t at, struct text *out)
{
    if (at == NAMESPACE_OWN)
        text_add(out, "this namespace");
    else
        namespace_words(&report->namespaces->found->list[at], report->owners, out);
}

static void add_listed(const struct report *report, const struct net_namespace *target,
                       struct text *out)
{
    const uint32_t usable = report->namespaces->own_usable;
    char percent[8];

    text_addf(out, "%" PRIu32 " ports", target->ports_listed);
    if (usable == 0)
        return;
    number_format_percent(target->ports_listed, usable, percent);
    text_addf(out, " (%s%% if its range is this host's)", percent);
}

/* Where its ports go, and what they have in common. */
static void add_busiest(const struct observation *seen,
                        const struct namespace_result *result, struct text *out)
{
    const enum cause cause = cause_of_metric(seen, result->metric);

    if (result->metric == METRIC_DESTINATION_USAGE && seen->tcp.top_count > 0)
        words_destination(seen, &seen->tcp.top[0], out);
    else
        text_add(out, result->metric == METRIC_DESTINATION_USAGE
                          ? "every destination"
                          : words_metric(result->metric));
    if (cause != CAUSE_NONE)
        text_addf(out, ", %s", cause_words[cause]);
}

void namespace_words_more(const struct report *report, size_t at, struct text *out)
{
    const struct net_namespace *target;

    if (at == NAMESPACE_OWN)
        return;
    target = &report->namespaces->found->list[at];
    if (target->sight == NET_NAMESPACE_LISTED)
        add_listed(report, target, out);
    else if (target->sight == NET_NAMESPACE_UNREAD)
        text_addf(out, "not read: %s", target->reason);
    else if (target->seen)
        add_busiest(target->seen, &report->namespaces->results[at], out);
}

void namespace_words_ports(const struct namespace_result *result, struct text *out)
{
    if (result->usage.known)
        text_addf(out, "%" PRIu64 " of %" PRIu64, result->usage.part,
                  result->usage.whole);
}

void namespace_words_usage(const struct namespace_result *result, struct text *out)
{
    char percent[8];

    if (!result->usage.known) {
        text_add(out, "-");
        return;
    }
    number_format_percent(result->usage.part, result->usage.whole, percent);
    text_addf(out, "%s%%", percent);
}

/* The one that a report is about, if it is of `ip netns` alone. */
static const char *netns_of(const struct report *report)
{
    const struct net_namespace *target;

    if (!report->place || report->namespaces->told == NAMESPACE_OWN)
        return "";
    target = &report->namespaces->found->list[report->namespaces->told];
    return target->names.pod[0] || target->names.owner.kind == OWNER_CONTAINER
               ? ""
               : target->names.netns;
}

bool namespace_words_number(const struct report *report, struct text *out)
{
    const struct net_namespace *target;

    if (!report->place || report->namespaces->told == NAMESPACE_OWN)
        return false;
    target = &report->namespaces->found->list[report->namespaces->told];
    if (target->names.pod[0] || target->names.netns[0] || target->inode == 0 ||
        target->names.owner.kind == OWNER_CONTAINER)
        return false;
    text_addf(out, "namespace %" PRIu64, target->inode);
    return true;
}

size_t namespace_words_rows(const struct report *report, size_t rows[NAMESPACE_ROWS_MAX])
{
    const struct namespaces_verdict *all = report->namespaces;
    size_t count = 0;

    for (size_t i = 0; i < all->row_count; i++) {
        const struct namespace_result *result = &all->results[all->rows[i]];
        const bool idle = result->judged && result->state == CHECK_OK &&
                          result->usage.known && result->usage.part == 0;

        if (!idle || all->rows[i] == NAMESPACE_OWN)
            rows[count++] = all->rows[i];
    }
    return count;
}

void namespace_words_settings(const struct report *report, struct text *out)
{
    const char *netns = netns_of(report);

    if (netns[0])
        add_name("set them by ip netns exec ", netns, out);
    text_add(out, netns[0] ? " sysctl -w, in whatever makes the namespace"
                           : "set them where it is started (docker run or podman run "
                             "--sysctl, compose sysctls:, Kubernetes "
                             "securityContext.sysctls, ip netns exec NAME sysctl)");
}

/* Of those that were not read: the first reason. */
static const char *reason_of(const struct net_namespaces *found)
{
    for (size_t i = 0; i < found->count; i++)
        if (found->list[i].sight == NET_NAMESPACE_UNREAD)
            return found->list[i].reason;
    return found->unlisted_reason ? found->unlisted_reason : "there are too many";
}

void namespace_words_all(const struct report *report, struct text *out)
{
    const struct namespaces_verdict *all = report->namespaces;

    if (!all)
        return;
    if (all->unread > 0) {
        text_addf(out, ", %zu of %zu namespaces not read that may be over a limit: ",
                  all->unread, all->count);
        text_add_clean(out, reason_of(all->found), "|");
    }
    if (all->unjudged > 0)
        text_addf(out, ", %zu other namespace%s not judged (no right to enter)",
                  all->unjudged, all->unjudged == 1 ? "" : "s");
    else if (all->over > 0)
        text_addf(out, ", %zu of %zu namespaces over a limit", all->over, all->count);
    else if (all->unread == 0)
        text_addf(out, ", %zu namespace%s, none over a limit", all->count,
                  all->count == 1 ? "" : "s");
}
