/* SPDX-License-Identifier: MIT */
/* Holds the check's JSON beside what Windows' own tools say of the same host.
 *
 * usage: cross_check CHECK
 * The tables of a host move, so the check is run before and after each tool. Where both
 * still differ it is tried again; what differs each time is a failure. What a tool does
 * not tell here is skipped by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "checks/host/deadline.h"
#include "checks/host/program.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/cross_account.h"
#include "tests/windows-kit/lib/cross_compare.h"
#include "tests/windows-kit/lib/cross_tools.h"
#include "tests/windows-kit/lib/run_program.h"
#include "tests/windows-kit/lib/say.h"

enum {
    RETRY_MS = 120000, /* no new try after that, for all tools together */
    CHECK_MS = 90000   /* of one run, which gives up after 60 s itself */
};

/* The range that sockets are compared in where the check cannot read the host's. */
static const char stand_in_range[] = "1024-65535";

/* What moves by the second stands alone between two looks of the check. */
static const struct {
    const struct cross_tool *tools[CROSS_TOOLS_MAX];
    size_t count;
} groups[] = {
    { { &cross_netsh, &cross_tcp_settings, &cross_udp_settings, &cross_reg,
        &cross_wevtutil },
      5 },
    { { &cross_netstat }, 1 },
    { { &cross_connections }, 1 },
    { { &cross_endpoints }, 1 },
};

/* Whose look it is. */
struct session {
    wchar_t path[MAX_PATH];
    bool has_range;          /* false: the check is given `stand_in_range` */
    struct cross_facts told; /* by the first run, without that */
    struct deadline retries;
};

static bool run_check(const struct session *session, const char *format,
                      struct program_result *out, struct error *err)
{
    const char *arguments[] = { "-t", "60", "-o", format, "--range", stand_in_range };
    const struct program_run wanted = { .path = session->path,
                                        .arguments = arguments,
                                        .argument_count = session->has_range ? 4 : 6,
                                        .limit_ms = CHECK_MS };
    char how[80];

    if (!run_program(&wanted, out, err))
        return false;
    return (out->end == PROGRAM_ENDED && !program_result_crashed(out)) ||
           error_set(err, ERR_IO, "-o %s: %s", format,
                     program_result_words(out, CHECK_MS, how, sizeof how));
}

/* With a stand-in, the range itself is still what the check could not read. */
static void keep_told(const struct session *session, struct cross_look *look)
{
    for (int i = CROSS_RANGE_TCP4; i <= CROSS_AUTO_REUSE && !session->has_range; i++)
        look->facts.of[i] = session->told.of[i];
}

static bool look_once(const struct session *session, struct cross_look *out,
                      struct error *err)
{
    struct program_result judged = { 0 };
    struct program_result observed = { 0 };
    bool ok = run_check(session, "json", &judged, err) &&
              run_check(session, "observation", &observed, err) &&
              cross_json_read(text_string(&judged.output), text_string(&observed.output),
                              out, err);

    if (ok)
        keep_told(session, out);
    program_result_clear(&judged);
    program_result_clear(&observed);
    return ok;
}

/* A check that does not answer is a failure, and nothing can be compared. */
static bool look_or_say(void *session, struct cross_look *out)
{
    struct error err = { 0 };

    if (look_once(session, out, &err))
        return true;
    say_not_ok("the check answers", err.message, "its JSON");
    return false;
}

static bool has_time(void *context)
{
    const struct session *session = context;

    return !deadline_passed(&session->retries);
}

