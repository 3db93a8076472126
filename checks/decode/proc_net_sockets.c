/* SPDX-License-Identifier: MIT */
/* By hand, since sscanf would make the fallback half as slow again (measured). */
#include "checks/decode/proc_net_sockets.h"

#include <inttypes.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/decode/linux_states.h"

enum { TIMER_TIME_WAIT = 3 };

struct cursor {
    const char *start;
    const char *at;
    const char *end;
    uint64_t line;
};

static bool expected(const struct cursor *cursor, const char *what, struct error *err)
{
    return error_set(err, ERR_MALFORMED, "line %" PRIu64 " column %zu: expected %s",
                     cursor->line, (size_t)(cursor->at - cursor->start) + 1, what);
}

static void skip_blanks(struct cursor *cursor)
{
    while (cursor->at < cursor->end && *cursor->at == ' ')
        cursor->at++;
}

static bool take(struct cursor *cursor, char wanted)
{
    if (cursor->at == cursor->end || *cursor->at != wanted)
        return false;
    cursor->at++;
    return true;
}

/* Exactly `digits` (up to 8) of them. */
static bool take_hex(struct cursor *cursor, size_t digits, uint32_t *out)
{
    uint32_t value = 0;

    if ((size_t)(cursor->end - cursor->at) < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        const int digit = hex_digit(cursor->at[i], 'A');

        if (digit < 0)
            return false;
        value = value << 4 | (uint32_t)digit;
    }
    cursor->at += digits;
    *out = value;
    return true;
}

/* The kernel prints each 32-bit word of the address in network order as a number of the
 * host (man 5 proc), so storing the numbers gives the bytes back. */
static bool take_address(struct cursor *cursor, struct ip_address *address)
{
    uint32_t words[4];
    size_t count = 0;

    while (count < 4 && take_hex(cursor, 8, &words[count]))
        count++;
    if (count == 1)
        *address = ip_address_from_v4(words);
    else if (count == 4)
        *address = ip_address_from_v6(words);
    return count == 1 || count == 4;
}

static bool take_end_point(struct cursor *cursor, struct ip_address *address,
                           uint16_t *port, struct error *err)
{
    uint32_t number;

    if (!take_address(cursor, address))
        return expected(cursor, "an address of 8 or 32 hexadecimal digits", err);
    if (!take(cursor, ':') || !take_hex(cursor, 4, &number))
        return expected(cursor, "':' and a port of 4 hexadecimal digits", err);
    *port = (uint16_t)number;
    if (!take(cursor, ' '))
        return expected(cursor, "a blank", err);
    return true;
}

/* "  12: ", the number of the line. */
static bool take_number(struct cursor *cursor, struct error *err)
{
    const char *start;

    skip_blanks(cursor);
    start = cursor->at;
    while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9')
        cursor->at++;
    if (cursor->at == start || !take(cursor, ':') || !take(cursor, ' '))
        return expected(cursor, "a number, ':' and a blank", err);
    return true;
}

/* " 00000000:00000000 03:00001770": queues, kind of timer, time left in ticks. */
static bool take_timer(struct cursor *cursor, uint32_t *kind, uint64_t *ticks,
                       struct error *err)
{
    uint32_t unused;
    uint32_t number;
    uint64_t value;

    if (!take(cursor, ' ') || !take_hex(cursor, 8, &unused) || !take(cursor, ':') ||
        !take_hex(cursor, 8, &unused) || !take(cursor, ' '))
        return expected(cursor, "two queues of 8 hexadecimal digits", err);
    if (!take_hex(cursor, 2, kind) || !take(cursor, ':') || !take_hex(cursor, 8, &number))
        return expected(cursor, "a timer of 2 and 8 hexadecimal digits", err);
    value = number;
    /* a 64-bit kernel prints more than 8 digits where it needs them */
    while (value <= UINT32_MAX && take_hex(cursor, 1, &number))
        value = value << 4 | number;
    *ticks = value;
    return true;
}

/* Blanks, and a number in decimal, at most `max`. */
static bool take_decimal(struct cursor *cursor, uint64_t max, uint64_t *out)
{
    const char *start;
    uint64_t value = 0;

    skip_blanks(cursor);
    for (start = cursor->at; cursor->at < cursor->end && *cursor->at >= '0' &&
                             *cursor->at <= '9' && value <= max / 10;
         cursor->at++)
        value = value * 10 + (uint64_t)(*cursor->at - '0');
    *out = value;
    return cursor->at > start && value <= max;
}

