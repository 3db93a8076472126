/* SPDX-License-Identifier: MIT */
/* The truth table of port exhaustion on this Windows: uses up small ranges of ports, and
 * holds the check's numbers against what was made.
 *   windows_truth.exe CHECK RESTORE_LIST [--time-wait] [--stage Wn]
 *                     [--range-is-fixed FIRST-LAST] [--full-seconds N]
 *   windows_truth.exe CHECK RESTORE_LIST --reuse-begin | --reuse-end
 *       W11, before and after a start of Windows
 *   windows_truth.exe --questions       which answers change which line of the check
 * The host's dynamic range is changed, and noted in RESTORE_LIST before. --range-is-fixed
 * is for a host whose range cannot be set, which has this one. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/host/program.h"
#include "tests/windows-kit/lib/restore.h"
#include "tests/windows-kit/lib/say.h"
#include "tests/windows-kit/lib/truth_range.h"
#include "tests/windows-kit/lib/truth_reuse.h"
#include "tests/windows-kit/lib/truth_stages.h"
#include "tests/windows-kit/lib/truth_time_wait.h"

enum { FIRST_DOOR = 20000, FULL_S = 5, FULL_MOST_S = 3600, WARM_MS = 20000, MS = 1000 };

enum what { STAGES = 0, REUSE_BEGIN, REUSE_END };

struct options {
    enum what what;
    bool time_wait;
    const char *stage; /* NULL = all */
};

static int usage(void)
{
    (void)fputs("usage: windows_truth.exe CHECK RESTORE_LIST [--time-wait] [--stage Wn] "
                "[--range-is-fixed FIRST-LAST] [--full-seconds N] "
                "[--reuse-begin] [--reuse-end]\n",
                stderr);
    return 2;
}

static int print_questions(void)
{
    for (size_t i = 0; i < truth_question_count; i++) {
        const struct truth_question *question = &truth_questions[i];

        for (size_t j = 0; j < TRUTH_READINGS_MAX && question->readings[j].words; j++) {
            const char *change = question->readings[j].change;

            (void)printf("%s | %s | %s | %s\n", question->id, question->asked,
                         question->readings[j].words, change ? change : "-");
        }
    }
    return 0;
}

static bool is_stage(const char *id)
{
    for (size_t i = 0; i < truth_stage_count; i++)
        if (strcmp(truth_stages[i].id, id) == 0)
            return true;
    return false;
}

static bool parse_flag(const char *argument, struct options *options)
{
    if (strcmp(argument, "--time-wait") == 0)
        options->time_wait = true;
    else if (strcmp(argument, "--reuse-begin") == 0)
        options->what = REUSE_BEGIN;
    else if (strcmp(argument, "--reuse-end") == 0)
        options->what = REUSE_END;
    else
        return false;
    return true;
}

/* CHECK, then RESTORE_LIST. */
static bool parse_word(const char *argument, struct truth_run *run)
{
    if (argument[0] == '-' || run->list)
        return false;
    *(run->check ? &run->list : &run->check) = argument;
    return true;
}

static bool parse_value(const char *name, const char *value, struct options *options,
                        struct truth_run *run)
{
    uint32_t full_s = 0;

    if (strcmp(name, "--stage") == 0) {
        options->stage = value;
        return is_stage(value);
    }
    if (strcmp(name, "--range-is-fixed") == 0)
        return port_range_parse(value, &run->fixed, NULL);
    if (strcmp(name, "--full-seconds") != 0 ||
        !number_parse_u32(value, FULL_MOST_S, &full_s, NULL))
        return false;
    run->full_ms = (int64_t)full_s * MS;
    return true;
}

static bool parse(int argc, char **argv, struct options *options, struct truth_run *run)
{
    run->full_ms = (int64_t)FULL_S * MS;
    run->began_ns = deadline_now_ns();
    for (int i = 1; i < argc; i++) {
        if (parse_flag(argv[i], options) || parse_word(argv[i], run))
            continue;
        if (i + 1 >= argc || !parse_value(argv[i], argv[i + 1], options, run))
            return false;
        i++;
    }
    return run->list != NULL;
}

