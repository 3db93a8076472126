/* SPDX-License-Identifier: MIT */
/* The table of the questions, and how each is read from what was tried. */
#include "tests/windows-kit/lib/truth_answer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* As winsock2.h has them. */
enum {
    ACCESS_DENIED = 10013,
    ADDRESS_IN_USE = 10048,
    ADDRESS_NOT_AVAILABLE = 10049,
    NO_BUFFERS = 10055,
    TIMED_OUT = 10060,
    REFUSED = 10061
};

static const struct {
    int error;
    const char *name;
} errors[] = {
    { ACCESS_DENIED, "WSAEACCES" },
    { ADDRESS_IN_USE, "WSAEADDRINUSE" },
    { ADDRESS_NOT_AVAILABLE, "WSAEADDRNOTAVAIL" },
    { NO_BUFFERS, "WSAENOBUFS" },
    { TIMED_OUT, "WSAETIMEDOUT" },
    { REFUSED, "WSAECONNREFUSED" },
};

enum { UNDECIDED = -1 };

/* With which error a range that is full answers. */
static int read_error(const struct truth_tried *tried)
{
    if (tried->fill_error == 0)
        return UNDECIDED;
    if (tried->fill_error == NO_BUFFERS)
        return 0;
    return tried->fill_error == ADDRESS_IN_USE ? 1 : 2;
}

/* Whether another destination still finds a port. */
static int read_other(const struct truth_tried *tried)
{
    if (tried->fill_error == 0 || !tried->tried_other)
        return UNDECIDED;
    return tried->other_error == 0;
}

/* The same where one destination has all ports: it must fail itself. */
static int read_second(const struct truth_tried *tried)
{
    return tried->held == 0 || tried->same_error == 0 ? UNDECIDED : read_other(tried);
}

static int read_listed(const struct truth_tried *tried)
{
    if (!tried->bound_visible || tried->live[0] == 0 || tried->live[1] == 0)
        return UNDECIDED;
    if (tried->listed[0] > 0)
        return 2;
    return tried->listed[1] > 0;
}

static int read_stolen(const struct truth_tried *tried)
{
    return tried->fill_error == 0 ? UNDECIDED : tried->stolen > 0;
}

/* A range full of TIME_WAIT. Fewer ports than sockets: one port served several
 * destinations, though it was in TIME_WAIT for one. */
static int read_time_wait(const struct truth_tried *tried)
{
    if (tried->time_wait == 0 || !tried->tried_other)
        return UNDECIDED;
    if (tried->reused)
        return 2;
    if (tried->held < tried->time_wait)
        return 1;
    if (tried->same_error == 0)
        return tried->held < tried->usable ? UNDECIDED : 2;
    return tried->other_error == 0;
}

static int read_collision(const struct truth_tried *tried)
{
    if (tried->time_wait == 0)
        return UNDECIDED;
    return tried->met > 0 && tried->met < tried->usable;
}

static int read_events(const struct truth_tried *tried)
{
    return tried->fill_error == 0 ? UNDECIDED : tried->events == 0;
}

/* Where connect() gets its ports when an auto-reuse range is set. */
static int read_draw(const struct truth_tried *tried)
{
    if (!tried->tried_draw || tried->drawers == 0)
        return UNDECIDED;
    if (tried->drawn == 0)
        return 2;
    if (tried->drawn <= tried->drawers / 2)
        return UNDECIDED; /* by chance, where the host's range has these ports as well */
    return tried->shared == 0;
}

static int read_pairs(const struct truth_tried *tried)
{
    bool failed = false;

    for (size_t i = 0; i < tried->pair_count; i++) {
        const bool bind_fails = tried->pairs[i].bind_error != 0;
        const bool connect_fails = tried->pairs[i].connect_error != 0;

        if (bind_fails != connect_fails)
            return bind_fails ? 1 : 2;
        failed = failed || bind_fails;
    }
    return failed ? 0 : UNDECIDED;
}

