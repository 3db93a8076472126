/* SPDX-License-Identifier: MIT */
/* The same way from a fixture host to an observation for every test. */
#include "tests/support/observed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct fixture_host fixture;
struct policy policy;
struct observe_request request;
struct observation seen;

void given_fixture(uint32_t metrics)
{
    memset(&fixture, 0, sizeof fixture);
    memset(&seen, 0, sizeof seen);
    policy_init(&policy);
    fixture.os = (struct os_version){ OS_LINUX, 6, 1, 0 };
    request = (struct observe_request){ .metrics = metrics,
                                        .policy = &policy,
                                        .deadline = deadline_in_ms(60000) };
}

bool observe_fixture(struct error *err)
{
    struct host host = fixture_host_open(&fixture);

    return observe(&host, &request, &seen, err);
}

void must_observe_fixture(void)
{
    struct error err = { 0 };

    if (!observe_fixture(&err))
        fail_msg("%s", err.message);
}