static void say_comparison(const char *tool, enum cross_name fact,
                           const struct cross_comparison *of)
{
    char name[128];
    char words[3][CROSS_WORDS_SIZE + 16];
    char got[512];
    char wanted[320];

    (void)snprintf(name, sizeof name, "%s: %s", tool, cross_names[fact]);
    (void)cross_fact_words(&of->before, words[0], sizeof words[0]);
    (void)cross_fact_words(&of->theirs, words[1], sizeof words[1]);
    (void)cross_fact_words(&of->after, words[2], sizeof words[2]);
    if (of->verdict == CROSS_SAME) {
        say_ok(name);
    } else if (of->verdict == CROSS_NOT_COMPARED) {
        const bool tool_tells =
            of->theirs.kind == CROSS_NUMBER || of->theirs.kind == CROSS_WORDS;

        say_skip(name, tool_tells ? of->after.words : of->theirs.words);
    } else {
        (void)snprintf(got, sizeof got, "the check says %s before and %s after", words[0],
                       words[2]);
        (void)snprintf(wanted, sizeof wanted, "%s as %s says", words[1], tool);
        say_not_ok(name, got, wanted);
    }
}

static bool compare_groups(struct session *session, struct cross_look *look)
{
    static struct cross_comparison found[CROSS_NAME_COUNT];
    const struct cross_asker asker = { look_or_say, has_time, session };

    session->retries = deadline_in_ms(RETRY_MS);
    for (size_t i = 0; i < ARRAY_COUNT(groups); i++) {
        if (!cross_compare(groups[i].tools, groups[i].count, &asker, look, found))
            return false;
        for (size_t j = 0; j < groups[i].count; j++) {
            const struct cross_tool *tool = groups[i].tools[j];

            for (size_t k = 0; k < tool->count; k++)
                say_comparison(tool->name, tool->names[k], &found[tool->names[k]]);
        }
    }
    return true;
}

/* Wine has no WMI and no netsh: there no range can be read, and that is no fault. */
static bool is_wine(void)
{
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");

    return ntdll && GetProcAddress(ntdll, "wine_get_version");
}

/* Each line of a text as a note; false: there is none. */
static bool say_lines(const char *account, const char *what, const struct text *text)
{
    const char *line = text_string(text);
    const bool any = *line != '\0';

    while (*line) {
        const int length = (int)strcspn(line, "\n");

        say_note("%s as %s: %.*s", what, account, length, line);
        line += length + (line[length] == '\n');
    }
    return any;
}

static void say_parts(const char *account, const struct cross_look *look)
{
    static const char name[] = "the check's result has all its parts";
    char got[96];

    (void)say_lines(account, "the check remarks", &look->remarks);
    if (!say_lines(account, "missing", &look->missing)) {
        say_ok(name);
        return;
    }
    (void)snprintf(got, sizeof got, "parts are missing as %s: see the notes", account);
    if (is_wine())
        say_skip(name, got);
    else
        say_not_ok(name, got, "none is missing");
}

/* The first look, which tells what this account sees. */
static bool open_session(struct session *session, const char *account,
                         struct cross_look *look)
{
    session->has_range = true;
    if (!look_or_say(session, look))
        return false;
    say_parts(account, look);
    session->told = look->facts;
    session->has_range = look->range[IP_PROTOCOL_TCP].first != 0 &&
                         look->range[IP_PROTOCOL_UDP].first != 0;
    if (session->has_range)
        return true;
    say_note("the check cannot read a range here: sockets are compared on ports %s",
             stand_in_range);
    return look_or_say(session, look);
}

static bool keep_path(const char *check, struct session *session, struct error *err)
{
    wchar_t *wide = win_text_to_wide(check, err);
    const DWORD length =
        wide ? GetFullPathNameW(wide, ARRAY_COUNT(session->path), session->path, NULL)
             : 0;

    free(wide);
    return length > 0 && length < ARRAY_COUNT(session->path);
}

int main(int argc, char **argv)
{
    static struct session session;
    static struct cross_look look;
    struct error err = { 0 };
    const char *account;

    if (!program_start(&argc, &argv, &err) || argc != 2 ||
        !keep_path(argv[1], &session, &err)) {
        (void)fputs("usage: cross_check CHECK\n", stderr);
        return 2;
    }
    account = cross_account(NULL);
    account = account ? account : "an account that Windows does not tell";
    say_note("account: %s", account);
    if (open_session(&session, account, &look))
        (void)compare_groups(&session, &look);
    cross_look_clear(&look);
    return say_finish();
}
