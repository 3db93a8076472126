/* SPDX-License-Identifier: MIT */
/* A fixture host and what a request observes of it. */
#ifndef TESTS_SUPPORT_OBSERVED_H
#define TESTS_SUPPORT_OBSERVED_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/error.h"
#include "checks/host/observe.h"
#include "tests/support/fixture_host.h"

/* What a test works with. */
extern struct fixture_host fixture;
extern struct policy policy;
extern struct observe_request request;
extern struct observation seen;

/* An idle Linux 6.1.0 without a range, nothing observed yet, and a request for those
 * metrics (bits 1 << id) with the built-in policy and a minute of time. */
void given_fixture(uint32_t metrics);

/* Observes the fixture into `seen`; *err may be NULL. */
bool observe_fixture(struct error *err);

/* The same; a failure fails the test. */
void must_observe_fixture(void);

#endif
