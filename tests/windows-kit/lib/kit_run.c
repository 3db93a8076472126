/* SPDX-License-Identifier: MIT */
/* What runs where, in which order, and how it is put back. */
#include "tests/windows-kit/lib/kit_run.h"

#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/child.h"
#include "checks/host/windows/system32.h"
#include "checks/host/windows/win_text.h"
#include "remediate/writer/windows/safe_object.h"
#include "tests/windows-kit/lib/kit_capture.h"
#include "tests/windows-kit/lib/kit_child.h"
#include "tests/windows-kit/lib/kit_files.h"
#include "tests/windows-kit/lib/kit_task.h"

enum {
    SECONDS_PER_MINUTE = 60,
    LIMIT_MS = 30000,
    RESTORE_LIMIT_S = 300,
    TRIES = 5,
    PAUSE_MS = 5000
};

#define REMEDY "remedy.exe"
#define TRUTH  "windows_truth.exe"
#define REUSE  KIT_RESTART_LIST ".reuse"
#define MARK   KIT_RESTART_LIST ".remedy"

/* Wine has neither elevation nor tasks; nothing else is let off there. */
static bool is_wine(void)
{
    return system32_find(L"ntdll.dll", "wine_get_version") != NULL;
}

static bool is_stopped(const struct kit_run *run)
{
    return run->sink.stopped(run->sink.self);
}

static void run_child(struct kit_run *run, const struct kit_stage *stage)
{
    struct text list = { 0 };
    struct text command = { 0 };
    struct kit_places places = { .kit = run->kit, .out = run->out };
    struct kit_child child = { .directory = run->kit,
                               .limit_s = stage->limit_min * SECONDS_PER_MINUTE,
                               .as_user = stage->whom == KIT_AS_USER &&
                                          run->situation.elevated && !run->words.as_is };

    if (run->state.lock)
        kit_state_path(&run->state, stage->when == KIT_NOW ? KIT_LIST : KIT_RESTART_LIST,
                       &list);
    places.list = text_string(&list);
    kit_stage_command(stage, &places, &command);
    child.command = text_string(&command);
    kit_child_run(&child, &run->sink);
    text_clear(&list);
    text_clear(&command);
}

static void run_task(struct kit_run *run, const struct kit_stage *stage)
{
    struct error err = { 0 };

    if (is_wine())
        kit_lines_mark(&run->sink, "skipped: Wine runs no scheduled task");
    else if (!kit_task_run(stage, &run->state, &run->sink, &err))
        kit_lines_mark(&run->sink, "%s", err.message);
}

/* Runs a program of the kit's own directory and judges what it says. */
static bool run_restorer(struct kit_run *run, const char *name, const char *words,
                         struct error *err)
{
    const struct kit_places places = { .kit = text_string(&run->state.directory),
                                       .list = text_string(&run->state.directory) };
    const struct kit_stage restorer = { .program = name, .arguments = words };
    struct kit_child child = { .directory = places.kit, .limit_s = RESTORE_LIMIT_S };
    struct kit_capture capture = { 0 };
    struct kit_sink sink = kit_capture_sink(&capture);
    struct text line = { 0 };
    bool ok = true;

    if (kit_state_has(&run->state, name)) {
        kit_stage_command(&restorer, &places, &line);
        child.command = text_string(&line);
        kit_child_run(&child, &sink);
        ok = kit_capture_judge(&capture, err);
    }
    text_clear(&line);
    kit_capture_clear(&capture);
    return ok;
}

/* What a program keeps beside the list: an MSI that is installed, a state directory, a
 * range of automatic reuse. */
static bool restore_stages(struct kit_run *run, bool all, struct error *err)
{
    struct error ignored = { 0 };
    bool ok =
        run_restorer(run, REMEDY, "--restore {check} {remediate} {list}\\" KIT_LIST, err);

    if (!all)
        return ok;
    /* That also tries it, and may differ: what counts is that the old one is noted no
     * more. */
    if (kit_state_has(&run->state, REUSE)) {
        (void)run_restorer(run, TRUTH, "{check} {list}\\" KIT_RESTART_LIST " --reuse-end",
                           &ignored);
        if (kit_state_has(&run->state, REUSE))
            ok = error_set(err, ERR_IO, "the range of automatic reuse: %s",
                           ignored.message);
    }
    return run_restorer(run, REMEDY,
                        "--restore {check} {remediate} {list}\\" KIT_RESTART_LIST, err) &&
           ok;
}

