/* SPDX-License-Identifier: MIT */
/* A call that does not end is left alone, and freed by whoever lets go last. */
#include "checks/host/windows/left_thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/host/windows/win.h"

enum { LONG_MS = 600000 };

struct job {
    struct left_job left;
    HANDLE may_end;   /* NULL: at once */
    HANDLE discarded; /* set by who discards it */
    bool worked;
};

static void work(struct left_job *left)
{
    struct job *job = (struct job *)left;

    if (job->may_end)
        (void)WaitForSingleObject(job->may_end, INFINITE);
    job->worked = true;
}

static void discard(struct left_job *left)
{
    (void)SetEvent(((struct job *)left)->discarded);
}

static struct job given_job(void)
{
    return (struct job){ .left = { .work = work, .discard = discard, .holders = 1 },
                         .discarded = CreateEventW(NULL, TRUE, FALSE, NULL) };
}

static bool is_set(HANDLE event, DWORD limit_ms)
{
    return WaitForSingleObject(event, limit_ms) == WAIT_OBJECT_0;
}

static void test_work_that_ends_is_the_callers(void **state)
{
    struct job job = given_job();
    struct error err = { 0 };
    (void)state;

    assert_true(left_job_run(&job.left, LONG_MS, &err));

    assert_true(job.worked);
    assert_false(left_thread_any());
    assert_false(is_set(job.discarded, 0));
    left_job_let_go(&job.left);
    assert_true(is_set(job.discarded, 0));
}

static void test_late_work_is_left_alone(void **state)
{
    struct job job = given_job();
    struct error err = { 0 };
    (void)state;
    job.may_end = CreateEventW(NULL, TRUE, FALSE, NULL);

    assert_false(left_job_run(&job.left, 10, &err));

    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_true(left_thread_any());
    left_job_let_go(&job.left);
    assert_false(is_set(job.discarded, 0));
    (void)SetEvent(job.may_end);
    assert_true(is_set(job.discarded, LONG_MS));
    assert_true(job.worked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_work_that_ends_is_the_callers),
        cmocka_unit_test(test_late_work_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
