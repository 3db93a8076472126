/* SPDX-License-Identifier: MIT */
/* Lines of the journal, one record each; what a power cut leaves at the end. */
#include "checks/model/journal_file.h"

#include <string.h>

#include "checks/model/journal_record.h"

/* One line without its newline. */
struct line {
    const char *bytes;
    size_t length;
};

/* Some file systems leave zeros at the end after a power cut. */
static bool is_zero(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != '\0')
            return false;
    return true;
}

/*
 * Whether the broken last line hides a whole record: its newline was altered, so that it
 * swallowed the next record. Nothing torn looks like that: a record comes with its
 * newline, and only then the next one is written.
 */
static bool hides_a_record(const struct line *line)
{
    uint32_t crc = 0;
    uint32_t sum;

    if (!journal_line_sum(line->bytes, line->length, &sum))
        return false;
    for (size_t i = JOURNAL_SUM_LENGTH; i + 2 < line->length; i++) {
        crc = crc32_add(crc, line->bytes + i, 1);
        if (crc == sum && line->bytes[i] == '}' &&
            !is_zero(line->bytes + i + 1, line->length - i - 1))
            return true;
    }
    return false;
}

static bool add_record(struct journal *journal, const struct line *line, size_t offset,
                       struct error *err)
{
    struct journal_record record = { 0 };
    bool ok = journal_record_read(line->bytes, line->length, &record, err) &&
              journal_prepare(journal, &record, err);

    if (ok)
        journal_take(journal, &record, offset);
    journal_run_clear(&record.run);
    return ok;
}

static bool decode_lines(struct journal *journal, const char *bytes, size_t length,
                         struct error *err)
{
    size_t offset = 0;

    for (size_t number = 1; offset < length; number++) {
        const char *end = memchr(bytes + offset, '\n', length - offset);
        struct line line = { .bytes = bytes + offset,
                             .length =
                                 end ? (size_t)(end - bytes) - offset : length - offset };
        bool is_last = !end || end + 1 == bytes + length;

        if (!end || !journal_line_is_whole(line.bytes, line.length)) {
            if (!is_last || hides_a_record(&line))
                return error_set(err, ERR_MALFORMED,
                                 "line %zu: the checksum is wrong: the line was changed",
                                 number);
            journal->torn_bytes = length - offset;
            return true;
        }
        if (!add_record(journal, &line, offset, err))
            return error_prefix(err, "line %zu", number);
        offset += line.length + 1;
    }
    return true;
}

bool journal_decode(const char *bytes, size_t length, struct journal *out,
                    struct error *err)
{
    struct journal journal = { 0 };

    if (length > JOURNAL_MAX)
        return error_set(err, ERR_LIMIT,
                         "the journal has %zu bytes, at most %d are possible", length,
                         JOURNAL_MAX);
    if (!decode_lines(&journal, bytes, length, err)) {
        journal_clear(&journal);
        return false;
    }
    *out = journal;
    return true;
}
