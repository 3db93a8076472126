/* SPDX-License-Identifier: MIT */
/* The screen for people: whom it names, what it says to do, and what it never says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/explain_paper.h"
#include "plugin/report_explain.h"
#include "tests/support/given.h"
#include "tests/support/given_owners.h"
#include "tests/support/scene.h"

static enum owners_shown owners;
static struct explain_screen screen;

/* A Linux whose 100 ports are all but used up toward one server. */
static int begin(void **state)
{
    (void)given_idle_linux(state);
    given_range(&scene.seen, 40000, 40099, 0);
    owners = OWNERS_FULL;
    screen = (struct explain_screen){ .terminal = true };
    return 0;
}

/* Judges all metrics and prints the screen. */
static const char *explain(void)
{
    struct error err = { 0 };

    text_clear(&printed);
    judged_by(&scene, METRICS_ALL & ~(UINT32_C(1) << METRIC_MISCONFIGURED));
    scene.report.owners = owners;
    assert_true(report_explain(&scene.report, &screen, &printed, &err));
    return text_string(&printed);
}

/* Wherever lines end: the words of a sentence. */
static void assert_says(const char *sentence)
{
    static char words[PAPER_BYTES_MAX + 1];
    size_t length = 0;

    for (const char *at = text_string(&printed); *at && length < PAPER_BYTES_MAX; at++) {
        const char byte = *at == '\n' ? ' ' : *at;

        if (byte != ' ' || (length > 0 && words[length - 1] != ' '))
            words[length++] = byte;
    }
    words[length] = '\0';
    assert_text_has(words, sentence);
}

static struct destination *given_leak(enum conn_state state)
{
    struct destination *to = given_destination(&scene.seen, "10.0.0.5", 443, 90);

    if (state == CONN_ESTABLISHED)
        return to;
    to->established = 0;
    scene.seen.tcp.states[CONN_ESTABLISHED] = 0;
    scene.seen.tcp.states[state] = 90;
    if (state == CONN_CLOSE_WAIT)
        to->close_wait = 90;
    else if (state == CONN_SYN_SENT)
        to->syn_sent = 90;
    else if (state == CONN_FIN_WAIT_2)
        to->fin_wait_2 = 90;
    return to;
}

static struct owner *given_unit(const char *name, enum conn_state state)
{
    struct owner *owner = given_owner(&scene.seen, OWNER_UNIT, name, "billing");

    given_holder(&scene.seen, owner, state, 90);
    return owner;
}

static void test_explain_tells_what_to_restart_and_when_ports_are_free(void **state)
{
    (void)state;

    given_leak(CONN_ESTABLISHED);
    given_unit("billing.service", CONN_ESTABLISHED);
    (void)explain();

    assert_has("\nWHO        ports  share  state        user     unit\n"
               "              90   100%  ESTABLISHED  billing  billing.service\n");
    assert_says(
        "NOW systemctl stop billing.service - wait 60 s, then start it: 90 ports come "
        "back 60 s after the stop (TIME_WAIT), and a plain restart finds them taken");
}

static void test_explain_knows_that_time_wait_is_reused(void **state)
{
    (void)state;

    given_leak(CONN_ESTABLISHED);
    given_unit("billing.service", CONN_ESTABLISHED);
    given_setting(&scene.seen, "tcp_tw_reuse", 1);
    given_setting(&scene.seen, "tcp_timestamps", 1);
    (void)explain();

    assert_says("NOW systemctl restart billing.service - frees 90 ports in about 1 s "
                "(tcp_tw_reuse: TIME_WAIT is reused there)");
    scene.seen.settings[0].value.number = 2; /* on loopback alone */
    (void)explain();
    assert_has("systemctl stop billing.service - wait 60 s");
    scene.seen.settings[0].value.number = 1;
    scene.seen.settings[1].value.number = 0;
    (void)explain();
    assert_has("systemctl stop billing.service - wait 60 s");
}

static void test_explain_frees_what_the_peer_closed_at_once(void **state)
{
    (void)state;

    given_leak(CONN_CLOSE_WAIT);
    given_unit("mailer.service", CONN_CLOSE_WAIT);
    (void)explain();

    assert_says("NOW systemctl restart mailer.service - frees 90 ports at once");
}

static void test_explain_stops_a_scope_which_cannot_be_restarted(void **state)
{
    (void)state;

    given_leak(CONN_CLOSE_WAIT);
    given_unit("backup.scope", CONN_CLOSE_WAIT);

    assert_text_has(explain(), "systemctl stop backup.scope - frees 90 ports at once\n");
}

