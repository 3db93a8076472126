/* SPDX-License-Identifier: MIT */
/* netstat's rows are read in any language; what its words do not tell is not counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/cross_netstat.h"

static struct cross_rows rows;
static struct cross_scope scope;
static struct cross_facts facts;
static struct error failure;

/* Rows of two public reports of Windows 10, `netstat -anoq`, put together. */
static const char english[] =
    "\r\n"
    "Active Connections\r\n"
    "\r\n"
    "  Proto  Local Address          Foreign Address        State           PID\r\n"
    "  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       1200\r\n"
    "  TCP    0.0.0.0:49664          0.0.0.0:0              LISTENING       812\r\n"
    "  TCP    127.0.0.1:50001        127.0.0.1:9090         TIME_WAIT       0\r\n"
    "  TCP    127.0.0.1:50002        127.0.0.1:9090         TIME_WAIT       0\r\n"
    "  TCP    192.168.50.10:50003    172.66.0.227:443       ESTABLISHED     19280\r\n"
    "  TCP    192.168.50.10:50004    172.66.0.227:443       CLOSE_WAIT      19280\r\n"
    "  TCP    0.0.0.0:50003          0.0.0.0:0              BOUND           19280\r\n"
    "  TCP    0.0.0.0:50100          0.0.0.0:0              BOUND           44328\r\n"
    "  TCP    0.0.0.0:50101          0.0.0.0:0              BOUND           44328\r\n"
    "  TCP    127.0.0.1:8080         127.0.0.1:51001        TIME_WAIT       0\r\n"
    "  TCP    [::]:135               [::]:0                 LISTENING       1200\r\n"
    "  TCP    [::1]:49664            [::]:0                 LISTENING       812\r\n"
    "  TCP    [fe80::1%12]:50005     [fe80::2%12]:443       ESTABLISHED     4\r\n"
    "  UDP    0.0.0.0:123            *:*                                    1060\r\n"
    "  UDP    0.0.0.0:60001          *:*                                    8888\r\n"
    "  UDP    [::]:60001             *:*                                    8888\r\n"
    "  UDP    [fe80::1%12]:60002     *:*                                    8888\r\n";

/* Rows of a log of "netstat -an" in a public report from 2019, Windows 7 in code page
 * 850, with a bound one added whose word nobody has recorded. */
static const char german[] =
    "\r\n"
    "Aktive Verbindungen\r\n"
    "\r\n"
    "  Proto  Lokale Adresse         Remoteadresse          Status\r\n"
    "  TCP    0.0.0.0:135            0.0.0.0:0              ABH\231REN\r\n"
    "  TCP    127.0.0.1:49181        0.0.0.0:0              ABH\231REN\r\n"
    "  TCP    127.0.0.1:49181        127.0.0.1:49202        HERGESTELLT\r\n"
    "  TCP    127.0.0.1:49186        127.0.0.1:49273        SCHLIESSEN_WARTEN\r\n"
    "  TCP    127.0.0.1:49273        127.0.0.1:49186        FIN_WARTEN_2\r\n"
    "  TCP    172.17.67.120:51232    192.168.121.20:8080    WARTEND\r\n"
    "  TCP    172.17.67.120:51234    192.168.121.20:8080    WARTEND\r\n"
    "  UDP    0.0.0.0:500            *:*                    \r\n";

/* The heads of a public log of a Windows in French; its words are the English ones. */
static const char french[] =
    "\r\n"
    "Connexions actives\r\n"
    "\r\n"
    "  Proto  Adresse locale         Adresse distante       \220tat\r\n"
    "  TCP    10.33.16.169:49590     10.33.19.112:62998     TIME_WAIT\r\n"
    "  TCP    10.33.16.169:49797     20.54.232.160:443      ESTABLISHED\r\n"
    "  TCP    10.33.16.169:49798     20.54.232.160:443      CLOSE_WAIT\r\n"
    "  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING\r\n";

static void read_rows(const char *text)
{
    assert_true(cross_netstat_parse(text, &rows, &failure));
    cross_rows_tcp(&rows, &scope, &facts);
    cross_rows_udp(&rows, &scope, &facts);
}

static void assert_number(enum cross_name name, uint64_t wanted)
{
    assert_string_equal(facts.of[name].words, "");
    assert_int_equal(facts.of[name].kind, CROSS_NUMBER);
    assert_int_equal(facts.of[name].number, wanted);
}

static void assert_unknown(enum cross_name name, const char *why)
{
    assert_int_equal(facts.of[name].kind, CROSS_UNKNOWN);
    assert_string_equal(facts.of[name].words, why);
}

static int set_up(void **state)
{
    (void)state;
    scope = (struct cross_scope){ .counts_bound = true };
    scope.range[IP_PROTOCOL_TCP] = (struct port_range){ 49152, 65535 };
    scope.range[IP_PROTOCOL_UDP] = (struct port_range){ 49152, 65535 };
    facts = (struct cross_facts){ 0 };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cross_rows_clear(&rows);
    error_clear(&failure);
    return 0;
}

