/* SPDX-License-Identifier: MIT */
/* The journal: written, read back, torn at every byte, altered at every byte. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/journal.h"
#include "tests/support/journal_lines.h"

/* Everything that a journal says, as text. */
static void describe(const struct journal *journal, struct text *out)
{
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_run *run = &journal->runs[i];

        text_addf(out,
                  "%s %" PRId64 " %s|%s|%s|%s|%s|%s steps %x %x %x %s%s %" PRId64
                  " '%s'\n",
                  run->id, run->time_s, run->boot, run->user, run->command, run->undoes,
                  run->policy, run->version, (unsigned int)run->started,
                  (unsigned int)run->done, (unsigned int)run->back,
                  run_outcome_names[run->outcome], run->undone ? " undone" : "",
                  run->end_s, run->message);
        for (size_t n = 0; n < run->change_count; n++) {
            const struct change *change = &run->changes[n];

            text_addf(out, " %s %s %s [%s] [%s] %d\n", change_kind_names[change->kind],
                      change->setting, change->place,
                      change->from ? change->from : "(absent)",
                      change->to ? change->to : "(absent)", change->reboot);
        }
    }
}

/* Decodes; the first torn_bytes too. */
static void read_state(const char *bytes, size_t length, struct text *out, size_t *torn)
{
    struct journal journal = { 0 };
    struct error err = { 0 };

    /* A copy of exactly that size: a read behind it is seen by the sanitizer. */
    char *exact = malloc(length + (length == 0));

    assert_non_null(exact);
    memcpy(exact, bytes, length);
    if (!journal_decode(exact, length, &journal, &err))
        fail_msg("%u bytes: %s", (unsigned int)length, err.message);
    free(exact);
    describe(&journal, out);
    *torn = journal.torn_bytes;
    journal_clear(&journal);
}

static void expect_state(const struct text *bytes, const char *expected)
{
    struct text seen = { 0 };
    size_t torn = 0;

    read_state(text_string(bytes), bytes->length, &seen, &torn);
    assert_string_equal(text_string(&seen), expected);
    assert_int_equal(torn, 0);
    text_clear(&seen);
}

static void expect_refused(const struct text *bytes, const char *message)
{
    struct journal journal = { .torn_bytes = 77 };
    struct error err = { 0 };

    assert_false(journal_decode(text_string(bytes), bytes->length, &journal, &err));
    assert_string_equal(err.message, message);
    assert_int_equal(err.code, ERR_MALFORMED);
    assert_int_equal(journal.torn_bytes, 77);
}

static void test_journal_decode_reads_what_was_encoded(void **state)
{
    struct text bytes = { 0 };
    (void)state;
    lines_history(&bytes);

    expect_state(
        &bytes,
        "a-1 1700000000 boot|root (sudo: nagios)|apply||built-in|0.1.0 steps 3 3 0 "
        "applied undone 1700000002 ''\n"
        " sysctl tcp_tw_reuse net/ipv4/tcp_tw_reuse [2] [1] 0\n"
        " file tcp_tw_reuse /etc/sysctl.d/90-port-exhaustion.conf [(absent)] "
        "[# \"ours\"\nnet.ipv4.tcp_tw_reuse = 1\n] 0\n"
        "u-2 1700000010 boot|root (sudo: nagios)|undo|a-1|built-in|0.1.0 steps 3 3 0 "
        "applied 1700000011 ''\n"
        " file tcp_tw_reuse /etc/sysctl.d/90-port-exhaustion.conf "
        "[# \"ours\"\nnet.ipv4.tcp_tw_reuse = 1\n] [(absent)] 0\n"
        " sysctl tcp_tw_reuse net/ipv4/tcp_tw_reuse [1] [2] 0\n"
        "b-3 1700000020 boot2|root (sudo: nagios)|on-alert||built-in|0.1.0 steps 1 0 1 "
        "restored 1700000021 'it failed'\n"
        " sysctl tcp_tw_reuse net/ipv4/tcp_tw_reuse [2] [1] 0\n"
        " file tcp_tw_reuse /etc/sysctl.d/90-port-exhaustion.conf [(absent)] "
        "[# \"ours\"\nnet.ipv4.tcp_tw_reuse = 1\n] 0\n"
        "c-4 1700000030 boot2|root (sudo: nagios)|apply||built-in|0.1.0 steps 1 0 0 "
        "open 0 ''\n"
        " sysctl tcp_tw_reuse net/ipv4/tcp_tw_reuse [2] [1] 0\n"
        " file tcp_tw_reuse /etc/sysctl.d/90-port-exhaustion.conf [(absent)] "
        "[# \"ours\"\nnet.ipv4.tcp_tw_reuse = 1\n] 0\n");
    text_clear(&bytes);
}