/* " 00000000  1000        0 12345 ": retransmits, uid, timeouts, inode, of which netlink
 * tells the lower 32 bits. */
static bool take_owner(struct cursor *cursor, struct socket_row *row, struct error *err)
{
    uint64_t uid;
    uint64_t inode;
    uint64_t timeouts;
    uint32_t unused;

    if (!take(cursor, ' ') || !take_hex(cursor, 8, &unused) || !take(cursor, ' '))
        return expected(cursor, "retransmits of 8 hexadecimal digits", err);
    if (!take_decimal(cursor, UINT32_MAX, &uid) || !take(cursor, ' '))
        return expected(cursor, "a user's number and a blank", err);
    if (!take_decimal(cursor, UINT32_MAX, &timeouts) || !take(cursor, ' ') ||
        !take_decimal(cursor, UINT64_MAX - 10, &inode) || !take(cursor, ' '))
        return expected(cursor, "timeouts, an inode and a blank", err);
    row->owned = row->state != CONN_TIME_WAIT;
    row->uid = row->owned ? (uint32_t)uid : 0;
    row->inode = row->owned ? (uint32_t)inode : 0;
    return true;
}

static bool decode_line(const struct proc_net_sockets *file, struct cursor *cursor,
                        struct socket_row *row, struct error *err)
{
    uint32_t state;
    uint32_t timer = 0;
    uint64_t ticks = 0;

    if (!take_number(cursor, err) ||
        !take_end_point(cursor, &row->local, &row->local_port, err) ||
        !take_end_point(cursor, &row->remote, &row->remote_port, err))
        return false;
    if (!take_hex(cursor, 2, &state))
        return expected(cursor, "a state of 2 hexadecimal digits", err);
    if (!take_timer(cursor, &timer, &ticks, err))
        return false;
    row->device = 0; /* not told */
    row->state = linux_conn_state((uint8_t)state);
    row->has_time_wait_age =
        row->state == CONN_TIME_WAIT && timer == TIMER_TIME_WAIT && file->ticks_per_s > 0;
    row->time_wait_age_ms = 0;
    if (row->has_time_wait_age && ticks <= UINT32_MAX) {
        const uint64_t left_ms = ticks * 1000 / file->ticks_per_s;

        row->time_wait_age_ms =
            time_wait_age_ms(left_ms > UINT32_MAX ? UINT32_MAX : (uint32_t)left_ms);
    }
    row->owned = false;
    row->uid = 0;
    row->cgroup = 0;
    row->inode = 0;
    row->cookie = 0;
    row->pid = 0;
    return !file->owners || take_owner(cursor, row, err);
}

/* "  sl  local_address rem_address   st ..." */
static bool decode_heading(struct cursor *cursor, struct error *err)
{
    skip_blanks(cursor);
    if (!take(cursor, 's') || !take(cursor, 'l') || !take(cursor, ' '))
        return expected(cursor, "the heading 'sl'", err);
    return true;
}

bool proc_net_sockets_decode(struct proc_net_sockets *file, const char *bytes,
                             size_t length, size_t *used, struct error *err)
{
    const char *end = bytes + length;
    const char *at = bytes;
    const char *line_end;

    *used = 0;
    while (at < end && (line_end = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        struct cursor cursor = { at, at, line_end, ++file->lines };
        struct socket_row row;

        at = line_end + 1;
        *used = (size_t)(at - bytes);
        if (file->lines == 1) {
            if (!decode_heading(&cursor, err))
                return false;
            continue;
        }
        if (!decode_line(file, &cursor, &row, err))
            return false;
        file->stopped = !file->visit(file->context, &row);
        if (file->stopped)
            return false;
    }
    return true;
}

bool proc_net_sockets_finish(const struct proc_net_sockets *file, size_t left,
                             struct error *err)
{
    if (file->lines == 0)
        return error_set(err, ERR_MALFORMED, "line 1 is missing, expected the heading");
    if (left > 0)
        return error_set(err, ERR_MALFORMED,
                         "line %" PRIu64
                         " is truncated after %zu bytes, expected an end of line",
                         file->lines + 1, left);
    return true;
}
