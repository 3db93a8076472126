/* SPDX-License-Identifier: MIT */
/* Runs every unit test below a directory, in that directory, where the files lie that
 * they read. Of one that fails, what it said follows as notes. run_units DIRECTORY
 * [LIMIT_S]      LIMIT_S: of one program, 300 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/boot_mark.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/cmocka_summary.h"
#include "tests/windows-kit/lib/run_program.h"
#include "tests/windows-kit/lib/runner_arguments.h"
#include "tests/windows-kit/lib/say.h"

enum { UNITS_MAX = 1000, LIMIT_MS = 300000, LINES_KEPT = 40 };

/* After so many that hung, the rest would take the day. */
enum { HANGS_MAX = 3 };

/* The unit tests that were found: "base/test_threshold.exe". */
struct units {
    const wchar_t *root;
    char *names[UNITS_MAX];
    size_t count;
    uint32_t tests; /* in all programs that ran */
    int64_t limit_ms;
    int hangs;
};

static bool is_unit(const char *name)
{
    const size_t length = strlen(name);

    return strncmp(name, "test_", 5) == 0 && length > 9 &&
           strcmp(name + length - 4, ".exe") == 0;
}

static bool keep(struct units *units, const char *name, struct error *err)
{
    if (units->count == UNITS_MAX)
        return error_set(err, ERR_LIMIT, "more than %d unit tests", UNITS_MAX);
    units->names[units->count] = text_copy(name);
    return units->names[units->count++] ||
           error_set(err, ERR_MEMORY, "not enough memory");
}

/* ROOT\NAME, new; NULL: *err is filled. */
static wchar_t *full_name(const struct units *units, const char *name, struct error *err)
{
    struct text path = { 0 };
    wchar_t *full = NULL;

    win_text_add_wide(&path, units->root);
    text_addf(&path, "\\%s", name);
    if (text_ok(&path, err))
        full = program_full_path(text_string(&path), err);
    text_clear(&path);
    return full;
}

static bool find(struct units *units, const char *below, struct error *err);

/* A unit test or a directory; anything else is no concern of ours. */
static bool take(struct units *units, const char *below, const WIN32_FIND_DATAW *found,
                 struct error *err)
{
    struct text name = { 0 };
    struct text path = { 0 };
    bool ok = true;

