/* SPDX-License-Identifier: MIT */
/* Reads what a monitoring server says, and nothing that it does not say. */
#include "remediate/alert.h"

#include <string.h>

#include "checks/base/ascii.h"
#include "checks/base/number.h"
#include "checks/base/text.h"

enum { LINE_WORDS_MIN = 3, LINE_WORDS_MAX = 4 };

static const char blanks[] = " \t";

/* A word of a monitoring server and what it means here. */
struct word {
    const char *name;
    int value;
};

/* Nagios, Icinga, Naemon; then what Nagios' and Zabbix' notification types add. */
static const struct word states[] = {
    { "OK", CHECK_OK },
    { "WARNING", CHECK_WARNING },
    { "CRITICAL", CHECK_CRITICAL },
    { "UNKNOWN", CHECK_UNKNOWN },
    { "PROBLEM", CHECK_CRITICAL },
    { "RECOVERY", CHECK_OK },
    { "RESOLVED", CHECK_OK },
};

/* Icinga's API gives state_type as a number. */
static const struct word types[] = {
    { "SOFT", false },
    { "HARD", true },
    { "0", false },
    { "1", true },
};

/* Foreign text for a message: cut, one line, UTF-8. */
static const char *quote(const char *foreign, char out[ERR_QUOTE_SIZE])
{
    struct text clean = { 0 };

    text_add_clean(&clean, foreign, "");
    (void)error_quote(text_string(&clean), out);
    text_clear(&clean);
    return out;
}

static const struct word *find_word(const struct word *words, size_t count,
                                    const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (ascii_same(words[i].name, name))
            return &words[i];
    return NULL;
}

static bool is_missing(const char *word)
{
    return !word || !*word;
}

static bool parse_state(const char *name, enum check_state *out, struct error *err)
{
    static const char expected[] =
        "expected OK, WARNING, CRITICAL, UNKNOWN, PROBLEM, RECOVERY or RESOLVED";
    char quoted[ERR_QUOTE_SIZE];
    const struct word *word;

    if (is_missing(name))
        return error_set(err, ERR_MALFORMED, "the alert's state is missing; %s",
                         expected);
    word = find_word(states, ARRAY_COUNT(states), name);
    if (!word)
        return error_set(err, ERR_MALFORMED, "the alert's state is '%s'; %s",
                         quote(name, quoted), expected);
    *out = (enum check_state)word->value;
    return true;
}

static bool parse_type(const char *name, bool *hard, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];
    const struct word *word;

    if (is_missing(name))
        return error_set(err, ERR_MALFORMED,
                         "the alert's state type is missing; expected SOFT or HARD");
    word = find_word(types, ARRAY_COUNT(types), name);
    if (!word)
        return error_set(err, ERR_MALFORMED,
                         "the alert's state type is '%s'; expected SOFT or HARD",
                         quote(name, quoted));
    *hard = word->value;
    return true;
}

static bool parse_attempt(const char *text, uint32_t *out, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];
    uint32_t attempt = 0;

    if (is_missing(text))
        return error_set(
            err, ERR_MALFORMED,
            "the alert's attempt is missing; expected a whole number of 1 or more");
    if (!number_parse_u32(text, UINT32_MAX, &attempt, NULL) || attempt == 0)
        return error_set(
            err, ERR_MALFORMED,
            "the alert's attempt is '%s'; expected a whole number of 1 or more",
            quote(text, quoted));
    *out = attempt;
    return true;
}

static bool parse_downtime(const char *text, uint32_t *out, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];

    if (is_missing(text)) {
        *out = 0;
        return true;
    }
    if (!number_parse_u32(text, UINT32_MAX, out, NULL))
        return error_set(err, ERR_MALFORMED,
                         "the alert's downtime depth is '%s'; expected a whole number, "
                         "or nothing",
                         quote(text, quoted));
    return true;
}

bool alert_parse(const struct alert_words *words, struct alert *out, struct error *err)
{
    struct alert alert = { 0 };

    if (!parse_state(words->state, &alert.state, err) ||
        !parse_type(words->type, &alert.hard, err) ||
        !parse_attempt(words->attempt, &alert.attempt, err) ||
        !parse_downtime(words->downtime, &alert.downtime_depth, err))
        return false;
    *out = alert;
    return true;
}

/* Copies the line without its end, as a string: a NUL inside becomes a blank in it. */
static size_t copy_line(const char *line, size_t length, char out[ALERT_LINE_MAX + 1])
{
    if (length > 0 && line[length - 1] == '\n')
        length--;
    if (length > 0 && line[length - 1] == '\r')
        length--;
    if (length > ALERT_LINE_MAX)
        length = ALERT_LINE_MAX;
    memcpy(out, line, length);
    for (size_t i = 0; i < length; i++)
        if (out[i] == '\0')
            out[i] = ' ';
    out[length] = '\0';
    return length;
}

/* A second line, a NUL, a terminal's escape: no monitoring server sends them. */
static bool is_plain_line(const char *line, size_t length, const char *copy,
                          struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];

    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)line[i];

        if (byte == '\n')
            return error_set(err, ERR_MALFORMED, "the alert has more than one line: '%s'",
                             quote(copy, quoted));
        if ((byte < 0x20 && byte != '\t') || byte == 0x7F)
            return error_set(
                err, ERR_MALFORMED,
                "the alert's line has a control character (0x%02X, byte %zu): '%s'", byte,
                i + 1, quote(copy, quoted));
    }
    return true;
}

/* Cuts the line into words; returns how many there are, kept or not. */
static size_t split_words(char *line, const char *words[LINE_WORDS_MAX])
{
    size_t count = 0;

    for (line += strspn(line, blanks); *line; line += strspn(line, blanks)) {
        size_t length = strcspn(line, blanks);

        if (count < LINE_WORDS_MAX)
            words[count] = line;
        count++;
        line += length;
        if (*line)
            *line++ = '\0';
    }
    return count;
}

bool alert_parse_line(const char *line, size_t length, struct alert *out,
                      struct error *err)
{
    char copy[ALERT_LINE_MAX + 1];
    char quoted[ERR_QUOTE_SIZE];
    const char *words[LINE_WORDS_MAX] = { NULL };
    size_t copied = copy_line(line, length, copy);
    size_t count;

    (void)quote(copy, quoted);
    if (length > ALERT_LINE_MAX)
        return error_set(err, ERR_LIMIT, "the alert's line is longer than %d bytes: '%s'",
                         ALERT_LINE_MAX, quoted);
    if (!is_plain_line(line, copied, copy, err))
        return false;
    count = split_words(copy, words);
    if (count < LINE_WORDS_MIN || count > LINE_WORDS_MAX)
        return error_set(err, ERR_MALFORMED,
                         "the alert's line '%s' has %zu word%s; expected STATE TYPE "
                         "ATTEMPT [DOWNTIME]",
                         quoted, count, count == 1 ? "" : "s");
    return alert_parse(&(struct alert_words){ .state = words[0],
                                              .type = words[1],
                                              .attempt = words[2],
                                              .downtime = words[3] },
                       out, err);
}