/* clang-format off */
const struct truth_question truth_questions[] = {
    { "W1", "how does connect() fail when all ports are taken?",
      { { "with 10055 WSAENOBUFS", NULL },
        { "with 10048 WSAEADDRINUSE", NULL },
        { "with another error", NULL } }, read_error },
    { "W2", "does a second destination still connect when all ports are taken toward one?",
      { { "no, a port is spent once for the whole machine", NULL },
        { "yes, a port is spent once per destination",
          "checks/model/metric.c: metrics" } }, read_second },
    { "W3", "does connect() find a port when all are bound and not connected?",
      { { "no, a bound port is spent for every destination", NULL },
        { "yes, connect() takes ports that are only bound",
          "checks/model/socket_census.c: blocks_everyone" } }, read_other },
    { "W4", "is a live connection listed as Bound as well?",
      { { "no", NULL },
        { "yes, if bind() was called before connect()", NULL },
        { "yes", NULL } }, read_listed },
    { "W5", "does connect() get the port of a listener on 127.0.0.1 inside the range?",
      { { "no, it steps over them (no wildcard listener was tried)", NULL },
        { "yes", "checks/model/socket_census.c: blocks_everyone" } }, read_stolen },
    { "W6", "does connect() get an excluded port?",
      { { "no", NULL },
        { "yes", "checks/host/windows/port_ranges.c: read_excluded" } }, read_stolen },
    { "W7", "is a port in TIME_WAIT toward one destination spent for others?",
      { { "yes, for every destination", NULL },
        { "no, for the same destination only", "checks/port_usage.c: measure" },
        { "for nobody, it is used again",
          "checks/host/windows/windows_host.c: read_time_wait_reuse" } },
      read_time_wait },
    { "W8", "and where the range is in TIME_WAIT toward ten destinations?",
      { { "spent for an eleventh as well", NULL },
        { "an eleventh still connects", "checks/port_usage.c: measure" },
        { "for nobody, it is used again",
          "checks/host/windows/windows_host.c: read_time_wait_reuse" } },
      read_time_wait },
    { "W9", "at how many TIME_WAIT toward one destination does connect() meet them?",
      { { "not before all ports are in TIME_WAIT", NULL },
        { "while ports are free", "checks/model/metric.c: metrics" } }, read_collision },
    { "W10", "is there an event in the log System when no TCP port was free?",
      { { "yes", NULL },
        { "no", "checks/model/tcpip_event.c: count_of" } }, read_events },
    { "W10 UDP", "is there an event in the log System when no UDP port was free?",
      { { "yes", NULL },
        { "no", "checks/model/tcpip_event.c: count_of" } }, read_events },
    { "W10 TIME_WAIT", "is there an event in the log System when connect() met TIME_WAIT?",
      { { "yes", NULL },
        { "no", "checks/model/tcpip_event.c: count_of" } }, read_events },
    { "W11", "does connect() draw from an auto-reuse range?",
      { { "yes, once for each destination", NULL },
        { "yes, once for the whole machine",
          "checks/host/windows/port_ranges.c: keep_auto_reuse" },
        { "no", "checks/host/windows/port_ranges.c: keep_auto_reuse" } }, read_draw },
    { "W12", "how does bind() of a UDP socket fail when all ports are taken?",
      { { "with 10055 WSAENOBUFS", NULL },
        { "with 10048 WSAEADDRINUSE", NULL },
        { "with another error", "checks/host/windows/ask.c: keep_answer" } }, read_error },
    { "W13", "does bind() to port 0 fail exactly when the next connect() does?",
      { { "yes", NULL },
        { "no, bind() fails and connect() works",
          "checks/ask_judgement.c: ask_is_exhaustion" },
        { "no, connect() fails and bind() works",
          "checks/host/windows/ask.c: bind_once" } }, read_pairs },
};
/* clang-format on */
const size_t truth_question_count = ARRAY_COUNT(truth_questions);

const struct truth_question *truth_question(const char *id)
{
    for (size_t i = 0; i < truth_question_count; i++)
        if (strcmp(truth_questions[i].id, id) == 0)
            return &truth_questions[i];
    return NULL;
}

const char *truth_error_words(int error, char out[TRUTH_ERROR_SIZE])
{
    const char *name = "";

    for (size_t i = 0; i < ARRAY_COUNT(errors); i++)
        if (errors[i].error == error)
            name = errors[i].name;
    if (error == 0)
        (void)snprintf(out, TRUTH_ERROR_SIZE, "works");
    else
        (void)snprintf(out, TRUTH_ERROR_SIZE, "%d%s%s", error, *name ? " " : "", name);
    return out;
}

