/* SPDX-License-Identifier: MIT */
/* /proc/net/stat/nf_conntrack of new and old kernels, and of nobody's. */
#include "checks/decode/nf_conntrack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixture_file.h"

static void expect_recorded(const char *file, const struct nf_conntrack *expected)
{
    struct nf_conntrack seen = { 0 };
    struct text text = { 0 };
    struct error err = { 0 };
    fixture_read(file, &text);

    assert_true(nf_conntrack_decode(text.data, &seen, &err));

    assert_int_equal(seen.entries, expected->entries);
    assert_true(seen.insert_failed == expected->insert_failed);
    assert_true(seen.drop == expected->drop);
    text_clear(&text);
}

static void test_decode_sums_recorded_processors(void **state)
{
    const struct nf_conntrack expected = { .entries = 50,
                                           .insert_failed = 80,
                                           .drop = 80 };
    (void)state;

    expect_recorded("nf_conntrack/linux-6.18-snat/nf_conntrack", &expected);
}

/* The counters of one processor have 32 bits, their sum may have more. */
static void test_decode_finds_columns_of_old_kernel(void **state)
{
    const struct nf_conntrack expected = { .entries = 420,
                                           .insert_failed = UINT64_C(4294967315),
                                           .drop = 48 };
    (void)state;

    expect_recorded("nf_conntrack/linux-4.4/nf_conntrack", &expected);
}

static void test_decode_takes_columns_in_any_order_and_a_last_line_without_end(void **s)
{
    struct nf_conntrack seen = { 0 };
    struct error err = { 0 };
    (void)s;

    assert_true(nf_conntrack_decode("early_drop drop insert_failed insert entries\n"
                                    "1 2 3 4 5\n10 20 30 40 6",
                                    &seen, &err));

    assert_int_equal(seen.entries, 6);
    assert_true(seen.insert_failed == 0x33);
    assert_true(seen.drop == 0x22);
}

#define NAMES "entries insert_failed drop\n"

static void test_decode_rejects_other_texts(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        enum error_code code;
        const char *message;
    } rows[] = {
        { "empty", "", ERR_UNSUPPORTED, "this kernel does not count 'entries'" },
        { "names in the second line", "\n" NAMES "1 2 3\n", ERR_UNSUPPORTED,
          "this kernel does not count 'entries'" },
        { "beginning of a name", "entries insert_failed dro\n1 2 3\n", ERR_UNSUPPORTED,
          "this kernel does not count 'drop'" },
        { "longer name", "entries insert_failed2 drop\n1 2 3\n", ERR_UNSUPPORTED,
          "this kernel does not count 'insert_failed'" },
        { "no processor", NAMES, ERR_MALFORMED, "no line of numbers" },
        { "no processor, no line end", "entries insert_failed drop", ERR_MALFORMED,
          "no line of numbers" },
        { "empty line", NAMES "1 2 3\n\n1 2 3\n", ERR_MALFORMED,
          "no number in column 'entries'" },
        { "short line", NAMES "1 2 3\n1 2\n", ERR_MALFORMED,
          "no number in column 'drop'" },
        { "nine digits", NAMES "1 000000002 3\n", ERR_MALFORMED,
          "no number in column 'insert_failed'" },
        { "sign", NAMES "1 -2 3\n", ERR_MALFORMED,
          "no number in column 'insert_failed'" },
        { "no hexadecimal digit", NAMES "1 2 g\n", ERR_MALFORMED,
          "no number in column 'drop'" },
        { "prefix", NAMES "0x1 2 3\n", ERR_MALFORMED, "no number in column 'entries'" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct nf_conntrack seen = { 7, 8, 9 };
        struct error err = { 0 };

        if (nf_conntrack_decode(rows[i].text, &seen, &err) || err.code != rows[i].code ||
            strcmp(err.message, rows[i].message) != 0 || seen.entries != 7 ||
            seen.insert_failed != 8 || seen.drop != 9)
            fail_msg("%s: %d '%s'", rows[i].name, (int)err.code, err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_sums_recorded_processors),
        cmocka_unit_test(test_decode_finds_columns_of_old_kernel),
        cmocka_unit_test(
            test_decode_takes_columns_in_any_order_and_a_last_line_without_end),
        cmocka_unit_test(test_decode_rejects_other_texts),
    };

    return cmocka_run_group_tests_name("decode/nf_conntrack", tests, NULL, NULL);
}
