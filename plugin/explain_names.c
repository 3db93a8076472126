/* SPDX-License-Identifier: MIT */
/* What an owner is called depends on who reads it: people only where they may be named.
 */
#include "plugin/explain_names.h"

#include <inttypes.h>
#include <stdio.h>

const char *explain_unit(const struct owner *owner, char out[EXPLAIN_UNIT_SIZE])
{
    static const char *const heads[OWNER_KIND_COUNT] = {
        [OWNER_USER] = "",
        [OWNER_UNIT] = "",
        [OWNER_CONTAINER] = "container ",
        [OWNER_POD] = "pod ",
        [OWNER_ENDED_UNIT] = "an ended unit",
        [OWNER_OTHER_CONTAINER] = "another container",
        [OWNER_SYSTEM] = "System (HTTP.sys)",
    };
    const bool named = owner->kind == OWNER_UNIT || owner->kind == OWNER_CONTAINER ||
                       owner->kind == OWNER_POD;

    (void)snprintf(out, EXPLAIN_UNIT_SIZE, "%s%s", heads[owner->kind],
                   named ? owner->name : "");
    return out;
}

const char *explain_user(const struct explain_subject *subject, const struct owner *owner)
{
    if (subject->report->owners != OWNERS_FULL && owner->person &&
        subject->seen->os.kind != OS_WINDOWS)
        return "a login user";
    return owner->user;
}

const char *explain_program(const struct explain_subject *subject,
                            const struct owner *owner)
{
    if (subject->report->owners == OWNERS_FULL)
        return owner->program;
    if (subject->seen->os.kind == OS_WINDOWS)
        return owner->person ? "a user's program" : owner->program;
    return "";
}

bool explain_has_pids(const struct explain_subject *subject, const struct owner *owner)
{
    return subject->report->owners == OWNERS_FULL && owner->pid_count > 0;
}

static void add_pids(const struct owner *owner, bool counts, struct paper *paper)
{
    const uint32_t shown =
        owner->pid_count < OWNER_PIDS_MAX ? owner->pid_count : OWNER_PIDS_MAX;
    char count[PAPER_COUNT_SIZE];

    paper_add(paper, owner->pid_count != 1 ? "pids" : "pid");
    for (uint32_t i = 0; i < shown; i++) {
        const struct owner_pid *pid = &owner->pids[i];
        const char *comma = i + 1 < shown ? "," : "";

        if (counts && owner->pid_count != 1 && pid->sockets > 0)
            paper_addf(paper, "%" PRIu32 "\t(%s)%s", pid->pid,
                       paper_count(pid->sockets, count), comma);
        else
            paper_addf(paper, "%" PRIu32 "%s", pid->pid, comma);
    }
    if (owner->pid_count > shown)
        paper_addf(paper, "and %" PRIu32 " more", owner->pid_count - shown);
}

void explain_pids(const struct explain_subject *subject, const struct owner *owner,
                  struct paper *paper)
{
    if (explain_has_pids(subject, owner))
        add_pids(owner, true, paper);
}

void explain_pids_alone(const struct explain_subject *subject, const struct owner *owner,
                        struct paper *paper)
{
    if (!explain_has_pids(subject, owner))
        return;
    paper_glue(paper, ",");
    add_pids(owner, false, paper);
}

uint32_t explain_percent(uint64_t part, uint64_t whole)
{
    const uint64_t rounded = whole > 0 ? (100 * part + whole / 2) / whole : 0;

    return rounded >= 100 && part < whole ? 99 : (uint32_t)rounded;
}

void explain_whose(const struct explain_subject *subject, const struct owner *owner,
                   struct paper *paper)
{
    const char *user = explain_user(subject, owner);
    const bool named = subject->report->owners == OWNERS_FULL || !owner->person;

    if (user[0])
        paper_addf(paper, "%s%s", named ? "user\t" : "", user);
}

void explain_name(const struct explain_subject *subject, const struct owner *owner,
                  struct paper *paper)
{
    const char *program = explain_program(subject, owner);
    char unit[EXPLAIN_UNIT_SIZE];

    if (explain_unit(owner, unit)[0])
        paper_add(paper, unit);
    else
        explain_whose(subject, owner, paper);
    if (program[0])
        paper_addf(paper, "(%s)", program);
}
