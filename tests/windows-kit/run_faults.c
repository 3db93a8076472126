/* SPDX-License-Identifier: MIT */
/* The check's main over a host of which every read fails once, with every error there is
 * (tests/faults/tools/failing_check.c): never a crash, never OK with data missing, and
 * the cause is told. What tests/faults/backend is where Python is.
 *   run_faults FAILING_CHECK [LIMIT_S]      LIMIT_S: of one run, 120 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/windows-kit/lib/fault_verdict.h"
#include "tests/windows-kit/lib/run_program.h"
#include "tests/windows-kit/lib/runner_arguments.h"
#include "tests/windows-kit/lib/say.h"
#include "tests/windows-kit/lib/scratch.h"

enum { LIMIT_MS = 120000, CALLS_MAX = 100, NAME_SIZE = 64, HANGS_MAX = 3 };

/* A busy machine may take longer than a check is given by default. The built-in policy is
 * what the host of the failing check obeys, and perhaps not that of the site. */
#define OPTIONS                                                                          \
    "--policy", "policy.json", "-t", "60", "-m",                                         \
        "port_usage,destination_usage,time_wait,udp_port_usage,"                         \
        "misconfigured"

static const char built_in[] = "{\"schema\": 1}";
static const char *const as_json[] = { OPTIONS, "-o", "json" };
static const char *const as_text[] = { OPTIONS };

static const char *const error_words[] = {
    [ERR_MALFORMED] = "malformed",     [ERR_LIMIT] = "limit",
    [ERR_ABSENT] = "absent",           [ERR_DENIED] = "denied",
    [ERR_UNSUPPORTED] = "unsupported", [ERR_TIMEOUT] = "timeout",
    [ERR_MEMORY] = "memory",           [ERR_IO] = "io",
};

/* What must have been tried. */
static const char *const reads[] = { "host_open",
                                     "read_range",
                                     "read_time_wait_reuse",
                                     "read_tcp",
                                     "read_bound",
                                     "read_udp",
                                     "read_setting",
                                     "read_boot_values",
                                     "read_journal",
                                     "read_time_wait_overflow" };

struct sweep {
    const wchar_t *program;
    int64_t limit_ms;
    struct scratch scratch; /* with the policy */
    json_t *good;           /* the report without a fault */
    int hangs;
    bool tried[ARRAY_COUNT(reads)];
};

static bool run_failing(struct sweep *sweep, bool json, int call, int code,
                        struct program_result *out, struct error *err)
{
    char call_word[16];
    char code_word[16];
    const struct program_variable variables[] = { { "FAIL_CALL", call_word },
                                                  { "FAIL_CODE", code_word } };
    const struct program_run wanted = {
        .path = sweep->program,
        .arguments = json ? as_json : as_text,
        .argument_count = json ? ARRAY_COUNT(as_json) : ARRAY_COUNT(as_text),
        .directory = sweep->scratch.root,
        .variables = variables,
        .variable_count = ARRAY_COUNT(variables),
        .limit_ms = sweep->limit_ms,
    };
    bool ok;

    (void)snprintf(call_word, sizeof call_word, "%d", call);
    (void)snprintf(code_word, sizeof code_word, "%d", code);
    ok = run_program(&wanted, out, err);
    sweep->hangs += ok && out->end == PROGRAM_HUNG;
    return ok;
}

/* What may be missing and not change the verdict. */
static bool need_not_be_told(const char *read, int code)
{
    return strcmp(read, "read_time_wait_overflow") == 0 ||
           (strcmp(read, "read_journal") == 0 && code == ERR_ABSENT);
}

static bool tells(const char *text, const char *read)
{
    char cause[NAME_SIZE + 16];

    (void)snprintf(cause, sizeof cause, "injected into %s", read);
    return strstr(text, cause) != NULL;
}

static bool judge_json(const struct sweep *sweep, const struct program_result *result,
                       const char *read, int code, struct text *why)
{
    json_t *report = fault_verdict_read(text_string(&result->output));
    bool holds = fault_verdict_holds(sweep->good, report, result->exit_code, why);

    json_decref(report);
    if (holds && !need_not_be_told(read, code) &&
        !tells(text_string(&result->output), read)) {
        text_addf(why, "exit code %" PRIu32 ", and the cause is not told",
                  result->exit_code);
        holds = false;
    }
    return holds;
}

/* The first line for a person: UNKNOWN names the cause. */
static bool judge_text(const struct program_result *result, const char *read,
                       struct text *why)
{
    static const char begin[] = "PORTS UNKNOWN: ";
    char *line = text_copy_bytes(text_string(&result->output),
                                 strcspn(text_string(&result->output), "\n"));
    const bool is_unknown = line && strncmp(line, begin, sizeof begin - 1) == 0;
    const bool holds = line && (result->exit_code == 0 || result->exit_code == 3) &&
                       is_unknown == (result->exit_code == 3) &&
                       (!is_unknown || tells(line, read));

