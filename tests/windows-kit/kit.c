/* SPDX-License-Identifier: MIT */
/* The kit for a real Windows: runs all stages, restores what they changed, reports. */
#include <stdio.h>
#include <string.h>

#include "checks/host/program.h"
#include "checks/host/windows/win.h"
#include "tests/windows-kit/lib/kit_files.h"
#include "tests/windows-kit/lib/kit_front.h"
#include "tests/windows-kit/lib/kit_pipe.h"
#include "tests/windows-kit/lib/kit_run.h"
#include "tests/windows-kit/lib/kit_token.h"
#include "tests/windows-kit/lib/kit_windows.h"

enum {
    NOTHING_DONE = 2,
    WRONG_WORDS = 3,
    NOT_JOINED = 4,
    ANSWER_SIZE = 16,
    ALL_STAGES_S = 3 * 3600
};

static int complain(const struct error *err, int code)
{
    (void)printf("kit: %s\n", err->message);
    return code;
}

/* Anything but "yes" is no. */
static bool is_yes(const char *question)
{
    char answer[ANSWER_SIZE] = "";

    (void)printf("%s [yes/no] ", question);
    (void)fflush(stdout);
    if (!fgets(answer, sizeof answer, stdin))
        return false;
    answer[strcspn(answer, "\r\n")] = '\0';
    return _stricmp(answer, "yes") == 0;
}

/* False: nothing is to be done. */
static bool ask(struct kit_words *words)
{
    if (words->ci || words->yes)
        return true;
    if (!is_yes("This kit uses up ports, changes network settings for minutes and "
                "restores them.\nIs this host NOT in production?"))
        return false;
    if (!words->restart && !words->user && !words->stage)
        words->restart = is_yes("May this host be restarted at the end, after a "
                                "minute's notice, for two stages more?");
    return true;
}

/* --- a kit.exe that another one started --- */

static int run_part(struct kit_run *run)
{
    struct kit_pipe pipe = { 0 };
    struct error err = { 0 };

    if (!kit_pipe_join(run->words.pipe, &pipe, &err))
        return complain(&err, NOT_JOINED);
    run->sink = kit_pipe_sink(&pipe);
    if (run->words.restore) {
        if (!kit_run_restore(run, false, &err)) {
            run->left = true;
            kit_lines_note(&run->sink, "not restored: %s", err.message);
        }
    } else {
        kit_run_stages(run);
    }
    (void)FlushFileBuffers(pipe.handle);
    kit_pipe_close(&pipe);
    return run->left;
}

/* --- the kit.exe that the user sees --- */

/* What an elevated kit.exe says with these words; its exit code. False: it was refused.
 */
static bool run_elevated(const struct kit_run *run, const char *words, DWORD *code,
                         struct error *err)
{
    struct kit_pipe pipe = { 0 };
    struct text line = { 0 };
    HANDLE process = NULL;
    bool ok = kit_pipe_make(&pipe, err);

    text_addf(&line, "%s /pipe %s", words, pipe.name);
    ok = ok && kit_start_elevated(text_string(&line), &process, err) &&
         kit_pipe_follow(&pipe, process, ALL_STAGES_S, &run->sink, err);
    kit_pipe_close(&pipe);
    if (process) {
        (void)WaitForSingleObject(process, INFINITE);
        (void)GetExitCodeProcess(process, code);
        (void)CloseHandle(process);
    }
    text_clear(&line);
    return ok;
}

static void skip_elevated(const struct kit_run *run, const char *why)
{
    for (size_t i = 0; i < kit_stage_count; i++) {
        const struct kit_stage *stage = &kit_stages[i];

        if (!stage->elevated ||
            (run->words.stage && kit_stage_find(run->words.stage) != stage))
            continue;
        kit_lines_mark(&run->sink, "stage %s", stage->name);
        kit_lines_mark(&run->sink, "skipped: %s", why);
    }
}

static void run_elsewhere(struct kit_run *run)
{
    struct text words = { 0 };
    struct error err = { 0 };
    DWORD code = 0;

    if (run->words.stage)
        text_addf(&words, " /stage %s", run->words.stage);
    if (run->words.restart)
        text_add(&words, " /restart");
    (void)printf("\nThe other stages need elevation: Windows asks now.\n");
    if (!run_elevated(run, text_string(&words), &code, &err))
        skip_elevated(run, err.message);
    run->left |= code != 0 && code != NOT_JOINED;
    text_clear(&words);
}

