/* SPDX-License-Identifier: MIT */
/* Why and what now: the sentences that every output shares. */
#include "checks/cause_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct text out;
static struct observation linux_host;
static struct observation windows_host;

static int start(void **state)
{
    (void)state;
    linux_host = (struct observation){ .os = { .kind = OS_LINUX } };
    windows_host = (struct observation){ .os = { .kind = OS_WINDOWS } };
    return 0;
}

static int clear(void **state)
{
    (void)state;
    text_clear(&out);
    return 0;
}

typedef void add_words(const struct observation *seen, enum cause cause,
                       struct text *text);

static const char *said(add_words *add, const struct observation *seen, enum cause cause)
{
    text_clear(&out);
    add(seen, cause, &out);
    return text_string(&out);
}

/* Nagios and Zabbix remove or mangle these characters, and '|' begins perfdata. */
static void assert_is_a_sentence(add_words *add, const struct observation *seen,
                                 enum cause cause)
{
    const char *words = said(add, seen, cause);
    const size_t length = strlen(words);

    if (length < 20 || length > CAUSE_WORDS_MAX || words[0] < 'a' || words[0] > 'z' ||
        words[length - 1] == '.' || strpbrk(words, "~$&|'\"<>;\\\n"))
        fail_msg("%s: %s", cause_words[cause], words);
}

static void test_cause_words_are_sentences_for_every_cause(void **state)
{
    (void)state;

    for (size_t i = 0; i < CAUSE_COUNT; i++) {
        const enum cause cause = (enum cause)i;

        assert_is_a_sentence(cause_words_why, &linux_host, cause);
        assert_is_a_sentence(cause_words_why, &windows_host, cause);
        assert_is_a_sentence(cause_words_cure, &linux_host, cause);
        assert_is_a_sentence(cause_words_cure, &windows_host, cause);
    }
}

static void test_cause_words_why_tells_how_long_that_system_keeps_a_port(void **state)
{
    (void)state;

    assert_non_null(
        strstr(said(cause_words_why, &linux_host, CAUSE_SHORT_CONNECTIONS), "60 s"));
    assert_non_null(strstr(said(cause_words_why, &windows_host, CAUSE_SHORT_CONNECTIONS),
                           "TcpTimedWaitDelay"));
    assert_non_null(
        strstr(said(cause_words_why, &linux_host, CAUSE_NOBODY_ANSWERS), "127 s"));
    assert_non_null(
        strstr(said(cause_words_why, &windows_host, CAUSE_NOBODY_ANSWERS), "21 s"));
}

/* A port of Windows is spent once for the machine, and has no such socket option. */
static void test_cause_words_cure_is_possible_on_that_system(void **state)
{
    (void)state;

    assert_non_null(strstr(said(cause_words_cure, &linux_host, CAUSE_SHORT_CONNECTIONS),
                           "more addresses"));
    assert_null(strstr(said(cause_words_cure, &windows_host, CAUSE_SHORT_CONNECTIONS),
                       "more addresses"));
    assert_non_null(
        strstr(said(cause_words_cure, &linux_host, CAUSE_BOUND_NEVER_CONNECTED),
               "IP_BIND_ADDRESS_NO_PORT"));
    assert_null(strstr(said(cause_words_cure, &windows_host, CAUSE_BOUND_NEVER_CONNECTED),
                       "IP_BIND_ADDRESS_NO_PORT"));
}

/* A leak is not cured by keep-alive, and a server that is down not by a restart here. */
static void test_cause_words_cure_fits_the_cause(void **state)
{
    (void)state;

    assert_string_equal(said(cause_words_cure, &linux_host, CAUSE_TOO_MANY_OPEN),
                        "limit the number of connections (the size of the pool), and "
                        "find out whether the server is slow");
    assert_string_equal(said(cause_words_cure, &windows_host, CAUSE_NOT_CLOSED_HERE),
                        "fix that program: it must close a connection when the other "
                        "side has closed it (a larger range only delays the next "
                        "failure)");
    assert_string_equal(said(cause_words_cure, &windows_host, CAUSE_NOBODY_ANSWERS),
                        "check that server and the firewalls on the way, and use a "
                        "shorter connect timeout here");
}

static void test_cause_words_now_sends_nobody_to_a_program_without_fault(void **state)
{
    static const enum cause_now expected[CAUSE_COUNT] = {
        [CAUSE_NONE] = CAUSE_NOW_NOWHERE,
        [CAUSE_SHORT_CONNECTIONS] = CAUSE_NOW_NOWHERE,
        [CAUSE_TOO_MANY_OPEN] = CAUSE_NOW_PROGRAM,
        [CAUSE_NOT_CLOSED_HERE] = CAUSE_NOW_PROGRAM,
        [CAUSE_NOBODY_ANSWERS] = CAUSE_NOW_SERVER,
        [CAUSE_NOT_CLOSED_THERE] = CAUSE_NOW_SERVER,
        [CAUSE_BOUND_NEVER_CONNECTED] = CAUSE_NOW_PROGRAM,
        [CAUSE_BIND_BEFORE_CONNECT] = CAUSE_NOW_PROGRAM,
        [CAUSE_LISTENERS] = CAUSE_NOW_PROGRAM,
        [CAUSE_UDP_NOT_CLOSED] = CAUSE_NOW_PROGRAM,
    };
    (void)state;

    for (size_t i = 0; i < CAUSE_COUNT; i++)
        if (cause_words_now((enum cause)i) != expected[i])
            fail_msg("'%s': %d", cause_words[i], (int)cause_words_now((enum cause)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_cause_words_are_sentences_for_every_cause, clear),
        cmocka_unit_test_teardown(
            test_cause_words_why_tells_how_long_that_system_keeps_a_port, clear),
        cmocka_unit_test_teardown(test_cause_words_cure_is_possible_on_that_system,
                                  clear),
        cmocka_unit_test_teardown(test_cause_words_cure_fits_the_cause, clear),
        cmocka_unit_test(test_cause_words_now_sends_nobody_to_a_program_without_fault),
    };

    return cmocka_run_group_tests_name("checks/cause_words", tests, start, NULL);
}
