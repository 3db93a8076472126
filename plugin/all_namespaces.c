/* SPDX-License-Identifier: MIT */
/* The way from one namespace to all, and back to one report. */
#include "plugin/all_namespaces.h"

#include <string.h>

#include "checks/base/option_table.h"
#include "checks/host/observe_namespaces.h"
#include "checks/model/namespace_limits.h"
#include "plugin/namespace_words.h"

bool all_namespaces_possible(const struct host *host, struct error *err)
{
    if (!host->ops->list_namespaces)
        return error_set(err, ERR_UNSUPPORTED,
                         "--all-namespaces: this system has no network namespaces (Linux "
                         "has)" OPTION_TABLE_HINT);
    return true;
}

static double weigh(void *context, size_t at, const struct observation *seen)
{
    return namespaces_verdict_add(context, at, seen);
}

bool all_namespaces_look(const struct host *host, const struct observe_request *request,
                         const struct own_namespace *own, struct all_namespaces *out,
                         struct error *err)
{
    struct observe_request inside = *request;
    const struct namespaces_request wanted = {
        .observe = &inside, .limits = own->limits, .weigh = weigh, .context = &out->judged
    };

    namespace_policy(request->policy, &out->policy);
    inside.policy = &out->policy;
    inside.foreign = true;
    inside.metrics =
        (request->metrics & NAMESPACE_METRICS) | (UINT32_C(1) << METRIC_MISCONFIGURED);
    out->judged.rules = (struct namespace_rules){ .policy = &out->policy,
                                                  .limits = own->limits,
                                                  .metrics = inside.metrics };
    out->judged.found = &out->found;
    if (!observe_namespaces(host, &wanted, own->seen, &out->found, err))
        return false;
    namespaces_verdict_settle(&out->judged, &out->found, own->seen, own->verdict);
    all_namespaces_judge_told(out, own->verdict->state);
    return true;
}

void all_namespaces_judge_told(struct all_namespaces *all, enum check_state state)
{
    const struct observation *seen = all_namespaces_told(all);

    if (!seen)
        return;
    namespace_judge(&all->judged.rules, &all->found.list[all->judged.told], seen,
                    &all->verdict);
    all->verdict.state = state;
}

struct observation *all_namespaces_told(const struct all_namespaces *all)
{
    return all->judged.told == NAMESPACE_OWN || all->found.count == 0
               ? NULL
               : all->found.list[all->judged.told].seen;
}

/* What is looked at inside. */
struct owners_look {
    const struct host *host;
    const struct owners_request *request;
    struct observation *seen;
    bool failed;
    struct error failure;
};

static void observe_inside(void *context)
{
    struct owners_look *look = context;

    look->failed = !observe_owners(look->host, look->request, look->seen, &look->failure);
}

bool all_namespaces_observe_owners(const struct host *host,
                                   const struct owners_request *request,
                                   struct all_namespaces *all, struct error *err)
{
    struct owners_look owners = { .host = host,
                                  .request = request,
                                  .seen = all_namespaces_told(all) };
    const struct namespace_look look = { .look = observe_inside, .context = &owners };
    struct error gone;

    if (!owners.seen)
        return true;
    if (!namespace_visit(host, &all->found.list[all->judged.told], &look, &gone, err))
        return false;
    return !owners.failed ||
           error_set(err, owners.failure.code, "%s", owners.failure.message);
}

/* A control group tells the uid of a pod alone; here its name is known. */
static void name_pod(const struct net_namespace *told)
{
    struct observed_owners *owners = &told->seen->owners;

    if (told->names.owner.kind != OWNER_POD || told->names.pod[0] == '\0')
        return;
    for (size_t i = 0; i < owners->count; i++)
        if (owners->list[i].kind == OWNER_POD &&
            strcmp(owners->list[i].name, told->names.owner.name) == 0)
            namespace_name_cut(told->names.pod, owners->list[i].name);
}

void all_namespaces_report(struct all_namespaces *all, struct report *report)
{
    report->namespaces = &all->judged;
    if (!all_namespaces_told(all))
        return;
    name_pod(&all->found.list[all->judged.told]);
    namespace_words(&all->found.list[all->judged.told], report->owners, &all->place);
    all->report = *report;
    all->report.seen = all_namespaces_told(all);
    all->report.verdict = &all->verdict;
    all->report.place = text_string(&all->place);
    report->worst = &all->report;
}

void all_namespaces_clear(struct all_namespaces *all)
{
    net_namespaces_clear(&all->found);
    text_clear(&all->place);
}