static void test_journal_encode_step_writes_one_line(void **state)
{
    struct text bytes = { 0 };
    (void)state;

    lines_step(&bytes, "start", "a-1", 3);

    /* Sum by zlib.crc32 of Python 3. */
    assert_string_equal(text_string(&bytes),
                        "a94c51b7 {\"record\":\"start\",\"id\":\"a-1\",\"change\":3}\n");
    text_clear(&bytes);
}

static void test_journal_decode_of_nothing_is_empty(void **state)
{
    struct text bytes = { 0 };
    (void)state;

    expect_state(&bytes, "");
}

static void test_journal_keeps_a_file_that_is_no_utf8(void **state)
{
    struct change change = given_drop_in;
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;
    change.from = "# caf\xE9\n\x01\xFF";

    lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "", LINES_TIME_S },
                &change, 1);
    lines_decode(&bytes, &journal);

    assert_string_equal(journal.runs[0].changes[0].from, "# caf\xE9\n\x01\xFF");
    assert_string_equal(journal.runs[0].changes[0].to, given_drop_in.to);
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_cleans_words_for_people(void **state)
{
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;

    lines_begin(&bytes,
                &(struct lines_run){ "a-1", "apply", "", "b\n\xFF", LINES_TIME_S }, NULL,
                0);
    lines_end(&bytes, "a-1", RUN_INCOMPLETE, LINES_TIME_S, "one\ntwo");
    lines_decode(&bytes, &journal);

    assert_string_equal(journal.runs[0].boot, "b ?");
    assert_string_equal(journal.runs[0].message, "one two");
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_encode_begin_refuses_a_place_it_would_lose(void **state)
{
    struct change change = given_reuse;
    struct journal_run run = { .id = "a-1", .changes = &change, .change_count = 1 };
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;
    change.place = "/etc/\xFF";

    assert_false(journal_encode_begin(&run, &bytes, &err));

    assert_string_equal(
        err.message, "the place '/etc/?' has characters that the journal cannot store");
    assert_int_equal(bytes.length, 0);
}

static void test_journal_encode_begin_refuses_an_id_it_would_lose(void **state)
{
    struct journal_run run = { .id = "a 1" };
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(journal_encode_begin(&run, &bytes, &err));

    assert_string_equal(err.message, "'a 1' cannot be the id of a run");
    assert_int_equal(bytes.length, 0);
}

/* The offset behind the last whole line of the first `length` bytes. */
static size_t whole_lines(const struct text *bytes, size_t length)
{
    while (length > 0 && bytes->data[length - 1] != '\n')
        length--;
    return length;
}

static void test_journal_decode_of_every_cut_is_the_state_before_it(void **state)
{
    struct text bytes = { 0 };
    (void)state;
    lines_history(&bytes);

    for (size_t length = 0; length <= bytes.length; length++) {
        size_t whole = whole_lines(&bytes, length);
        struct text before = { 0 };
        struct text seen = { 0 };
        size_t torn_before = 1;
        size_t torn = 0;

        read_state(bytes.data, whole, &before, &torn_before);
        read_state(bytes.data, length, &seen, &torn);
        assert_string_equal(text_string(&seen), text_string(&before));
        assert_int_equal(torn_before, 0);
        assert_int_equal(torn, length - whole);
        text_clear(&before);
        text_clear(&seen);
    }
    text_clear(&bytes);
}

static void test_journal_decode_of_a_cut_with_zeros_behind(void **state)
{
    static const char zeros[64];
    struct text bytes = { 0 };
    (void)state;
    lines_history(&bytes);

    for (size_t length = whole_lines(&bytes, bytes.length - 1); length < bytes.length;
         length++) {
        struct text cut = { 0 };
        struct text seen = { 0 };
        size_t torn = 0;

        text_add_bytes(&cut, bytes.data, length);
        text_add_bytes(&cut, zeros, sizeof zeros);
        read_state(cut.data, cut.length, &seen, &torn);
        assert_int_equal(torn, cut.length - whole_lines(&bytes, bytes.length - 1));
        text_clear(&cut);
        text_clear(&seen);
    }
    text_clear(&bytes);
}

static size_t line_of(const struct text *bytes, size_t offset)
{
    size_t line = 1;

    for (size_t i = 0; i < offset; i++)
        line += bytes->data[i] == '\n';
    return line;
}

/* The last line is torn (an altered byte that ends a line makes two of it: refused). */
static void expect_altered(const struct text *bytes, size_t at, size_t last_line)
{
    size_t before = whole_lines(bytes, bytes->length - 1);
    struct journal journal = { 0 };
    struct error err = { 0 };
    char message[64];
    bool ok = journal_decode(bytes->data, bytes->length, &journal, &err);
    size_t line = line_of(bytes, at);

    if (bytes->data[at] == '\n' || line < last_line) {
        assert_false(ok);
        (void)snprintf(message, sizeof message,
                       "line %zu: the checksum is wrong: the line was changed", line);
        assert_string_equal(err.message, message);
        return;
    }
    if (!ok)
        fail_msg("byte %u: %s", (unsigned int)at, err.message);
    assert_int_equal(journal.torn_bytes, bytes->length - before);
    assert_int_equal(journal.count, 4);
    assert_int_equal(journal.runs[3].started, 0);
    journal_clear(&journal);
}

static void test_journal_decode_refuses_an_altered_byte_but_in_the_last_line(void **state)
{
    static const unsigned char masks[] = { 0x01, 0x20, 0x40, 0x80, 0xFF };
    struct text bytes = { 0 };
    size_t last_line;
    (void)state;
    lines_history(&bytes);
    last_line = line_of(&bytes, bytes.length - 1);

    for (size_t at = 0; at < bytes.length; at++)
        for (size_t i = 0; i < sizeof masks; i++) {
            bytes.data[at] = (char)((unsigned char)bytes.data[at] ^ masks[i]);
            expect_altered(&bytes, at, last_line);
            bytes.data[at] = (char)((unsigned char)bytes.data[at] ^ masks[i]);
        }
    text_clear(&bytes);
}

static void test_journal_decode_refuses_a_line_taken_out_of_the_middle(void **state)
{
    struct text bytes = { 0 };
    (void)state;

    lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "", LINES_TIME_S },
                &given_reuse, 1);
    lines_step(&bytes, "done", "a-1", 0);

    expect_refused(&bytes, "line 2: 'done' of change 0 is out of order");
    text_clear(&bytes);
}

