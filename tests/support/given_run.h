/* SPDX-License-Identifier: MIT */
/* A machine with three places, and a run that changes them. */
#ifndef TESTS_SUPPORT_GIVEN_RUN_H
#define TESTS_SUPPORT_GIVEN_RUN_H

#include <stdbool.h>

#include "checks/model/journal.h"
#include "remediate/run.h"
#include "tests/support/recording_writer.h"

enum { GIVEN_CHANGES = 3 };

/* What a run works with; everything owned by it. */
struct given_run {
    struct recording_writer machine;
    struct setting_writer writer;
    struct ledger ledger; /* locked and loaded */
    struct deadline deadline;
    bool (*prove)(void *given, struct error *err); /* of run_terms; NULL = nothing */
    const char *boot;
    struct journal_run run;
    struct run_report report;
};

/*
 * tcp_tw_reuse 2 -> 1, the drop-in absent -> "net.ipv4.tcp_tw_reuse = 1\n", the range of
 * TCP over IPv4 49152-65535 -> 32768-65535; the run "r-1" of user "root".
 */
void given_run(struct given_run *given);
void given_run_clear(struct given_run *given);

/* The same as a fixture of cmocka: *state owns the run. */
int given_run_setup(void **state);
int given_run_teardown(void **state);

/* Names of its three places. */
extern const char *const given_places[GIVEN_CHANGES];
/* The same as they are printed. */
extern const char *const given_names[GIVEN_CHANGES];
extern const char *const given_old[GIVEN_CHANGES]; /* NULL = absent */
extern const char *const given_new[GIVEN_CHANGES];

/* Whether every place holds these values. */
bool given_holds(const struct given_run *given, const char *const values[GIVEN_CHANGES]);

/* Where its runs happen, and on what terms. */
struct run_site given_site(struct given_run *given);
struct run_terms given_terms(struct given_run *given);

/* run_apply and run_recover of what is given. */
MUST_CHECK bool given_apply(struct given_run *given);
MUST_CHECK bool given_recover(struct given_run *given);

/* The journal as another process finds it. */
void given_journal(const struct given_run *given, struct journal *out);

/* The next start: everything works again, the ledger is read anew. */
void given_restart(struct given_run *given);

#endif
