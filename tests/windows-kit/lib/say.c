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

void say_answer(const char *question, const char *format, ...)
{
    char words[WORDS_SIZE];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    (void)printf("answer %s: ", question);
    print_words(words);
    end_line();
}

void say_note(const char *format, ...)
{
    char words[WORDS_SIZE];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    (void)fputs("note ", stdout);
    print_words(words);
    end_line();
}

int say_finish(void)
{
    (void)printf("%u passed, %u failed, %u skipped\n", counts.passed, counts.failed,
                 counts.skipped);
    (void)fflush(stdout);
    return counts.failed > 0 || counts.passed + counts.skipped == 0;
}
