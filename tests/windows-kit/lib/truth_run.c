/* SPDX-License-Identifier: MIT */
/* Our own tables before and after the check tell which ports are other programs'. */
#include "tests/windows-kit/lib/truth_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/child.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/say.h"
#include "tests/windows-kit/lib/truth_range.h"
#include "tests/windows-kit/lib/truth_said.h"

enum { COMMAND_SIZE = 1024, CONNECT_WITHIN_MS = 10000, LONG_MS = 120000, LOOK_MS = 100 };

uint32_t truth_run_usable(const struct truth_run *run)
{
    return port_range_size(run->range) - run->excluded[IP_PROTOCOL_TCP];
}

uint32_t truth_run_time_wait(const struct truth_run *run)
{
    uint32_t count = 0;

    for (size_t i = 0; i < TRUTH_DOORS; i++)
        count += truth_range_count(run->range, &run->time_wait[i]);
    return count;
}

/* The clock of a full range starts with the call that failed. */
static int filled(struct truth_run *run, int error)
{
    run->full_end = deadline_in_ms(run->full_ms);
    return error;
}

int truth_fill_connect(struct truth_run *run, const struct truth_door *door, int local,
                       size_t most)
{
    int error = 0;

    for (size_t i = 0; error == 0 && i < most; i++)
        error = truth_crowd_connect(&run->crowd, door, local);
    return filled(run, error);
}

int truth_fill_bind(struct truth_run *run, enum ip_protocol protocol, size_t most)
{
    int error = 0;

    for (size_t i = 0; error == 0 && i < most; i++)
        error = truth_crowd_bind(&run->crowd, protocol, 0);
    return filled(run, error);
}

/* What one link of the crowd is; `toward` counts by door. */
static void add_link(const struct truth_run *run, const struct truth_link *link,
                     struct truth_made *made, uint32_t toward[TRUTH_DOORS])
{
    made->bound += link->kind == TRUTH_BOUND;
    made->listeners += link->kind == TRUTH_LISTENER;
    if (link->kind != TRUTH_CONNECTED)
        return;
    for (size_t i = 0; i < TRUTH_DOORS; i++)
        toward[i] += link->to == run->doors[i].port;
}

/* The distinct ports of the range that are ours. */
static void own_ports(const struct truth_run *run, struct port_set own[IP_PROTOCOL_COUNT])
{
    for (size_t i = 0; i < TRUTH_DOORS; i++)
        port_set_unite(&own[IP_PROTOCOL_TCP], &run->time_wait[i]);
    for (size_t i = 0; i < run->crowd.count; i++) {
        const struct truth_link *link = &run->crowd.links[i];
        const int protocol = link->kind == TRUTH_UDP ? IP_PROTOCOL_UDP : IP_PROTOCOL_TCP;

        port_set_add(&own[protocol], link->port);
    }
}

static bool count_others(enum ip_protocol protocol, const struct port_set *own,
                         struct port_set *others, struct error *err)
{
    struct port_set *used = calloc(1, sizeof *used);
    bool ok = used ? truth_range_used(protocol, used, err)
                   : error_set(err, ERR_MEMORY, "out of memory");

    if (ok) {
        port_set_remove(used, own);
        port_set_unite(others, used);
    }
    free(used);
    return ok;
}

static bool made_of(const struct truth_run *run, struct port_set own[IP_PROTOCOL_COUNT],
                    struct port_set *others, struct truth_made *made, struct error *err)
{
    uint32_t toward[TRUTH_DOORS] = { 0 };

    own_ports(run, own);
    made->range = run->range;
    made->time_wait = truth_run_time_wait(run);
    for (size_t i = 0; i < TRUTH_DOORS; i++)
        toward[i] = truth_range_count(run->range, &run->time_wait[i]);
    for (size_t i = 0; i < run->crowd.count; i++)
        add_link(run, &run->crowd.links[i], made, toward);
    for (size_t i = 0; i < TRUTH_DOORS; i++)
        made->toward = toward[i] > made->toward ? toward[i] : made->toward;
    made->ports = truth_range_count(run->range, &own[IP_PROTOCOL_TCP]);
    made->udp_ports = truth_range_count(run->range, &own[IP_PROTOCOL_UDP]);
    memcpy(made->excluded, run->excluded, sizeof made->excluded);
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        if (!count_others((enum ip_protocol)i, &own[i], &others[i], err))
            return false;
        made->others[i] = truth_range_count(run->range, &others[i]);
    }
    return true;
}

