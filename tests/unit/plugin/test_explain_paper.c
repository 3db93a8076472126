/* SPDX-License-Identifier: MIT */
/* Lines, columns and counts of a screen for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/explain_paper.h"

static struct text out;
static struct paper paper;

static int begin(void **state)
{
    (void)state;
    paper = (struct paper){ .out = &out, .columns = 30 };
    return 0;
}

static int clear(void **state)
{
    (void)state;
    text_clear(&out);
    return 0;
}

static const char *written(void)
{
    paper_end(&paper);
    return text_string(&out);
}

static void test_paper_wraps_words_behind_their_head(void **state)
{
    (void)state;

    paper_head(&paper, "WHY");
    paper_add(&paper, "one two three four five six");

    assert_string_equal(written(), "WHY       one two three four\n"
                                   "          five six\n");
}

static void test_paper_ends_no_line_at_a_tab(void **state)
{
    (void)state;

    paper_head(&paper, "");
    paper_add(&paper, "one two three 22,000\tports");

    assert_string_equal(written(), "          one two three\n"
                                   "          22,000 ports\n");
}

static void test_paper_wraps_behind_the_margin_of_its_line(void **state)
{
    (void)state;

    paper_indent(&paper, 20);
    paper_add(&paper, "pids 39 40 41");

    assert_string_equal(written(), "                    pids 39\n"
                                   "                    40 41\n");
}

static void test_paper_cuts_a_word_that_fits_no_line(void **state)
{
    (void)state;

    paper_head(&paper, "");
    paper_add(&paper, "a 0123456789012345678901234567890");

    assert_string_equal(written(), "          a\n"
                                   "          01234567890123456789\n"
                                   "          01234567890\n");
}

static void test_paper_glues_behind_a_word_at_the_edge(void **state)
{
    (void)state;

    paper_head(&paper, "");
    paper_add(&paper, "0123456789 12345678");
    paper_glue(&paper, ",");

    assert_string_equal(written(), "          0123456789 12345678,\n");
}

static void test_paper_prints_ascii_and_no_bar(void **state)
{
    (void)state;

    paper_head(&paper, "");
    paper_add(&paper, "gr\xC3\xB6\xC3\x9F"
                      "e a|b \x1B[1m");

    assert_string_equal(written(), "          gr??e a b  [1m\n");
}

static void test_paper_puts_cells_into_columns(void **state)
{
    (void)state;

    paper_head(&paper, "WHO");
    paper_cell(&paper, "900", 16, true);
    paper_cell(&paper, "", 18, false);
    paper_cell(&paper, "mailer", 26, false);
    paper_cell(&paper, "x", 28, false);

    assert_string_equal(written(), "WHO          900  mailer  x\n");
}

static void test_paper_counts_have_commas(void **state)
{
    char count[PAPER_COUNT_SIZE];
    (void)state;

    assert_string_equal(paper_count(0, count), "0");
    assert_string_equal(paper_count(999, count), "999");
    assert_string_equal(paper_count(1000, count), "1,000");
    assert_string_equal(paper_count(65535, count), "65,535");
    assert_string_equal(paper_count(UINT64_MAX, count), "18,446,744,073,709,551,615");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_paper_wraps_words_behind_their_head),
        TEST(test_paper_ends_no_line_at_a_tab),
        TEST(test_paper_wraps_behind_the_margin_of_its_line),
        TEST(test_paper_cuts_a_word_that_fits_no_line),
        TEST(test_paper_glues_behind_a_word_at_the_edge),
        TEST(test_paper_prints_ascii_and_no_bar),
        TEST(test_paper_puts_cells_into_columns),
        cmocka_unit_test(test_paper_counts_have_commas),
    };

    return cmocka_run_group_tests_name("plugin/explain_paper", tests, NULL, NULL);
}