static void test_explain_gives_no_command_for_a_name_that_was_cleaned(void **state)
{
    (void)state;

    given_leak(CONN_CLOSE_WAIT);
    given_unit("a?b.service", CONN_CLOSE_WAIT);

    assert_text_has(explain(), "NOW       restart the unit a?b.service - frees 90");
    assert_has_not("systemctl");
}

static void given_person(void)
{
    struct owner *owner = given_owner(&scene.seen, OWNER_USER, NULL, "alice");

    owner->person = true;
    (void)snprintf(owner->program, sizeof owner->program, "python3");
    owner->pids[0] = (struct owner_pid){ .pid = 4711, .sockets = 60 };
    owner->pids[1] = (struct owner_pid){ .pid = 4712, .sockets = 30 };
    owner->pid_count = 2;
    scene.seen.owners.programs = true;
    given_holder(&scene.seen, owner, CONN_CLOSE_WAIT, 90);
}

static void test_explain_names_people_on_a_terminal(void **state)
{
    (void)state;

    given_leak(CONN_CLOSE_WAIT);
    given_person();
    (void)explain();

    assert_has("              90   100%  CLOSE_WAIT   python3  alice\n"
               "                                      pids 4711 (60), 4712 (30)\n");
    assert_says(
        "NOW restart python3 of user alice, pids 4711, 4712 - frees 90 ports at once");
    assert_has_not("left out");
}

static void test_explain_keeps_people_out_of_what_travels(void **state)
{
    (void)state;

    owners = OWNERS_SYSTEM;
    screen.terminal = false;
    given_leak(CONN_CLOSE_WAIT);
    given_person();
    (void)explain();

    assert_has("a login user\n");
    assert_has_not("alice");
    assert_has_not("python3");
    assert_has_not("4711");
    assert_has("          people, programs and pids are left out (no terminal): --owners "
               "full\n          shows them\n");
    screen.names_asked = true;
    (void)explain();
    assert_has_not("left out");
    assert_has_not("alice");
}

static void test_explain_names_nobody_where_the_policy_says_so(void **state)
{
    (void)state;

    owners = OWNERS_NONE;
    given_leak(CONN_CLOSE_WAIT);
    given_unit("mailer.service", CONN_CLOSE_WAIT);
    (void)explain();

    assert_has_not("mailer");
    assert_has_not("billing");
    assert_has("restart the program that has these sockets");
}

static void test_explain_accuses_nobody_of_time_wait(void **state)
{
    struct owner *steady;
    (void)state;

    given_time_wait(&scene.seen, "10.0.0.5", 443, 85, 0)->sockets = 90;
    scene.seen.tcp.top[0].established = 5;
    steady = given_owner(&scene.seen, OWNER_UNIT, "steady.service", "billing");
    given_holder(&scene.seen, steady, CONN_ESTABLISHED, 5);
    (void)explain();

    assert_has("              85    94%  TIME_WAIT    no process: closed already\n");
    assert_says("NOW no restart frees a port at once: TIME_WAIT belongs to no process.");
    assert_has_not("systemctl");
}

static void test_explain_tells_who_opens_what_time_wait_comes_from(void **state)
{
    struct owner *owner;
    (void)state;

    given_time_wait(&scene.seen, "10.0.0.5", 443, 90, 0);
    owner = given_owner(&scene.seen, OWNER_UNIT, "etl.service", "etl");
    given_opener(&scene.seen, owner, 1480);
    owner = given_owner(&scene.seen, OWNER_UNIT, "php.service", "www");
    given_opener(&scene.seen, owner, 270);
    scene.seen.look.exact = true;
    scene.seen.look.opened = 1750;
    scene.seen.look.closed = 1750;
    (void)explain();

    assert_has("          who opens connections there, counted for 1.0 s:\n"
               "           1,480/s  85%   etl.service\n"
               "             270/s  15%   php.service\n");
    assert_says(
        "Stop etl.service (opens 85%): growth ends, and ports come back within 60 s");
}

static void test_explain_accuses_no_program_of_a_server_that_is_silent(void **state)
{
    (void)state;

    given_leak(CONN_SYN_SENT);
    given_unit("billing.service", CONN_SYN_SENT);
    (void)explain();

    assert_says("NOW look at 10.0.0.5:443 and the network path to it (for example: nc "
                "-vz -w3 10.0.0.5 443); this host is the victim, and restarting "
                "something here does not help");
    assert_has("WHO WAITS  ports");
    assert_has_not("systemctl");
}

