/* SPDX-License-Identifier: MIT */
/* The retry loop, with tables that behave as badly as real ones do under churn. */
#include "checks/host/windows/table_fetch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    NO_SUCCESS_YET = 1000,
    TOO_SMALL = 122,  /* ERROR_INSUFFICIENT_BUFFER */
    NO_DATA = 232,    /* ERROR_NO_DATA */
    UNSUPPORTED = 50, /* ERROR_NOT_SUPPORTED */
    DENIED = 5,       /* ERROR_ACCESS_DENIED */
    TABLE_SIZE = 100 * 1024
};

#define UNSUCCESSFUL 0xC0000001U

/* The table of a busy system; set by each test. */
static struct {
    uint32_t needed; /* bytes it takes now */
    uint32_t growth; /* bytes by which it grows after each question */
    bool doubles;    /* it grows by its own size instead */
    uint32_t code;   /* answer to the first `failures` questions */
    int failures;
    int asked;
} table;

static uint32_t ask(void *bytes, uint32_t *size)
{
    uint32_t needed = table.needed;

    table.needed += table.doubles ? table.needed : table.growth;
    if (++table.asked <= table.failures)
        return table.code;
    if (*size < needed) {
        *size = needed;
        return TOO_SMALL;
    }
    memset(bytes, 0x5A, needed);
    return 0;
}

static const struct table_query query = { "GetTable", ask };

static int set_up(void **state)
{
    (void)state;
    memset(&table, 0, sizeof table);
    table.needed = TABLE_SIZE;
    return 0;
}

static void test_fetch_reads_a_table_that_fits_at_once(void **state)
{
    const struct deadline deadline = deadline_in_ms(600000);
    struct fetched_table fetched = { 0 };
    struct error err = { 0 };
    (void)state;
    table.needed = 100;

    assert_true(table_fetch(&query, &deadline, &fetched, &err));

    assert_int_equal(table.asked, 1);
    assert_true(fetched.size >= 100);
    assert_int_equal(((const uint8_t *)fetched.bytes)[99], 0x5A);
    fetched_table_clear(&fetched);
    assert_null(fetched.bytes);
}

static void test_fetch_has_slack_for_growth(void **state)
{
    const struct deadline deadline = deadline_in_ms(600000);
    struct fetched_table fetched = { 0 };
    struct error err = { 0 };
    (void)state;
    table.growth = TABLE_SIZE / 4;

    assert_true(table_fetch(&query, &deadline, &fetched, &err));

    assert_int_equal(table.asked, 2);
    fetched_table_clear(&fetched);
}

static void test_fetch_gives_up_on_a_table_that_doubles(void **state)
{
    const struct deadline deadline = deadline_in_ms(600000);
    struct fetched_table fetched = { 0 };
    struct error err = { 0 };
    (void)state;
    table.doubles = true;

    assert_false(table_fetch(&query, &deadline, &fetched, &err));

    assert_int_equal(table.asked, 8);
    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message, "GetTable: the table outgrew its size 8 times");
    assert_null(fetched.bytes);
}

static void test_fetch_repeats_after_a_passing_failure(void **state)
{
    const struct deadline deadline = deadline_in_ms(600000);
    struct fetched_table fetched = { 0 };
    struct error err = { 0 };
    (void)state;
    table.code = UNSUCCESSFUL;
    table.failures = 3;

    assert_true(table_fetch(&query, &deadline, &fetched, &err));

    assert_true(table.asked <= 5);
    fetched_table_clear(&fetched);
}

static void test_fetch_gives_up_on_a_failure_that_stays(void **state)
{
    const struct deadline deadline = deadline_in_ms(600000);
    struct fetched_table fetched = { 0 };
    struct error err = { 0 };
    (void)state;
    table.code = UNSUCCESSFUL;
    table.failures = NO_SUCCESS_YET;

    assert_false(table_fetch(&query, &deadline, &fetched, &err));

    assert_int_equal(table.asked, 8);
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.message, "GetTable: 8 times"));
}

static void test_fetch_takes_no_data_for_an_empty_table(void **state)
{
    const struct deadline deadline = deadline_in_ms(600000);
    struct fetched_table fetched = { 0 };
    struct error err = { 0 };
    (void)state;
    table.code = NO_DATA;
    table.failures = NO_SUCCESS_YET;

    assert_true(table_fetch(&query, &deadline, &fetched, &err));

    assert_int_equal(fetched.size, 0);
    assert_null(fetched.bytes);
}

static void test_fetch_tells_unsupported_and_denied_apart(void **state)
{
    const struct deadline deadline = deadline_in_ms(600000);
    struct fetched_table fetched = { 0 };
    struct error err = { 0 };
    (void)state;
    table.failures = NO_SUCCESS_YET;

    table.code = UNSUPPORTED;
    assert_false(table_fetch(&query, &deadline, &fetched, &err));
    assert_int_equal(err.code, ERR_UNSUPPORTED);

    error_clear(&err);
    table.code = DENIED;
    assert_false(table_fetch(&query, &deadline, &fetched, &err));
    assert_int_equal(err.code, ERR_DENIED);
    assert_int_equal(table.asked, 2);
}

static void test_fetch_asks_nothing_past_the_deadline(void **state)
{
    const struct deadline deadline = { 0 };
    struct fetched_table fetched = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(table_fetch(&query, &deadline, &fetched, &err));

    assert_int_equal(table.asked, 0);
    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_string_equal(err.message, "GetTable: out of time");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_fetch_reads_a_table_that_fits_at_once, set_up),
        cmocka_unit_test_setup(test_fetch_has_slack_for_growth, set_up),
        cmocka_unit_test_setup(test_fetch_gives_up_on_a_table_that_doubles, set_up),
        cmocka_unit_test_setup(test_fetch_repeats_after_a_passing_failure, set_up),
        cmocka_unit_test_setup(test_fetch_gives_up_on_a_failure_that_stays, set_up),
        cmocka_unit_test_setup(test_fetch_takes_no_data_for_an_empty_table, set_up),
        cmocka_unit_test_setup(test_fetch_tells_unsupported_and_denied_apart, set_up),
        cmocka_unit_test_setup(test_fetch_asks_nothing_past_the_deadline, set_up),
    };

    return cmocka_run_group_tests_name("host/windows/table_fetch", tests, NULL, NULL);
}
