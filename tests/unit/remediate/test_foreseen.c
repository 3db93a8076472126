/* SPDX-License-Identifier: MIT */
/* What changes make of the settings that usage depends on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "remediate/foreseen.h"
#include "tests/support/given.h"

static struct foreseen foreseen;
static struct observation seen;

static int given_nothing(void **state)
{
    (void)state;
    foreseen = (struct foreseen){ 0 };
    given_linux(&seen);
    return 0;
}

/* One change; strings are only read. */
static void foresee_one(enum change_kind kind, const char *place, const char *from,
                        const char *to)
{
    const struct change change = {
        .kind = kind, .place = (char *)place, .from = (char *)from, .to = (char *)to
    };

    foresee(&change, 1, &foreseen);
}

static void test_foresee_takes_a_sysctl_range_for_all_four(void **state)
{
    (void)state;

    foresee_one(CHANGE_SYSCTL, "net/ipv4/ip_local_port_range", "32768 60999",
                "10000 65535");

    for (size_t protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++)
        for (size_t family = 0; family < IP_FAMILY_COUNT; family++) {
            assert_true(foreseen.has_range[protocol][family]);
            assert_int_equal(foreseen.from[protocol][family].first, 32768);
            assert_int_equal(foreseen.to[protocol][family].first, 10000);
            assert_int_equal(foreseen.to[protocol][family].last, 65535);
        }
    assert_true(foreseen_moves_usage(&foreseen));
}

static void test_foresee_takes_a_dynamic_range_for_its_own(void **state)
{
    (void)state;

    foresee_one(CHANGE_DYNAMIC_RANGE, "udp/ipv6", "49152-65535", "32768-65535");

    assert_true(foreseen.has_range[IP_PROTOCOL_UDP][IP_FAMILY_V6]);
    assert_int_equal(foreseen.to[IP_PROTOCOL_UDP][IP_FAMILY_V6].first, 32768);
    assert_false(foreseen.has_range[IP_PROTOCOL_UDP][IP_FAMILY_V4]);
    assert_false(foreseen.has_range[IP_PROTOCOL_TCP][IP_FAMILY_V6]);
    assert_true(foreseen_moves_usage(&foreseen));
}

static void test_foresee_reads_what_is_reserved(void **state)
{
    (void)state;

    foresee_one(CHANGE_SYSCTL, "net/ipv4/ip_local_reserved_ports", "", "8080,9000-9001");

    assert_true(foreseen.has_reserved);
    assert_int_equal(port_set_count(&foreseen.reserved_from), 0);
    assert_int_equal(port_set_count(&foreseen.reserved_to), 3);
    assert_true(foreseen_moves_usage(&foreseen));
}

static void test_foresee_leaves_out_what_waits_for_a_reboot(void **state)
{
    const struct change change = { .kind = CHANGE_REGISTRY,
                                   .place = (char *)"x",
                                   .from = (char *)"240",
                                   .to = (char *)"30",
                                   .reboot = true };
    (void)state;

    foresee(&change, 1, &foreseen);

    assert_true(foreseen.reboot);
    assert_false(foreseen_moves_usage(&foreseen));
}

static void test_foresee_leaves_out_what_does_not_move_usage(void **state)
{
    (void)state;

    foresee_one(CHANGE_FILE, "net/ipv4/ip_local_port_range", "1 2", "1 3");
    assert_false(foreseen_moves_usage(&foreseen));
    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_fin_timeout", "120", "60");
    assert_false(foreseen_moves_usage(&foreseen));
    foresee_one(CHANGE_SYSCTL, "net/ipv4/ip_local_port_range", "32768 60999", "rubbish");
    assert_false(foreseen_moves_usage(&foreseen));
    foresee_one(CHANGE_DYNAMIC_RANGE, "tcp/ipv5", "49152-65535", "32768-65535");
    assert_false(foreseen_moves_usage(&foreseen));
}

