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

#include "checks/host/deadline.h"
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

/* What one answer and all of them take longest: systemd itself gives up after 25 s. */
enum { ANSWER_MS = 30 * 1000, ANSWERS_MS = 60 * 1000, WORD_SIZE = 96, WORDS_MAX = 24 };

static const char systemd_run[] = "/usr/bin/systemd-run";

/*
 * How long after the end of the trial it is run again, in seconds: what has succeeded
 * finds nothing to do then. Soon for another run that held the lock, seldom for a value
 * that cannot be written, since each try of that is a run in the journal; then no more.
 */
static const uint32_t again_after_s[] = { 30, 120, 600, 3600, 6 * 3600, 24 * 3600 };

/* A line of systemd-run, word by word. */
struct words {
    const char *list[WORDS_MAX + 1]; /* NULL behind the last */
    size_t count;
    char own[ARRAY_COUNT(again_after_s) + 2][WORD_SIZE]; /* those that are made here */
    size_t own_count;
};

static void add_word(struct words *words, const char *word)
{
    words->list[words->count++] = word;
    words->list[words->count] = NULL;
}

/* "HEAD12UNIT" */
static void add_seconds(struct words *words, const char *head, uint32_t seconds)
{
    char *own = words->own[words->own_count++];

    (void)snprintf(own, WORD_SIZE, "%s%lus", head, (unsigned long)seconds);
    add_word(words, own);
}

/* What is armed for one trial, and how far it came. */
struct arming {
    const char *program;
    const char *run;
    uint32_t seconds; /* to the end of the trial */
    struct deadline patience;
    struct child_end last; /* of systemd-run */
};

/* The first timer has the name of the trial alone. */
static void add_unit(struct words *words, const char *run, size_t number)
{
    char *own = words->own[words->own_count++];
    char again[24] = "";

    if (number > 0)
        (void)snprintf(again, sizeof again, "-again%zu", number);
    (void)snprintf(own, WORD_SIZE, "--unit=port-exhaustion-trial-%s%s", run, again);
    add_word(words, own);
}

/* The number-th timer, for `seconds` from now, and with `all` for each time of
 * again_after_s behind that. */
static bool arm(struct arming *arming, size_t number, bool all, struct error *err)
{
    const uint32_t seconds =
        arming->seconds + (number > 0 ? again_after_s[number - 1] : 0);
    const int64_t left_ms = deadline_left_ms(&arming->patience);
    struct words words = { 0 };

    add_word(&words, systemd_run);
    add_word(&words, "--quiet");
    add_word(&words, "--no-ask-password");
    add_unit(&words, arming->run, number);
    add_seconds(&words, "--on-active=", seconds);
    add_word(&words, "--timer-property=AccuracySec=1s");
    for (size_t i = 0; all && i < ARRAY_COUNT(again_after_s); i++)
        add_seconds(&words, "--timer-property=OnActiveSec=", seconds + again_after_s[i]);
    add_word(&words, "--description=The end of a trial of port-exhaustion");
    add_word(&words, "--");
    add_word(&words, arming->program);
    add_word(&words, EXPIRY_COMMAND);
    add_word(&words, arming->run);
    return child_run(words.list, left_ms < ANSWER_MS ? left_ms : ANSWER_MS, &arming->last,
                     err);
}

/* One timer with several times, or, since those of before systemd 240 may know only one,
 * a timer for each: a service that is started again until it succeeds has no end. */
static bool arm_all(struct arming *arming, struct error *err)
{
    bool ok = arm(arming, 0, true, err);

    if (!ok || arming->last.code == 0)
        return ok;
    arming->last.code = 0;
    for (size_t i = 0; ok && arming->last.code == 0 && i <= ARRAY_COUNT(again_after_s);
         i++)
        ok = arm(arming, i, false, err);
    return ok;
}

bool system_arm_expiry(const char *run, uint32_t seconds, struct error *err)
{
    char program[PATH_MAX];
    struct arming arming = { .program = program,
                             .run = run,
                             .seconds = seconds,
                             .patience = deadline_in_ms(ANSWERS_MS) };
    struct child_end *last = &arming.last;
    struct stat status;

    if (!judge_program(systemd_run, &status, err) || !find_program(program, err) ||
        !arm_all(&arming, err))
        return error_prefix(err, "no timer can end the trial");
    if (last->code == 0)
        return true;
    return error_set(
        err, ERR_IO, "no timer can end the trial: %s failed (exit code %d)%s%s",
        systemd_run, last->code, *last->words ? ": " : "", text_trim(last->words, " \n"));
}
