/* SPDX-License-Identifier: MIT */
/* Which namespace is the worst, and what those that nobody saw mean for the state. */
#include "checks/judge_namespaces.h"

#include <string.h>

#include "checks/headline.h"
#include "checks/model/namespace_limits.h"

/* The worse state weighs more than a name, and that more than any percentage: those that
 * anybody may make, as many as he likes, displace no pod. */
enum { WEIGHT_OF_STATE = 1000, WEIGHT_OF_NAME = 200 };

static bool is_own_of_namespace(const struct policy_setting *setting)
{
    static const char *const names[] = { "ip_local_port_range", "tcp_tw_reuse",
                                         "tcp_timestamps" };

    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (setting->known && strcmp(setting->name, names[i]) == 0)
            return true;
    return false;
}

void namespace_policy(const struct policy *policy, struct policy *out)
{
    size_t left = 0;

    *out = *policy;
    for (size_t i = 0; i < policy->count; i++)
        if (is_own_of_namespace(&policy->settings[i]))
            out->settings[left++] = policy->settings[i];
    out->count = left;
}

/* A pod, a container, a unit, or a file in /run/netns: root or his services made it. */
static bool has_name(const struct net_namespace *target)
{
    const struct owner *owner = &target->names.owner;
    const bool kept = owner->kind == OWNER_UNIT || owner->kind == OWNER_CONTAINER ||
                      owner->kind == OWNER_POD;

    return target->names.pod[0] || target->names.netns[0] || (kept && owner->name[0]);
}

/* Any user may make one in a user namespace, with a range of one port. */
static bool may_be_anybodys(const struct net_namespace *target)
{
    return !has_name(target) && (target->names.owner.person || target->of_foreign_user);
}

static void warn_at_most(struct verdict *verdict)
{
    for (enum metric_id id = 0; id < METRIC_COUNT; id++)
        if (verdict->results[id].state == CHECK_CRITICAL)
            verdict->results[id].state = CHECK_WARNING;
    if (verdict->state == CHECK_CRITICAL)
        verdict->state = CHECK_WARNING;
}

void namespace_judge(const struct namespace_rules *rules,
                     const struct net_namespace *target, const struct observation *seen,
                     struct verdict *out)
{
    struct measure wrong = { 0 };

    judge(seen, rules->policy, rules->limits, rules->metrics & NAMESPACE_METRICS, out);
    if (may_be_anybodys(target))
        warn_at_most(out);
    check_of(METRIC_MISCONFIGURED)->measure(seen, rules->policy, out, &wrong);
}

static struct namespace_usage usage_of(const struct result *result)
{
    return (struct namespace_usage){ .known = result->judged && result->measure.known,
                                     .part = result->measure.part,
                                     .whole = result->measure.whole };
}

/* 0 where it is not known. */
static double percent_of(const struct namespace_usage *usage)
{
    if (!usage->known)
        return 0;
    return usage->whole == 0 ? 100 : 100.0 * (double)usage->part / (double)usage->whole;
}

static void keep(struct namespace_result *kept, const struct observation *seen,
                 const struct verdict *verdict)
{
    const enum metric_id metric = headline_metric(seen, verdict);

    *kept = (struct namespace_result){
        .judged = true,
        .metric = metric,
        .usage = usage_of(&verdict->results[metric]),
    };
    for (enum metric_id id = 0; id < METRIC_COUNT; id++)
        if (NAMESPACE_METRICS & (1U << id))
            kept->usages = check_state_worse(kept->usages, verdict->results[id].state);
    kept->state = kept->usages;
}

static double weight_by(enum check_state state, const struct namespace_result *result)
{
    static const int weights[] = {
        [CHECK_OK] = 0, [CHECK_UNKNOWN] = 1, [CHECK_WARNING] = 2, [CHECK_CRITICAL] = 3
    };

    return weights[state] * WEIGHT_OF_STATE + percent_of(&result->usage);
}

static bool is_named(const struct namespaces_verdict *all, size_t at)
{
    return at == NAMESPACE_OWN || has_name(&all->found->list[at]);
}

static double weight_of(const struct namespaces_verdict *all, size_t at)
{
    const struct namespace_result *result = &all->results[at];

    return weight_by(result->state, result) + (is_named(all, at) ? WEIGHT_OF_NAME : 0);
}

double namespaces_verdict_add(struct namespaces_verdict *all, size_t at,
                              const struct observation *seen)
{
    struct verdict verdict;

    namespace_judge(&all->rules, &all->found->list[at], seen, &verdict);
    keep(&all->results[at], seen, &verdict);
    return weight_of(all, at);
}

