/* SPDX-License-Identifier: MIT */
/* The memory of a run. Only the main thread asks. */
#include "checks/host/windows/netsh_answers.h"

#include "checks/base/text.h"
#include "checks/decode/netsh_text.h"
#include "checks/host/windows/netsh.h"

/* Zeroed = not asked. */
struct answer {
    bool asked;
    struct text text;
    struct error err; /* ERR_NONE: the text is the answer */
};

static struct answer answers[NETSH_TABLE_COUNT][IP_PROTOCOL_COUNT][IP_FAMILY_COUNT];
static struct error hung; /* set once netsh ran into its time limit */
static uint32_t age;

static struct answer *answer_to(const struct netsh_question *question)
{
    return &answers[question->table][question->protocol][question->family];
}

/* True when a netsh runs for it. */
static bool begin(const struct netsh_question *question, int64_t limit_ms,
                  struct netsh_call *call)
{
    struct answer *answer = answer_to(question);
    char arguments[NETSH_ARGUMENTS_SIZE];

    if (answer->asked)
        return false;
    answer->asked = true;
    if (hung.code != ERR_NONE) {
        answer->err = hung;
        return false;
    }
    netsh_question_format(question, arguments);
    return netsh_start(arguments, limit_ms, call, &answer->err);
}

void netsh_ask(const struct netsh_question *questions, size_t count, int64_t limit_ms)
{
    struct netsh_call calls[NETSH_ASKED_MAX] = { { { 0 }, { 0 } } };
    bool runs[NETSH_ASKED_MAX] = { false };

    if (limit_ms <= 0)
        return;
    for (size_t i = 0; i < count; i++)
        runs[i] = begin(&questions[i], limit_ms, &calls[i]);
    for (size_t i = 0; i < count; i++) {
        struct answer *answer = answer_to(&questions[i]);

        if (runs[i] && !netsh_finish(&calls[i], &answer->text, &answer->err) &&
            answer->err.code == ERR_TIMEOUT && hung.code == ERR_NONE)
            hung = answer->err;
    }
}

/* NULL: *err is filled. */
static const struct text *ask(const struct netsh_question *question, int64_t limit_ms,
                              struct error *err)
{
    const struct answer *answer = answer_to(question);
    char arguments[NETSH_ARGUMENTS_SIZE];

    netsh_ask(question, 1, limit_ms);
    if (!answer->asked) {
        netsh_question_format(question, arguments);
        (void)error_set(err, ERR_TIMEOUT, "netsh %s: no time is left for it", arguments);
        return NULL;
    }
    if (answer->err.code == ERR_NONE)
        return &answer->text;
    if (err)
        *err = answer->err;
    return NULL;
}

bool netsh_dynamic_range(const struct netsh_question *question, int64_t limit_ms,
                         struct port_range *out, struct error *err)
{
    const struct text *text = ask(question, limit_ms, err);

    return text && netsh_text_dynamic_range(text_string(text), text->length, out, err);
}

bool netsh_excluded_ports(const struct netsh_question *question, int64_t limit_ms,
                          struct port_set *out, struct error *err)
{
    const struct text *text = ask(question, limit_ms, err);

    return text && netsh_text_excluded_ranges(text_string(text), text->length, out, err);
}

void netsh_forget(void)
{
    struct answer *all = &answers[0][0][0];

    for (size_t i = 0; i < sizeof answers / sizeof *all; i++) {
        text_clear(&all[i].text);
        all[i] = (struct answer){ .asked = false };
    }
    error_clear(&hung);
    age++;
}

uint32_t netsh_age(void)
{
    return age;
}