static void test_journal_decode_refuses_more_than_the_limit(void **state)
{
    char *bytes = calloc(1, JOURNAL_MAX + 1);
    struct journal journal = { 0 };
    struct error err = { 0 };
    (void)state;
    assert_non_null(bytes);

    assert_false(journal_decode(bytes, JOURNAL_MAX + 1, &journal, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message,
                        "the journal has 4194305 bytes, at most 4194304 are possible");
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal_decode_reads_what_was_encoded),
        cmocka_unit_test(test_journal_encode_step_writes_one_line),
        cmocka_unit_test(test_journal_decode_of_nothing_is_empty),
        cmocka_unit_test(test_journal_encode_begin_refuses_a_place_it_would_lose),
        cmocka_unit_test(test_journal_decode_of_a_cut_with_zeros_behind),
        cmocka_unit_test(test_journal_keeps_a_file_that_is_no_utf8),
        cmocka_unit_test(test_journal_cleans_words_for_people),
        cmocka_unit_test(test_journal_encode_begin_refuses_an_id_it_would_lose),
        cmocka_unit_test(test_journal_decode_of_every_cut_is_the_state_before_it),
        cmocka_unit_test(
            test_journal_decode_refuses_an_altered_byte_but_in_the_last_line),
        cmocka_unit_test(test_journal_decode_refuses_a_line_taken_out_of_the_middle),
        cmocka_unit_test(test_journal_decode_refuses_more_than_the_limit),
    };

    return cmocka_run_group_tests_name("model/journal", tests, NULL, NULL);
}
