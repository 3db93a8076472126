/* SPDX-License-Identifier: MIT */
/* Runs the cases that tests/windows-kit/export wrote, as tests/cases/run and
 * tests/bad-input/run do: output and exit code to the byte, no word on standard error.
 *   run_cases PROGRAM_DIR DATA [LIMIT_S]      LIMIT_S: of one run, 120 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "checks/host/program.h"
#include "checks/host/windows/win.h"
#include "tests/windows-kit/lib/expected_output.h"
#include "tests/windows-kit/lib/run_program.h"
#include "tests/windows-kit/lib/runner_arguments.h"
#include "tests/windows-kit/lib/say.h"
#include "tests/windows-kit/lib/scratch.h"

/* After so many programs that hung, the rest would take the day. */
enum { HANGS_MAX = 3, LIMIT_MS = 120000, ARGUMENTS_MAX = 256 };

struct runner {
    const char *programs; /* their directory */
    int64_t limit_ms;
    struct scratch scratch;
    char version[64];
    bool site_has_policy;
    int hangs;
};

/* The bytes of a text in which each character is one. */
static bool add_bytes(struct text *out, const json_t *string, struct error *err)
{
    const unsigned char *at = (const unsigned char *)json_string_value(string);
    const unsigned char *end = at + json_string_length(string);

    for (; at < end; at++) {
        unsigned char byte = *at;

        if (byte >= 0x80) /* U+0080 to U+00FF: two bytes of UTF-8 */
            byte = (unsigned char)((byte & 0x03) << 6 | (*++at & 0x3F));
        text_add_bytes(out, &byte, 1);
    }
    return text_ok(out, err);
}

static wchar_t *path_of(const struct runner *runner, const char *program,
                        struct error *err)
{
    struct text path = { 0 };
    wchar_t *full = NULL;

    text_addf(&path, "%s\\%s.exe", runner->programs, program);
    if (text_ok(&path, err))
        full = program_full_path(text_string(&path), err);
    text_clear(&path);
    return full;
}

/* Runs the program of a case in its directory; the caller clears *out. */
static bool run_one(const struct runner *runner, const json_t *run,
                    const wchar_t *directory, struct program_result *out,
                    struct error *err)
{
    const char *arguments[ARGUMENTS_MAX];
    const json_t *words = json_object_get(run, "arguments");
    struct text input = { 0 };
    struct program_run wanted = { .arguments = arguments,
                                  .argument_count = json_array_size(words),
                                  .directory = directory,
                                  .limit_ms = runner->limit_ms };
    wchar_t *path;
    bool ok;

    if (wanted.argument_count > ARGUMENTS_MAX)
        return error_set(err, ERR_LIMIT, "more than %d arguments", ARGUMENTS_MAX);
    for (size_t i = 0; i < wanted.argument_count; i++)
        arguments[i] = json_string_value(json_array_get(words, i));
    path = path_of(runner, json_string_value(json_object_get(run, "program")), err);
    wanted.path = path;
    ok = path && add_bytes(&input, json_object_get(run, "input"), err);
    wanted.input = input.data;
    wanted.input_length = input.length;
    ok = ok && run_program(&wanted, out, err);
    text_clear(&input);
    free(path);
    return ok;
}

static bool exits_as_expected(const json_t *exits, const struct program_result *result)
{
    bool found = false;

    for (size_t i = 0; result->end == PROGRAM_ENDED && i < json_array_size(exits); i++)
        found = found || json_integer_value(json_array_get(exits, i)) ==
                             (json_int_t)result->exit_code;
    return found;
}

static bool judge_end(const struct runner *runner, const json_t *run,
                      const struct program_result *result, struct difference *out)
{
    const json_t *exits = json_object_get(run, "exits");
    char words[64];

    if (exits_as_expected(exits, result))
        return true;
    text_add(&out->got,
             program_result_words(result, runner->limit_ms, words, sizeof words));
    text_add(&out->wanted, "exit code");
    for (size_t i = 0; i < json_array_size(exits); i++)
        text_addf(&out->wanted, "%s %d", i > 0 ? " or" : "",
                  (int)json_integer_value(json_array_get(exits, i)));
    return false;
}

