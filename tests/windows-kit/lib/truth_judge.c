/* SPDX-License-Identifier: MIT */
/* Number by number, with what other programs may have added. */
#include "tests/windows-kit/lib/truth_judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* As winsock2.h has them: what is pure includes no header of Windows. */
enum { NO_BUFFERS = 10055, ADDRESS_IN_USE = 10048 };

static const char *const ask_words[] = { [TRUTH_NOT_ASKED] = "not asked",
                                         [TRUTH_FREE] = "free",
                                         [TRUTH_NONE] = "none",
                                         [TRUTH_UNKNOWN] = "unknown" };

static struct truth_finding *add(struct truth_findings *out, const char *moment,
                                 const char *what)
{
    struct truth_finding *finding;

    if (out->count >= TRUTH_FINDINGS_MAX)
        return NULL;
    finding = &out->list[out->count++];
    *finding = (struct truth_finding){ .outcome = TRUTH_NOT_OK };
    (void)snprintf(finding->name, sizeof finding->name, "%s: %s", moment, what);
    return finding;
}

/* A number that lies between two others; of what is nowhere no line is said. */
static void judge_between(struct truth_findings *out, const char *moment,
                          const char *what, const uint32_t wanted[2], uint32_t got)
{
    struct truth_finding *finding;

    if (wanted[0] == 0 && got == 0)
        return;
    finding = add(out, moment, what);
    if (!finding)
        return;
    finding->outcome = got >= wanted[0] && got <= wanted[1] ? TRUTH_OK : TRUTH_NOT_OK;
    (void)snprintf(finding->got, sizeof finding->got, "%" PRIu32, got);
    if (wanted[0] == wanted[1])
        (void)snprintf(finding->wanted, sizeof finding->wanted, "%" PRIu32, wanted[0]);
    else
        (void)snprintf(finding->wanted, sizeof finding->wanted,
                       "%" PRIu32 " to %" PRIu32 ", with other programs' ports",
                       wanted[0], wanted[1]);
}

static void judge_text(struct truth_findings *out, const char *moment, const char *what,
                       const char *wanted, const char *got)
{
    struct truth_finding *finding = add(out, moment, what);

    if (!finding)
        return;
    finding->outcome = strcmp(wanted, got) == 0 ? TRUTH_OK : TRUTH_NOT_OK;
    (void)snprintf(finding->got, sizeof finding->got, "%s", got);
    (void)snprintf(finding->wanted, sizeof finding->wanted, "%s", wanted);
}

uint32_t truth_usable(const struct truth_made *made, enum ip_protocol protocol)
{
    return port_range_size(made->range) - made->excluded[protocol];
}

bool truth_is_no_port(int error)
{
    return error == NO_BUFFERS || error == ADDRESS_IN_USE;
}

static void range_words(struct port_range range, uint32_t reserved, char out[48])
{
    char text[PORT_RANGE_TEXT_SIZE];

    port_range_format(range, text);
    (void)snprintf(out, 48, "%s, %" PRIu32 " excluded", text, reserved);
}

static void judge_range(struct truth_findings *out, const char *moment,
                        const struct truth_made *made, const struct truth_said *said)
{
    for (int protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++) {
        const char *what = protocol == IP_PROTOCOL_TCP ? "range" : "UDP range";
        char wanted[48];
        char got[48];

        range_words(made->range, made->excluded[protocol], wanted);
        range_words(said->range[protocol], said->reserved[protocol], got);
        judge_text(out, moment, what, wanted, got);
    }
}

/* Where bound ports are not listed, the number is a lower bound, and says so. */
static void judge_unseen(struct truth_findings *out, const char *moment,
                         const struct truth_made *made, const struct truth_said *said)
{
    struct truth_finding *finding = add(out, moment, "bound ports");

    if (!finding)
        return;
    finding->outcome = TRUTH_SKIP;
    (void)snprintf(finding->got, sizeof finding->got, "not visible on this Windows");
    judge_text(out, moment, "the lower bound allows for bound ports", "yes",
               said->at_least && said->used + said->more >= made->ports ? "yes" : "no");
}

