/* SPDX-License-Identifier: MIT */
/* What cmdlets, netsh, reg and wevtutil print is read by place, whatever the language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/cross_account.h"
#include "tests/windows-kit/lib/cross_csv.h"
#include "tests/windows-kit/lib/cross_texts.h"

static struct cross_rows rows;
static struct port_range range;
static struct port_set ports;
static struct error failure;

static int set_up(void **state)
{
    (void)state;
    range = (struct port_range){ 0 };
    ports = (struct port_set){ 0 };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cross_rows_clear(&rows);
    error_clear(&failure);
    return 0;
}

static void assert_failure(bool ok, const char *message)
{
    assert_false(ok);
    assert_string_equal(failure.message, message);
    error_clear(&failure);
}

/* Columns as public tools test with them, and Microsoft's page of the cmdlet. */
static void test_connections(void **state)
{
    (void)state;

    assert_true(cross_csv_connections("\"LocalPort\",\"RemotePort\",\"State\"\r\n"
                                      "\"25565\",\"0\",\"Listen\"\r\n"
                                      "\"53312\",\"7777\",\"Established\"\r\n"
                                      "\"58490\",\"0\",\"Bound\"\r\n"
                                      "\"58491\",\"443\",\"11\"\r\n",
                                      &rows, &failure));

    assert_int_equal(rows.count, 4);
    assert_int_equal(rows.list[0].state, CONN_LISTEN);
    assert_int_equal(rows.list[1].local_port, 53312);
    assert_int_equal(rows.list[1].remote_port, 7777);
    assert_int_equal(rows.list[1].state, CONN_ESTABLISHED);
    assert_int_equal(rows.list[2].state, CONN_BOUND);
    assert_int_equal(rows.list[3].state, CONN_TIME_WAIT);
    assert_false(rows.list[3].is_udp);
}

/* PowerShell 7 quotes nothing with -UseQuotes AsNeeded, and no one orders columns. */
static void test_connections_by_the_names_of_their_columns(void **state)
{
    (void)state;

    assert_true(cross_csv_connections("WARNING: a module is old, LocalPort\n"
                                      "State,LocalPort,RemotePort\n"
                                      "CloseWait,50000,443\n",
                                      &rows, &failure));

    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.list[0].local_port, 50000);
    assert_int_equal(rows.list[0].state, CONN_CLOSE_WAIT);
}

static void test_connections_refuse_what_is_no_table(void **state)
{
    (void)state;

    assert_failure(cross_csv_connections("", &rows, &failure), "no column LocalPort");
    assert_failure(cross_csv_connections("\"LocalPort\",\"State\"\r\n", &rows, &failure),
                   "no column RemotePort");
    assert_failure(cross_csv_connections("\"LocalPort\",\"RemotePort\",\"State\"\r\n"
                                         "\"1\",\"2\"\r\n",
                                         &rows, &failure),
                   "a row of 2 fields below 3 names");
    assert_failure(cross_csv_connections("\"LocalPort\",\"RemotePort\",\"State\"\r\n"
                                         "\"1\",\"2\",\"Hergestellt\"\r\n",
                                         &rows, &failure),
                   "a state 'Hergestellt'");
    assert_failure(cross_csv_connections("\"LocalPort\",\"RemotePort\",\"State\"\r\n"
                                         "\"65536\",\"2\",\"Bound\"\r\n",
                                         &rows, &failure),
                   "'65536' is above 65535");
    assert_int_equal(rows.count, 0);
}

static void test_endpoints(void **state)
{
    (void)state;

    assert_true(cross_csv_endpoints("\"LocalPort\"\r\n\"123\"\r\n\"60001\"\r\n", &rows,
                                    &failure));

    assert_int_equal(rows.count, 2);
    assert_true(rows.list[1].is_udp);
    assert_int_equal(rows.list[1].local_port, 60001);
}

/* The templates of a Windows 10, of which Automatic has no numbers of its own. */
static const char templates[] =
    "\"SettingName\",\"DynamicPortRangeStartPort\",\"DynamicPortRangeNumberOfPorts\","
    "\"AutoReusePortRangeStartPort\",\"AutoReusePortRangeNumberOfPorts\"\r\n"
    "\"Automatic\",,,,\r\n"
    "\"InternetCustom\",\"49152\",\"16384\",\"0\",\"0\"\r\n"
    "\"DatacenterCustom\",\"49152\",\"16384\",\"0\",\"0\"\r\n"
    "\"Internet\",\"49152\",\"16384\",\"0\",\"0\"\r\n";