static void test_foresee_leaves_out_what_has_no_value(void **state)
{
    static const struct {
        enum change_kind kind;
        const char *place;
        const char *value;
    } rows[] = {
        { CHANGE_SYSCTL, "net/ipv4/ip_local_port_range", "32768 60999" },
        { CHANGE_SYSCTL, "net/ipv4/ip_local_reserved_ports", "8080" },
        { CHANGE_SYSCTL, "net/ipv4/tcp_tw_reuse", "1" },
        { CHANGE_SYSCTL, "net/ipv4/tcp_timestamps", "1" },
        { CHANGE_DYNAMIC_RANGE, "tcp/ipv4", "49152-65535" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        foresee_one(rows[i].kind, rows[i].place, NULL, rows[i].value);
        assert_false(foreseen_moves_usage(&foreseen));
        foresee_one(rows[i].kind, rows[i].place, rows[i].value, NULL);
        assert_false(foreseen_moves_usage(&foreseen));
        foresee_one(rows[i].kind, rows[i].place, "rubbish", rows[i].value);
        assert_false(foreseen_moves_usage(&foreseen));
        foresee_one(rows[i].kind, rows[i].place, rows[i].value, "rubbish");
        assert_false(foreseen_moves_usage(&foreseen));
        foresee_one(rows[i].kind, rows[i].place, rows[i].value, rows[i].value);
        assert_true(foreseen_moves_usage(&foreseen));
    }
}

static void test_foresee_takes_so_many_changes(void **state)
{
    const struct change changes[] = {
        { .kind = CHANGE_SYSCTL,
          .place = (char *)"net/ipv4/tcp_fin_timeout",
          .from = (char *)"60",
          .to = (char *)"30" },
        { .kind = CHANGE_SYSCTL,
          .place = (char *)"net/ipv4/tcp_tw_reuse",
          .from = (char *)"2",
          .to = (char *)"1" },
    };
    (void)state;

    foresee(changes, 1, &foreseen);
    assert_false(foreseen_moves_usage(&foreseen));
    foresee(changes, 2, &foreseen);
    assert_true(foreseen_moves_usage(&foreseen));
}

static void test_foreseen_moves_usage_of_each_range_alone(void **state)
{
    static const char *const places[] = { "tcp/ipv4", "tcp/ipv6", "udp/ipv4",
                                          "udp/ipv6" };
    (void)state;

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        foresee_one(CHANGE_DYNAMIC_RANGE, places[i], "49152-65535", "32768-65535");
        assert_true(foreseen_moves_usage(&foreseen));
    }
}

static void test_foreseen_reuse_is_what_it_will_be_set_to(void **state)
{
    (void)state;

    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_tw_reuse", "2", "1");
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_LOOPBACK), REUSE_ALWAYS);
    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_tw_reuse", "0", "1");
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_NEVER), REUSE_ALWAYS);
    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_tw_reuse", "1", "2");
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_ALWAYS), REUSE_LOOPBACK);
    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_tw_reuse", "1", "0");
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_ALWAYS), REUSE_NEVER);
}

static void test_foreseen_reuse_stays_where_nothing_changes(void **state)
{
    (void)state;

    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_LOOPBACK), REUSE_LOOPBACK);
    /* Values without a meaning. */
    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_tw_reuse", "2", "7");
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_LOOPBACK), REUSE_LOOPBACK);
    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_tw_reuse", "2", "3");
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_ALWAYS), REUSE_ALWAYS);
    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_tw_reuse", "2", "-1");
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_ALWAYS), REUSE_ALWAYS);
}

/* Sockets that began without timestamps are never reused. */
static void test_foreseen_reuse_is_none_of_today_without_timestamps(void **state)
{
    const struct change both[] = {
        { .place = (char *)"net/ipv4/tcp_tw_reuse",
          .from = (char *)"2",
          .to = (char *)"1" },
        { .place = (char *)"net/ipv4/tcp_timestamps",
          .from = (char *)"0",
          .to = (char *)"1" },
    };
    (void)state;

    foresee(both, 2, &foreseen);
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_NEVER), REUSE_NEVER);
    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_tw_reuse", "2", "1");
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_NEVER), REUSE_NEVER);
    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_timestamps", "1", "0");
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_ALWAYS), REUSE_NEVER);
    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_timestamps", "0", "1");
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_ALWAYS), REUSE_NEVER);
    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_timestamps", "1", "2");
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_ALWAYS), REUSE_ALWAYS);
}

static void test_foreseen_reuse_asks_the_observation_for_timestamps(void **state)
{
    (void)state;

    foresee_one(CHANGE_SYSCTL, "net/ipv4/tcp_tw_reuse", "0", "1");
    given_setting(&seen, "tcp_timestamps", 0);
    seen.setting_count = 0; /* what lies behind is not looked at */
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_NEVER), REUSE_ALWAYS);
    seen.setting_count = 1;
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_NEVER), REUSE_NEVER);
    seen.settings[0].value.number = 1;
    assert_int_equal(foreseen_reuse(&foreseen, &seen, REUSE_NEVER), REUSE_ALWAYS);
}

#define TEST(function) cmocka_unit_test_setup(function, given_nothing)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_foresee_takes_a_sysctl_range_for_all_four),
        TEST(test_foresee_takes_a_dynamic_range_for_its_own),
        TEST(test_foresee_reads_what_is_reserved),
        TEST(test_foresee_leaves_out_what_waits_for_a_reboot),
        TEST(test_foresee_leaves_out_what_does_not_move_usage),
        TEST(test_foresee_leaves_out_what_has_no_value),
        TEST(test_foresee_takes_so_many_changes),
        TEST(test_foreseen_moves_usage_of_each_range_alone),
        TEST(test_foreseen_reuse_is_what_it_will_be_set_to),
        TEST(test_foreseen_reuse_stays_where_nothing_changes),
        TEST(test_foreseen_reuse_is_none_of_today_without_timestamps),
        TEST(test_foreseen_reuse_asks_the_observation_for_timestamps),
    };

    return cmocka_run_group_tests_name("remediate/foreseen", tests, NULL, NULL);
}
