/* SPDX-License-Identifier: MIT */
/* A boot, write by write. */
#include "checks/decode/sysctl_boot.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/place.h"

enum { REUSE, RANGE, START, LIST, KEY_COUNT };

struct bench {
    struct sysctl_writes writes;
    struct sysctl_at_boot keys[KEY_COUNT];
    struct os_version kernel;
};

static struct bench bench;

static int given_nothing(void **state)
{
    (void)state;
    bench = (struct bench){
        .keys = { [REUSE] = { .key = "net/ipv4/tcp_tw_reuse" },
                  [RANGE] = { .key = PLACE_PORT_RANGE, .kind = SYSCTL_PORT_RANGE },
                  [START] = { .key = PLACE_UNPRIVILEGED_START },
                  [LIST] = { .key = PLACE_RESERVED_PORTS, .kind = SYSCTL_PORT_LIST } },
        .kernel = { .kind = OS_LINUX, .major = 6, .minor = 18 },
    };
    return 0;
}

static int clear(void **state)
{
    (void)state;
    sysctl_writes_clear(&bench.writes);
    return 0;
}

static void given_write(size_t key, enum sysctl_writer by, const char *value)
{
    char file[] = "/etc/sysctl.d/x.conf";
    struct error err = { 0 };

    if (!sysctl_writes_add(
            &bench.writes,
            &(struct sysctl_write){ .key = key,
                                    .by = by,
                                    .value = (char *)value,
                                    .file = file,
                                    .line = (uint32_t)bench.writes.count + 1 },
            &err))
        fail_msg("%s", err.message);
}

static void assert_key(size_t key, const char *expected)
{
    const struct sysctl_at_boot *at = &bench.keys[key];
    char said[400];

    sysctl_boot_play(&bench.writes, &bench.kernel, bench.keys, KEY_COUNT);
    if (at->boot == BOOT_UNSET)
        (void)snprintf(said, sizeof said, "unset %s", at->refused);
    else if (at->boot == BOOT_UNKNOWN)
        (void)snprintf(said, sizeof said, "unknown %s", at->refused);
    else if (at->kind == SYSCTL_PORT_RANGE)
        (void)snprintf(said, sizeof said, "%u-%u:%" PRIu32 " %s", at->range.first,
                       at->range.last, at->source->line, at->refused);
    else
        (void)snprintf(said, sizeof said, "%" PRId64 ":%" PRIu32 " %s", at->number,
                       at->source->line, at->refused);
    assert_string_equal(said, expected);
}

static void test_sysctl_boot_play_starts_with_nothing_set(void **state)
{
    (void)state;

    assert_key(REUSE, "unset ");
    assert_key(RANGE, "unset ");
}

static void test_sysctl_boot_play_keeps_the_last_write(void **state)
{
    (void)state;

    given_write(REUSE, SYSCTL_BOOT, "2");
    given_write(REUSE, SYSCTL_BOOT, "1 # why");

    assert_key(REUSE, "1:2 ");
}

static void test_sysctl_boot_play_leaves_what_stood_where_a_write_is_refused(void **state)
{
    (void)state;

    given_write(REUSE, SYSCTL_BOOT, "1");
    given_write(REUSE, SYSCTL_BOOT, "3");
    assert_key(REUSE,
               "1:1 /etc/sysctl.d/x.conf:2: the kernel refuses '3': expected 0 to 2");
    given_write(REUSE, SYSCTL_BOOT, "2");
    assert_key(REUSE, "2:3 ");
}

static void test_sysctl_boot_play_leaves_the_default_where_all_is_refused(void **state)
{
    (void)state;

    given_write(LIST, SYSCTL_BOOT, "8080, 9090");

    assert_key(LIST, "unset /etc/sysctl.d/x.conf:1: the kernel refuses '8080, 9090': ' "
                     "9090' is not a whole number");
}

static void test_sysctl_boot_play_completes_half_a_range(void **state)
{
    (void)state;

    given_write(RANGE, SYSCTL_BOOT, "20000");
    assert_key(RANGE, "20000-60999:1 ");
    given_write(RANGE, SYSCTL_BOOT, "10000 65535");
    given_write(RANGE, SYSCTL_BOOT, "15000");
    assert_key(RANGE, "15000-65535:3 ");
}

static void test_sysctl_boot_play_knows_half_a_range_only_from_4_2(void **state)
{
    (void)state;

    bench.kernel = (struct os_version){ .kind = OS_LINUX, .major = 3, .minor = 10 };
    given_write(RANGE, SYSCTL_BOOT, "20000");
    assert_key(RANGE, "unknown ");
    given_write(RANGE, SYSCTL_BOOT, "20000 x");
    assert_key(RANGE, "unknown /etc/sysctl.d/x.conf:2: the kernel refuses '20000 x': 'x' "
                      "is not a whole number");
    given_write(RANGE, SYSCTL_BOOT, "1 65535");
    assert_key(RANGE, "1-65535:3 ");
}

static void test_sysctl_boot_play_holds_the_range_to_the_unprivileged_start(void **state)
{
    (void)state;

    given_write(RANGE, SYSCTL_BOOT, "1000 65535");
    assert_key(RANGE, "unset /etc/sysctl.d/x.conf:1: the kernel refuses '1000 65535': "
                      "below ip_unprivileged_port_start, 1024");
    given_write(START, SYSCTL_BOOT, "1000");
    given_write(RANGE, SYSCTL_BOOT, "1000 65535");
    assert_key(RANGE, "1000-65535:3 ");
    given_write(START, SYSCTL_BOOT, "1000");
    assert_key(START, "1000:4 ");
    given_write(START, SYSCTL_BOOT, "1001");
    assert_key(START, "1000:4 /etc/sysctl.d/x.conf:5: the kernel refuses '1001': above "
                      "the port range, which begins at 1000");
}

