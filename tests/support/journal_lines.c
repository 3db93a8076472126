/* SPDX-License-Identifier: MIT */
/* Every test of a journal writes it with the encoder of the product. */
#include "tests/support/journal_lines.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/crc32.h"
#include "checks/model/journal_record.h"

void lines_begin(struct text *out, const struct lines_run *given, struct change *changes,
                 size_t count)
{
    struct journal_run run = { .time_s = given->time_s,
                               .boot = (char *)given->boot,
                               .uptime_s = -1,
                               .user = "root (sudo: nagios)",
                               .command = (char *)given->command,
                               .undoes = (char *)given->undoes,
                               .policy = "built-in",
                               .version = "0.1.0",
                               .changes = changes,
                               .change_count = count };
    struct error err = { 0 };

    strncpy(run.id, given->id, sizeof run.id - 1);
    if (!journal_encode_begin(&run, out, &err))
        fail_msg("%s", err.message);
}

void lines_step(struct text *out, const char *record, const char *id, size_t change)
{
    enum journal_record_kind kind = RECORD_START;

    while (strcmp(journal_record_name(kind), record) != 0)
        assert_int_not_equal(++kind, RECORD_KIND_COUNT);
    assert_true(journal_encode_step(kind, id, change, out, NULL));
}

void lines_end(struct text *out, const char *id, enum run_outcome outcome, int64_t end_s,
               const char *message)
{
    struct journal_run run = {
        .outcome = outcome, .end_s = end_s, .end_uptime_s = -1, .message = (char *)message
    };

    strncpy(run.id, id, sizeof run.id - 1);
    assert_true(journal_encode_end(&run, out, NULL));
}

void lines_raw(struct text *out, const char *json)
{
    text_addf(out, "%08" PRIx32 " %s\n", crc32_add(0, json, strlen(json)), json);
}

struct change given_reuse = { .kind = CHANGE_SYSCTL,
                              .setting = "tcp_tw_reuse",
                              .place = "net/ipv4/tcp_tw_reuse",
                              .from = "2",
                              .to = "1" };
struct change given_drop_in = { .kind = CHANGE_FILE,
                                .setting = "tcp_tw_reuse",
                                .place = "/etc/sysctl.d/90-port-exhaustion.conf",
                                .to = "# \"ours\"\nnet.ipv4.tcp_tw_reuse = 1\n" };

void lines_applied(struct text *out, const struct lines_run *given, struct change *change)
{
    lines_begin(out, given, change, 1);
    lines_step(out, "start", given->id, 0);
    lines_step(out, "done", given->id, 0);
    lines_end(out, given->id, RUN_APPLIED, given->time_s + 1, "");
}

void lines_history(struct text *out)
{
    struct change changes[] = { given_reuse, given_drop_in };
    struct change back[] = { given_drop_in, given_reuse };

    back[0].from = given_drop_in.to;
    back[0].to = NULL;
    back[1].from = given_reuse.to;
    back[1].to = given_reuse.from;
    lines_begin(out, &(struct lines_run){ "a-1", "apply", "", "boot", LINES_TIME_S },
                changes, 2);
    lines_step(out, "start", "a-1", 0);
    lines_step(out, "done", "a-1", 0);
    lines_step(out, "start", "a-1", 1);
    lines_step(out, "done", "a-1", 1);
    lines_end(out, "a-1", RUN_APPLIED, LINES_TIME_S + 2, "");
    lines_begin(out,
                &(struct lines_run){ "u-2", "undo", "a-1", "boot", LINES_TIME_S + 10 },
                back, 2);
    lines_step(out, "start", "u-2", 0);
    lines_step(out, "done", "u-2", 0);
    lines_step(out, "start", "u-2", 1);
    lines_step(out, "done", "u-2", 1);
    lines_end(out, "u-2", RUN_APPLIED, LINES_TIME_S + 11, "");
    lines_begin(out,
                &(struct lines_run){ "b-3", "on-alert", "", "boot2", LINES_TIME_S + 20 },
                changes, 2);
    lines_step(out, "start", "b-3", 0);
    lines_step(out, "back", "b-3", 0);
    lines_end(out, "b-3", RUN_RESTORED, LINES_TIME_S + 21, "it failed");
    lines_begin(out,
                &(struct lines_run){ "c-4", "apply", "", "boot2", LINES_TIME_S + 30 },
                changes, 2);
    lines_step(out, "start", "c-4", 0);
}

void lines_decode(const struct text *bytes, struct journal *out)
{
    struct error err = { 0 };

    if (!journal_decode(text_string(bytes), bytes->length, out, &err))
        fail_msg("%s", err.message);
}