static void test_template_range(void **state)
{
    (void)state;

    assert_true(cross_csv_range(templates, "DynamicPortRange", &range, &failure));

    assert_int_equal(range.first, 49152);
    assert_int_equal(range.last, 65535);
}

static void test_template_without_a_range(void **state)
{
    (void)state;
    range.first = 1;

    assert_true(cross_csv_range(templates, "AutoReusePortRange", &range, &failure));

    assert_int_equal(range.first, 0);
}

static void test_templates_that_differ(void **state)
{
    (void)state;

    assert_true(
        cross_csv_range("DynamicPortRangeStartPort,DynamicPortRangeNumberOfPorts\n"
                        "1025,64510\n50000,255\n1025,64510\n",
                        "DynamicPortRange", &range, &failure));

    assert_int_equal(range.first, 50000);
    assert_int_equal(range.last, 50254);
}

static void test_template_with_impossible_ports(void **state)
{
    (void)state;

    assert_failure(
        cross_csv_range("DynamicPortRangeStartPort,DynamicPortRangeNumberOfPorts\n"
                        "65535,2\n",
                        "DynamicPortRange", &range, &failure),
        "2 ports from 65535");
}

static void assert_range(const char *text, uint16_t first, uint16_t last)
{
    assert_true(cross_netsh_range(text, &range, &failure));
    assert_int_equal(range.first, first);
    assert_int_equal(range.last, last);
}

/* KB929851; a test of DataDog/datadog-agent; captures in microsoft/WSL. Code pages 850
 * and 866. */
static void test_netsh_range_in_any_language(void **state)
{
    (void)state;

    assert_range("\r\nProtocol tcp Dynamic Port Range\r\n"
                 "---------------------------------\r\n"
                 "Start Port      : 49152\r\nNumber of Ports : 16384\r\n\r\n",
                 49152, 65535);
    assert_range("\r\nProtokoll tcp Dynamischer Portbereich\r\n"
                 "---------------------------------\r\n"
                 "Startport      : 1024\r\nAnzahl von Ports : 64511\r\n\r\n",
                 1024, 65534);
    assert_range("\r\nPlage de ports dynamique du protocole tcp\r\n"
                 "---------------------------------\r\n"
                 "Port de d\202marrage   : 50000\r\nNombre de ports     : 255\r\n\r\n",
                 50000, 50254);
    assert_range("\r\n\217\340\256\342\256\252\256\253 tcp: \244\250\240\257\r\n"
                 "\217\256\340\342 : 10000\r\n\227\250\341\253\256 : 1000\r\n",
                 10000, 10999);
}

static void test_netsh_range_refuses_other_texts(void **state)
{
    (void)state;

    assert_failure(
        cross_netsh_range("The following command was not found.\r\n", &range, &failure),
        "netsh's text is no dynamic range: 0 numbers, 0 and 0");
    assert_failure(cross_netsh_range("a : 1\r\nb : 2\r\nc : 3\r\n", &range, &failure),
                   "netsh's text is no dynamic range: 3 numbers, 1 and 2");
    assert_failure(cross_netsh_range("a : 65535\r\nb : 2\r\n", &range, &failure),
                   "netsh's text is no dynamic range: 2 numbers, 65535 and 2");
    assert_failure(cross_netsh_range("a : 0\r\nb : 2\r\n", &range, &failure),
                   "netsh's text is no dynamic range: 2 numbers, 0 and 2");
}

/* Captures in microsoft/WSL#5306 and docker/for-win#3171. */
static void test_netsh_excluded_ports(void **state)
{
    (void)state;

    assert_true(cross_netsh_excluded("\r\n7 8\r\nIntervalos de exclusi\242n\r\n\r\n"
                                     "Puerto de inicio    Puerto final\r\n"
                                     "----------          --------\r\n"
                                     "      1025        1124\r\n"
                                     "      5357        5357\r\n"
                                     "     50000       50059     *\r\n\r\n"
                                     "     60000       60001     x\r\n"
                                     "     60003       60002\r\n"
                                     "* - Administered port exclusions.\r\n",
                                     &ports, &failure));

    assert_int_equal(port_set_count(&ports), 100 + 1 + 60);
    assert_true(port_set_has(&ports, 50059));
}

static void test_netsh_excludes_nothing(void **state)
{
    (void)state;

    assert_true(cross_netsh_excluded("Start Port    End Port\r\n"
                                     "----------    --------\r\n\r\n",
                                     &ports, &failure));
    assert_int_equal(port_set_count(&ports), 0);
    assert_failure(cross_netsh_excluded("1 2\r\n", &ports, &failure),
                   "netsh's text is no table of excluded ports");
}

