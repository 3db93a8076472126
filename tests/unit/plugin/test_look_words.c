/* SPDX-License-Identifier: MIT */
/* Who opens connections, in words: with shares, or without. */
#include "plugin/look_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/given.h"

static struct observation seen;
static struct text out;

enum { ETL, PHP, REPORT, ANNA, BERT };

static void given_owner(size_t at, enum owner_kind kind, const char *name,
                        const char *user)
{
    struct owner *owner = &seen.owners.list[at];

    owner->kind = kind;
    (void)snprintf(owner->name, sizeof owner->name, "%s", name);
    (void)snprintf(owner->user, sizeof owner->user, "%s", user);
    owner->person = kind == OWNER_USER;
    seen.owners.count = at + 1;
}

static int start(void **state)
{
    (void)state;
    given_linux(&seen);
    given_owner(ETL, OWNER_UNIT, "etl-load.service", "etl");
    given_owner(PHP, OWNER_UNIT, "php-fpm.service", "www-data");
    given_owner(REPORT, OWNER_UNIT, "report.service", "reports");
    given_owner(ANNA, OWNER_USER, "", "anna");
    given_owner(BERT, OWNER_USER, "", "bert");
    seen.look = (struct observed_look){ .span_ms = 1000, .shortest_ms = 67 };
    return 0;
}

static int end(void **state)
{
    (void)state;
    text_clear(&out);
    return 0;
}

static void given_opener(uint32_t owner, uint32_t opened)
{
    seen.look.openers[seen.look.count++] =
        (struct observed_opener){ .owner = owner, .opened = opened };
}

static const char *words(enum owners_shown shown)
{
    text_clear(&out);
    look_words(&seen, shown, &out);
    return text_string(&out);
}

static void test_look_words_where_nobody_looked(void **state)
{
    (void)state;

    seen.look = (struct observed_look){ 0 };
    assert_string_equal(words(OWNERS_SYSTEM), "");
}

static void test_look_words_of_an_exact_look(void **state)
{
    (void)state;

    seen.look.exact = true;
    assert_string_equal(words(OWNERS_SYSTEM), "0 opened/s");
    seen.look.opened = 3582;
    seen.look.span_ms = 2000;
    given_opener(ETL, 3002);
    given_opener(PHP, 541);
    given_opener(REPORT, 1);
    assert_string_equal(words(OWNERS_SYSTEM),
                        "1,791 opened/s: etl-load.service 1,501/s (83%), php-fpm.service "
                        "271/s (15%), report.service 0.5/s (0%)");
    assert_string_equal(words(OWNERS_NONE), "1,791 opened/s");
}

static void test_look_words_of_attempts_that_failed(void **state)
{
    (void)state;

    seen.look.exact = true;
    seen.look.opened = 10;
    seen.look.failed = 990;
    given_opener(PHP, 10);
    assert_string_equal(words(OWNERS_SYSTEM), "10 opened/s: php-fpm.service 10/s (100%); "
                                              "990 more/s found no port");
    given_opener(ETL, 0);
    assert_string_equal(words(OWNERS_SYSTEM),
                        "10 opened/s: php-fpm.service 10/s (100%); 990 more/s found no "
                        "port, also those of etl-load.service");
}

/* Who lives long is counted; he is not the one who opens most. */
static void test_look_words_name_the_larger_part_first(void **state)
{
    (void)state;

    seen.look.closed = 1790;
    given_opener(REPORT, 20);
    assert_string_equal(words(OWNERS_SYSTEM),
                        "1,790 closed/s: 98% are too short to count (under 67 ms each); "
                        "counted: report.service 20/s (1%)");
    given_opener(ETL, 0);
    given_opener(PHP, 0);
    assert_string_equal(words(OWNERS_SYSTEM),
                        "1,790 closed/s: 98% are too short to count (under 67 ms each), "
                        "seen opening them: etl-load.service, php-fpm.service; "
                        "counted: report.service 20/s (1%)");
    assert_string_equal(words(OWNERS_NONE), "1,790 closed/s");
}

static void test_look_words_when_most_are_counted(void **state)
{
    (void)state;

    seen.look.closed = 30;
    given_opener(REPORT, 20);
    given_opener(ETL, 0);
    assert_string_equal(words(OWNERS_SYSTEM),
                        "30 closed/s: report.service 20/s (66%); the others are too "
                        "short to count (under 67 ms each), seen opening them: "
                        "etl-load.service");
    seen.look.closed = 0; /* the peers close first */
    assert_string_equal(words(OWNERS_SYSTEM),
                        "0 closed/s: report.service 20/s (100%); the others are too "
                        "short to count (under 67 ms each), seen opening them: "
                        "etl-load.service");
    seen.look.openers[0] = seen.look.openers[1];
    seen.look.count = 1;
    assert_string_equal(words(OWNERS_SYSTEM),
                        "0 closed/s: connections are too short to count (under 67 ms "
                        "each), seen opening them: etl-load.service");
}

static void test_look_words_name_no_people_twice(void **state)
{
    (void)state;

    seen.look.exact = true;
    seen.look.opened = 30;
    given_opener(ANNA, 20);
    given_opener(BERT, 10);
    assert_string_equal(words(OWNERS_SYSTEM), "30 opened/s: a login user 30/s (100%)");
    assert_string_equal(words(OWNERS_FULL),
                        "30 opened/s: user anna 20/s (66%), user bert 10/s (33%)");
}

static void test_look_words_of_an_owner_that_is_not_listed(void **state)
{
    (void)state;

    seen.look.exact = true;
    seen.look.opened = 30;
    given_opener(BERT + 1, 20);
    assert_string_equal(words(OWNERS_SYSTEM), "30 opened/s");
}

#define WORDS(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORDS(test_look_words_where_nobody_looked),
        WORDS(test_look_words_of_an_exact_look),
        WORDS(test_look_words_of_attempts_that_failed),
        WORDS(test_look_words_name_the_larger_part_first),
        WORDS(test_look_words_when_most_are_counted),
        WORDS(test_look_words_name_no_people_twice),
        WORDS(test_look_words_of_an_owner_that_is_not_listed),
    };

    return cmocka_run_group_tests_name("plugin/look_words", tests, NULL, NULL);
}