/* Everything, or after a stage what that may have changed. */
static bool restore(struct kit_run *run, const struct kit_stage *stage, struct error *err)
{
    bool by_stages = !stage || strcmp(stage->program, REMEDY) == 0;
    bool ok = !by_stages || restore_stages(run, !stage, err);

    return kit_state_restore(&run->state, !stage, err) && ok;
}

static void put_back(struct kit_run *run, const struct kit_stage *stage)
{
    struct error err = { 0 };

    if (!run->state.lock || restore(run, stage, &err))
        return;
    run->left = true;
    kit_lines_mark(&run->sink, "not restored: %s", err.message);
}

static bool take_over(struct kit_run *run, struct error *err)
{
    if (kit_state_has(&run->state, KIT_WAITS))
        return error_set(
            err, ERR_LIMIT,
            "an earlier run waits for a restart: restart, or kit.cmd /restore");
    return restore(run, NULL, err) ||
           error_prefix(err, "what an earlier run changed cannot be restored");
}

/* What runs elevated can be exchanged there: nothing that a kit of this place can undo.
 */
static void judge_place(const struct kit_run *run)
{
    struct error err = { 0 };
    struct object_request request = {
        .name = run->kit,
        .kind = OBJECT_DIRECTORY,
        .use = ACL_READABLE,
        .share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
    };
    wchar_t *path = win_text_to_wide(run->kit, &err);

    request.path = path;
    if (!path || !safe_object_inspect(&request, &err))
        kit_lines_note(&run->sink,
                       "%s: unpack the kit where only administrators may write",
                       err.message);
    free(path);
}

static bool prepare(struct kit_run *run, struct error *err)
{
    struct error refused = { 0 };

    if (run->state.lock)
        return true;
    judge_place(run);
    if (!kit_state_open(&run->state, true, err) || !take_over(run, err) ||
        !kit_state_copy_programs(&run->state, run->kit, err)) {
        kit_state_close(&run->state);
        return false;
    }
    run->registered = kit_task_register(&run->state, &refused);
    if (!run->registered)
        kit_lines_note(&run->sink,
                       "no scheduled task (%s): should this host stop in the middle, "
                       "kit.cmd /restore restores it",
                       refused.message);
    return true;
}

static void run_one(struct kit_run *run, const struct kit_stage *stage)
{
    bool by_task = stage->whom == KIT_AS_SYSTEM || stage->whom == KIT_AS_NETWORK_SERVICE;

    if (by_task && !run->words.as_is)
        run_task(run, stage);
    else
        run_child(run, stage);
    if (stage->changes && stage->when == KIT_NOW)
        put_back(run, stage);
    run->restart_due |=
        stage->when == KIT_BEFORE_RESTART &&
        (kit_state_has(&run->state, MARK) || kit_state_has(&run->state, REUSE));
}

static const char *obstacle(struct kit_run *run, const struct kit_stage *stage)
{
    run->situation.has_program = kit_files_has(run->kit, stage->program);
    return kit_stage_obstacle(stage, &run->situation);
}

static void meet(struct kit_run *run, const struct kit_stage *stage)
{
    const char *why = obstacle(run, stage);
    bool elevated = stage->elevated && !run->words.as_is;
    struct error err = { 0 };

    if (!why && elevated && !run->situation.elevated) {
        run->elsewhere = true;
        return;
    }
    kit_lines_mark(&run->sink, "stage %s", stage->name);
    if (!why && elevated && !prepare(run, &err))
        kit_lines_mark(&run->sink, "cannot begin: %s", err.message);
    else if (!why && stage->when != KIT_NOW && !run->registered)
        kit_lines_mark(&run->sink, "skipped: no scheduled task would end it");
    else if (!why && stage->when == KIT_AFTER_RESTART && !run->restart_due)
        kit_lines_mark(&run->sink, "skipped: nothing waits for a restart");
    else if (!why && stage->when == KIT_AFTER_RESTART)
        kit_lines_mark(&run->sink, "skipped: after the restart; its report: %s",
                       text_string(&run->state.directory));
    else if (why)
        kit_lines_mark(&run->sink, "skipped: %s", why);
    else
        run_one(run, stage);
}