/* reg.exe of Windows 10; its columns are parted by four blanks. */
static const char parameters[] =
    "\r\n"
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\r\n"
    "    DataBasePath    REG_EXPAND_SZ    %SystemRoot%\\System32\\drivers\\etc\r\n"
    "    Domain    REG_SZ    \r\n"
    "    NV Hostname    REG_SZ    WEB1\r\n"
    "    TcpTimedWaitDelay    REG_DWORD    0x1e\r\n"
    "    MaxUserPort    REG_SZ    65534\r\n"
    "\r\n"
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\"
    "Interfaces\r\n";

static void assert_value(const char *name, const char *wanted)
{
    char words[64] = "";

    assert_true(cross_reg_value(parameters, name, words, sizeof words, &failure));
    assert_string_equal(words, wanted);
}

static void test_reg_values(void **state)
{
    (void)state;

    assert_value("TcpTimedWaitDelay", "REG_DWORD 30");
    assert_value("tcptimedwaitdelay", "REG_DWORD 30");
    assert_value("MaxUserPort", "REG_SZ");
    assert_value("Domain", "REG_SZ");
    assert_value("NV Hostname", "REG_SZ");
    assert_value("Hostname", "absent");
    assert_value("StrictTimeWaitSeqCheck", "absent");
}

static void test_reg_refuses_what_is_no_list(void **state)
{
    char words[64];
    (void)state;

    assert_failure(cross_reg_value("ERROR: Access is denied.\r\n", "MaxUserPort", words,
                                   sizeof words, &failure),
                   "reg's text has no value");
    assert_failure(cross_reg_value("    MaxUserPort    REG_DWORD    0xzz\r\n",
                                   "MaxUserPort", words, sizeof words, &failure),
                   "reg's DWORD '0xzz' is no number");
    assert_failure(cross_reg_value("    MaxUserPort    REG_DWORD\r\n", "MaxUserPort",
                                   words, sizeof words, &failure),
                   "reg's DWORD '' is no number");
}

/* `wevtutil qe`: the head is that of public captures of System's other classic sources.
 */
#define EVENT(id)                                                                        \
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"      \
    "<Provider Name='Tcpip'/><EventID Qualifiers='32768'>" id "</EventID>"               \
    "<Version>0</Version><Level>3</Level><EventRecordID>4266</EventRecordID>"            \
    "<Channel>System</Channel></System></Event>\r\n"

static void test_events(void **state)
{
    static const uint32_t ids[] = { 4231, 4266 };
    (void)state;

    assert_int_equal(cross_events_count(EVENT("4231") EVENT("4227") EVENT("4231")
                                            EVENT("4266"),
                                        ids, ARRAY_COUNT(ids)),
                     3);
    assert_int_equal(cross_events_count("<EventID>4231</EventID>", ids, 2), 1);
    assert_int_equal(cross_events_count("", ids, 2), 0);
    assert_int_equal(cross_events_count("<EventID", ids, 2), 0);
}

static void test_account_names_need_no_language(void **state)
{
    (void)state;

    assert_string_equal(cross_account_name("S-1-5-18"), "SYSTEM");
    assert_string_equal(cross_account_name("S-1-5-19"), "LocalService");
    assert_string_equal(cross_account_name("S-1-5-20"), "NetworkService");
    assert_string_equal(cross_account_name("S-1-5-21-1-2-3-500"), "a user");
}

static void test_account_of_this_process(void **state)
{
    const char *account = cross_account(&failure);
    (void)state;

    assert_non_null(account);
    assert_non_null(strstr(account, "elevated"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_connections),
        TEST(test_connections_by_the_names_of_their_columns),
        TEST(test_connections_refuse_what_is_no_table),
        TEST(test_endpoints),
        TEST(test_template_range),
        TEST(test_template_without_a_range),
        TEST(test_templates_that_differ),
        TEST(test_template_with_impossible_ports),
        TEST(test_netsh_range_in_any_language),
        TEST(test_netsh_range_refuses_other_texts),
        TEST(test_netsh_excluded_ports),
        TEST(test_netsh_excludes_nothing),
        TEST(test_reg_values),
        TEST(test_reg_refuses_what_is_no_list),
        TEST(test_events),
        TEST(test_account_names_need_no_language),
        TEST(test_account_of_this_process),
    };

    return cmocka_run_group_tests_name("windows-kit/cross_texts", tests, NULL, NULL);
}
