/* SPDX-License-Identifier: MIT */
/* By PowerShell, which is the only documented way to set it. */
#include "tests/windows-kit/lib/truth_reuse.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/windows-kit/lib/cross_run.h"
#include "tests/windows-kit/lib/say.h"
#include "tests/windows-kit/lib/truth_range.h"
#include "tests/windows-kit/lib/truth_said.h"

enum { FIRST = 60000, COMMAND_SIZE = 512, PATH_SIZE = 1024, LINE_SIZE = 64 };

static const char stage[] = "W11";

#define SHOW                                                                             \
    "Get-NetTCPSetting -SettingName InternetCustom -ErrorAction Stop | ForEach-Object "  \
    "{ $_.AutoReusePortRangeStartPort; $_.AutoReusePortRangeNumberOfPorts }"

bool truth_reuse_parse(const char *text, struct truth_reuse *out)
{
    struct truth_reuse read = { 0 };
    int end = 0;

    if (text[strspn(text, "0123456789 \r\n")] != '\0' ||
        sscanf(text, "%5" SCNu32 "%5" SCNu32 " %n", &read.first, &read.count, &end) !=
            2 ||
        text[end] != '\0' || read.first + read.count > 65536)
        return false;
    *out = read;
    return true;
}

static bool run_command(const char *command, struct truth_reuse *out, struct error *err)
{
    struct program_result result = { .exit_code = 0 };
    bool ok =
        cross_run_powershell(command, &result, err) || error_prefix(err, "PowerShell");

    if (ok && !truth_reuse_parse(text_string(&result.output), out))
        ok = error_set(err, ERR_MALFORMED, "PowerShell: no two numbers: %.100s",
                       text_string(&result.output));
    program_result_clear(&result);
    return ok;
}

static bool set(const struct truth_reuse *wanted, struct error *err)
{
    struct truth_reuse now = { 0 };
    char command[COMMAND_SIZE];

    (void)snprintf(command, sizeof command,
                   "Set-NetTCPSetting -SettingName InternetCustom "
                   "-AutoReusePortRangeStartPort %" PRIu32
                   " -AutoReusePortRangeNumberOfPorts %" PRIu32
                   " -ErrorAction Stop; " SHOW,
                   wanted->first, wanted->count);
    if (!run_command(command, &now, err))
        return false;
    return (now.first == wanted->first && now.count == wanted->count) ||
           error_set(err, ERR_IO, "it is %" PRIu32 ", %" PRIu32 " afterwards", now.first,
                     now.count);
}

static const char *kept_path(const struct truth_run *run, char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s.reuse", run->list);
    return out;
}

static bool keep(const struct truth_run *run, const struct truth_reuse *old,
                 struct error *err)
{
    char path[PATH_SIZE];
    FILE *file = fopen(kept_path(run, path), "wx");
    bool ok = file &&
              fprintf(file, "%" PRIu32 " %" PRIu32 "\n", old->first, old->count) > 0 &&
              fflush(file) == 0;

    if (file && fclose(file) != 0)
        ok = false;
    return ok || error_set(err, ERR_IO, "cannot write '%s', or it is there", path);
}

static bool recall(const struct truth_run *run, struct truth_reuse *out,
                   struct error *err)
{
    char path[PATH_SIZE];
    char line[LINE_SIZE] = "";
    FILE *file = fopen(kept_path(run, path), "r");

    if (!file)
        return error_set(err, ERR_ABSENT, "not begun");
    if (!fgets(line, sizeof line, file))
        line[0] = '\0';
    (void)fclose(file);
    return truth_reuse_parse(line, out) ||
           error_set(err, ERR_MALFORMED, "'%s' is none of ours", path);
}

static void forget(const struct truth_run *run)
{
    char path[PATH_SIZE];

    (void)remove(kept_path(run, path));
}

void truth_reuse_begin(struct truth_run *run)
{
    const struct truth_reuse wanted = { FIRST, TRUTH_PORTS };
    struct truth_reuse old = { 0 };
    struct error err = { 0 };
    struct error undo = { 0 };

    truth_say_expected(stage);
    if (!run_command(SHOW, &old, &err) || !keep(run, &old, &err)) {
        say_skip(stage, err.message);
        return;
    }
    if (set(&wanted, &err)) {
        say_ok("W11: an auto-reuse range is set, for the next start");
        return;
    }
    say_skip(stage, err.message);
    if (set(&old, &undo))
        forget(run);
    else
        say_not_ok("W11: as it was", undo.message, "the old auto-reuse range");
}

/* Connections to one destination, then to another, as far as the range goes. */
static struct truth_tried draw(struct truth_run *run)
{
    struct truth_tried tried = { .usable = TRUTH_PORTS };
    struct port_set *first = calloc(1, sizeof *first);
    size_t split;

    tried.fill_error =
        truth_fill_connect(run, &run->doors[0], TRUTH_BY_CONNECT, TRUTH_PORTS);
    split = run->crowd.count;
    tried.other_error =
        truth_fill_connect(run, &run->doors[1], TRUTH_BY_CONNECT, TRUTH_PORTS);
    for (size_t i = 0; first && i < run->crowd.count; i++) {
        const uint16_t port = run->crowd.links[i].port;

        if (i < split) {
            port_set_add(first, port);
            tried.drawn += port_range_contains(run->range, port);
        } else {
            tried.shared += port_set_has(first, port);
        }
    }
    tried.tried_draw = first != NULL;
    tried.held = (uint32_t)run->crowd.count;
    free(first);
    return tried;
}

static void hold_check_to_it(const struct truth_run *run)
{
    char wanted[PORT_RANGE_TEXT_SIZE];
    char got[PORT_RANGE_TEXT_SIZE] = "none";
    struct port_range said = { 0 };
    struct text json = { 0 };
    struct error err = { 0 };

    port_range_format(run->range, wanted);
    if (!truth_run_check(run, "-m port_usage", 120000, &json, &err)) {
        say_not_ok("W11: auto-reuse range", err.message, wanted);
    } else {
        if (truth_said_reuse(text_string(&json), &said))
            port_range_format(said, got);
        (void)say_same("W11: auto-reuse range", wanted, got);
    }
    text_clear(&json);
}

void truth_reuse_end(struct truth_run *run)
{
    struct truth_tried tried;
    struct truth_reuse old = { 0 };
    struct error err = { 0 };

    if (!recall(run, &old, &err)) {
        say_skip(stage, err.message);
        return;
    }
    run->stage = stage;
    run->range = (struct port_range){ FIRST, FIRST + TRUTH_PORTS - 1 };
    tried = draw(run);
    hold_check_to_it(run);
    truth_release(run);
    truth_say_answer(stage, &tried);
    if (set(&old, &err)) {
        say_ok("W11: as it was, from the next start on");
        forget(run);
    } else {
        say_not_ok("W11: as it was", err.message, "the old auto-reuse range");
    }
}