static void judge_udp(struct truth_findings *out, const char *moment,
                      const struct truth_made *made, const struct truth_said *said)
{
    const uint32_t usable = truth_usable(made, IP_PROTOCOL_UDP);
    const uint32_t most = made->udp_ports + made->others[IP_PROTOCOL_UDP];
    const uint32_t wanted[2] = { usable ? 10000 * made->udp_ports / usable : 0,
                                 usable ? 10000 * most / usable : 0 };

    judge_between(out, moment, "UDP ports used, hundredths of a percent", wanted,
                  said->udp_hundredths);
}

void truth_judge_numbers(const char *moment, const struct truth_made *made,
                         const struct truth_said *said, struct truth_findings *out)
{
    const uint32_t others = made->others[IP_PROTOCOL_TCP];
    const uint32_t unseen = said->bound_known ? 0 : made->bound;
    const uint32_t blocked = made->listeners + made->bound - unseen;
    const struct {
        const char *what;
        uint32_t wanted;
        uint32_t got;
    } rows[] = {
        { "ports used", made->ports > unseen ? made->ports - unseen : 0, said->used },
        { "ports bound only", made->bound - unseen, said->bound_known ? said->bound : 0 },
        { "listeners", made->listeners, said->listeners },
        { "ports blocked for all", blocked, said->blocked },
        { "TIME_WAIT", made->time_wait, said->time_wait },
        { "ports toward the destination", made->toward ? made->toward + blocked : 0,
          made->toward ? said->toward : 0 },
    };

    judge_range(out, moment, made, said);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const uint32_t wanted[2] = { rows[i].wanted, rows[i].wanted + others };

        judge_between(out, moment, rows[i].what, wanted, rows[i].got);
    }
    if (unseen > 0)
        judge_unseen(out, moment, made, said);
    judge_udp(out, moment, made, said);
}

static enum truth_ask ask_of(int error)
{
    if (error == 0)
        return TRUTH_FREE;
    return truth_is_no_port(error) ? TRUTH_NONE : TRUTH_UNKNOWN;
}

/* The check asks from nine tenths on, and a number of other programs may lead it there.
 */
static bool may_not_ask(const struct truth_tried_bind *tried,
                        const struct truth_made *made, const struct truth_said *said)
{
    const uint32_t usable = truth_usable(made, tried->protocol);

    return tried->protocol == IP_PROTOCOL_TCP
               ? UINT64_C(10) * said->used < UINT64_C(9) * usable
               : said->udp_hundredths < 9000;
}

void truth_judge_ask(const char *moment, const struct truth_tried_bind *tried,
                     const struct truth_made *made, const struct truth_said *said,
                     struct truth_findings *out)
{
    const enum truth_ask got = said->asked[tried->protocol][tried->family];
    const enum truth_ask wanted =
        may_not_ask(tried, made, said) ? TRUTH_NOT_ASKED : ask_of(tried->error);
    char what[48];
    char got_words[48];

    (void)snprintf(what, sizeof what, "bind() to port 0, %s %s",
                   place_protocol_name(tried->protocol),
                   place_family_name(tried->family));
    (void)snprintf(got_words, sizeof got_words, "%s%s", ask_words[got],
                   got == TRUTH_NONE && !said->confirmed[tried->protocol][tried->family]
                       ? ", asked once"
                       : "");
    judge_text(out, moment, what, ask_words[wanted], got_words);
}

void truth_judge_full(const char *moment, const struct truth_made *made,
                      enum ip_protocol protocol, struct truth_findings *out)
{
    const bool tcp = protocol == IP_PROTOCOL_TCP;
    const uint32_t held = tcp ? made->ports : made->udp_ports;
    const uint32_t usable = truth_usable(made, protocol);
    const uint32_t others = made->others[protocol];
    const uint32_t wanted[2] = { usable > others ? usable - others : 0, usable };

    judge_between(out, moment, "ports it got before none was left", wanted, held);
}

void truth_judge_events(const char *moment, uint32_t before, uint32_t after, int64_t said,
                        struct truth_findings *out)
{
    const uint32_t wanted[2] = { before, after };

    if (said < 0)
        judge_text(out, moment, "exhaustion_events", "a number", "none");
    else
        judge_between(out, moment, "exhaustion_events", wanted, (uint32_t)said);
}

size_t truth_findings_bad(const struct truth_findings *findings)
{
    size_t bad = findings->count >= TRUTH_FINDINGS_MAX;

    for (size_t i = 0; i < findings->count; i++)
        bad += findings->list[i].outcome == TRUTH_NOT_OK;
    return bad;
}
