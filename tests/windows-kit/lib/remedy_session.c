/* SPDX-License-Identifier: MIT */
/* Noting before the first change, and putting back after the last one. */
#include "tests/windows-kit/lib/remedy_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/data_path.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/remedy_tools.h"
#include "tests/windows-kit/lib/restore.h"
#include "tests/windows-kit/lib/say.h"

/* The first lines of a mark; the values follow. */
static const char state_there[] = "state there";
static const char state_made[] = "state made";
static const char no_run[] = "-";

bool remedy_say(const char *name, bool ok, const struct error *err, const char *wanted)
{
    if (ok)
        say_ok(name);
    else
        say_not_ok(name, err->message, wanted);
    return ok;
}

bool remedy_is_refused(const struct error *err)
{
    return strstr(err->message, " is not safe: ") != NULL;
}

bool remedy_init(struct remedy *remedy, const char *check, const char *remediate,
                 const char *list, struct error *err)
{
    struct text state = { 0 };
    bool ok = data_path_add("", &state, err);

    *remedy = (struct remedy){ .check = check, .remediate = remediate, .list = list };
    if (ok && (state.length >= sizeof remedy->state ||
               strlen(list) + sizeof ".remedy" > sizeof remedy->mark))
        ok = error_set(err, ERR_LIMIT, "'%s' is too long", list);
    if (ok) {
        (void)snprintf(remedy->state, sizeof remedy->state, "%s", text_string(&state));
        (void)snprintf(remedy->mark, sizeof remedy->mark, "%.1000s.remedy", list);
        remedy->had_state = remedy_exists(remedy->state);
    }
    text_clear(&state);
    return ok;
}

bool remedy_keep(const struct remedy *remedy, struct error *err)
{
    struct text mark = { 0 };
    bool ok;

    text_addf(&mark, "%s\n%s\n", remedy->had_state ? state_there : state_made,
              remedy->run[0] ? remedy->run : no_run);
    remedy_values_print(&remedy->before, &mark);
    ok = text_ok(&mark, err) && remedy_write_file(remedy->mark, text_string(&mark), err);
    text_clear(&mark);
    return ok;
}

static bool parse_mark(char *text, struct remedy *out, struct error *err)
{
    char *run = strchr(text, '\n');
    char *values = run ? strchr(run + 1, '\n') : NULL;

    if (!values)
        return error_set(err, ERR_MALFORMED, "'%s' is no mark of a stage", out->mark);
    *run++ = '\0';
    *values++ = '\0';
    out->had_state = strcmp(text, state_made) != 0;
    if (strcmp(run, no_run) != 0)
        (void)snprintf(out->run, sizeof out->run, "%.60s", run);
    return remedy_values_parse(values, &out->before, err);
}

bool remedy_recall(struct remedy *remedy, struct error *err)
{
    struct text mark = { 0 };
    char *copy = NULL;
    bool ok = remedy_read_file(remedy->mark, &mark, err);

    if (ok) {
        copy = text_copy(text_string(&mark));
        ok = copy ? parse_mark(copy, remedy, err)
                  : error_set(err, ERR_MEMORY, "out of memory");
    }
    free(copy);
    text_clear(&mark);
    return ok;
}

/* "" = none. */
static bool ask_open_run(const struct remedy *remedy, char out[REMEDY_RUN_SIZE],
                         struct error *err)
{
    const char *words[] = { remedy->remediate, "history", "-o", "json", NULL };
    struct remedy_said said = { 0 };
    bool ok = remedy_run(words, &said, err) &&
              remedy_judge_open_run(text_string(&said.output), out, err);

    remedy_said_clear(&said);
    return ok;
}

