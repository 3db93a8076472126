/* SPDX-License-Identifier: MIT */
/* Reading the last lines of a cmocka program. */
#include "tests/windows-kit/lib/cmocka_summary.h"

#include <stdio.h>
#include <string.h>

enum { WORD_SIZE = 16, NAME_SIZE = 128 };

/* "[  FAILED  ] test_name", listed behind "[  FAILED  ] 2 test(s), listed below:" */
static void read_name(struct cmocka_summary *summary, const char *line)
{
    char name[NAME_SIZE];

    if (summary->failed == 0 || sscanf(line, "[ FAILED ] %127s", name) != 1 ||
        strncmp(name, "test_", 5) != 0)
        return;
    text_addf(&summary->names, "%s%s", summary->names.length > 0 ? ", " : "", name);
}

static void read_line(struct cmocka_summary *summary, const char *line)
{
    char word[WORD_SIZE];
    char ending[WORD_SIZE];
    uint32_t count;

    if (sscanf(line, "[ %15[A-Z] ] %u %15s", word, &count, ending) != 3 ||
        strncmp(ending, "test(s)", 7) != 0) {
        read_name(summary, line);
        return;
    }
    if (strcmp(word, "PASSED") == 0)
        summary->passed = count;
    if (strcmp(word, "FAILED") == 0)
        summary->failed = count;
    if (strcmp(word, "SKIPPED") == 0)
        summary->skipped = count;
}

void cmocka_summary_read(struct cmocka_summary *summary, const char *output)
{
    for (const char *line = output; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (*line == '[')
            read_line(summary, line);
    }
}

void cmocka_summary_clear(struct cmocka_summary *summary)
{
    text_clear(&summary->names);
    *summary = (struct cmocka_summary){ 0 };
}