static void test_netstat_in_english(void **state)
{
    (void)state;

    read_rows(english);

    assert_number(CROSS_TIME_WAIT, 3);
    assert_number(CROSS_TIME_WAIT_IN_RANGE, 2);
    assert_number(CROSS_ESTABLISHED, 2);
    assert_number(CROSS_CLOSE_WAIT, 1);
    assert_number(CROSS_CONNECTIONS, 5);
    assert_number(CROSS_LISTEN, 2);
    assert_number(CROSS_PORTS_USED, 8);
    assert_number(CROSS_UDP_PORTS_USED, 2);
}

/* The half of a connection is none: port 50003 has one. */
static void test_netstat_bound_ports_without_halves(void **state)
{
    (void)state;

    read_rows(english);

    assert_number(CROSS_BOUND, 2);
}

static void test_netstat_in_german(void **state)
{
    (void)state;

    read_rows(german);

    assert_number(CROSS_TIME_WAIT, 2);
    assert_number(CROSS_ESTABLISHED, 1);
    assert_number(CROSS_CLOSE_WAIT, 1);
    assert_number(CROSS_CONNECTIONS, 5);
    assert_number(CROSS_LISTEN, 1);
    assert_number(CROSS_PORTS_USED, 5);
}

static void test_netstat_in_french(void **state)
{
    (void)state;

    read_rows(french);

    assert_number(CROSS_TIME_WAIT, 1);
    assert_number(CROSS_ESTABLISHED, 1);
    assert_number(CROSS_CLOSE_WAIT, 1);
}

/* By place alone: rows and ports are counted, states are not. */
static void test_netstat_in_an_unknown_language(void **state)
{
    static const char why[] =
        "the state 'VASTE YHTEYS' is in a language that is not known here";
    (void)state;

    read_rows("  TCP    10.0.0.1:50001   10.0.0.2:443   VASTE YHTEYS     19280\r\n"
              "  TCP    10.0.0.1:50002   10.0.0.2:443   VASTE YHTEYS     19280\r\n"
              "  TCP    0.0.0.0:135      0.0.0.0:0      LISTENING        4\r\n");

    assert_number(CROSS_CONNECTIONS, 2);
    assert_number(CROSS_PORTS_USED, 2);
    assert_unknown(CROSS_TIME_WAIT, why);
    assert_unknown(CROSS_ESTABLISHED, why);
    assert_unknown(CROSS_CLOSE_WAIT, why);
    assert_number(CROSS_LISTEN, 0);
    assert_number(CROSS_BOUND, 0);
}

/* A German bound port: its word is not known, but the other ones are. */
static void test_netstat_counts_the_states_whose_words_it_met(void **state)
{
    char text[sizeof german + 96];
    (void)state;

    (void)snprintf(text, sizeof text, "%s  TCP    0.0.0.0:50100  0.0.0.0:0  GEBUNDEN\r\n",
                   german);
    read_rows(text);

    assert_number(CROSS_LISTEN, 1);
    assert_unknown(CROSS_BOUND,
                   "the state 'GEBUNDEN' is in a language that is not known here");
    assert_number(CROSS_TIME_WAIT, 2);
    assert_number(CROSS_PORTS_USED, 6);
}

static void test_netstat_german_listeners_in_utf8(void **state)
{
    (void)state;

    read_rows("  TCP    0.0.0.0:50000   0.0.0.0:0   ABH\303\226REN   888\r\n"
              "  TCP    0.0.0.0:50001   0.0.0.0:0   ABH\231REN       888\r\n"
              "  TCP    0.0.0.0:50002   0.0.0.0:0   GEBUNDEN       888\r\n");

    assert_number(CROSS_LISTEN, 2);
}

/* A closed socket with a remote end takes a port, and is no connection. */
static void test_netstat_closed_sockets_are_no_connections(void **state)
{
    (void)state;

    read_rows("  TCP    10.0.0.1:50000   10.0.0.2:443   CLOSED   888\r\n"
              "  TCP    0.0.0.0:50000    0.0.0.0:0      BOUND    888\r\n");

    assert_number(CROSS_CONNECTIONS, 0);
    assert_number(CROSS_BOUND, 1);
    assert_number(CROSS_PORTS_USED, 1);
}

/* Then the check does not count them: which rows are bound ones must be known. */
static void test_netstat_strange_words_where_the_check_sees_no_bound_ports(void **state)
{
    (void)state;
    scope.counts_bound = false;

    read_rows("  TCP    0.0.0.0:50002   0.0.0.0:0   GEBUNDEN   888\r\n");

    assert_unknown(CROSS_PORTS_USED,
                   "which ports are only bound is in a language that is "
                   "not known here ('GEBUNDEN')");
}

static void test_netstat_ports_used_where_the_check_sees_no_bound_ones(void **state)
{
    (void)state;
    scope.counts_bound = false;

    read_rows(english);

    assert_number(CROSS_PORTS_USED, 6);
}

