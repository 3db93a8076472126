/* SPDX-License-Identifier: MIT */
/* A look at each place: ours, as before, or somebody else's. */
#include "remediate/ownership.h"

#include <stdbool.h>
#include <stddef.h>

#include "checks/model/change.h"
#include "remediate/manual_action.h"

/* For the look at one place. */
enum { LOOK_MS = 30 * 1000 };

static void name_other(const struct change *change, const char *now,
                       const struct error *unread, struct ownership *ownership)
{
    struct text *out = &ownership->held;
    const size_t begin = out->length;

    char name[CHANGE_NAME_SIZE];
    char shown[ERR_QUOTE_SIZE];

    text_addf(out, "%s (", change_place_name(change, name));
    text_add_clean(out, change->setting, "");
    if (unread->code != ERR_NONE)
        text_addf(out, ") cannot be read (%s)", unread->message);
    else if (!now)
        text_add(out, ") is absent");
    else if (change->kind == CHANGE_FILE)
        text_add(out, ") has other contents");
    else
        text_addf(out, ") holds '%s', set by someone else", error_quote(now, shown));
    text_add(&ownership->lines, text_string(out) + begin);
    text_add(&ownership->lines, "; to restore it manually: ");
    manual_action_restore(change, &ownership->lines);
    text_add(&ownership->lines, "\n");
    text_add(out, "\n");
}

static void look_at(const struct setting_writer *writer, const struct change *change,
                    uint32_t bit, struct ownership *out)
{
    struct deadline deadline = deadline_in_ms(LOOK_MS);
    struct error unread = { 0 };
    struct text text = { 0 };
    const char *now = NULL;
    bool present = false;

    if (writer->ops->read(writer->self, change->kind, change->place, &deadline, &present,
                          &text, &unread) &&
        text_ok(&text, &unread))
        now = present ? text_string(&text) : NULL;
    if (unread.code == ERR_NONE && change_same_value(change->kind, now, change->to))
        out->ours |= bit;
    else if (unread.code != ERR_NONE ||
             (!change_same_value(change->kind, now, change->from) &&
              !change_same_value(change->kind, change->from, change->to))) {
        out->others |= bit;
        name_other(change, now, &unread, out);
    }
    text_clear(&text);
}

void ownership_look(const struct setting_writer *writer, const struct journal_run *run,
                    struct ownership *out)
{
    for (size_t i = 0; i < run->change_count; i++)
        look_at(writer, &run->changes[i], UINT32_C(1) << i, out);
}

void ownership_clear(struct ownership *ownership)
{
    text_clear(&ownership->lines);
    text_clear(&ownership->held);
    *ownership = (struct ownership){ 0 };
}
