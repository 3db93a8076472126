/* SPDX-License-Identifier: MIT */
/* The lines, cleaned of line ends, and their counts. */
#include "tests/windows-kit/lib/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_SIZE = 4096 };

static struct {
    unsigned int passed;
    unsigned int failed;
    unsigned int skipped;
} counts;

static void print_words(const char *words)
{
    for (; *words; words++)
        (void)putchar(*words == '\n' || *words == '\r' ? ' ' : *words);
}

static void end_line(void)
{
    (void)putchar('\n');
    (void)fflush(stdout);
}

void say_ok(const char *name)
{
    counts.passed++;
    (void)fputs("ok ", stdout);
    print_words(name);
    end_line();
}

void say_not_ok(const char *name, const char *got, const char *wanted)
{
    counts.failed++;
    (void)fputs("not ok ", stdout);
    print_words(name);
    (void)fputs(": ", stdout);
    print_words(got);
    (void)fputs(", expected ", stdout);
    print_words(wanted);
    end_line();
}

void say_skip(const char *name, const char *why)
{
    counts.skipped++;
    (void)fputs("skip ", stdout);
    print_words(name);
    (void)fputs(": ", stdout);
    print_words(why);
    end_line();
}

bool say_same(const char *name, const char *wanted, const char *got)
{
    if (strcmp(wanted, got) == 0) {
        say_ok(name);
        return true;
    }
    say_not_ok(name, got, wanted);
    return false;
}

/* The rest of a line. */
static void PRINTF_LIKE(1, 0) end_with(const char *format, va_list arguments)
{
    char words[WORDS_SIZE];

    (void)vsnprintf(words, sizeof words, format, arguments);
    print_words(words);
    end_line();
}

void say_answer(const char *question, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)printf("answer %s: ", question);
    end_with(format, arguments);
    va_end(arguments);
}

void say_note(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)fputs("note ", stdout);
    end_with(format, arguments);
    va_end(arguments);
}

int say_finish(void)
{
    (void)printf("%u passed, %u failed, %u skipped\n", counts.passed, counts.failed,
                 counts.skipped);
    (void)fflush(stdout);
    return counts.failed > 0 || counts.passed + counts.skipped == 0;
}
