/* SPDX-License-Identifier: MIT */
/* One range at a time, and what netsh itself says of it afterwards. */
#include "remediate/writer/windows/range_writer.h"

#include <string.h>

#include "checks/host/windows/netsh.h"
#include "checks/host/windows/netsh_answers.h"
#include "checks/model/place.h"
#include "checks/model/port_range.h"
#include "remediate/writer/netsh_command.h"

static bool read_range(const char *place, enum netsh_table table,
                       const struct deadline *deadline, struct port_range *out,
                       struct error *err)
{
    struct netsh_question question = { .table = table };
    struct error unread = { 0 };
    char arguments[NETSH_ARGUMENTS_SIZE];

    if (!place_range_parse(place, &question.protocol, &question.family, err))
        return false;
    if (netsh_dynamic_range(&question, deadline_left_ms(deadline), out, &unread))
        return true;
    netsh_question_format(&question, arguments);
    if (unread.code == ERR_MALFORMED)
        (void)error_prefix(&unread, "netsh %s", arguments);
    return error_set(err, unread.code, "%s", unread.message);
}

bool range_writer_read(const char *place, const struct deadline *deadline, bool *present,
                       struct text *out, struct error *err)
{
    struct port_range range = { 0 };
    char text[PORT_RANGE_TEXT_SIZE];

    if (!read_range(place, NETSH_RANGE, deadline, &range, err))
        return false;
    port_range_format(range, text);
    text_add(out, text);
    *present = true;
    return text_ok(out, err);
}

/* What is in force and what is stored, at once: the caller reads back the other one. */
static void ask_both(const char *place, const struct deadline *deadline)
{
    struct netsh_question both[] = { { .table = NETSH_STORED_RANGE },
                                     { .table = NETSH_RANGE } };

    for (size_t i = 0; i < ARRAY_COUNT(both); i++)
        if (!place_range_parse(place, &both[i].protocol, &both[i].family, NULL))
            return;
    netsh_ask(both, ARRAY_COUNT(both), deadline_left_ms(deadline));
}

/* A netsh that cannot tell what is stored proves nothing either way; one that tells
 * something else does. */
static bool check_stored(const char *place, const char *value,
                         const struct deadline *deadline, struct error *err)
{
    struct error unknown = { 0 };
    struct port_range stored = { 0 };
    char text[PORT_RANGE_TEXT_SIZE];

    if (!read_range(place, NETSH_STORED_RANGE, deadline, &stored, &unknown))
        return unknown.code != ERR_TIMEOUT ||
               error_set(err, unknown.code, "%s", unknown.message);
    port_range_format(stored, text);
    if (strcmp(text, value) == 0)
        return true;
    return error_set(err, ERR_IO,
                     "netsh reports success, but %s is stored as %s, expected %s", place,
                     text, value);
}

bool range_writer_write(const char *place, const char *value,
                        const struct deadline *deadline, struct error *err)
{
    char arguments[NETSH_ARGUMENTS_SIZE];
    struct text answer = { 0 };
    bool ok = netsh_command_set(place, value, arguments, err) &&
              netsh_run(arguments, deadline_left_ms(deadline), &answer, err);

    netsh_forget();
    if (ok) {
        ask_both(place, deadline);
        ok = check_stored(place, value, deadline, err);
    }
    text_clear(&answer);
    return ok;
}