    win_text_add_wide(&name, found->cFileName);
    text_addf(&path, "%s%s%s", below, below[0] ? "/" : "", text_string(&name));
    if (!text_ok(&path, err))
        ok = false;
    else if (!(found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
        ok = !is_unit(text_string(&name)) || keep(units, text_string(&path), err);
    else if (text_string(&name)[0] != '.')
        ok = find(units, text_string(&path), err);
    text_clear(&name);
    text_clear(&path);
    return ok;
}

static bool find(struct units *units, const char *below, struct error *err)
{
    WIN32_FIND_DATAW found;
    struct text pattern = { 0 };
    wchar_t *wide;
    HANDLE search;
    bool ok;

    text_addf(&pattern, "%s%s*", below, below[0] ? "/" : "");
    wide = full_name(units, text_string(&pattern), err);
    text_clear(&pattern);
    search = wide ? FindFirstFileW(wide, &found) : INVALID_HANDLE_VALUE;
    if (search == INVALID_HANDLE_VALUE) {
        (void)win_error_set(err, GetLastError(), "directory '%s'", below);
        free(wide);
        return false;
    }
    do
        ok = take(units, below, &found, err);
    while (ok && FindNextFileW(search, &found));
    (void)FindClose(search);
    free(wide);
    return ok;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The last lines, which say what failed. */
static void note_output(const char *name, const struct text *output)
{
    const char *line = text_string(output) + output->length;
    int lines = 0;

    while (line > text_string(output) && lines <= LINES_KEPT)
        lines += *--line == '\n';
    line += *line == '\n';
    while (*line) {
        const size_t length = strcspn(line, "\n");
        char *copy = text_copy_bytes(line, length);
        struct text clean = { 0 };

        if (copy)
            text_add_clean(&clean, text_trim(copy, "\r"), "");
        if (clean.length > 0)
            say_note("%s: %s", name, text_string(&clean));
        text_clear(&clean);
        free(copy);
        line += length + (line[length] == '\n');
    }
}

static void tell_failure(const struct units *units, const char *name,
                         const struct program_result *result,
                         const struct cmocka_summary *summary)
{
    struct text got = { 0 };
    char words[64];

    text_add(&got, program_result_words(result, units->limit_ms, words, sizeof words));
    text_addf(&got, ", %u passed, %u failed", summary->passed, summary->failed);
    if (summary->names.length > 0)
        text_addf(&got, " (%s)", text_string(&summary->names));
    say_not_ok(name, text_string(&got), "exit code 0 and its tests passed");
    text_clear(&got);
    note_output(name, &result->output);
    note_output(name, &result->errors);
}

/* An exit code without a counted failure, or no test at all, is a failure of its own. */
static void judge(struct units *units, const char *name,
                  const struct program_result *result)
{
    struct cmocka_summary summary = { 0 };
    struct text why = { 0 };

    cmocka_summary_read(&summary, text_string(&result->output));
    cmocka_summary_read(&summary, text_string(&result->errors));
    units->tests += summary.passed;
    units->hangs += result->end == PROGRAM_HUNG;
    text_addf(&why, "%u of its tests cannot be run here", summary.skipped);
    if (result->end != PROGRAM_ENDED || result->exit_code != 0 || summary.failed > 0 ||
        summary.passed + summary.skipped == 0)
        tell_failure(units, name, result, &summary);
    else if (summary.skipped > 0)
        say_skip(name, text_string(&why));
    else
        say_ok(name);
    text_clear(&why);
    cmocka_summary_clear(&summary);
}

static bool may_open(const wchar_t *path, REGSAM rights)
{
    HKEY key = NULL;
    const bool opened = RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0,
                                      rights | KEY_WOW64_64KEY, &key) == ERROR_SUCCESS;

    if (opened)
        (void)RegCloseKey(key);
    return opened;
}

/* Why it may not run here; NULL: it may. One writes to the registry, and removes what it
 * finds there. */
static const char *why_not(const char *name)
{
    if (strcmp(name, "writer/windows/test_boot_marker") != 0)
        return NULL;
    if (may_open(BOOT_MARK_PARENT, KEY_READ))
        return "it would remove the mark of a remediation of this host";
    return may_open(L"SOFTWARE", KEY_CREATE_SUB_KEY)
               ? NULL
               : "needs elevation: it writes below HKEY_LOCAL_MACHINE";
}

static void run_one(struct units *units, const char *path)
{
    struct program_result result = { 0 };
    struct error err = { 0 };
    wchar_t *full = full_name(units, path, &err);
    const struct program_run wanted = { .path = full,
                                        .directory = units->root,
                                        .limit_ms = units->limit_ms };
    char *name = text_copy_bytes(path, strlen(path) - 4); /* without ".exe" */

    if (name && why_not(name))
        say_skip(name, why_not(name));
    else if (units->hangs >= HANGS_MAX)
        say_not_ok(name ? name : path, "not tried, since programs hung before", "a run");
    else if (name && full && run_program(&wanted, &result, &err))
        judge(units, name, &result);
    else
        say_not_ok(path, err.message, "a run");
    program_result_clear(&result);
    free(name);
    free(full);
}

static int run_units(struct units *units)
{
    struct error err = { 0 };

    if (!find(units, "", &err))
        say_not_ok("the unit tests are found", err.message, "a directory with them");
    qsort(units->names, units->count, sizeof *units->names, by_name);
    for (size_t i = 0; i < units->count; i++) {
        run_one(units, units->names[i]);
        free(units->names[i]);
    }
    say_note("%zu programs, in which %u tests passed", units->count, units->tests);
    return say_finish();
}

int main(int argc, char **argv)
{
    static struct units units = { .limit_ms = LIMIT_MS };
    struct error err = { 0 };
    wchar_t *root;
    int code;

    if (!runner_arguments(&argc, &argv, 1, &units.limit_ms,
                          "run_units DIRECTORY [LIMIT_S]"))
        return 2;
    root = program_full_path(argv[1], &err);
    units.root = root ? root : L"";
    code = run_units(&units);
    free(root);
    return code;
}