static void test_explain_accuses_nobody_of_what_the_peer_does_not_close(void **state)
{
    (void)state;

    given_leak(CONN_FIN_WAIT_2);
    given_unit("billing.service", CONN_FIN_WAIT_2);
    (void)explain();

    assert_says("NOW look at 10.0.0.5:443, which does not close its connections:");
    assert_has_not("systemctl");
}

static void test_explain_shows_who_is_bound_to_ports_of_the_range(void **state)
{
    struct owner *owner;
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 5);
    given_bound(&scene.seen, 60);
    owner = given_owner(&scene.seen, OWNER_UNIT, "haproxy.service", "proxy");
    given_share(&scene.seen.owners.tcp, &scene.seen, owner, CONN_BOUND, 60);
    (void)explain();

    assert_has("              60    92%  bound        proxy  haproxy.service\n"
               "               5     8%               toward the busiest destination\n");
    assert_has("systemctl restart haproxy.service - frees 60 ports at once\n");
}

/* Whose sockets they are does not tell who called bind() first; a port that it took stays
 * closed to every connect() while it is in TIME_WAIT. */
static void test_explain_accuses_nobody_of_bind_before_connect(void **state)
{
    struct owner *owner;
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 30);
    given_destination(&scene.seen, "10.0.0.6", 443, 30);
    given_destination(&scene.seen, "10.0.0.7", 443, 30);
    given_closed(&scene.seen, CLOSED_EXACT, 45);
    owner = given_owner(&scene.seen, OWNER_UNIT, "innocent.service", "u");
    given_share(&scene.seen.owners.tcp, &scene.seen, owner, CONN_ESTABLISHED, 46);
    owner = given_owner(&scene.seen, OWNER_UNIT, "other.service", "u");
    given_share(&scene.seen.owners.tcp, &scene.seen, owner, CONN_ESTABLISHED, 44);
    given_setting(&scene.seen, "tcp_tw_reuse", 1);
    given_setting(&scene.seen, "tcp_timestamps", 1);
    (void)explain();

    assert_has("bind() before connect()");
    assert_says("NOW stop the program that has these sockets - wait 60 s, then start it: "
                "its ports come back 60 s after the stop");
    assert_has_not("systemctl");
}

static void test_explain_puts_a_long_name_below_its_row(void **state)
{
    struct owner *owner;
    (void)state;

    given_leak(CONN_CLOSE_WAIT);
    owner = given_unit("a-name-of-a-unit-with-40-letters.service", CONN_CLOSE_WAIT);
    (void)snprintf(owner->program, sizeof owner->program, "program-of-it");
    (void)explain();

    assert_has("              90   100%  CLOSE_WAIT   program-of-it  billing\n"
               "                                      a-name-of-a-unit-with-40-letters."
               "service\n");
    screen.columns = 132;
    (void)explain();
    assert_has("CLOSE_WAIT   program-of-it  billing  a-name-of-a-unit-with-40-letters."
               "service\n");
}

static void test_explain_counts_those_who_are_not_shown(void **state)
{
    char name[32];
    (void)state;

    given_leak(CONN_CLOSE_WAIT);
    for (uint32_t i = 0; i < 7; i++) {
        (void)snprintf(name, sizeof name, "unit-%u.service", (unsigned int)i);
        given_holder(&scene.seen, given_owner(&scene.seen, OWNER_UNIT, name, "u"),
                     CONN_CLOSE_WAIT, 15 - i);
    }
    (void)explain();

    assert_has("unit-4.service\n");
    assert_has_not("unit-5.service\n");
    assert_has("              25                      others\n");
}

static void test_explain_of_windows_names_services_and_their_delay(void **state)
{
    struct owner *owner;
    (void)state;

    given_windows(&scene.seen);
    judged_defaults(&scene);
    given_range(&scene.seen, 50000, 50099, 0);
    given_leak(CONN_ESTABLISHED);
    owner = given_owner(&scene.seen, OWNER_UNIT, "Acme", NULL);
    given_holder(&scene.seen, owner, CONN_ESTABLISHED, 90);
    given_setting(&scene.seen, "TcpTimedWaitDelay", 30);
    (void)explain();

    assert_says("NOW stop the service Acme - wait 30 s, then start it: 90 ports come "
                "back 30 s after the stop (TIME_WAIT), and");
    assert_has_not("systemctl");
}