static bool judge_output(const struct runner *runner, const json_t *run,
                         const struct program_result *result, struct difference *out)
{
    const char *pattern = json_string_value(json_object_get(run, "stdout"));

    return pattern
               ? expected_output_matches(pattern, runner->version, &result->output, out)
               : expected_output_is_screen(&result->output, out);
}

static void tell_errors(const struct text *errors, struct difference *out)
{
    char *words = text_copy(text_string(errors));

    text_add(&out->got, "on standard error '");
    text_add_clean(&out->got, words ? text_trim(words, "\r\n") : "", "");
    text_add(&out->got, "'");
    text_add(&out->wanted, "not a word there");
    free(words);
}

/* An end that is none comes first: what was printed until then is no news. */
static bool judge(const struct runner *runner, const json_t *run,
                  const struct program_result *result, struct difference *out)
{
    if ((result->end != PROGRAM_ENDED || program_result_crashed(result)) &&
        !judge_end(runner, run, result, out))
        return false;
    if (result->errors.length > 0) {
        tell_errors(&result->errors, out);
        return false;
    }
    return judge_output(runner, run, result, out) && judge_end(runner, run, result, out);
}

static bool write_files(const struct runner *runner, const char *directory, json_t *files,
                        struct error *err)
{
    const char *name;
    json_t *content;

    json_object_foreach(files, name, content)
    {
        struct text path = { 0 };
        struct text bytes = { 0 };
        bool ok;

        text_addf(&path, "%s%s%s", directory, directory[0] ? "/" : "", name);
        ok = text_ok(&path, err) && add_bytes(&bytes, content, err) &&
             scratch_write(&runner->scratch, text_string(&path), text_string(&bytes),
                           bytes.length, err);
        text_clear(&path);
        text_clear(&bytes);
        if (!ok)
            return false;
    }
    return true;
}

/* The runs of a case, until one is not as expected. */
static bool run_all(struct runner *runner, const json_t *runs, const wchar_t *directory,
                    struct difference *out, struct error *err)
{
    bool good = json_array_size(runs) > 0;

    for (size_t i = 0; good && i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        struct program_result result = { 0 };

        if (!run_one(runner, run, directory, &result, err))
            return false;
        runner->hangs += result.end == PROGRAM_HUNG;
        good = judge(runner, run, &result, out);
        program_result_clear(&result);
        if (!good && json_array_size(runs) > 1)
            text_addf(&out->wanted, " (run %zu)", i + 1);
    }
    return good;
}

/* True when nothing is wrong; else *out says what, or *err why it could not be tried. */
static bool try_case(struct runner *runner, const json_t *one, struct difference *out,
                     struct error *err)
{
    const char *directory = json_string_value(json_object_get(one, "directory"));
    wchar_t *wide = NULL;
    bool good;

    good = scratch_make_directory(&runner->scratch, directory, err) &&
           write_files(runner, directory, json_object_get(one, "files"), err);
    if (good)
        wide = scratch_path(&runner->scratch, directory, err);
    good = wide && run_all(runner, json_object_get(one, "runs"), wide, out, err);
    free(wide);
    return good;
}

/* A verdict is made by the policy of the site, where there is one and no other is named.
 */
static bool is_at_the_mercy_of_the_site(const struct runner *runner, const json_t *one)
{
    static const char verdicts[] = "tests/cases/";
    static const char option[] = "--policy";
    const char *directory = json_string_value(json_object_get(one, "directory"));
    const json_t *run = json_array_get(json_object_get(one, "runs"), 0);
    const json_t *arguments = json_object_get(run, "arguments");
    bool named = false;

    for (size_t i = 0; i < json_array_size(arguments); i++)
        named = named || strncmp(json_string_value(json_array_get(arguments, i)), option,
                                 sizeof option - 1) == 0;
    return runner->site_has_policy && !named &&
           strncmp(directory, verdicts, sizeof verdicts - 1) == 0;
}