static bool is_over(const struct namespace_result *result)
{
    return result->usages == CHECK_WARNING || result->usages == CHECK_CRITICAL;
}

/* One that may be beyond a limit is as bad as one that could not be read. */
static double weight_at(const struct namespaces_verdict *all, size_t at)
{
    const struct net_namespace *target;

    if (at == NAMESPACE_OWN || all->results[at].judged)
        return weight_of(all, at);
    target = &all->found->list[at];
    return target->sight == NET_NAMESPACE_UNREAD && all->found->may_enter
               ? WEIGHT_OF_STATE
               : -1 / (1 + (double)target->ports_listed); /* listed ones come last */
}

/* Sorted in; beyond the room for them the least bad ones go. */
static void add_row(struct namespaces_verdict *all, size_t at)
{
    const double weight = weight_at(all, at);
    size_t place = all->row_count;

    while (place > 0 && weight_at(all, all->rows[place - 1]) < weight)
        place--;
    if (place == NAMESPACE_ROWS_MAX)
        return;
    if (all->row_count < NAMESPACE_ROWS_MAX)
        all->row_count++;
    memmove(&all->rows[place + 1], &all->rows[place],
            (all->row_count - place - 1) * sizeof all->rows[0]);
    all->rows[place] = at;
}

static void count_one(struct namespaces_verdict *all, size_t at)
{
    const struct net_namespace *target = &all->found->list[at];
    const struct namespace_result *result = &all->results[at];

    if (target->sight == NET_NAMESPACE_ENDED)
        return;
    all->count++;
    all->unjudged += !all->found->may_enter;
    all->unread += target->sight == NET_NAMESPACE_UNREAD && all->found->may_enter;
    if (target->sight != NET_NAMESPACE_SCREENED)
        add_row(all, at);
    if (!result->judged)
        return;
    all->over += is_over(result);
    all->state = check_state_worse(all->state, result->state);
}

bool namespaces_verdict_is_whole(const struct namespaces_verdict *all)
{
    return all->unread == 0 && all->unjudged == 0;
}

/* One whose usage is not known has none to be told. */
static void find_usage(struct namespaces_verdict *all)
{
    double most = -1;

    for (size_t i = 0; i < all->row_count; i++) {
        const size_t at = all->rows[i];
        const struct namespace_result *result = &all->results[at];
        const double weight = weight_by(result->usages, result) +
                              (is_over(result) && is_named(all, at) ? WEIGHT_OF_NAME : 0);

        if (result->usage.known && weight > most) {
            most = weight;
            all->usage = result->usage;
        }
    }
}

/* The worst one whose observation was kept; NAMESPACE_OWN where that is ours. */
static size_t worst_seen(const struct namespaces_verdict *all)
{
    for (size_t i = 0; i < all->row_count; i++)
        if (all->rows[i] == NAMESPACE_OWN || all->found->list[all->rows[i]].seen)
            return all->rows[i];
    return NAMESPACE_OWN;
}

/* Of two that are equally bad our own is told: all of it was seen. */
static void choose_told(struct namespaces_verdict *all, enum check_state own)
{
    const size_t worst = worst_seen(all);
    const struct namespace_result *result = &all->results[worst];

    if (worst != NAMESPACE_OWN && result->judged && result->state != CHECK_OK &&
        check_state_worse(result->state, own) == result->state)
        all->told = worst;
}

void namespaces_verdict_settle(struct namespaces_verdict *all,
                               const struct net_namespaces *found,
                               const struct observation *seen, struct verdict *own)
{
    struct namespace_result *result = &all->results[NAMESPACE_OWN];

    all->found = found;
    all->told = NAMESPACE_OWN;
    keep(result, seen, own);
    result->state = own->state;
    all->count = 1 + found->unlisted;
    all->unread = found->may_enter ? found->unlisted : 0;
    all->unjudged = found->may_enter ? 0 : found->unlisted;
    all->over = is_over(result);
    all->own_usable = seen->range[IP_PROTOCOL_TCP].usable;
    all->state = own->state;
    add_row(all, NAMESPACE_OWN);
    for (size_t i = 0; i < found->count; i++)
        count_one(all, i);
    if (namespaces_verdict_is_whole(all))
        find_usage(all);
    if (all->unread > 0)
        all->state = check_state_worse(all->state, CHECK_UNKNOWN);
    choose_told(all, own->state);
    own->state = all->state;
}
