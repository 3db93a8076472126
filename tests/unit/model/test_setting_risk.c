/* SPDX-License-Identifier: MIT */
/* What a change of a setting may cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/setting.h"

/* A change of one setting, and what must be said of it. */
struct risk_case {
    const char *setting;
    int64_t from; /* ABSENT = absent, or of another type */
    int64_t to;
    const char *risk;
};

enum { ABSENT = -1 };

#define LONGER    "each closed connection blocks its port for longer"
#define LATE      "a late segment of an old connection may meet a new one on the same port"
#define POINTLESS "TcpTimedWaitDelay has no effect without it, tuning guides say"
#define SERVICES                                                                         \
    "the TCP range begins at 1024 and lies over the ports of services, and WSL's "       \
    "mirrored network breaks"
#define BLOCKED "a port in TIME_WAIT remains blocked for its destination"
#define REUSED                                                                           \
    "none for outgoing connections: timestamps distinguish old segments from new ones"
#define UNPROTECTED                                                                      \
    "tcp_tw_reuse has no effect, and fast connections lose their protection against "    \
    "old "                                                                               \
    "segments"

static const struct risk_case risks[] = {
    { "TcpTimedWaitDelay", ABSENT, 30, LATE },
    { "TcpTimedWaitDelay", 120, 30, LATE },
    { "TcpTimedWaitDelay", 2, 30, LONGER },
    { "TcpTimedWaitDelay", 30, ABSENT, "the default of Windows applies again: " LONGER },
    { "StrictTimeWaitSeqCheck", ABSENT, 1, "none known" },
    { "StrictTimeWaitSeqCheck", 0, 1, "none known" },
    { "StrictTimeWaitSeqCheck", 4294967295, 1, "none known" },
    { "StrictTimeWaitSeqCheck", 1, 0, POINTLESS },
    { "StrictTimeWaitSeqCheck", 1, ABSENT, POINTLESS },
    { "MaxUserPort", 5000, ABSENT, "none: the dynamic range is in effect again" },
    { "MaxUserPort", ABSENT, ABSENT, "none: the dynamic range is in effect again" },
    { "MaxUserPort", ABSENT, 65534, SERVICES },
    { "MaxUserPort", 5000, 65534, SERVICES },
    { "MaxUserPort", 65534, 5000, SERVICES },
    { "tcp_tw_reuse", 0, 1, REUSED },
    { "tcp_tw_reuse", 2, 1, REUSED },
    { "tcp_tw_reuse", 0, 2, BLOCKED ", except on loopback" },
    { "tcp_tw_reuse", 1, 2, BLOCKED ", except on loopback" },
    { "tcp_tw_reuse", 1, 0, BLOCKED },
    { "tcp_timestamps", 0, 1, "12 bytes per segment" },
    { "tcp_timestamps", 0, 2, "12 bytes per segment" },
    { "tcp_timestamps", 1, 0, UNPROTECTED },
    { "tcp_fin_timeout", 120, 60, "a peer that closes later than this gets a reset" },
    { "tcp_fin_timeout", 30, 60,
      "a connection that the peer does not close keeps its port for longer" },
    { "tcp_tw_recycle", 1, 0, "none" },
    { "tcp_tw_recycle", 0, 1, "connections of clients behind NAT are dropped" },
    { "tcp_max_tw_buckets", 1000, 2000, "more memory for sockets in TIME_WAIT" },
    { "tcp_max_tw_buckets", 2000, 1000, "the kernel drops TIME_WAIT sockets early" },
};

static const struct setting_value *number_or_absent(int64_t number,
                                                    struct setting_value *out)
{
    *out = (struct setting_value){ .number = number };
    return number == ABSENT ? NULL : out;
}

static void test_setting_risk_is_that_of_the_change(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(risks); i++) {
        const struct risk_case *row = &risks[i];
        struct setting_value from;
        struct setting_value to;
        const char *risk =
            setting_risk(setting_find(row->setting), number_or_absent(row->from, &from),
                         number_or_absent(row->to, &to));

        if (!risk || strcmp(risk, row->risk) != 0)
            fail_msg("%s %d -> %d: %s", row->setting, (int)row->from, (int)row->to,
                     risk ? risk : "no risk");
    }
}

static void test_setting_risk_of_a_range_is_that_of_the_new_part(void **state)
{
    const struct setting_value from = { .kind = SETTING_PORT_RANGE,
                                        .range = { 32768, 60999 } };
    const struct setting_value to = { .kind = SETTING_PORT_RANGE,
                                      .range = { 10000, 65535 } };
    const struct setting *range = setting_find("ip_local_port_range");
    (void)state;

    assert_string_equal(setting_risk(range, &from, &to),
                        "what does not listen now may find its port of the new part in "
                        "use later: ranges for media (RTP, passive FTP), standbys of a "
                        "cluster, forwarded ports (DNAT, NodePorts); such ports stay "
                        "free if \"reserve\" in the policy names them "
                        "(port-exhaustion-policy(5))");
    assert_string_equal(setting_risk_of_reserve(range, SETTING_RESERVED),
                        "the kernel allocates the reserved ports no more: fewer ports "
                        "remain for connections");
    assert_string_equal(setting_risk_of_reserve(range, SETTING_RELEASED),
                        "a service that comes back to a released port may find the port "
                        "in use");
    assert_string_equal(setting_risk_of_reserve(range, SETTING_EXCHANGED),
                        "the kernel allocates the released ports instead of the reserved "
                        "ones: a service that comes back to a released port may find the "
                        "port in use");
    assert_string_equal(setting_risk(setting_find("DynamicPortRangeTcp"), &from, &to),
                        "firewall rules that name the old range (RPC) must follow it");
}

/* Every change has a risk, whatever the values. */
static void test_setting_risk_is_known_of_every_change(void **state)
{
    size_t count = 0;
    const struct setting *table = setting_table(&count);
    (void)state;

    for (size_t i = 0; i < count; i++)
        for (int64_t from = ABSENT; from <= 3; from++)
            for (int64_t to = ABSENT; to <= 3; to++) {
                struct setting_value a;
                struct setting_value b;
                const char *risk = setting_risk(&table[i], number_or_absent(from, &a),
                                                number_or_absent(to, &b));

                if (!risk || risk[0] == '\0' || strpbrk(risk, "\n|"))
                    fail_msg("%s %d -> %d", table[i].name, (int)from, (int)to);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_setting_risk_is_that_of_the_change),
        cmocka_unit_test(test_setting_risk_of_a_range_is_that_of_the_new_part),
        cmocka_unit_test(test_setting_risk_is_known_of_every_change),
    };

    return cmocka_run_group_tests_name("model/setting_risk", tests, NULL, NULL);
}
