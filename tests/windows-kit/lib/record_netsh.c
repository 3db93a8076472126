/* SPDX-License-Identifier: MIT */
/* netsh's texts, in the language and code page of this Windows. */
#include "tests/windows-kit/lib/record.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/decode/netsh_text.h"
#include "checks/host/windows/netsh.h"
#include "tests/windows-kit/lib/say.h"

enum { LIMIT_MS = 10000, TABLES = NETSH_EXCLUDED + 1 };

/* As the double of netsh in tests/host/windows-tools looks for it. */
static void name_file(const struct netsh_question *question, char out[RECORD_NAME_SIZE])
{
    (void)snprintf(out, RECORD_NAME_SIZE, "netsh/%s-%s-%s%s.txt",
                   place_family_word(question->family),
                   question->table == NETSH_EXCLUDED ? "excludedportrange"
                                                     : "dynamicportrange",
                   place_protocol_word(question->protocol),
                   question->table == NETSH_STORED_RANGE ? "-persistent" : "");
}

static bool describe_range(const struct text *answer, struct text *out, struct error *err)
{
    struct port_range range = { 0 };
    char words[PORT_RANGE_TEXT_SIZE];

    if (!netsh_text_dynamic_range(text_string(answer), answer->length, &range, err))
        return false;
    port_range_format(range, words);
    text_add(out, words);
    return true;
}

static bool describe_excluded(const struct text *answer, struct text *out,
                              struct error *err)
{
    struct port_set ports = { { 0 } };

    if (!netsh_text_excluded_ranges(text_string(answer), answer->length, &ports, err))
        return false;
    text_addf(out, "%" PRIu32 " ports %s", port_set_count(&ports),
              port_set_count(&ports) > 0 ? "" : "at all");
    port_set_format(&ports, out);
    return true;
}

static void read_again(const struct netsh_question *question, const char *name,
                       const struct text *answer)
{
    struct text numbers = { 0 };
    struct error err = { 0 };

    if (question->table == NETSH_EXCLUDED ? describe_excluded(answer, &numbers, &err)
                                          : describe_range(answer, &numbers, &err)) {
        say_ok(name);
        say_note("%s reads %s", name, text_string(&numbers));
    } else {
        say_not_ok(name, err.message, "a text that the check can read");
    }
    text_clear(&numbers);
}

static void record_answer(const struct record *record,
                          const struct netsh_question *question)
{
    char name[RECORD_NAME_SIZE];
    char arguments[NETSH_ARGUMENTS_SIZE];
    struct text answer = { 0 };
    struct text again = { 0 };
    struct error err = { 0 };

    name_file(question, name);
    netsh_question_format(question, arguments);
    if (!netsh_run(arguments, LIMIT_MS, &answer, &err))
        say_skip(name, err.message);
    else if (answer.length == 0 && record_wine_version())
        say_skip(name, "Wine's netsh does nothing");
    else if (record_keep(record, name, &answer, &again))
        read_again(question, name, &again);
    text_clear(&answer);
    text_clear(&again);
}

void record_netsh(struct record *record)
{
    for (int table = 0; table < TABLES; table++)
        for (int protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++)
            for (int family = 0; family < IP_FAMILY_COUNT; family++) {
                const struct netsh_question question = { (enum netsh_table)table,
                                                         (enum ip_protocol)protocol,
                                                         (enum ip_family)family };

                record_answer(record, &question);
            }
}
