/* SPDX-License-Identifier: MIT */
/* Lines of a program's output against lines of a pattern. */
#include "tests/windows-kit/lib/expected_output.h"

#include <stdlib.h>
#include <string.h>

enum { SCREEN_COLUMNS = 80, SCREEN_BYTES = 4000 };

static const char any_words[] = "@REASON@";
static const char version_mark[] = "@VERSION@";

/* Some bytes of a text. */
struct piece {
    const char *bytes;
    size_t length;
};

/* Takes the next line off, without its end; false where no more is there. */
static bool next_line(struct piece *rest, bool *ended, struct piece *line)
{
    const char *end;

    if (*ended)
        return false;
    end = rest->length > 0 ? memchr(rest->bytes, '\n', rest->length) : NULL;
    *ended = !end;
    line->bytes = rest->bytes;
    line->length = end ? (size_t)(end - rest->bytes) : rest->length;
    rest->bytes += line->length + (end ? 1 : 0);
    rest->length -= line->length + (end ? 1 : 0);
    return true;
}

static struct piece behind(struct piece piece, size_t count)
{
    return (struct piece){ piece.bytes + count, piece.length - count };
}

static bool begins(struct piece piece, const char *bytes, size_t length)
{
    return piece.length >= length && memcmp(piece.bytes, bytes, length) == 0;
}

/* Where the mark is; the length of the piece where it is not. */
static size_t find(struct piece piece, const char *mark, size_t length)
{
    size_t at = 0;

    while (at < piece.length && !begins(behind(piece, at), mark, length))
        at++;
    return at;
}

static bool line_matches(struct piece pattern, struct piece line)
{
    const size_t mark = sizeof any_words - 1;
    const size_t fixed = find(pattern, any_words, mark);

    if (!begins(line, pattern.bytes, fixed))
        return false;
    if (fixed == pattern.length)
        return line.length == fixed;
    for (size_t any = 1; fixed + any <= line.length; any++)
        if (line_matches(behind(pattern, fixed + mark), behind(line, fixed + any)))
            return true;
    return false;
}

static void add_line(struct text *out, size_t number, bool there, struct piece line)
{
    char *copy = there ? text_copy_bytes(line.bytes, line.length) : NULL;

    if (number > 0)
        text_addf(out, "line %zu of standard output: ", number);
    text_add(out, there ? "'" : "no more line");
    if (copy)
        text_add_clean(out, copy, "");
    if (there)
        text_add(out, "'");
    free(copy);
}

static void add_expanded(struct text *out, const char *pattern, const char *version)
{
    const size_t mark = sizeof version_mark - 1;
    const char *found;

    while ((found = strstr(pattern, version_mark)) != NULL) {
        text_add_bytes(out, pattern, (size_t)(found - pattern));
        text_add(out, version);
        pattern = found + mark;
    }
    text_add(out, pattern);
}

static bool lines_match(struct piece pattern, struct piece output, struct difference *out)
{
    bool pattern_ended = false, output_ended = false;

    for (size_t number = 1;; number++) {
        struct piece want = { 0 }, have = { 0 };
        const bool wants = next_line(&pattern, &pattern_ended, &want);
        const bool has = next_line(&output, &output_ended, &have);

        if (!wants && !has)
            return true;
        if (wants != has || !line_matches(want, have)) {
            add_line(&out->got, number, has, have);
            add_line(&out->wanted, 0, wants, want);
            return false;
        }
    }
}

bool expected_output_matches(const char *pattern, const char *version,
                             const struct text *output, struct difference *out)
{
    struct text expanded = { 0 };
    bool matches;

    add_expanded(&expanded, pattern, version);
    matches = lines_match((struct piece){ text_string(&expanded), expanded.length },
                          (struct piece){ text_string(output), output->length }, out);
    if (matches && expanded.failed) {
        text_add(&out->got, "not enough memory");
        text_add(&out->wanted, "a comparison");
        matches = false;
    }
    text_clear(&expanded);
    return matches;
}

static bool is_plain(struct piece line)
{
    for (size_t i = 0; i < line.length; i++)
        if (line.bytes[i] < ' ' || line.bytes[i] > '~' || line.bytes[i] == '|')
            return false;
    return true;
}

bool expected_output_is_screen(const struct text *output, struct difference *out)
{
    struct piece rest = { text_string(output), output->length };
    struct piece line;
    bool ended = false;

    if (rest.length == 0 || rest.length > SCREEN_BYTES ||
        rest.bytes[rest.length - 1] != '\n') {
        text_addf(&out->got, "%zu bytes, or no whole lines", rest.length);
        text_addf(&out->wanted, "lines of at most %d bytes in all", SCREEN_BYTES);
        return false;
    }
    for (size_t number = 1; next_line(&rest, &ended, &line); number++) {
        if (line.length <= SCREEN_COLUMNS && is_plain(line))
            continue;
        add_line(&out->got, number, true, line);
        text_addf(&out->wanted, "ASCII without '|' of at most %d columns",
                  SCREEN_COLUMNS);
        return false;
    }
    return true;
}

void difference_clear(struct difference *difference)
{
    text_clear(&difference->got);
    text_clear(&difference->wanted);
}
