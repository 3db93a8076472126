/* SPDX-License-Identifier: MIT */
/* Machine -> the input of a plan, through the seams alone. */
#include "remediate/survey.h"

#include <stdio.h>

#include "checks/decode/sysctl_text.h"
#include "checks/host/linux/sysctl_config.h"
#include "checks/host/observe.h"
#include "checks/host/program.h"
#include "checks/model/utc_time.h"
#include "remediate/consequence.h"
#include "remediate/writer/system.h"

static void note(struct survey *survey, const char *what, const struct error *why)
{
    text_addf(&survey->notes, "%s: ", what);
    text_add_clean(&survey->notes, why->message, "");
    text_add(&survey->notes, "\n");
}

bool survey_observe(struct session *session, const struct host *host, uint32_t metrics,
                    struct observation *seen, struct error *err)
{
    const struct observe_request request = { .metrics = metrics,
                                             .policy = &session->policy,
                                             .top = OBSERVED_DESTINATIONS_MAX,
                                             .ask = session->policy.ask,
                                             .journal = &session->ledger.journal,
                                             .deadline = session->deadline };

    return observe(host, &request, seen, err);
}

static void judge_seen(const struct session *session, uint32_t metrics,
                       const struct observation *seen, struct verdict *verdict)
{
    judge(seen, &session->policy, session->policy.limits[seen->os.kind], metrics,
          verdict);
}

bool survey_usage(struct session *session, struct observation *seen,
                  struct verdict *verdict, struct error *err)
{
    const uint32_t metrics =
        CONSEQUENCE_METRICS | 1U << METRIC_EXHAUSTION_EVENTS | METRICS_AS_FOUND;

    if (!survey_observe(session, &session->host, metrics, seen, err))
        return false;
    judge_seen(session, CONSEQUENCE_METRICS, seen, verdict);
    return true;
}

bool survey_judge(struct session *session, const struct host *host,
                  struct observation *seen, struct verdict *verdict, struct error *err)
{
    const uint32_t metrics = CONSEQUENCE_METRICS | 1U << METRIC_MISCONFIGURED;

    if (!survey_observe(session, host, metrics, seen, err))
        return false;
    judge_seen(session, metrics, seen, verdict);
    return true;
}

/* Who listens anywhere, and of Linux whose process it is. */
static bool find_listeners(struct survey *survey, struct error *err)
{
    struct session *session = survey->session;
    const struct host *host = &session->host;
    struct host_listeners *read = &survey->listeners;

    if (!host->ops->read_listeners(host->self, &session->policy.reserve,
                                   &session->deadline, read, err))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(read->notes); i++)
        if (read->notes[i][0] != '\0') {
            text_add_clean(&survey->notes, read->notes[i], "");
            text_add(&survey->notes, "\n");
        }
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (read->known[i])
            survey->input.listeners[i] = &read->table.all[i];
    survey->input.owners = &read->table;
    survey->input.reserve = &session->policy.reserve;
    survey->input.kubernetes = read->kubernetes[0] != '\0' ? read->kubernetes : NULL;
    survey->input.journal = &session->ledger.journal;
    survey->input.boot = text_string(&session->boot);
    survey->input.machine = text_string(&session->machine);
    return true;
}

/* The value of a place, NULL when it is absent or cannot be read (then noted). */
static const char *read_place(struct survey *survey, enum change_kind kind,
                              const char *place, struct text *out)
{
    const struct setting_writer *writer = &survey->session->writer;
    struct error err = { 0 };
    bool present = false;

    text_cut(out, 0);
    if (!writer->ops->read(writer->self, kind, place, &survey->session->deadline,
                           &present, out, &err)) {
        note(survey, place, &err);
        return NULL;
    }
    return present ? text_string(out) : NULL;
}

/* Kernels before 4.11 have no such limit. */
static void find_unprivileged_start(struct survey *survey)
{
    const char *text =
        read_place(survey, CHANGE_SYSCTL, PLACE_UNPRIVILEGED_START, &survey->answer);
    struct error unread = { 0 };
    int64_t start = 0;

    if (text && !sysctl_text_number(text, &start, &unread))
        note(survey, PLACE_UNPRIVILEGED_START, &unread);
    if (start > 0 && start <= UINT16_MAX)
        survey->input.unprivileged_start = (uint16_t)start;
}

/* Who reserves ports at the next boot. Files that cannot be read are noted, and judged
 * unseen: nothing of theirs can be kept. */
static bool find_reserved_at_boot(struct survey *survey, struct error *err)
{
    struct plan_input *input = &survey->input;
    struct boot_reserve *boot = &survey->reserved_boot;
    struct error unread = { 0 };

    if (!system_reserve_at_boot(boot, &unread)) {
        note(survey, "ports reserved at the next boot could not be read", &unread);
        return true;
    }
    if (!text_ok(&boot->list, err) || !text_ok(&boot->others, err) ||
        !text_ok(&boot->file, err) || !text_ok(&boot->refused, err))
        return false;
    if (boot->refused.length > 0) {
        text_add_clean(&survey->notes, text_string(&boot->refused), "");
        text_add(&survey->notes, "\n");
    }
    if (boot->file.length > 0) {
        input->reserved_boot = text_string(&boot->list);
        input->reserved_source = text_string(&boot->file);
    }
    if (boot->others.length > 0)
        input->reserved_others = text_string(&boot->others);
    input->tuned_reapplies = boot->tuned_reapplies;
    return true;
}

