/* SPDX-License-Identifier: MIT */
/* A transient timer of systemd: nothing of ours waits for the end of a trial. */
#include "remediate/writer/expiry.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks/host/linux/container.h"
#include "checks/host/linux/init_view.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/safe_path.h"
#include "remediate/writer/linux/bounded_child.h"

#define INSTEAD "; instead: apply --live-only, and undo to end it"

/* As sd_booted(3) tells it, and by its name. */
static bool is_run_by_systemd(void)
{
    struct stat status;
    char name[32];

    return lstat("/run/systemd/system", &status) == 0 && S_ISDIR(status.st_mode) &&
           proc_file_slurp("/proc/1/comm", name, sizeof name, NULL) &&
           strcmp(name, "systemd\n") == 0;
}

/* The timers of a container end with it, and those of a host change the host's network.
 */
bool system_has_expiry(struct error *err)
{
    struct text sign = { 0 };
    bool ok = true;

    if (!is_run_by_systemd())
        ok = error_set(err, ERR_UNSUPPORTED,
                       "a trial needs systemd as process 1, whose timer ends it" INSTEAD);
    else if (linux_is_container(&sign))
        ok = error_set(err, ERR_UNSUPPORTED, "no trial in a container (%s)" INSTEAD,
                       text_string(&sign));
    else if (linux_is_foreign_network())
        ok = error_set(err, ERR_UNSUPPORTED,
                       "no trial outside the network namespace of PID 1" INSTEAD);
    text_clear(&sign);
    return ok;
}

/* Package managers link files of theirs hard, so links are not counted. */
static bool judge_file(const struct stat *status, const char *path, struct error *err)
{
    if (!S_ISREG(status->st_mode))
        return error_set(err, ERR_DENIED, "'%s' is not a regular file", path);
    if (status->st_uid != 0 || (status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return error_set(err, ERR_DENIED,
                         "'%s' (uid %lu, mode %04o) can be changed by others than root",
                         path, (unsigned long)status->st_uid,
                         (unsigned int)(status->st_mode & 07777));
    return true;
}

/* What systemd runs for us as root must be in root's hands alone, its directories too. */
static bool judge_program(const char *path, struct stat *status, struct error *err)
{
    char parent[PATH_MAX];
    int directory = -1;
    bool ok;

    (void)snprintf(parent, sizeof parent, "%.*s", (int)(safe_file_name(path) - path),
                   path);
    if (!safe_directory_reach(parent, &directory, err))
        return false;
    ok = fstatat(directory, safe_file_name(path), status, AT_SYMLINK_NOFOLLOW) == 0 ||
         safe_file_error(err, "inspect", path);
    (void)close(directory);
    return ok && judge_file(status, path, err);
}

/* systemd gives `$` and `%` a meaning, and a unit's line is of words. */
static bool is_plain(const char *path)
{
    static const char plain[] = "0123456789/._+~@,:=-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz";

    return *path == '/' && path[strspn(path, plain)] == '\0';
}

/* Where this program lies: a path that will run the same file then. */
static bool find_program(char path[PATH_MAX], struct error *err)
{
    static const char self[] = "/proc/self/exe";
    const ssize_t length = readlink(self, path, PATH_MAX - 1);
    char shown[ERR_QUOTE_SIZE];
    struct stat running;
    struct stat named;

    if (length < 0)
        return safe_file_error(err, "read", self);
    path[length] = '\0';
    if (stat(self, &running) != 0)
        return safe_file_error(err, "inspect", self);
    if (running.st_nlink == 0)
        return error_set(err, ERR_DENIED, "this program's file was removed or replaced");
    if (!is_plain(path))
        return error_set(err, ERR_DENIED,
                         "the path '%s' has characters that systemd would not take as "
                         "they are",
                         error_quote(path, shown));
    if (!judge_program(path, &named, err))
        return false;
    return (running.st_dev == named.st_dev && running.st_ino == named.st_ino) ||
           error_set(err, ERR_DENIED, "'%s' is no longer this program's file", path);
}

/* What it takes longest: systemd itself gives up after 25 s. */
enum { ANSWER_MS = 30 * 1000, UNIT_SIZE = 96 };

static const char systemd_run[] = "/usr/bin/systemd-run";

/* What fails, a run that holds the lock above all, is tried again: no trial lasts for
 * that. */
static bool arm(const char *program, const char *run, uint32_t seconds,
                struct child_end *out, struct error *err)
{
    char unit[UNIT_SIZE];
    char after[UNIT_SIZE];
    const char *const words[] = { systemd_run,
                                  "--quiet",
                                  "--no-ask-password",
                                  unit,
                                  after,
                                  "--timer-property=AccuracySec=1s",
                                  "--description=The end of a trial of port-exhaustion",
                                  "--property=Restart=on-failure",
                                  "--property=RestartSec=30",
                                  "--",
                                  program,
                                  EXPIRY_COMMAND,
                                  run,
                                  NULL };

    (void)snprintf(unit, sizeof unit, "--unit=port-exhaustion-trial-%s", run);
    (void)snprintf(after, sizeof after, "--on-active=%lus", (unsigned long)seconds);
    return child_run(words, ANSWER_MS, out, err);
}

bool system_arm_expiry(const char *run, uint32_t seconds, struct error *err)
{
    struct child_end end = { 0 };
    char program[PATH_MAX];
    struct stat status;

    if (!judge_program(systemd_run, &status, err) || !find_program(program, err) ||
        !arm(program, run, seconds, &end, err))
        return error_prefix(err, "no timer can end the trial");
    if (end.code == 0)
        return true;
    return error_set(
        err, ERR_IO, "no timer can end the trial: %s failed (exit code %d)%s%s",
        systemd_run, end.code, *end.words ? ": " : "", text_trim(end.words, " \n"));
}