/* Says why not. */
static bool may_begin(const struct remedy *remedy, const char *stage)
{
    struct error err = { 0 };
    char run[REMEDY_RUN_SIZE];
    char why[256];

    if (!remedy_is_elevated()) {
        say_skip(stage, "needs an elevated prompt");
        return false;
    }
    if (remedy_exists(remedy->mark)) {
        say_skip(stage,
                 "another stage has begun and waits for the next start of Windows");
        return false;
    }
    if (!ask_open_run(remedy, run, &err)) {
        if (!remedy_is_refused(&err))
            return remedy_say("remedy: the journal is read", false, &err, "its runs");
        say_skip(stage, err.message);
        return false;
    }
    if (!run[0])
        return true;
    (void)snprintf(why, sizeof why,
                   "the journal has run %s, which is not undone: `undo` it first, or "
                   "leave this stage out",
                   run);
    say_skip(stage, why);
    return false;
}

static bool note_all(const struct remedy *remedy, struct error *err)
{
    for (size_t i = 0; i < REMEDY_PLACES; i++)
        if (!restore_note(remedy->list, remedy_places[i].kind, remedy_places[i].name,
                          err))
            return false;
    return true;
}

bool remedy_begin(struct remedy *remedy, const char *stage)
{
    struct error err = { 0 };

    if (!may_begin(remedy, stage))
        return false;
    if (!remedy_say("remedy: all values are noted before the first change",
                    note_all(remedy, &err), &err, "a list of seven places") ||
        !remedy_say("remedy: reg.exe and netsh.exe tell them",
                    remedy_read_values(&remedy->before, &err), &err, "seven values"))
        return false;
    return remedy_say("remedy: the stage is marked", remedy_keep(remedy, &err), &err,
                      "a file beside the list");
}

static bool remove_file(const char *directory, const char *name)
{
    char path[REMEDY_PATH_SIZE + 16];

    (void)snprintf(path, sizeof path, "%s\\%s", directory, name);
    return remove(path) == 0 || errno == ENOENT;
}

/* Its own files only: what else lies there is somebody's. */
static bool remove_state(const struct remedy *remedy, struct error *err)
{
    struct error ignored = { 0 };
    wchar_t *path;
    bool ok;

    if (remedy->had_state || !remedy_exists(remedy->state))
        return true;
    path = win_text_to_wide(remedy->state, &ignored);
    ok = path && remove_file(remedy->state, "journal") &&
         remove_file(remedy->state, "lock") && RemoveDirectoryW(path);
    free(path);
    return ok || error_set(err, ERR_IO, "cannot remove '%s'", remedy->state);
}

/* A run of ours that still holds, since no stage begins where the user has one: the
 * journal must not name it once its values are gone. */
static void undo_ours(const struct remedy *remedy)
{
    const char *words[] = { remedy->remediate, "undo", "--force", NULL };
    struct remedy_said said = { 0 };
    struct error err = { 0 };
    char run[REMEDY_RUN_SIZE];

    if (!remedy_exists(remedy->mark) || !ask_open_run(remedy, run, &err) || !run[0])
        return;
    (void)remedy_say(
        "remedy: the run that was left is taken back",
        remedy_run(words, &said, &err) &&
            (said.code == 0 || error_set(&err, ERR_IO, "`undo` ended with %u: %.400s",
                                         said.code, text_string(&said.output))),
        &err, "`undo` works");
    remedy_said_clear(&said);
}

void remedy_end(struct remedy *remedy)
{
    struct remedy begun = *remedy;
    struct error err = { 0 };
    bool ok;

    undo_ours(remedy);
    ok = restore_all(remedy->list, &err);
    if (!remedy_say("remedy: all values of the list are put back", ok, &err,
                    "every place as it was"))
        return;
    if (!remedy_recall(&begun, &err) && err.code != ERR_ABSENT) {
        (void)remedy_say("remedy: the mark is read", false, &err, "a mark, or none");
        return;
    }
    ok = remove_state(&begun, &err);
    if (ok && remedy_exists(remedy->mark) && remove(remedy->mark) != 0)
        ok = error_set(&err, ERR_IO, "cannot remove '%s'", remedy->mark);
    (void)remedy_say("remedy: the state directory is as before", ok, &err,
                     "without what the stage made");
}
