/* SPDX-License-Identifier: MIT */
/* The lines that a person copies at night. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/manual_action.h"

#define KEY "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"

static void test_manual_action_restore_gives_the_line(void **state)
{
    static const struct {
        const char *name;
        enum change_kind kind;
        const char *place;
        const char *from;
        const char *line;
    } rows[] = {
        { "sysctl", CHANGE_SYSCTL, "net/ipv4/ip_local_port_range", "32768 60999",
          "sysctl -w net.ipv4.ip_local_port_range=\"32768 60999\"" },
        { "sysctl with a dot", CHANGE_SYSCTL, "net/ipv4/conf/eth0.1/rp_filter", "1",
          "sysctl -w net.ipv4.conf.eth0/1.rp_filter=\"1\"" },
        { "empty list", CHANGE_SYSCTL, "net/ipv4/ip_local_reserved_ports", "",
          "sysctl -w net.ipv4.ip_local_reserved_ports=\"\"" },
        { "file that was absent", CHANGE_FILE, "/etc/x.conf", NULL,
          "remove /etc/x.conf" },
        { "file", CHANGE_FILE, "/etc/x.conf", "a\nb\n",
          "write /etc/x.conf again, with its previous contents" },
        { "dword", CHANGE_REGISTRY, KEY "\\TcpTimedWaitDelay", "120",
          "reg add \"HKLM\\" KEY "\" /v TcpTimedWaitDelay /t REG_DWORD /d 120 /f" },
        { "absent value", CHANGE_REGISTRY, KEY "\\TcpTimedWaitDelay", NULL,
          "reg delete \"HKLM\\" KEY "\" /v TcpTimedWaitDelay /f" },
        { "value of another type", CHANGE_REGISTRY, KEY "\\MaxUserPort", "1:3500",
          "in regedit, set HKLM\\" KEY "\\MaxUserPort to the type 1 and the bytes 3500" },
        { "range", CHANGE_DYNAMIC_RANGE, "udp/ipv6", "49152-65535",
          "netsh int ipv6 set dynamicport udp start=49152 num=16384" },
        { "range that was unknown", CHANGE_DYNAMIC_RANGE, "udp/ipv6", NULL,
          "with netsh, set udp/ipv6 to the range ''" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct change change = { .kind = rows[i].kind,
                                 .setting = "s",
                                 .place = (char *)rows[i].place,
                                 .from = (char *)rows[i].from,
                                 .to = "never shown" };
        struct text line = { 0 };

        manual_action_restore(&change, &line);
        if (strcmp(text_string(&line), rows[i].line) != 0)
            fail_msg("%s: %s", rows[i].name, text_string(&line));
        text_clear(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_manual_action_restore_gives_the_line),
    };

    return cmocka_run_group_tests_name("remediate/manual_action", tests, NULL, NULL);
}
