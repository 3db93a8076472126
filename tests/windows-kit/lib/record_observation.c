/* SPDX-License-Identifier: MIT */
/* An observation of this host by the check, without names. */
#include "tests/windows-kit/lib/record.h"

#include <inttypes.h>
#include <stdlib.h>

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"
#include "checks/model/observation_json.h"
#include "tests/windows-kit/lib/run_program.h"
#include "tests/windows-kit/lib/say.h"

#define FILE_NAME "observation.json"

enum { LIMIT_MS = 120000, PATH_SIZE = 1024, EXIT_CODE_MAX = 3 };

static const char *const arguments[] = { "-o", "observation", "--anonymize", "-t", "60" };

static bool run_check(const char *check, struct program_result *out, struct error *err)
{
    wchar_t path[PATH_SIZE];
    const struct program_run run = { .path = path,
                                     .arguments = arguments,
                                     .argument_count = ARRAY_COUNT(arguments),
                                     .limit_ms = LIMIT_MS };
    wchar_t *given = win_text_to_wide(check, err);
    DWORD length = given ? GetFullPathNameW(given, PATH_SIZE, path, NULL) : 0;

    free(given);
    if (!given)
        return false;
    if (length == 0 || length >= PATH_SIZE)
        return error_set(err, ERR_MALFORMED, "no path of a program: '%s'", check);
    return run_program(&run, out, err);
}

static void read_again(const struct text *again)
{
    struct observation *seen = calloc(1, sizeof *seen);
    struct error err = { 0 };

    if (seen && observation_from_json(text_string(again), again->length, seen, &err)) {
        say_ok(FILE_NAME);
        say_note(FILE_NAME " reads %zu settings, %" PRIu64 " rows of sockets",
                 seen->setting_count, seen->rows);
    } else {
        say_not_ok(FILE_NAME, err.message, "an observation that can be replayed");
    }
    free(seen);
}

void record_observation(struct record *record, const char *check)
{
    struct program_result result = { 0 };
    struct text again = { 0 };
    struct error err = { 0 };
    char words[256];

    if (!run_check(check, &result, &err))
        say_not_ok(FILE_NAME, err.message, "a run of the check");
    else if (result.end != PROGRAM_ENDED || result.exit_code > EXIT_CODE_MAX)
        say_not_ok(FILE_NAME,
                   program_result_words(&result, LIMIT_MS, words, sizeof words),
                   "exit code 0 to 3");
    else if (record_keep(record, FILE_NAME, &result.output, &again))
        read_again(&again);
    program_result_clear(&result);
    text_clear(&again);
}