/* The excluded ports of both protocols. Where they cannot be read and the range is the
 * host's own, there are none for the check either. */
static bool read_excluded(const struct truth_run *run, struct port_set *out,
                          struct error *err)
{
    struct error failure = { 0 };

    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (!truth_range_excluded((enum ip_protocol)i, &out[i], &failure))
            return run->fixed.first != 0 ||
                   error_set(err, failure.code, "%s", failure.message);
    return true;
}

/* Sets: [0] TCP, [1] UDP, [2] and [3] what is in use. */
static bool choose(struct truth_run *run, const struct truth_stage *stage, uint16_t from,
                   struct port_set sets[4], struct error *err)
{
    struct port_set both;

    if (!read_excluded(run, sets, err))
        return false;
    both = sets[IP_PROTOCOL_TCP];
    port_set_unite(&both, &sets[IP_PROTOCOL_UDP]);
    run->range = run->fixed;
    if (!run->fixed.first &&
        !(stage->around &&
          truth_range_choose_around(from, &sets[0], &run->range, NULL)) &&
        (!truth_range_used(IP_PROTOCOL_TCP, &sets[2], err) ||
         !truth_range_used(IP_PROTOCOL_UDP, &sets[2], err) ||
         !truth_range_choose(from, &both, &sets[2], &run->range, err)))
        return false;
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        run->excluded[i] = truth_range_count(run->range, &sets[i]);
    return true;
}

static bool set_range(struct truth_run *run, const struct truth_stage *stage,
                      uint16_t *from, struct error *err)
{
    struct port_set *sets = calloc(4, sizeof *sets);
    bool ok = sets ? choose(run, stage, *from, sets, err)
                   : error_set(err, ERR_MEMORY, "out of memory");

    free(sets);
    if (!ok || run->fixed.first)
        return ok;
    if (run->range.last < UINT16_MAX && run->range.first == *from)
        *from = (uint16_t)(run->range.last + 1);
    return truth_range_set(run->list, run->range, err);
}

static bool restore(const struct truth_run *run, const char *when)
{
    struct error err = { 0 };

    if (restore_all(run->list, &err))
        return true;
    say_not_ok(when, err.message, "the host as it was");
    return false;
}

/* What ends in TIME_WAIT must find none of an earlier stage. */
static void prepare(struct truth_run *run, const struct truth_stage *stage)
{
    char range[PORT_RANGE_TEXT_SIZE];

    if (stage->last)
        (void)truth_wait_gone(run->range, deadline_now_ns());
    memset(run->time_wait, 0, sizeof run->time_wait);
    port_range_format(run->range, range);
    say_note("%s has the ports %s, %" PRIu32 " of them excluded", stage->id, range,
             run->excluded[IP_PROTOCOL_TCP]);
}

/* A range that stays full of TIME_WAIT is the host's no longer than it must be. */
static bool leave(struct truth_run *run, const struct truth_stage *stage)
{
    if (stage->last && !restore(run, stage->id))
        return false;
    truth_release(run);
    if (truth_can_connect(run))
        return true;
    say_not_ok(stage->id, "the host cannot connect after it", "a free port");
    return false;
}

/* Whether the host may go on to the next stage. */
static bool run_stage(struct truth_run *run, const struct truth_stage *stage,
                      uint16_t *from)
{
    struct error err = { 0 };

    run->stage = stage->id;
    if (!set_range(run, stage, from, &err)) {
        say_skip(stage->id, err.message); /* nothing that the check claims */
        return false;
    }
    prepare(run, stage);
    if (!truth_can_connect(run)) {
        say_skip(stage->id, "the host cannot connect before it");
        return false;
    }
    stage->run(run);
    if (!leave(run, stage))
        return false;
    if (stage->after)
        stage->after(run);
    return true;
}

