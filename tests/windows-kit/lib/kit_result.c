/* SPDX-License-Identifier: MIT */
/* Lines of the protocol, counted; and a judgement of the stage itself. */
#include "tests/windows-kit/lib/kit_result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/text.h"

enum { LINES_MAX = 200000 };

static const struct {
    const char *begin;
    enum kit_line_kind kind;
} kinds[] = {
    { "ok ", KIT_LINE_OK },     { "not ok ", KIT_LINE_NOT_OK },
    { "skip ", KIT_LINE_SKIP }, { "answer ", KIT_LINE_ANSWER },
    { "note ", KIT_LINE_NOTE },
};

/* What the kit and the program's last line said, while the lines are read. */
struct reading {
    struct kit_counts said;
    bool has_counts; /* and nothing of the program after them */
    bool ended;
    unsigned long code;
};

static void set_why(struct kit_result *out, const char *why)
{
    if (!out->why[0])
        (void)snprintf(out->why, sizeof out->why, "%s", why);
}

static bool add(struct kit_result *out, enum kit_line_kind kind, const char *words,
                struct error *err)
{
    struct kit_line *lines = out->lines;
    char *copy = text_copy(words);

    if (out->count == LINES_MAX) {
        free(copy);
        set_why(out, "said too many lines");
        return true;
    }
    /* Room doubles at each power of two. */
    if (copy && (out->count & (out->count - 1)) == 0) {
        lines = realloc(lines, (out->count ? out->count * 2 : 1) * sizeof *lines);
        if (lines)
            out->lines = lines;
    }
    if (!copy || !lines) {
        free(copy);
        return error_set(err, ERR_MEMORY, "not enough memory for a report");
    }
    lines[out->count++] = (struct kit_line){ .kind = kind, .words = copy };
    return true;
}

static bool is_counts(const char *line, struct kit_counts *out)
{
    int end = 0;

    return sscanf(line, "%u passed, %u failed, %u skipped%n", &out->passed, &out->failed,
                  &out->skipped, &end) == 3 &&
           line[end] == '\0';
}

static void count(enum kit_line_kind kind, struct kit_counts *counted)
{
    counted->passed += kind == KIT_LINE_OK;
    counted->failed += kind == KIT_LINE_NOT_OK;
    counted->skipped += kind == KIT_LINE_SKIP;
}

/* A line of the kit's own. */
static void read_mark(const char *line, struct reading *reading, struct kit_result *out)
{
    unsigned long code;
    unsigned int seconds;
    int end = 0;

    if (sscanf(line, "exit %lu, %u s%n", &code, &seconds, &end) == 2 && end > 0) {
        reading->ended = true;
        reading->code = code;
        out->seconds = seconds;
    } else if (strncmp(line, "skipped: ", 9) == 0) {
        out->skipped = true;
        set_why(out, line + 9);
    } else {
        set_why(out, line);
    }
}

static bool read_line(const char *line, struct reading *reading, struct kit_result *out,
                      struct error *err)
{
    if (strncmp(line, KIT_MARK, strlen(KIT_MARK)) == 0) {
        read_mark(line + strlen(KIT_MARK), reading, out);
        return true;
    }
    if (line[0] == '\0')
        return true;
    reading->has_counts = is_counts(line, &reading->said);
    if (reading->has_counts)
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
        if (strncmp(line, kinds[i].begin, strlen(kinds[i].begin)) == 0) {
            count(kinds[i].kind, &out->counted);
            return add(out, kinds[i].kind, line + strlen(kinds[i].begin), err);
        }
    return add(out, KIT_LINE_OTHER, line, err);
}

static bool is_same(const struct kit_counts *a, const struct kit_counts *b)
{
    return a->passed == b->passed && a->failed == b->failed && a->skipped == b->skipped;
}

/* What is wrong with a stage of which nothing else is known to be. */
static void judge(const struct reading *reading, struct kit_result *out)
{
    const struct kit_counts *said = &reading->said;

    if (out->skipped || out->why[0])
        return;
    if (!reading->ended) {
        set_why(out, "did not come to its end");
    } else if (reading->code > 1) {
        (void)snprintf(out->why, sizeof out->why, "ended with code %lu (0x%lX)",
                       reading->code, reading->code);
    } else if (!reading->has_counts) {
        set_why(out, "said no counts");
    } else if (!is_same(said, &out->counted)) {
        (void)snprintf(out->why, sizeof out->why,
                       "says %u passed, %u failed, %u skipped; its lines are %u, %u, %u",
                       said->passed, said->failed, said->skipped, out->counted.passed,
                       out->counted.failed, out->counted.skipped);
    } else if (said->passed + said->failed + said->skipped == 0) {
        set_why(out, KIT_WHY_NOTHING);
    } else if ((said->failed > 0) != (reading->code == 1)) {
        (void)snprintf(out->why, sizeof out->why, "ended with code %lu, %u failed",
                       reading->code, said->failed);
    }
}

bool kit_result_parse(const char *output, struct kit_result *out, struct error *err)
{
    struct reading reading = { 0 };
    char *copy = text_copy(output);
    char *line = copy;
    bool ok = copy != NULL || error_set(err, ERR_MEMORY, "not enough memory");

    *out = (struct kit_result){ .ran = output[0] != '\0' };
    while (ok && line && *line) {
        char *next = strchr(line, '\n');

        if (next)
            *next++ = '\0';
        line[strcspn(line, "\r")] = '\0';
        ok = read_line(line, &reading, out, err);
        line = next;
    }
    free(copy);
    if (ok && out->ran)
        judge(&reading, out);
    return ok;
}

void kit_result_clear(struct kit_result *result)
{
    for (size_t i = 0; i < result->count; i++)
        free(result->lines[i].words);
    free(result->lines);
    *result = (struct kit_result){ 0 };
}
