/* SPDX-License-Identifier: MIT */
/* Stands for a stage's program in the tests of the kit. What it does, a word, is in
 * stage_double.txt of the directory where it runs. */
#include <stdio.h>
#include <string.h>

#include "checks/host/windows/win.h"
#include "tests/windows-kit/lib/restore.h"
#include "tests/windows-kit/lib/say.h"

enum { WORD_SIZE = 32, MORE_THAN_ALLOWED = 100000 };

/* A value that Windows has no meaning for, beside those that the kit changes. */
#define KEY   "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
#define NAME  "PortExhaustionKitDouble"
#define PLACE KEY "\\" NAME

static int pass(const char *list)
{
    (void)list;
    say_ok("it is so");
    say_answer("W0", "as on the moon");
    return say_finish();
}

static int differ(const char *list)
{
    (void)list;
    say_ok("it is so");
    say_not_ok("it differs: here", "1", "2");
    return say_finish();
}

static int lie_in_counts(const char *list)
{
    (void)list;
    say_ok("it is so");
    (void)puts("3 passed, 0 failed, 0 skipped");
    return 0;
}

static int lie_in_code(const char *list)
{
    (void)list;
    say_not_ok("it differs", "1", "2");
    (void)puts("0 passed, 1 failed, 0 skipped");
    return 0;
}

static int say_no_counts(const char *list)
{
    (void)list;
    say_ok("it is so");
    return 0;
}

/* Its last words are those of the kit. */
static int crash(const char *list)
{
    (void)list;
    say_ok("it is so");
    (void)puts("1 passed, 0 failed, 0 skipped\nkit: exit 0, 0 s");
    (void)fflush(stdout);
    RaiseException(EXCEPTION_ACCESS_VIOLATION, EXCEPTION_NONCONTINUABLE, 0, NULL);
    return 0;
}

static int hang(const char *list)
{
    (void)list;
    say_ok("it is so");
    Sleep(INFINITE);
    return 0;
}

static int flood(const char *list)
{
    (void)list;
    for (int i = 0; i < MORE_THAN_ALLOWED; i++)
        (void)puts("note that there is more to say");
    return say_finish();
}

static int change(const char *list)
{
    struct error err = { 0 };
    DWORD value = 30;

    if (!restore_note(list, CHANGE_REGISTRY, PLACE, &err) ||
        RegSetKeyValueA(HKEY_LOCAL_MACHINE, KEY, NAME, REG_DWORD, &value, sizeof value) !=
            ERROR_SUCCESS)
        say_not_ok("it is changed", err.message, "a changed value");
    else
        say_ok("it is changed");
    return say_finish();
}

static int change_and_hang(const char *list)
{
    (void)change(list);
    return hang(list);
}

/* Who stands between the tests and a terminal. */
static int shout(const char *list)
{
    (void)list;
    say_ok("\x1b[31mred\x1b[0m");
    return say_finish();
}

static const struct {
    const char *word;
    int (*act)(const char *list);
} acts[] = {
    { "pass", pass },
    { "differ", differ },
    { "lie-in-counts", lie_in_counts },
    { "lie-in-code", lie_in_code },
    { "no-counts", say_no_counts },
    { "crash", crash },
    { "hang", hang },
    { "flood", flood },
    { "change", change },
    { "change-and-hang", change_and_hang },
    { "shout", shout },
};

int main(int argc, char **argv)
{
    char word[WORD_SIZE] = "";
    FILE *file = fopen("stage_double.txt", "r");

    if (file && fgets(word, sizeof word, file))
        word[strcspn(word, "\r\n")] = '\0';
    if (file)
        (void)fclose(file);
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (strcmp(acts[i].word, word) == 0)
            return acts[i].act(argc > 2 ? argv[2] : "");
    return 2;
}