/* What is added to a line piece by piece; what has no room is left out. */
struct line {
    char *text;
    size_t length;
};

static void say(struct line *line, const char *format, ...) PRINTF_LIKE(2, 3);

static void say(struct line *line, const char *format, ...)
{
    va_list arguments;
    int wrote;

    va_start(arguments, format);
    wrote = vsnprintf(line->text + line->length, TRUTH_WORDS_SIZE - line->length, format,
                      arguments);
    va_end(arguments);
    if (wrote > 0)
        line->length += (size_t)wrote;
    if (line->length >= TRUTH_WORDS_SIZE)
        line->length = TRUTH_WORDS_SIZE - 1;
}

static void say_error(struct line *line, const char *what, int error)
{
    char words[TRUTH_ERROR_SIZE];

    say(line, ", %s: %s", what, truth_error_words(error, words));
}

static void say_time_wait(struct line *line, const struct truth_tried *tried)
{
    say(line, ", %" PRIu32 " in TIME_WAIT", tried->time_wait);
    if (tried->reused)
        say(line, ", then one of them was used again");
    if (tried->tried_bind)
        say_error(line, "bind() to one of these", tried->bind_error);
    if (tried->met)
        say(line, ", connect() failed first at %" PRIu32, tried->met);
}

static void say_pairs(struct line *line, const struct truth_tried *tried)
{
    char bind_words[TRUTH_ERROR_SIZE];
    char connect_words[TRUTH_ERROR_SIZE];

    for (size_t i = 0; i < tried->pair_count; i++)
        say(line, "%s bind() %s, connect() %s", i ? ";" : ",",
            truth_error_words(tried->pairs[i].bind_error, bind_words),
            truth_error_words(tried->pairs[i].connect_error, connect_words));
}

/* What was seen, whichever of it the stage filled. */
static void say_seen(struct line *line, const struct truth_tried *tried)
{
    say(line, " (%" PRIu32 " of %" PRIu32 " ports held", tried->held, tried->usable);
    if (tried->fill_error)
        say_error(line, "then", tried->fill_error);
    if (tried->tried_other) {
        say_error(line, "the same destination", tried->same_error);
        say_error(line, "another one", tried->other_error);
    }
    if (tried->stolen)
        say(line, ", %" PRIu32 " of them should be nobody's", tried->stolen);
    if (tried->live[0])
        say(line,
            ", listed as Bound: %" PRIu32 " of %" PRIu32 " without bind(), %" PRIu32
            " of %" PRIu32 " after bind()",
            tried->listed[0], tried->live[0], tried->listed[1], tried->live[1]);
    if (tried->tried_draw)
        say(line,
            ", %" PRIu32 " of %" PRIu32 " drawn from it, %" PRIu32
            " shared by two destinations",
            tried->drawn, tried->drawers, tried->shared);
    if (tried->pair_count)
        say_pairs(line, tried);
    if (tried->time_wait)
        say_time_wait(line, tried);
    if (tried->event_id)
        say(line, ", %" PRIu32 " events %" PRIu32, tried->events, tried->event_id);
    if (tried->events)
        say(line, ", seen within %" PRId64 " ms", tried->event_ms);
    say(line, ")");
}

void truth_answer_words(const struct truth_question *question,
                        const struct truth_tried *tried, char out[TRUTH_WORDS_SIZE])
{
    struct line line = { .text = out };
    const int reading = question->read(tried);

    if (reading == UNDECIDED) {
        say(&line, "not decided");
        say_seen(&line, tried);
        return;
    }
    say(&line, "%s", question->readings[reading].words);
    say_seen(&line, tried);
    if (reading == 0)
        say(&line, ": as assumed");
    else if (question->readings[reading].change)
        say(&line, ": assumed '%s'; to change: %s", question->readings[0].words,
            question->readings[reading].change);
    else
        say(&line, ": assumed '%s'; no verdict depends on it",
            question->readings[0].words);
}

void truth_expected_words(const struct truth_question *question,
                          char out[TRUTH_WORDS_SIZE])
{
    struct line line = { .text = out };

    say(&line, "%s %s expected '%s'", question->id, question->asked,
        question->readings[0].words);
    for (size_t i = 1; i < TRUTH_READINGS_MAX && question->readings[i].words; i++)
        say(&line, " or '%s'", question->readings[i].words);
}