static void test_explain_of_a_host_that_is_well_is_short(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 3);
    given_holder(&scene.seen,
                 given_owner(&scene.seen, OWNER_UNIT, "mailer.service", "mailer"),
                 CONN_ESTABLISHED, 3);
    (void)explain();

    assert_text_has(text_string(&printed), "OK        destination usage: 3 of 100 ports");
    assert_has("               3   100%  ESTABLISHED  mailer  mailer.service\n");
    assert_has_not("NOW");
    assert_has_not("WHY");
    assert_has_not("read section");
}

static void test_explain_of_a_host_without_sockets_has_one_line(void **state)
{
    (void)state;

    assert_string_equal(explain(),
                        "OK        destination usage: 0 of 100 ports used (0%, limit "
                        "50%)\n");
}

static void test_explain_says_what_could_not_be_read(void **state)
{
    (void)state;

    given_unread(&scene.seen.tcp.reading, "netlink refused");
    (void)explain();

    assert_has("UNKNOWN   destination usage is not known: netlink refused\n");
    assert_has("read section \"The check says UNKNOWN\" of\n");
    assert_has_not("WHO");
}

static void test_explain_of_a_recording_says_so(void **state)
{
    (void)state;

    (void)explain();
    assert_has_not("RECORDED");
    scene.report.replayed = true;
    text_clear(&printed);
    assert_true(report_explain(&scene.report, &screen, &printed, NULL));

    assert_has("          RECORDED on web1 at 2025-10-09 08:53:20 UTC: not what is there "
               "now\n");
}

static void test_explain_has_an_end(void **state)
{
    char reason[OBSERVED_NOTE_SIZE];
    (void)state;

    memset(reason, 'x', sizeof reason);
    reason[sizeof reason - 1] = '\0';
    given_leak(CONN_CLOSE_WAIT);
    given_person();
    (void)snprintf(scene.seen.owners.unread, sizeof scene.seen.owners.unread, "%s",
                   reason);
    for (int i = 0; i < OBSERVED_NOTES_MAX; i++)
        observation_note(&scene.seen, "%d %s", i, reason);
    (void)explain();

    assert_true(printed.length <= PAPER_BYTES_MAX);
    assert_int_equal(printed.data[printed.length - 1], '\n');
}

static void test_explain_colour_is_of_state_and_heads(void **state)
{
    (void)state;

    report_explain_colour("CRITICAL  ports\n          more  words\nBUY TIME  x\n\nWHO\n",
                          &printed);

    assert_string_equal(text_string(&printed),
                        "\x1B[1;31mCRITICAL\x1B[0m  ports\n          more  words\n"
                        "\x1B[1mBUY TIME\x1B[0m  x\n\n\x1B[1mWHO\x1B[0m\n");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, clear_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_explain_tells_what_to_restart_and_when_ports_are_free),
        TEST(test_explain_knows_that_time_wait_is_reused),
        TEST(test_explain_frees_what_the_peer_closed_at_once),
        TEST(test_explain_stops_a_scope_which_cannot_be_restarted),
        TEST(test_explain_gives_no_command_for_a_name_that_was_cleaned),
        TEST(test_explain_names_people_on_a_terminal),
        TEST(test_explain_keeps_people_out_of_what_travels),
        TEST(test_explain_names_nobody_where_the_policy_says_so),
        TEST(test_explain_accuses_nobody_of_time_wait),
        TEST(test_explain_tells_who_opens_what_time_wait_comes_from),
        TEST(test_explain_accuses_no_program_of_a_server_that_is_silent),
        TEST(test_explain_accuses_nobody_of_what_the_peer_does_not_close),
        TEST(test_explain_shows_who_is_bound_to_ports_of_the_range),
        TEST(test_explain_accuses_nobody_of_bind_before_connect),
        TEST(test_explain_puts_a_long_name_below_its_row),
        TEST(test_explain_counts_those_who_are_not_shown),
        TEST(test_explain_of_windows_names_services_and_their_delay),
        TEST(test_explain_of_a_host_that_is_well_is_short),
        TEST(test_explain_of_a_host_without_sockets_has_one_line),
        TEST(test_explain_says_what_could_not_be_read),
        TEST(test_explain_of_a_recording_says_so),
        TEST(test_explain_has_an_end),
        TEST(test_explain_colour_is_of_state_and_heads),
    };

    return cmocka_run_group_tests_name("plugin/report_explain", tests, NULL, NULL);
}