    if (!holds) {
        text_addf(why, "exit code %" PRIu32 ", said '", result->exit_code);
        text_add_clean(why, line ? line : "", "");
        text_add(why, "'");
    }
    free(line);
    return holds;
}

static void tell(struct sweep *sweep, const char *name, bool json,
                 const struct program_result *result, const char *read, int code)
{
    struct text why = { 0 };
    char words[NAME_SIZE];

    if (result->end != PROGRAM_ENDED || program_result_crashed(result))
        say_not_ok(name,
                   program_result_words(result, sweep->limit_ms, words, sizeof words),
                   "a verdict");
    else if (json ? judge_json(sweep, result, read, code, &why)
                  : judge_text(result, read, &why))
        say_ok(name);
    else
        say_not_ok(name, text_string(&why), "UNKNOWN with its cause, or the truth");
    text_clear(&why);
}

static void try_fault(struct sweep *sweep, bool json, int call, const char *read,
                      int code)
{
    struct program_result result = { 0 };
    struct error err = { 0 };
    char name[2 * NAME_SIZE];

    (void)snprintf(name, sizeof name, "%s (read %d) fails: %s, %s", read, call,
                   error_words[code], json ? "JSON" : "text");
    if (sweep->hangs >= HANGS_MAX)
        say_not_ok(name, "not tried, since programs hung before", "a run");
    else if (run_failing(sweep, json, call, code, &result, &err))
        tell(sweep, name, json, &result, read, code);
    else
        say_not_ok(name, err.message, "a run");
    program_result_clear(&result);
}

/* The read that this call is, from "READ failed"; false where there are no more calls. */
static bool read_of(struct sweep *sweep, int call, char read[NAME_SIZE])
{
    struct program_result result = { 0 };
    struct error err = { 0 };
    char last[NAME_SIZE];
    bool found = false;

    if (!run_failing(sweep, true, call, ERR_IO, &result, &err))
        say_not_ok("a read that fails is named", err.message, "a run");
    else
        found = sscanf(text_string(&result.errors), "%63s %63s", read, last) == 2 &&
                strcmp(last, "failed") == 0;
    program_result_clear(&result);
    for (size_t i = 0; found && i < ARRAY_COUNT(reads); i++)
        sweep->tried[i] = sweep->tried[i] || strcmp(reads[i], read) == 0;
    return found;
}

static bool read_good(struct sweep *sweep)
{
    struct program_result result = { 0 };
    struct error err = { 0 };
    bool ok = scratch_open(&sweep->scratch, &err) &&
              scratch_write(&sweep->scratch, "policy.json", built_in, sizeof built_in - 1,
                            &err) &&
              run_failing(sweep, true, 0, ERR_IO, &result, &err);
    char words[NAME_SIZE];

    if (ok) {
        sweep->good = fault_verdict_read(text_string(&result.output));
        ok = result.end == PROGRAM_ENDED && result.exit_code == 0 && sweep->good;
        (void)program_result_words(&result, sweep->limit_ms, words, sizeof words);
    }
    if (ok)
        say_ok("the check is OK without a fault");
    else
        say_not_ok("the check is OK without a fault", err.code ? err.message : words,
                   "OK, in JSON");
    program_result_clear(&result);
    return ok;
}

static int sweep_all(struct sweep *sweep)
{
    char read[NAME_SIZE];

    if (read_good(sweep))
        for (int call = 1; call < CALLS_MAX && read_of(sweep, call, read); call++) {
            for (int code = ERR_MALFORMED; code <= ERR_IO; code++)
                try_fault(sweep, true, call, read, code);
            try_fault(sweep, false, call, read, ERR_IO);
        }
    for (size_t i = 0; i < ARRAY_COUNT(reads); i++) {
        char name[NAME_SIZE];

        (void)snprintf(name, sizeof name, "%s was tried", reads[i]);
        (void)say_same(name, "yes", sweep->tried[i] ? "yes" : "no");
    }
    json_decref(sweep->good);
    scratch_close(&sweep->scratch);
    return say_finish();
}

int main(int argc, char **argv)
{
    struct sweep sweep = { .limit_ms = LIMIT_MS };
    struct error err = { 0 };
    wchar_t *program;
    int code;

    if (!runner_arguments(&argc, &argv, 1, &sweep.limit_ms,
                          "run_faults FAILING_CHECK [LIMIT_S]"))
        return 2;
    program = program_full_path(argv[1], &err);
    sweep.program = program ? program : L"";
    code = sweep_all(&sweep);
    free(program);
    return code;
}