bool truth_run_made(const struct truth_run *run, struct port_set *others,
                    struct truth_made *out, struct error *err)
{
    struct port_set *own = calloc(IP_PROTOCOL_COUNT, sizeof *own);
    struct truth_made made = { .ports = 0 };
    bool ok = own ? made_of(run, own, others, &made, err)
                  : error_set(err, ERR_MEMORY, "out of memory");

    free(own);
    if (ok)
        *out = made;
    return ok;
}

bool truth_run_check(const struct truth_run *run, const char *arguments, int64_t limit_ms,
                     struct text *out, struct error *err)
{
    wchar_t *path = win_text_to_wide(run->check, err);
    wchar_t line[COMMAND_SIZE];
    char range[PORT_RANGE_TEXT_SIZE];
    uint32_t code = 0;
    bool ok;

    port_range_format(run->fixed, range);
    (void)swprintf(line, ARRAY_COUNT(line), L"\"%ls\" -o json -t 100 %hs%hs%hs",
                   path ? path : L"", arguments, run->fixed.first ? " --range " : "",
                   run->fixed.first ? range : "");
    ok = path && child_run(path, line, limit_ms, out, &code, err);
    free(path);
    return ok;
}

/* The remote port toward which most sockets of the stage are. */
static uint16_t busiest(const struct truth_run *run)
{
    uint32_t toward[TRUTH_DOORS] = { 0 };
    struct truth_made unused = { .ports = 0 };
    size_t most = 0;

    for (size_t i = 0; i < TRUTH_DOORS; i++)
        toward[i] = truth_range_count(run->range, &run->time_wait[i]);
    for (size_t i = 0; i < run->crowd.count; i++)
        add_link(run, &run->crowd.links[i], &unused, toward);
    for (size_t i = 1; i < TRUTH_DOORS; i++)
        most = toward[i] > toward[most] ? i : most;
    return run->doors[most].port;
}

static bool ask_check(const struct truth_run *run, int64_t limit_ms,
                      struct truth_said *out, struct error *err)
{
    struct text json = { 0 };
    bool ok =
        truth_run_check(run, "-m port_usage,destination_usage,time_wait,udp_port_usage",
                        limit_ms, &json, err) &&
        truth_said_parse(text_string(&json), busiest(run), out, err);

    text_clear(&json);
    return ok;
}

/* Ports of other programs are those of just before and just after. */
static bool look_at(const struct truth_run *run, int64_t limit_ms,
                    struct truth_made *made, struct truth_said *said, struct error *err)
{
    struct port_set *others = calloc(IP_PROTOCOL_COUNT, sizeof *others);
    bool ok = others ? truth_run_made(run, others, made, err) &&
                           ask_check(run, limit_ms, said, err) &&
                           truth_run_made(run, others, made, err)
                     : error_set(err, ERR_MEMORY, "out of memory");

    free(others);
    return ok;
}

void truth_say(const struct truth_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct truth_finding *finding = &findings->list[i];

        if (finding->outcome == TRUTH_OK)
            say_ok(finding->name);
        else if (finding->outcome == TRUTH_NOT_OK)
            say_not_ok(finding->name, finding->got, finding->wanted);
        else
            say_skip(finding->name, finding->got);
    }
}

void truth_say_in_range(const struct truth_run *run)
{
    char name[64];
    char got[64];
    size_t outside = 0;

    for (size_t i = 0; i < run->crowd.count; i++)
        outside += !port_range_contains(run->range, run->crowd.links[i].port);
    (void)snprintf(name, sizeof name, "%s: ports are allocated in the range", run->stage);
    (void)snprintf(got, sizeof got, "%zu of %zu outside", outside, run->crowd.count);
    if (outside == 0)
        say_ok(name);
    else
        say_not_ok(name, got, "0");
}

