/* SPDX-License-Identifier: MIT */
/* Aligned columns. */
#include "checks/base/text_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct text out;

static int clear(void **state)
{
    (void)state;
    text_clear(&out);
    return 0;
}

static void add_row(struct text_table *table, const char *a, const char *b)
{
    text_table_add(table, a);
    text_table_add(table, b);
}

static void test_table_pads_to_the_widest_cell(void **state)
{
    struct text_table table = { .columns = 2 };
    (void)state;

    add_row(&table, "a", "x");
    add_row(&table, "bcd", "y");
    text_table_print(&table, &out);

    assert_string_equal(text_string(&out), "a    x\nbcd  y\n");
}

static void test_table_sets_numbers_flush_right(void **state)
{
    struct text_table table = { .columns = 2, .to_right = { [1] = true } };
    (void)state;

    add_row(&table, "a", "1000");
    text_table_add(&table, "b");
    text_table_addf(&table, "%d", 7);
    text_table_print(&table, &out);

    assert_string_equal(text_string(&out), "a  1000\nb     7\n");
}

static void test_table_leaves_no_blanks_at_the_end(void **state)
{
    struct text_table table = { .columns = 2 };
    (void)state;

    add_row(&table, "a", "");
    add_row(&table, "b", "long");
    text_table_print(&table, &out);

    assert_string_equal(text_string(&out), "a\nb  long\n");
}

static void test_table_counts_characters_not_bytes(void **state)
{
    struct text_table table = { .columns = 2 };
    (void)state;

    add_row(&table, "\xC3\xA9\xE6\x97\xA5", "x");
    add_row(&table, "abc", "y");
    text_table_print(&table, &out);

    assert_string_equal(text_string(&out), "\xC3\xA9\xE6\x97\xA5   x\nabc  y\n");
}

static void test_table_cleans_cells(void **state)
{
    struct text_table table = { .columns = 2 };
    (void)state;

    add_row(&table, "a|b\nc", "\xFF");
    text_table_print(&table, &out);

    assert_string_equal(text_string(&out), "a b c  ?\n");
}

static void test_table_is_empty_after_print(void **state)
{
    struct text_table table = { .columns = 2 };
    (void)state;

    add_row(&table, "a", "b");
    text_table_print(&table, &out);
    text_clear(&out);
    text_table_print(&table, &out);

    assert_string_equal(text_string(&out), "");
}

static void test_table_continues_the_last_column_below_itself(void **state)
{
    struct text_table table = { .columns = 2, .width = 30 };
    (void)state;

    add_row(&table, "abcd", "words that are wide, and on");
    add_row(&table, "b", "");
    add_row(&table, "", "short");
    text_table_print(&table, &out);

    assert_string_equal(text_string(&out), "abcd  words that are wide, and\n"
                                           "        on\n"
                                           "b\n"
                                           "      short\n");
}

static void test_table_never_makes_the_last_column_narrow(void **state)
{
    struct text_table table = { .columns = 2, .width = 30 };
    (void)state;

    add_row(&table, "twenty_characters_xx", "24 characters of text, on");
    text_table_print(&table, &out);

    assert_string_equal(text_string(&out),
                        "twenty_characters_xx  24 characters of text,\n"
                        "                        on\n");
}

static void test_table_takes_a_cell_made_of_parts(void **state)
{
    struct text_table table = { .columns = 1 };
    struct text cell = { 0 };
    (void)state;

    text_add(&cell, "a");
    text_add(&cell, "b");
    text_table_take(&table, &cell);
    assert_int_equal(cell.length, 0);
    cell.failed = true;
    text_table_take(&table, &cell);
    assert_true(table.cells.failed);
    text_table_print(&table, &out);

    assert_string_equal(text_string(&out), "ab\n\n");
    assert_true(out.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_table_pads_to_the_widest_cell, clear),
        cmocka_unit_test_teardown(test_table_sets_numbers_flush_right, clear),
        cmocka_unit_test_teardown(test_table_leaves_no_blanks_at_the_end, clear),
        cmocka_unit_test_teardown(test_table_counts_characters_not_bytes, clear),
        cmocka_unit_test_teardown(test_table_cleans_cells, clear),
        cmocka_unit_test_teardown(test_table_is_empty_after_print, clear),
        cmocka_unit_test_teardown(test_table_continues_the_last_column_below_itself,
                                  clear),
        cmocka_unit_test_teardown(test_table_never_makes_the_last_column_narrow, clear),
        cmocka_unit_test_teardown(test_table_takes_a_cell_made_of_parts, clear),
    };

    return cmocka_run_group_tests_name("base/text_table", tests, NULL, NULL);
}