static void tell_case(struct runner *runner, const json_t *one)
{
    const char *name = json_string_value(json_object_get(one, "name"));
    struct difference wrong = { 0 };
    struct error err = { 0 };

    if (is_at_the_mercy_of_the_site(runner, one))
        say_skip(name, "this host has a policy, which would judge here");
    else if (runner->hangs >= HANGS_MAX)
        say_not_ok(name, "not tried, since programs hung before", "a run");
    else if (try_case(runner, one, &wrong, &err))
        say_ok(name);
    else if (err.code != ERR_NONE)
        say_not_ok(name, err.message, "a run");
    else
        say_not_ok(name, text_string(&wrong.got), text_string(&wrong.wanted));
    difference_clear(&wrong);
}

static bool site_has_policy(void)
{
    struct text path = { 0 };
    struct error err = { 0 };
    wchar_t *full = NULL;
    bool there;

    if (program_site_policy_path(&path, &err))
        full = program_full_path(text_string(&path), &err);
    there = full && GetFileAttributesW(full) != INVALID_FILE_ATTRIBUTES;
    free(full);
    text_clear(&path);
    return there;
}

/* "check_port_exhaustion 0.1.0" */
static bool ask_version(struct runner *runner, struct error *err)
{
    json_t *run = json_pack("{s:s, s:[s], s:s}", "program", "check_port_exhaustion",
                            "arguments", "-V", "input", "");
    struct program_result result = { 0 };
    bool ok = run && run_one(runner, run, runner->scratch.root, &result, err);

    if (ok && sscanf(text_string(&result.output), "check_port_exhaustion %63s",
                     runner->version) != 1)
        ok = error_set(err, ERR_MALFORMED, "check_port_exhaustion -V said '%.60s'",
                       text_string(&result.output));
    program_result_clear(&result);
    json_decref(run);
    return ok;
}

/* The directories of shared files are those of their names. */
static bool write_shared(const struct runner *runner, json_t *files, struct error *err)
{
    const char *name;
    json_t *content;

    json_object_foreach(files, name, content)
    {
        struct text directory = { 0 };
        const char *end = strrchr(name, '/');
        bool ok;

        text_add_bytes(&directory, name, end ? (size_t)(end - name) : 0);
        ok = text_ok(&directory, err) &&
             scratch_make_directory(&runner->scratch, text_string(&directory), err);
        text_clear(&directory);
        if (!ok)
            return false;
    }
    return write_files(runner, "", files, err);
}

/* New; NULL: *err is filled. */
static json_t *load(const char *data, struct error *err)
{
    struct text path = { 0 };
    struct text bytes = { 0 };
    json_error_t wrong;
    json_t *document = NULL;

    text_addf(&path, "%s\\cases.json", data);
    if (text_ok(&path, err) &&
        program_read_file(text_string(&path), TEXT_MAX, &bytes, err)) {
        document = json_loadb(text_string(&bytes), bytes.length, JSON_ALLOW_NUL, &wrong);
        if (!document)
            (void)error_set(err, ERR_MALFORMED, "%s: %s", text_string(&path), wrong.text);
    }
    text_clear(&path);
    text_clear(&bytes);
    return document;
}

/* However short the limit of a case is, the version is waited for. */
static int run_cases(struct runner *runner, const char *data, int64_t limit_ms)
{
    struct error err = { 0 };
    json_t *document = load(data, &err);
    const json_t *cases = json_object_get(document, "cases");

    if (document && scratch_open(&runner->scratch, &err) &&
        write_shared(runner, json_object_get(document, "shared"), &err) &&
        ask_version(runner, &err)) {
        runner->limit_ms = limit_ms;
        runner->site_has_policy = site_has_policy();
        for (size_t i = 0; i < json_array_size(cases); i++)
            tell_case(runner, json_array_get(cases, i));
    } else {
        say_not_ok("the cases can be run", err.message, "a run");
    }
    scratch_close(&runner->scratch);
    json_decref(document);
    return say_finish();
}

int main(int argc, char **argv)
{
    struct runner runner = { .limit_ms = LIMIT_MS };
    int64_t limit_ms = LIMIT_MS;

    if (!runner_arguments(&argc, &argv, 2, &limit_ms,
                          "run_cases PROGRAM_DIR DATA [LIMIT_S]"))
        return 2;
    runner.programs = argv[1];
    return run_cases(&runner, argv[2], limit_ms);
}