static int finish(struct kit_front *front, const struct kit_run *run)
{
    struct kit_totals totals;
    struct text summary = { 0 };
    struct error err = { 0 };

    front->report.stopped = kit_stop_asked();
    front->report.left = run->left ? "see the stages" : "";
    if (!kit_front_write(front, &err))
        return complain(&err, 1);
    kit_report_summary(&front->report, &summary);
    (void)printf("\n%s", text_string(&summary));
    if (run->left)
        (void)printf("NOT all is restored: run kit.cmd /restore\n");
    text_clear(&summary);
    totals = kit_report_count(&front->report);
    /* Where all was skipped nothing was found out. */
    return run->left || front->report.stopped || totals.ran == 0 ||
           totals.differs > totals.known;
}

static bool read_known(const char *directory, struct kit_known *out, struct error *err)
{
    struct text text = { 0 };
    bool ok = kit_files_read(directory, "known.txt", &text, err) &&
              kit_known_parse(text_string(&text), out, err);

    text_clear(&text);
    return ok || error_prefix(err, "known.txt");
}

static int run_front(struct kit_run *run, struct kit_front *front)
{
    char windows[KIT_WINDOWS_SIZE];
    char began[KIT_TIME_SIZE];
    struct text out = { 0 };
    struct error err = { 0 };
    int code;

    if (!read_known(run->kit, front->report.known, &err) ||
        !kit_files_report_directory(run->kit, &out, &err)) {
        text_clear(&out);
        return complain(&err, WRONG_WORDS);
    }
    run->out = text_string(&out);
    kit_windows_name(windows);
    kit_time_now(began);
    front->report.windows = windows;
    front->report.began = began;
    front->report.directory = run->out;
    kit_run_stages(run);
    if (run->elsewhere && !kit_stop_asked())
        run_elsewhere(run);
    code = finish(front, run);
    text_clear(&out);
    return code;
}

static int restore(struct kit_run *run)
{
    struct error err = { 0 };
    DWORD code = 0;
    bool ok = run->situation.elevated
                  ? kit_run_restore(run, false, &err)
                  : run_elevated(run, "/restore", &code, &err) &&
                        (code == 0 || error_set(&err, ERR_IO, "not all is restored"));

    if (!ok)
        return complain(&err, 1);
    (void)printf("kit: everything is restored\n");
    return 0;
}

/* By the scheduled task, from the kit's own directory, which has the report too. */
static int resume(struct kit_run *run, struct kit_front *front)
{
    char windows[KIT_WINDOWS_SIZE];
    char began[KIT_TIME_SIZE];
    struct error err = { 0 };

    kit_windows_name(windows);
    kit_time_now(began);
    front->report.windows = windows;
    front->report.began = began;
    front->report.directory = run->kit;
    run->out = run->kit;
    if (!kit_run_restore(run, true, &err)) {
        run->left = true;
        (void)complain(&err, 1);
    }
    return front->current || run->left ? finish(front, run) : 0;
}

static int run_shown(struct kit_run *run)
{
    struct kit_front front = { 0 };
    struct error err = { 0 };
    int code;

    if (!run->words.restore && !run->words.resume && !ask(&run->words)) {
        (void)printf("kit: nothing was done\n");
        return NOTHING_DONE;
    }
    run->situation.restart = run->words.restart;
    kit_stop_watch();
    if (!kit_front_open(&front, &err)) {
        code = complain(&err, 1);
    } else {
        front.report.version = PORT_EXHAUSTION_VERSION;
        front.report.elevated = run->situation.elevated;
        run->sink = kit_front_sink(&front);
        if (run->words.restore)
            code = restore(run);
        else
            code = run->words.resume ? resume(run, &front) : run_front(run, &front);
    }
    kit_front_close(&front);
    kit_stop_done();
    return code;
}

static int run_words(int count, char **words)
{
    struct kit_run run = { 0 };
    struct text directory = { 0 };
    struct error err = { 0 };
    int code;

    if (!kit_words_parse(count, words, &run.words, &err) ||
        !kit_files_own_directory(&directory, &err))
        return complain(&err, WRONG_WORDS);
    run.kit = text_string(&directory);
    run.out = run.kit;
    run.situation.elevated = kit_is_elevated();
    run.situation.user_only = run.words.user;
    run.situation.asks = !run.words.ci;
    run.situation.restart = run.words.restart;
    code = run.words.pipe ? run_part(&run) : run_shown(&run);
    text_clear(&directory);
    return code;
}

/* The console is whoever's the prompt is, and stays as it was. */
int main(int count, char **words)
{
    const UINT page = GetConsoleOutputCP();
    struct error err = { 0 };
    int code;

    if (!program_start(&count, &words, &err))
        return complain(&err, WRONG_WORDS);
    (void)SetConsoleOutputCP(CP_UTF8);
    code = run_words(count, words);
    (void)fflush(stdout);
    if (page != 0)
        (void)SetConsoleOutputCP(page);
    return code;
}