static bool is_chosen(const struct kit_run *run, const struct kit_stage *stage)
{
    return (!run->words.stage || kit_stage_find(run->words.stage) == stage) &&
           (!run->words.pipe || run->words.as_is || stage->elevated);
}

/* A minute for whoever sees it to stop it: shutdown /a. */
static bool restart(struct kit_run *run, struct error *err)
{
    wchar_t path[SYSTEM32_PATH_SIZE];
    struct text said = { 0 };
    uint32_t code = 0;
    bool ok = kit_state_write(&run->state, KIT_WAITS, "", 0, err) &&
              system32_path(L"shutdown.exe", path, err) &&
              child_run(path,
                        L"shutdown.exe /r /t 60 /d p:0:0 /c \"port-exhaustion kit: the "
                        L"stages after a restart. To stop it: shutdown /a\"",
                        LIMIT_MS, &said, &code, err);

    text_clear(&said);
    if (!ok || code == 0)
        return ok;
    kit_state_remove(&run->state, KIT_WAITS);
    return error_set(err, ERR_IO, "shutdown.exe: code %lu", (unsigned long)code);
}

static void leave(struct kit_run *run)
{
    struct error err = { 0 };

    if (!run->state.lock)
        return;
    put_back(run, NULL);
    if (run->left || !kit_task_remove(&err)) {
        if (err.message[0])
            kit_lines_note(&run->sink, "%s", err.message);
        kit_state_close(&run->state);
        return;
    }
    kit_state_leave(&run->state);
}

void kit_run_stages(struct kit_run *run)
{
    struct error err = { 0 };

    for (size_t i = 0; i < kit_stage_count && !is_stopped(run); i++)
        if (is_chosen(run, &kit_stages[i]))
            meet(run, &kit_stages[i]);
    if (run->restart_due && !is_stopped(run) && !run->left) {
        if (restart(run, &err)) {
            kit_state_close(&run->state);
            return;
        }
        kit_lines_mark(&run->sink, "no restart: %s", err.message);
    }
    leave(run);
}

static void run_after_restart(struct kit_run *run)
{
    kit_state_remove(&run->state, KIT_WAITS);
    for (size_t i = 0; i < kit_stage_count; i++)
        if (kit_stages[i].when == KIT_AFTER_RESTART) {
            kit_lines_mark(&run->sink, "stage %s", kit_stages[i].name);
            run_child(run, &kit_stages[i]);
        }
}

/* At a start something else may look at it for a moment. */
static bool open_state(struct kit_run *run, bool resume, struct error *err)
{
    for (int i = 0; i < (resume ? TRIES : 1); i++) {
        if (i > 0)
            Sleep(PAUSE_MS);
        error_clear(err);
        if (kit_state_open(&run->state, false, err))
            return true;
        kit_state_close(&run->state);
        if (err->code != ERR_LIMIT && err->code != ERR_DENIED)
            break;
    }
    return false;
}

bool kit_run_restore(struct kit_run *run, bool resume, struct error *err)
{
    bool ok = false;

    /* Another kit that runs restores. */
    if (!open_state(run, resume, err))
        return err->code == ERR_ABSENT || (resume && err->code == ERR_LIMIT);
    if (resume && kit_state_has(&run->state, KIT_WAITS))
        run_after_restart(run);
    /* A system that starts may not have all that netsh needs. */
    for (int i = 0; !ok && i < (resume ? TRIES : 1); i++) {
        if (i > 0)
            Sleep(PAUSE_MS);
        error_clear(err);
        ok = restore(run, NULL, err);
    }
    if (ok && kit_task_remove(err))
        kit_state_leave(&run->state);
    else
        ok = false;
    kit_state_close(&run->state);
    return ok;
}
