/* SPDX-License-Identifier: MIT */
/* The same small run for every test of what can go wrong with it. */
#include "tests/support/given_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/journal.h"
const char *const given_places[GIVEN_CHANGES] = { "net/ipv4/tcp_tw_reuse",
                                                  "/etc/sysctl.d/90-port-exhaustion.conf",
                                                  "tcp/ipv4" };
const char *const given_names[GIVEN_CHANGES] = { "net.ipv4.tcp_tw_reuse",
                                                 "/etc/sysctl.d/90-port-exhaustion.conf",
                                                 "tcp/ipv4" };
const char *const given_old[GIVEN_CHANGES] = { "2", NULL, "49152-65535" };
const char *const given_new[GIVEN_CHANGES] = { "1", "net.ipv4.tcp_tw_reuse = 1\n",
                                               "32768-65535" };

static const enum change_kind kinds[GIVEN_CHANGES] = { CHANGE_SYSCTL, CHANGE_FILE,
                                                       CHANGE_DYNAMIC_RANGE };
static const char *const settings[GIVEN_CHANGES] = { "tcp_tw_reuse", "tcp_tw_reuse",
                                                     "DynamicPortRangeTcp" };

static char *copy(const char *string)
{
    char *made = malloc(strlen(string) + 1);

    assert_non_null(made);
    memcpy(made, string, strlen(string) + 1);
    return made;
}

static void start(struct given_run *given)
{
    struct error err = { 0 };

    given->writer = recording_writer_writer(&given->machine);
    given->ledger.store = recording_writer_store(&given->machine);
    given->deadline = deadline_in_ms(60 * 1000);
    if (!ledger_lock(&given->ledger, &err) || !ledger_load(&given->ledger, &err))
        fail_msg("the journal cannot be read: %s", err.message);
}

void given_run(struct given_run *given)
{
    *given = (struct given_run){ 0 };
    for (size_t i = 0; i < GIVEN_CHANGES; i++)
        recording_writer_hold(&given->machine, kinds[i], given_places[i], given_old[i]);
    memcpy(given->run.id, "r-1", sizeof "r-1");
    given->run.time_s = 1760000000;
    given->boot = "this boot";
    given->run.boot = copy(given->boot);
    given->run.user = copy("root");
    given->run.command = copy("apply");
    given->run.undoes = copy("");
    given->run.uptime_s = -1;
    given->run.changes = calloc(GIVEN_CHANGES, sizeof *given->run.changes);
    assert_non_null(given->run.changes);
    for (size_t i = 0; i < GIVEN_CHANGES; i++) {
        struct change lent = { .kind = kinds[i],
                               .setting = (char *)settings[i],
                               .place = (char *)given_places[i],
                               .from = (char *)given_old[i],
                               .to = (char *)given_new[i] };

        assert_true(change_make(&lent, &given->run.changes[i], NULL));
    }
    given->run.change_count = GIVEN_CHANGES;
    start(given);
}

void given_run_clear(struct given_run *given)
{
    ledger_close(&given->ledger);
    recording_writer_clear(&given->machine);
    journal_run_clear(&given->run);
    run_report_clear(&given->report);
}

bool given_holds(const struct given_run *given, const char *const values[GIVEN_CHANGES])
{
    for (size_t i = 0; i < GIVEN_CHANGES; i++) {
        const char *now = recording_writer_value(&given->machine, given_places[i]);

        if (!change_same_value(kinds[i], now, values[i]))
            return false;
    }
    return true;
}

struct run_site given_site(struct given_run *given)
{
    return (struct run_site){ .ledger = &given->ledger,
                              .writer = &given->writer,
                              .boot = given->boot };
}

struct run_terms given_terms(struct given_run *given)
{
    return (struct run_terms){ .deadline = &given->deadline,
                               .prove = given->prove,
                               .context = given };
}

bool given_apply(struct given_run *given)
{
    const struct run_site site = given_site(given);
    const struct run_terms terms = given_terms(given);

    return run_apply(&site, &terms, &given->run, &given->report);
}

bool given_recover(struct given_run *given)
{
    const struct run_site site = given_site(given);

    return run_recover(&site, RECOVER_ONCE, &given->report);
}

void given_journal(const struct given_run *given, struct journal *out)
{
    const struct text *bytes = &given->machine.journal;
    struct error err = { 0 };

    if (!journal_decode(text_string(bytes), bytes->length, out, &err))
        fail_msg("the journal cannot be read: %s", err.message);
}

void given_restart(struct given_run *given)
{
    recording_writer_repair(&given->machine);
    run_report_clear(&given->report);
    ledger_close(&given->ledger);
    start(given);
}

int given_run_setup(void **state)
{
    struct given_run *given = malloc(sizeof *given);

    if (!given)
        return -1;
    given_run(given);
    *state = given;
    return 0;
}

int given_run_teardown(void **state)
{
    given_run_clear(*state);
    free(*state);
    return 0;
}
