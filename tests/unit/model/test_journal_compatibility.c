/* SPDX-License-Identifier: MIT */
/* Journals that earlier builds wrote: each line is read, and would be written the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "checks/model/journal.h"
#include "tests/support/fixture_file.h"

#define FIRST_BUILD "compatibility/0.1.0-0a6a99b/"

static const struct {
    const char *name;
    size_t runs;
    bool open; /* the last one */
} journals[] = {
    { FIRST_BUILD "applied/journal", 1, false },
    { FIRST_BUILD "interrupted/journal", 1, true },
    { FIRST_BUILD "interrupted-at-the-end/journal", 1, true },
    { FIRST_BUILD "history/journal", 8, false },
    { FIRST_BUILD "windows/applied/journal", 1, false },
    { FIRST_BUILD "windows/interrupted/journal", 1, true },
};

static void test_journal_decode_reads_what_earlier_builds_wrote(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(journals); i++) {
        struct text bytes = { 0 };
        struct journal journal = { 0 };
        struct error err = { 0 };

        fixture_read(journals[i].name, &bytes);
        if (!journal_decode(bytes.data, bytes.length, &journal, &err))
            fail_msg("%s: %s", journals[i].name, err.message);
        if (journal.count != journals[i].runs || journal.torn_bytes != 0 ||
            (journal_open_run(&journal) != NULL) != journals[i].open)
            fail_msg("%s: %u runs", journals[i].name, (unsigned int)journal.count);
        journal_clear(&journal);
        text_clear(&bytes);
    }
}

static bool encode(const struct journal_record *record, struct text *out)
{
    switch (record->kind) {
    case RECORD_BEGIN:
        return journal_encode_begin(&record->run, out, NULL);
    case RECORD_END:
        return journal_encode_end(&record->run, out, NULL);
    case RECORD_REFUSED:
        return journal_encode_refusals(&record->refusals, out, NULL);
    case RECORD_AUDIT:
        return journal_encode_audits(&record->refusals, out, NULL);
    default:
        return journal_encode_step(record->kind, record->run.id, record->change, out,
                                   NULL);
    }
}

static void expect_written_again(const char *name, const char *line, size_t length)
{
    struct journal_record record = { 0 };
    struct text again = { 0 };

    assert_true(journal_record_read(line, length, &record, NULL));
    assert_true(encode(&record, &again));
    if (again.length != length + 1 || memcmp(again.data, line, length) != 0)
        fail_msg("%s: %.*s is written as %s", name, (int)length, line, again.data);
    text_clear(&again);
    journal_run_clear(&record.run);
}

static void test_journal_encode_writes_as_earlier_builds_did(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(journals); i++) {
        struct text bytes = { 0 };
        size_t lines = 0;

        fixture_read(journals[i].name, &bytes);
        for (const char *line = bytes.data; *line; lines++) {
            size_t length = strcspn(line, "\n");

            expect_written_again(journals[i].name, line, length);
            line += length + 1;
        }
        assert_true(lines >= 3);
        text_clear(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal_decode_reads_what_earlier_builds_wrote),
        cmocka_unit_test(test_journal_encode_writes_as_earlier_builds_did),
    };

    return cmocka_run_group_tests_name("model/journal_compatibility", tests, NULL, NULL);
}
