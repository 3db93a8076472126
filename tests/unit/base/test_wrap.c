/* SPDX-License-Identifier: MIT */
/* Words in lines that fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/base/wrap.h"

static const struct wrap narrow = { .width = 20, .indent = 5 };

static struct text out;

static int clear(void **state)
{
    (void)state;
    text_clear(&out);
    return 0;
}

static void test_wrap_add_puts_the_label_before_the_first_line_alone(void **state)
{
    (void)state;

    wrap_add(&narrow, "NOW", "one\ntwo\n", &out);

    assert_string_equal(text_string(&out), "NOW  one\n     two\n");
}

static void test_wrap_add_breaks_between_words_and_hangs_the_rest(void **state)
{
    (void)state;

    wrap_add(&narrow, "", "exactly fifteen and more of it", &out);

    assert_string_equal(text_string(&out),
                        "     exactly fifteen\n       and more of\n       it\n");
}

static void test_wrap_add_keeps_a_long_word_whole(void **state)
{
    (void)state;

    wrap_add(&narrow, "", "/usr/share/doc/runbook.md here", &out);

    assert_string_equal(text_string(&out), "     /usr/share/doc/runbook.md\n"
                                           "       here\n");
}

static void test_wrap_add_keeps_blanks_inside_a_line(void **state)
{
    (void)state;

    wrap_add(&narrow, "", "a    b", &out);

    assert_string_equal(text_string(&out), "     a    b\n");
}

static void test_wrap_add_counts_characters_and_not_bytes(void **state)
{
    (void)state;

    wrap_add(&narrow, "", "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC is 34567",
             &out);

    assert_string_equal(text_string(&out), "     \xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4"
                                           "\xC3\xB6\xC3\xBC is 34567\n");
}

static void test_wrap_add_leaves_a_blank_behind_a_long_label(void **state)
{
    (void)state;

    wrap_add(&narrow, "BUY TIME", "x", &out);

    assert_string_equal(text_string(&out), "BUY TIME x\n");
}

static void test_wrap_add_adds_nothing_without_a_paragraph(void **state)
{
    (void)state;

    wrap_add(&narrow, "WHO", "", &out);

    assert_int_equal(out.length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(
            test_wrap_add_puts_the_label_before_the_first_line_alone, clear),
        cmocka_unit_test_teardown(test_wrap_add_breaks_between_words_and_hangs_the_rest,
                                  clear),
        cmocka_unit_test_teardown(test_wrap_add_keeps_a_long_word_whole, clear),
        cmocka_unit_test_teardown(test_wrap_add_keeps_blanks_inside_a_line, clear),
        cmocka_unit_test_teardown(test_wrap_add_counts_characters_and_not_bytes, clear),
        cmocka_unit_test_teardown(test_wrap_add_leaves_a_blank_behind_a_long_label,
                                  clear),
        cmocka_unit_test_teardown(test_wrap_add_adds_nothing_without_a_paragraph, clear),
    };

    return cmocka_run_group_tests_name("base/wrap", tests, NULL, NULL);
}
