/* SPDX-License-Identifier: MIT */
/* Tasks by schtasks.exe and its XML. */
#include "tests/windows-kit/lib/kit_task.h"

#include <stdlib.h>
#include <wchar.h>

#include "checks/host/windows/child.h"
#include "checks/host/windows/system32.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/kit_pipe.h"

enum { LIMIT_MS = 60000, SPARE_S = 60, SECONDS_PER_MINUTE = 60 };

#define TASK_START "port-exhaustion-kit"
#define TASK_STAGE "port-exhaustion-kit-stage"
#define FILE_START "start.xml"
#define FILE_STAGE "stage.xml"

static void add_escaped(struct text *out, const char *words)
{
    for (; *words; words++) {
        if (*words == '&')
            text_add(out, "&amp;");
        else if (*words == '<')
            text_add(out, "&lt;");
        else
            text_add_bytes(out, words, 1);
    }
}

/* By default a task does not start on a battery, ends when one is used, and has less of
 * the processor than what a user starts. */
void kit_task_xml(const struct kit_task_words *words, struct text *out)
{
    text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n"
                  "<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/"
                  "2004/02/mit/task\">\r\n<Triggers>");
    if (words->at_start)
        text_add(out, "<BootTrigger><Delay>PT30S</Delay></BootTrigger>");
    text_addf(out,
              "</Triggers>\r\n<Principals><Principal id=\"Author\"><UserId>%s</UserId>"
              "<RunLevel>HighestAvailable</RunLevel></Principal></Principals>\r\n"
              "<Settings><DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>"
              "<StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>"
              "<ExecutionTimeLimit>PT1H</ExecutionTimeLimit>"
              "<Priority>5</Priority></Settings>\r\n"
              "<Actions Context=\"Author\"><Exec><Command>",
              words->sid);
    add_escaped(out, words->program);
    text_add(out, "</Command><Arguments>");
    add_escaped(out, words->arguments);
    text_add(out, "</Arguments></Exec></Actions>\r\n</Task>\r\n");
}

/* schtasks.exe wants UTF-16 with its mark. */
static bool write_xml(const struct kit_state *state, const char *name,
                      const struct kit_task_words *words, struct error *err)
{
    struct text xml = { 0 };
    wchar_t *wide = NULL;
    bool ok;

    text_add(&xml, "\xEF\xBB\xBF");
    kit_task_xml(words, &xml);
    ok = text_ok(&xml, err);
    if (ok)
        wide = win_text_to_wide(text_string(&xml), err);
    ok = wide && kit_state_write(state, name, wide, wcslen(wide) * sizeof *wide, err);
    text_clear(&xml);
    free(wide);
    return ok;
}

/* True: it came to its end, with *code. */
static bool ask(const char *arguments, struct text *said, uint32_t *code,
                struct error *err)
{
    wchar_t path[SYSTEM32_PATH_SIZE];
    struct text line = { 0 };
    wchar_t *wide = NULL;
    bool ok;

    text_addf(&line, "schtasks.exe %s", arguments);
    ok = text_ok(&line, err) && system32_path(L"schtasks.exe", path, err);
    if (ok)
        wide = win_text_to_wide(text_string(&line), err);
    ok = (wide && child_run(path, wide, LIMIT_MS, said, code, err)) ||
         error_prefix(err, "schtasks.exe");
    free(wide);
    text_clear(&line);
    return ok;
}

/* True: it ended with 0. */
static bool schtasks(const char *arguments, struct error *err)
{
    struct text said = { 0 };
    struct text clean = { 0 };
    uint32_t code = 0;
    bool ok = ask(arguments, &said, &code, err);

    if (ok && code != 0) {
        text_add_clean(&clean, text_string(&said), "");
        ok = error_set(err, ERR_UNSUPPORTED, "schtasks.exe: code %lu: %.200s",
                       (unsigned long)code, text_string(&clean));
    }
    text_clear(&said);
    text_clear(&clean);
    return ok;
}

/* One that is not there is none that stays. */
static void delete_task(const char *name)
{
    struct error ignored = { 0 };
    struct text arguments = { 0 };

    text_addf(&arguments, "/delete /f /tn %s", name);
    (void)schtasks(text_string(&arguments), &ignored);
    text_clear(&arguments);
}

/* The task NAME, from words, whose program is the copied kit.exe. Never one that is
 * there: who made that may keep rights on it. */
static bool create(const struct kit_state *state, const char *name, const char *file,
                   struct kit_task_words *words, struct error *err)
{
    struct text program = { 0 };
    struct text arguments = { 0 };
    bool ok;

    kit_state_path(state, "kit.exe", &program);
    words->program = text_string(&program);
    text_addf(&arguments, "/create /tn %s /xml \"%s\\%s\"", name,
              text_string(&state->directory), file);
    delete_task(name);
    ok = text_ok(&program, err) && text_ok(&arguments, err) &&
         write_xml(state, file, words, err) && schtasks(text_string(&arguments), err);
    kit_state_remove(state, file);
    text_clear(&program);
    text_clear(&arguments);
    return ok;
}

bool kit_task_register(const struct kit_state *state, struct error *err)
{
    struct kit_task_words words = { .arguments = "/resume",
                                    .sid = "S-1-5-18",
                                    .at_start = true };

    return create(state, TASK_START, FILE_START, &words, err);
}

bool kit_task_remove(struct error *err)
{
    struct text said = { 0 };
    uint32_t code = 0;
    bool ok;

    delete_task(TASK_STAGE);
    /* Only a query that came to its end tells that there is no such task. */
    ok = ask("/query /tn " TASK_START, &said, &code, err) &&
         (code != 0 || schtasks("/delete /f /tn " TASK_START, err));
    text_clear(&said);
    return ok;
}

bool kit_task_run(const struct kit_stage *stage, const struct kit_state *state,
                  const struct kit_sink *sink, struct error *err)
{
    struct kit_task_words words = { .sid = stage->whom == KIT_AS_SYSTEM ? "S-1-5-18"
                                                                        : "S-1-5-20" };
    struct kit_pipe pipe = { 0 };
    struct text arguments = { 0 };
    bool ok;

    if (!kit_pipe_make(&pipe, err))
        return false;
    text_addf(&arguments, "/as-is /stage %s /pipe %s", stage->name, pipe.name);
    words.arguments = text_string(&arguments);
    ok = create(state, TASK_STAGE, FILE_STAGE, &words, err);
    if (ok) {
        ok = schtasks("/run /tn " TASK_STAGE, err) &&
             kit_pipe_follow(&pipe, NULL, stage->limit_min * SECONDS_PER_MINUTE + SPARE_S,
                             sink, err);
        delete_task(TASK_STAGE);
    }
    kit_pipe_close(&pipe);
    text_clear(&arguments);
    return ok;
}