/* What is not kept, and why; or why it could not be. */
static void note_scope(struct survey *survey)
{
    const struct session *session = survey->session;
    struct error err = { 0 };

    if (session->asked_by.length > 0)
        text_addf(&survey->notes,
                  "live only (%s): the next boot brings the old values back\n",
                  text_string(&session->asked_by));
    else if (session->live_only)
        text_addf(&survey->notes, "in a container (%s): live changes only\n",
                  text_string(&session->container));
    else if (!session_can_keep("apply", &err))
        note(survey, "apply is refused here", &err);
}

static bool read_drop_in(struct survey *survey, struct error *err)
{
    struct plan_input *input = &survey->input;
    const struct setting_writer *writer = &survey->session->writer;
    bool present = false;

    input->drop_in_path = SYSCTL_DROP_IN;
    if (!input->live_only &&
        !writer->ops->read(writer->self, CHANGE_FILE, SYSCTL_DROP_IN,
                           &survey->session->deadline, &present, &survey->drop_in, err))
        return false;
    input->drop_in = present ? text_string(&survey->drop_in) : NULL;
    return true;
}

static bool gather_linux(struct survey *survey, struct error *err)
{
    struct plan_input *input = &survey->input;
    char now[UTC_TIME_TEXT_SIZE];

    note_scope(survey);
    input->live_only = survey->session->live_only;
    input->reserved =
        read_place(survey, CHANGE_SYSCTL, PLACE_RESERVED_PORTS, &survey->reserved);
    find_unprivileged_start(survey);
    if (!input->live_only && !find_reserved_at_boot(survey, err))
        return false;
    if (!read_drop_in(survey, err))
        return false;
    utc_time_format(program_time_s(), now);
    text_addf(&survey->drop_in_note, "%s, remediate_port_exhaustion %s", now,
              PORT_EXHAUSTION_VERSION);
    input->drop_in_note = text_string(&survey->drop_in_note);
    return true;
}

static const char *port_owner(void *context, enum ip_protocol protocol, uint16_t port)
{
    struct survey *survey = context;

    text_cut(&survey->answer, 0);
    system_port_owner(protocol, port, &survey->answer);
    return text_string(&survey->answer);
}

/* Values of the wrong type: a plan must know how to put them back. */
static void find_registry_texts(struct survey *survey)
{
    for (size_t i = 0; i < survey->verdict.setting_count; i++) {
        const struct setting_result *result = &survey->verdict.settings[i];
        char name[PLACE_NAME_SIZE];

        if (!result->advised || !result->seen ||
            result->seen->presence != SETTING_WRONG_TYPE)
            continue;
        place_registry_name(&result->rule->place, name);
        survey->input.registry_text[i] =
            read_place(survey, CHANGE_REGISTRY, name, &survey->registry_texts[i]);
    }
}

static void gather_windows(struct survey *survey)
{
    struct session *session = survey->session;

    for (int protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++) {
        struct host_range read = { 0 };
        struct error err = { 0 };

        for (int family = 0; family < IP_FAMILY_COUNT; family++) {
            const char *place =
                place_range_name((enum ip_protocol)protocol, (enum ip_family)family);
            const char *range =
                read_place(survey, CHANGE_DYNAMIC_RANGE, place, &survey->answer);

            if (range &&
                !port_range_parse(range, &survey->input.dynamic[protocol][family], &err))
                note(survey, place, &err);
        }
        if (session->host.ops->read_range(session->host.self, (enum ip_protocol)protocol,
                                          (struct port_range){ 0 }, &session->deadline,
                                          &read, &err) &&
            read.reserved_known) {
            survey->excluded[protocol] = read.reserved;
            survey->input.excluded[protocol] = &survey->excluded[protocol];
        }
    }
    find_registry_texts(survey);
    survey->input.port_owner = port_owner;
    survey->input.context = survey;
}

bool survey_make(struct session *session, struct survey *survey, struct error *err)
{
    struct plan_input *input = &survey->input;

    survey->session = session;
    if (!survey_judge(session, &session->host, &survey->seen, &survey->verdict, err))
        return false;
    input->seen = &survey->seen;
    input->verdict = &survey->verdict;
    for (size_t i = 0; i < session->options.only_count; i++)
        survey->only[i] = session->options.only[i];
    input->only = survey->only;
    input->only_count = session->options.only_count;
    if (!find_listeners(survey, err))
        return false;
    if (survey->seen.os.kind == OS_LINUX)
        return gather_linux(survey, err);
    gather_windows(survey);
    return true;
}

void survey_drop_in(struct session *session, struct survey *survey)
{
    struct host_identity host;
    struct error err = { 0 };

    if (!session->host.ops)
        return;
    session->host.ops->identify(session->host.self, &host);
    survey->session = session;
    survey->input.live_only = session->live_only;
    if (host.os.kind == OS_LINUX && !read_drop_in(survey, &err))
        note(survey, "what is kept for the next boot could not be read", &err);
}

void survey_clear(struct survey *survey)
{
    listener_table_clear(&survey->listeners.table);
    text_clear(&survey->reserved);
    boot_reserve_clear(&survey->reserved_boot);
    text_clear(&survey->drop_in);
    text_clear(&survey->drop_in_note);
    text_clear(&survey->answer);
    text_clear(&survey->notes);
    for (size_t i = 0; i < ARRAY_COUNT(survey->registry_texts); i++)
        text_clear(&survey->registry_texts[i]);
}