static void test_netstat_excluded_ports_are_not_used(void **state)
{
    (void)state;
    port_set_add(&scope.excluded[IP_PROTOCOL_TCP], 50001);
    port_set_add(&scope.excluded[IP_PROTOCOL_UDP], 60002);

    read_rows(english);

    assert_number(CROSS_PORTS_USED, 7);
    assert_number(CROSS_UDP_PORTS_USED, 1);
    assert_number(CROSS_TIME_WAIT_IN_RANGE, 2);
}

static void test_netstat_without_excluded_ports_counts_no_ports(void **state)
{
    (void)state;
    (void)snprintf(scope.excluded_unread, sizeof scope.excluded_unread, "netsh hangs");

    read_rows(english);

    assert_unknown(CROSS_PORTS_USED, "netsh hangs");
    assert_unknown(CROSS_UDP_PORTS_USED, "netsh hangs");
    assert_number(CROSS_ESTABLISHED, 2);
}

static void test_netstat_without_q_shows_no_bound_ports(void **state)
{
    (void)state;
    rows.says_nothing_of_bound = true;

    read_rows(english);

    assert_unknown(CROSS_BOUND, "this Windows' tool does not show bound ports");
    assert_unknown(CROSS_PORTS_USED,
                   "the check counts bound ports, the tool does not show them");
}

/* Wine's lists neither listeners nor IPv6. */
static void test_netstat_of_wine(void **state)
{
    static const char ends[] =
        "the tool does not list every state here: it has no listener";
    static const char v6[] = "the tool lists no socket of IPv6, and there are some";
    static const char text[] =
        "  TCP    127.0.0.1:44224        127.0.0.1:40001        ESTABLISHED\r\n"
        "  UDP    127.0.0.1:50123        *:*\r\n";
    (void)state;

    read_rows(text);
    assert_unknown(CROSS_CONNECTIONS, ends);
    assert_unknown(CROSS_LISTEN, ends);
    assert_unknown(CROSS_BOUND, ends);
    assert_unknown(CROSS_PORTS_USED, ends);
    assert_number(CROSS_UDP_PORTS_USED, 1);

    rows.lacks_v6[IP_PROTOCOL_TCP] = true;
    rows.lacks_v6[IP_PROTOCOL_UDP] = true;
    cross_rows_tcp(&rows, &scope, &facts);
    cross_rows_udp(&rows, &scope, &facts);
    assert_unknown(CROSS_CONNECTIONS, v6);
    assert_unknown(CROSS_ESTABLISHED, v6);
    assert_unknown(CROSS_UDP_PORTS_USED, v6);
}

static void test_netstat_tells_which_protocol_has_ipv6(void **state)
{
    (void)state;

    read_rows("  TCP    [::1]:50001   [::1]:443   ESTABLISHED   4\r\n"
              "  UDP    0.0.0.0:123   *:*         4\r\n");

    assert_true(rows.has_v6[IP_PROTOCOL_TCP]);
    assert_false(rows.has_v6[IP_PROTOCOL_UDP]);
}

static void assert_refused(const char *text, const char *message)
{
    assert_false(cross_netstat_parse(text, &rows, &failure));
    assert_string_equal(failure.message, message);
    error_clear(&failure);
    cross_rows_clear(&rows);
}

static void test_netstat_refuses_what_is_no_table(void **state)
{
    (void)state;

    assert_refused("", "netstat lists no socket");
    assert_refused("Displays protocol statistics and current TCP/IP connections.\r\n",
                   "netstat lists no socket");
    assert_refused("  TCP    10.0.0.1:50001\r\n",
                   "netstat's row 1 is no row of its table: 'TCP 10.0.0.1:50001'");
    assert_refused("  TCP    10.0.0.1:x  10.0.0.2:443  ESTABLISHED\r\n",
                   "netstat's row 1 is no row of its table: 'TCP 10.0.0.1:x'");
    assert_refused("  TCP    10.0.0.1:50001  10.0.0.2:65536  ESTABLISHED\r\n",
                   "netstat's row 1 is no row of its table: 'TCP 10.0.0.1:50001'");
    assert_refused("  TCP    10.0.0.1:50001  10.0.0.2:443\r\n",
                   "netstat's row 1 is no row of its table: 'TCP 10.0.0.1:50001'");
    assert_refused("  UDP\r\n", "netstat's row 1 is no row of its table: 'UDP '");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_netstat_in_english, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_bound_ports_without_halves, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_in_german, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_in_french, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_in_an_unknown_language, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_counts_the_states_whose_words_it_met,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_netstat_ports_used_where_the_check_sees_no_bound_ones, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_german_listeners_in_utf8, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_closed_sockets_are_no_connections,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_netstat_strange_words_where_the_check_sees_no_bound_ports, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_excluded_ports_are_not_used, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            test_netstat_without_excluded_ports_counts_no_ports, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_without_q_shows_no_bound_ports,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_of_wine, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_tells_which_protocol_has_ipv6,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_netstat_refuses_what_is_no_table, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests_name("windows-kit/cross_netstat", tests, NULL, NULL);
}