/* Such a kernel has no ip_unprivileged_port_start, whatever a file says. */
static void test_sysctl_boot_play_knows_no_unprivileged_start_before_4_11(void **state)
{
    (void)state;

    bench.kernel = (struct os_version){ .kind = OS_LINUX, .major = 4, .minor = 10 };
    given_write(START, SYSCTL_BOOT, "2000");
    given_write(RANGE, SYSCTL_BOOT, "1000 65535");
    assert_key(RANGE, "1000-65535:2 ");
}

static void test_sysctl_boot_play_names_a_refused_range_where_none_is_known(void **state)
{
    (void)state;

    bench.kernel = (struct os_version){ .kind = OS_LINUX, .major = 3, .minor = 10 };
    given_write(RANGE, SYSCTL_BOOT, "0 65535");
    assert_key(RANGE, "unset /etc/sysctl.d/x.conf:1: the kernel refuses '0 65535': "
                      "expected 1 to 65535");
    given_write(RANGE, SYSCTL_BOOT, "30000 20000");
    assert_key(RANGE, "unset /etc/sysctl.d/x.conf:2: the kernel refuses '30000 20000': "
                      "30000 to 20000 is not a range, expected the lower ");
}

static void test_sysctl_boot_play_does_not_guess_variables_of_tuned(void **state)
{
    (void)state;

    given_write(REUSE, SYSCTL_BOOT, "1");
    given_write(REUSE, SYSCTL_TUNED, "${reuse}");
    assert_key(REUSE, "unknown ");
    given_write(RANGE, SYSCTL_TUNED, ">1024 65535");
    assert_key(RANGE, "unknown ");
    given_write(START, SYSCTL_REAPPLIED, "2000");
    assert_key(START, "2000:4 ");
    given_write(RANGE, SYSCTL_REAPPLIED, "20000");
    assert_key(RANGE, "unknown ");
    given_write(RANGE, SYSCTL_REAPPLIED, "20000 30000");
    assert_key(RANGE, "20000-30000:6 ");
}

static void test_sysctl_boot_play_forgets_a_range_for_its_own_variable(void **state)
{
    (void)state;

    given_write(REUSE, SYSCTL_TUNED, "${reuse}");
    given_write(RANGE, SYSCTL_REAPPLIED, "20000");
    assert_key(RANGE, "20000-60999:2 ");
    given_write(RANGE, SYSCTL_TUNED, "${range}");
    given_write(RANGE, SYSCTL_REAPPLIED, "20000");
    assert_key(RANGE, "unknown ");
}

static void test_sysctl_boot_play_takes_no_empty_text_of_tuned_for_a_write(void **state)
{
    (void)state;

    given_write(REUSE, SYSCTL_BOOT, "1");
    given_write(REUSE, SYSCTL_TUNED, "");
    assert_key(REUSE, "1:1 ");
    given_write(REUSE, SYSCTL_BOOT, "");
    assert_key(REUSE, "1:1 /etc/sysctl.d/x.conf:3: the kernel refuses '': expected a "
                      "number, found none");
}

static void test_sysctl_writes_add_keeps_one_value_of_a_profile(void **state)
{
    (void)state;

    given_write(REUSE, SYSCTL_TUNED, "2");
    given_write(RANGE, SYSCTL_TUNED, "10000 65535");
    given_write(REUSE, SYSCTL_TUNED, "1");

    assert_int_equal(bench.writes.count, 2);
    assert_string_equal(bench.writes.writes[0].value, "1");
    assert_string_equal(sysctl_writes_last(&bench.writes, REUSE, SYSCTL_TUNED)->value,
                        "1");
    assert_null(sysctl_writes_last(&bench.writes, REUSE, SYSCTL_BOOT));
}

static void test_sysctl_writes_add_is_bounded(void **state)
{
    char text[] = "1";
    const struct sysctl_write lent = { .key = REUSE, .value = text, .file = text };
    struct error err = { 0 };
    (void)state;

    for (size_t i = 0; i < SYSCTL_WRITES_MAX; i++)
        assert_true(sysctl_writes_add(&bench.writes, &lent, &err));

    assert_false(sysctl_writes_add(&bench.writes, &lent, &err));
    assert_int_equal(err.code, ERR_LIMIT);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, given_nothing, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sysctl_boot_play_starts_with_nothing_set),
        TEST(test_sysctl_boot_play_keeps_the_last_write),
        TEST(test_sysctl_boot_play_leaves_what_stood_where_a_write_is_refused),
        TEST(test_sysctl_boot_play_leaves_the_default_where_all_is_refused),
        TEST(test_sysctl_boot_play_completes_half_a_range),
        TEST(test_sysctl_boot_play_knows_half_a_range_only_from_4_2),
        TEST(test_sysctl_boot_play_holds_the_range_to_the_unprivileged_start),
        TEST(test_sysctl_boot_play_knows_no_unprivileged_start_before_4_11),
        TEST(test_sysctl_boot_play_names_a_refused_range_where_none_is_known),
        TEST(test_sysctl_boot_play_does_not_guess_variables_of_tuned),
        TEST(test_sysctl_boot_play_forgets_a_range_for_its_own_variable),
        TEST(test_sysctl_boot_play_takes_no_empty_text_of_tuned_for_a_write),
        TEST(test_sysctl_writes_add_keeps_one_value_of_a_profile),
        TEST(test_sysctl_writes_add_is_bounded),
    };

    return cmocka_run_group_tests_name("decode/sysctl_boot", tests, NULL, NULL);
}