/* How long the ports of W7, the first stage that leaves some, are in TIME_WAIT. */
static void measure_time_wait(struct port_range range, int64_t since_ns)
{
    const uint32_t left = truth_wait_gone(range, since_ns);
    const int64_t after_s =
        (deadline_now_ns() - since_ns) / ((int64_t)MS * DEADLINE_NS_PER_MS);

    if (left == 0)
        say_answer("TIME_WAIT", "all were gone after %" PRId64 " s at most", after_s);
    else
        say_answer("TIME_WAIT", "%" PRIu32 " were left after %" PRId64 " s", left,
                   after_s);
}

/* WMI starts a service for the first who asks: not while a range is full. */
static void warm_up(const struct truth_run *run)
{
    struct text ignored = { 0 };
    struct error unsaid = { 0 };

    if (!truth_run_check(run, "-m port_usage", WARM_MS, &ignored, &unsaid))
        say_note("the first run of the check: %s", unsaid.message);
    text_clear(&ignored);
}

static void run_stages(struct truth_run *run, const struct options *options)
{
    uint16_t from = TRUTH_FIRST_PORT;
    struct port_range first = { 0 };
    int64_t since_ns = 0;
    bool can_go_on = true;

    if (options->time_wait)
        say_note("W7 to W9 leave up to %d ports each in TIME_WAIT, 120 to 240 s where "
                 "TcpTimedWaitDelay is not set; they are watched for %d s at most",
                 TRUTH_PORTS, TRUTH_GONE_S);
    warm_up(run);
    for (size_t i = 0; i < truth_stage_count; i++) {
        const struct truth_stage *stage = &truth_stages[i];
        const int64_t now_ns = deadline_now_ns();

        if (options->stage && strcmp(options->stage, stage->id) != 0)
            continue;
        if (stage->last && !options->time_wait)
            say_skip(stage->id, "leaves ports in TIME_WAIT, so it comes last");
        else if (stage->last != options->time_wait)
            continue;
        else if (!can_go_on)
            say_skip(stage->id, "the host could not go on");
        else if (!(can_go_on = run_stage(run, stage, &from)))
            (void)restore(run, "restored at once");
        if (strcmp(stage->id, "W7") == 0 && truth_run_time_wait(run) > 0) {
            first = run->range;
            since_ns = now_ns;
        }
    }
    (void)restore(run, "restored at the end");
    if (first.first)
        measure_time_wait(first, since_ns);
}

static bool open_doors(struct truth_run *run, struct error *err)
{
    uint16_t from = FIRST_DOOR;

    for (size_t i = 0; i < TRUTH_DOORS; i++) {
        if (!truth_door_open(from, run->fixed, &run->doors[i], err))
            return false;
        from = (uint16_t)(run->doors[i].port + 1);
    }
    return true;
}

static void run_what(struct truth_run *run, const struct options *options)
{
    if (options->what == REUSE_BEGIN)
        truth_reuse_begin(run);
    else if (options->what == REUSE_END)
        truth_reuse_end(run);
    else
        run_stages(run, options);
    if (options->what == STAGES && !options->time_wait && !options->stage)
        say_skip("W11", "needs a restart: --reuse-begin before it, --reuse-end after it");
}

int main(int argc, char **argv)
{
    struct truth_run *run = calloc(1, sizeof *run);
    struct options options = { .time_wait = false };
    struct error err = { 0 };
    WSADATA started;

    if (!program_start(&argc, &argv, &err))
        return usage();
    if (argc == 2 && strcmp(argv[1], "--questions") == 0)
        return print_questions();
    if (!run || !parse(argc, argv, &options, run))
        return usage();
    if (WSAStartup(MAKEWORD(2, 2), &started) != 0 || !open_doors(run, &err))
        say_not_ok("Winsock", err.message, "listeners");
    else if (restore(run, "what an earlier run left"))
        run_what(run, &options);
    truth_crowd_end(&run->crowd);
    for (size_t i = 0; i < TRUTH_DOORS; i++)
        truth_door_close(&run->doors[i]);
    free(run);
    return say_finish();
}
