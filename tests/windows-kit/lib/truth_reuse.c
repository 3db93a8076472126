/* SPDX-License-Identifier: MIT */
/* By PowerShell, which is the only documented way to set it. */
#include "tests/windows-kit/lib/truth_reuse.h"

#include <fcntl.h>
#include <inttypes.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/cross_run.h"
#include "tests/windows-kit/lib/say.h"
#include "tests/windows-kit/lib/truth_range.h"
#include "tests/windows-kit/lib/truth_said.h"

/* Outside of what Windows draws from without it. */
enum { FIRST = 20100, COMMAND_SIZE = 512, PATH_SIZE = 1024, LINE_SIZE = 64 };

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

/* Of the file that keeps the old range; the caller frees it. */
static wchar_t *kept_path(const struct truth_run *run, struct error *err)
{
    char path[PATH_SIZE];

    (void)snprintf(path, PATH_SIZE, "%s.reuse", run->list);
    return win_text_to_wide(path, err);
}

/* NULL: it is there already, or cannot be made. */
static FILE *make_file(const wchar_t *path)
{
    const int number = _wopen(path, _O_CREAT | _O_EXCL | _O_WRONLY, _S_IREAD | _S_IWRITE);
    FILE *file = number >= 0 ? _fdopen(number, "w") : NULL;

    if (number >= 0 && !file)
        (void)_close(number);
    return file;
}

static bool keep(const struct truth_run *run, const struct truth_reuse *old,
                 struct error *err)
{
    wchar_t *path = kept_path(run, err);
    FILE *file = path ? make_file(path) : NULL;
    bool ok = file &&
              fprintf(file, "%" PRIu32 " %" PRIu32 "\n", old->first, old->count) > 0 &&
              fflush(file) == 0 && _commit(_fileno(file)) == 0;

    if (file && fclose(file) != 0)
        ok = false;
    free(path);
    return ok ||
           error_set(err, ERR_IO, "cannot write '%s.reuse', or it is there", run->list);
}

static bool recall(const struct truth_run *run, struct truth_reuse *out,
                   struct error *err)
{
    wchar_t *path = kept_path(run, err);
    char line[LINE_SIZE] = "";
    FILE *file = path ? _wfopen(path, L"r") : NULL;

    free(path);
    if (!file)
        return error_set(err, ERR_ABSENT, "not begun");
    if (!fgets(line, sizeof line, file))
        line[0] = '\0';
    (void)fclose(file);
    return truth_reuse_parse(line, out) ||
           error_set(err, ERR_MALFORMED, "'%s.reuse' is none of ours", run->list);
}

static void forget(const struct truth_run *run)
{
    struct error ignored = { 0 };
    wchar_t *path = kept_path(run, &ignored);

    if (path)
        (void)_wremove(path);
    free(path);
}

static bool nothing_excluded(struct error *err)
{
    const struct port_range wanted = { FIRST, FIRST + TRUTH_PORTS - 1 };
    struct port_set *excluded = calloc(1, sizeof *excluded);
    bool ok = excluded ? truth_range_excluded(IP_PROTOCOL_TCP, excluded, err)
                       : error_set(err, ERR_MEMORY, "out of memory");

    if (ok && truth_range_count(wanted, excluded) > 0)
        ok = error_set(err, ERR_UNSUPPORTED, "ports of %d-%d are excluded", FIRST,
                       FIRST + TRUTH_PORTS - 1);
    free(excluded);
    return ok;
}

/* After a refusal it mostly still is. */
static bool is_still(const struct truth_reuse *old)
{
    struct truth_reuse now = { 0 };
    struct error ignored = { 0 };

    return run_command(SHOW, &now, &ignored) && now.first == old->first &&
           now.count == old->count;
}

void truth_reuse_begin(struct truth_run *run)
{
    const struct truth_reuse wanted = { FIRST, TRUTH_PORTS };
    struct truth_reuse old = { 0 };
    struct error err = { 0 };
    struct error undo = { 0 };

    truth_say_expected(stage);
    if (!run_command(SHOW, &old, &err) || !nothing_excluded(&err) ||
        !keep(run, &old, &err)) {
        say_skip(stage, err.message);
        return;
    }
    if (set(&wanted, &err)) {
        say_ok("W11: an auto-reuse range is set, for the next start");
        return;
    }
    say_skip(stage, err.message);
    if (is_still(&old) || set(&old, &undo))
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
    tried.drawers = (uint32_t)split;
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
