/* SPDX-License-Identifier: MIT */
/* Lines on the screen and in the report; Ctrl-C. */
#include "tests/windows-kit/lib/kit_front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/windows-kit/lib/kit_files.h"

#define STAGE_MARK KIT_MARK "stage "

static volatile LONG stop_asked;
static HANDLE all_done;

/* Windows ends the process when this returns, in the end after some seconds. */
static BOOL WINAPI on_event(DWORD event)
{
    (void)event;
    (void)InterlockedExchange(&stop_asked, 1);
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT && all_done)
        (void)WaitForSingleObject(all_done, INFINITE);
    return TRUE;
}

void kit_stop_watch(void)
{
    all_done = CreateEventW(NULL, TRUE, FALSE, NULL);
    (void)SetConsoleCtrlHandler(on_event, TRUE);
}

bool kit_stop_asked(void)
{
    return stop_asked != 0;
}

void kit_stop_done(void)
{
    if (all_done)
        (void)SetEvent(all_done);
}

bool kit_front_open(struct kit_front *out, struct error *err)
{
    struct kit_report *report = &out->report;

    report->left = "";
    report->known = calloc(1, sizeof *report->known);
    report->entries = calloc(kit_stage_count, sizeof *report->entries);
    if (!report->known || !report->entries)
        return error_set(err, ERR_MEMORY, "not enough memory for a report");
    report->count = kit_stage_count;
    for (size_t i = 0; i < report->count; i++)
        report->entries[i].stage = &kit_stages[i];
    return true;
}

void kit_front_close(struct kit_front *front)
{
    for (size_t i = 0; i < front->report.count; i++) {
        text_clear(&front->report.entries[i].output);
        kit_result_clear(&front->report.entries[i].result);
    }
    free(front->report.entries);
    free(front->report.known);
    *front = (struct kit_front){ 0 };
}

static bool judge(struct kit_entry *entry, struct error *err)
{
    kit_result_clear(&entry->result);
    return kit_result_parse(text_string(&entry->output), &entry->result, err);
}

bool kit_front_write(struct kit_front *front, struct error *err)
{
    const char *directory = front->report.directory;
    struct text plain = { 0 };
    struct text json = { 0 };
    bool ok = !front->current || judge(front->current, err);

    if (ok) {
        kit_report_text(&front->report, &plain);
        ok = text_ok(&plain, err) && kit_report_json(&front->report, &json, err) &&
             kit_files_write(directory, "report.txt", &plain, err) &&
             kit_files_write(directory, "report.json", &json, err);
    }
    text_clear(&plain);
    text_clear(&json);
    return ok;
}

static void begin(struct kit_front *front, const char *name)
{
    const struct kit_stage *stage = kit_stage_find(name);
    struct error err = { 0 };

    if (front->current && !kit_front_write(front, &err))
        (void)printf("kit: %s\n", err.message);
    if (!stage)
        return;
    front->current = &front->report.entries[stage - kit_stages];
    (void)printf("\n== %s (%zu of %zu): %s, %s\n", stage->name,
                 (size_t)(stage - kit_stages) + 1, kit_stage_count, stage->title,
                 stage->length);
}

static void take_line(void *self, const char *line)
{
    struct kit_front *front = self;

    if (strncmp(line, STAGE_MARK, strlen(STAGE_MARK)) == 0) {
        begin(front, line + strlen(STAGE_MARK));
    } else {
        (void)printf("%s\n", line);
        if (front->current)
            text_addf(&front->current->output, "%s\n", line);
    }
    (void)fflush(stdout);
}

static bool is_stopped(void *self)
{
    (void)self;
    return kit_stop_asked();
}

struct kit_sink kit_front_sink(struct kit_front *front)
{
    return (struct kit_sink){ .line = take_line, .stopped = is_stopped, .self = front };
}