/* Our own bind(), just before the check's. */
static void try_binds(const struct truth_look *look,
                      struct truth_tried_bind tried[IP_FAMILY_COUNT])
{
    for (int family = 0; family < IP_FAMILY_COUNT; family++)
        tried[family] = (struct truth_tried_bind){ look->protocol, (enum ip_family)family,
                                                   truth_try_bind(family == IP_FAMILY_V6,
                                                                  look->protocol) };
}

static void say_failed(const char *moment, const struct truth_look *look,
                       const struct error *err)
{
    if (err->code == ERR_TIMEOUT && look->is_short)
        say_skip(moment, "the check took longer than the range may be full");
    else
        say_not_ok(moment, err->message, "numbers");
}

/* Windows excludes ports at any time, for containers above all. Where that cannot be read
 * it is as it was. */
static bool excluded_changed(const struct truth_run *run)
{
    struct port_set *now = calloc(IP_PROTOCOL_COUNT, sizeof *now);
    struct error ignored = { 0 };
    bool changed = false;

    for (int i = 0; now && i < IP_PROTOCOL_COUNT; i++)
        changed =
            changed || (truth_range_excluded((enum ip_protocol)i, &now[i], &ignored) &&
                        truth_range_count(run->range, &now[i]) != run->excluded[i]);
    free(now);
    return changed;
}

void truth_moment(struct truth_run *run, const struct truth_look *look)
{
    const int64_t limit_ms = look->is_short ? deadline_left_ms(&run->full_end) : LONG_MS;
    struct truth_tried_bind tried[IP_FAMILY_COUNT] = { { .error = 0 } };
    struct truth_findings findings = { .count = 0 };
    struct truth_made made = { .ports = 0 };
    struct truth_said said = { .used = 0 };
    struct error err = { 0 };
    char moment[64];

    (void)snprintf(moment, sizeof moment, "%s %s", run->stage, look->name);
    try_binds(look, tried);
    if (!look_at(run, limit_ms, &made, &said, &err)) {
        say_failed(moment, look, &err);
        return;
    }
    truth_judge_numbers(moment, &made, &said, &findings);
    if (look->is_full)
        truth_judge_full(moment, &made, look->protocol, &findings);
    for (int family = 0; look->asks && family < IP_FAMILY_COUNT; family++)
        truth_judge_ask(moment, &tried[family], &made, &said, &findings);
    if (truth_findings_bad(&findings) > 0 && excluded_changed(run))
        say_skip(moment, "Windows excluded other ports meanwhile");
    else
        truth_say(&findings);
}

void truth_release(struct truth_run *run)
{
    const struct deadline pause = deadline_in_ms(TRUTH_PAUSE_MS);

    truth_crowd_end(&run->crowd);
    if (!run->fixed.first)
        deadline_wait(&pause);
}

bool truth_can_connect(const struct truth_run *run)
{
    const struct deadline end = deadline_in_ms(CONNECT_WITHIN_MS);

    while (truth_try_connect(&run->doors[TRUTH_DOORS - 1], TRUTH_BY_CONNECT) != 0) {
        const struct deadline next = deadline_in_ms(LOOK_MS);

        if (deadline_passed(&end))
            return false;
        deadline_wait(&next);
    }
    return true;
}

void truth_say_expected(const char *id)
{
    const struct truth_question *question = truth_question(id);
    char words[TRUTH_WORDS_SIZE];

    if (!question)
        return;
    truth_expected_words(question, words);
    say_note("%s", words);
}

void truth_say_answer(const char *id, const struct truth_tried *tried)
{
    const struct truth_question *question = truth_question(id);
    char words[TRUTH_WORDS_SIZE];

    if (!question)
        return;
    truth_answer_words(question, tried, words);
    say_answer(id, "%s", words);
}

struct truth_tried truth_run_tried(const struct truth_run *run, int fill_error)
{
    struct truth_tried tried = { .usable = truth_run_usable(run),
                                 .fill_error = fill_error };
    struct port_set *own = calloc(IP_PROTOCOL_COUNT, sizeof *own);

    if (!own)
        return tried;
    own_ports(run, own);
    tried.held = truth_range_count(run->range, &own[IP_PROTOCOL_TCP]);
    if (tried.held == 0)
        tried.held = truth_range_count(run->range, &own[IP_PROTOCOL_UDP]);
    free(own);
    return tried;
}
