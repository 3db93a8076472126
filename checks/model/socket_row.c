/* SPDX-License-Identifier: MIT */
/* States and addresses as text, the same on every system. */
#include "checks/model/socket_row.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/base/ascii.h"
#include "checks/base/compiler.h"

const char *const conn_state_names[CONN_STATE_COUNT] = {
    [CONN_UNKNOWN] = "unknown",       [CONN_ESTABLISHED] = "established",
    [CONN_SYN_SENT] = "syn_sent",     [CONN_SYN_RECEIVED] = "syn_received",
    [CONN_FIN_WAIT_1] = "fin_wait_1", [CONN_FIN_WAIT_2] = "fin_wait_2",
    [CONN_TIME_WAIT] = "time_wait",   [CONN_CLOSED] = "closed",
    [CONN_CLOSE_WAIT] = "close_wait", [CONN_LAST_ACK] = "last_ack",
    [CONN_LISTEN] = "listen",         [CONN_CLOSING] = "closing",
    [CONN_BOUND] = "bound",
};

enum { IP_GROUPS = 8 };

const char *conn_state_name(enum conn_state state)
{
    return (size_t)state < CONN_STATE_COUNT ? conn_state_names[state]
                                            : conn_state_names[CONN_UNKNOWN];
}

bool ip_address_is_v4(const struct ip_address *address)
{
    static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF };

    return memcmp(address->bytes, mapped, sizeof mapped) == 0;
}

bool ip_address_is_loopback(const struct ip_address *address)
{
    static const uint8_t one[16] = { [15] = 1 };

    if (ip_address_is_v4(address))
        return address->bytes[12] == 127;
    return memcmp(address->bytes, one, sizeof one) == 0;
}

static uint32_t group_of(const struct ip_address *address, size_t index)
{
    return (uint32_t)address->bytes[2 * index] << 8 | address->bytes[2 * index + 1];
}

/* The longest run of two or more zero groups, the first of equals (RFC 5952 4.2.3). */
static size_t longest_zero_run(const struct ip_address *address, size_t *first)
{
    size_t best = 0;

    for (size_t i = 0; i < IP_GROUPS; i++) {
        size_t length = 0;

        while (i + length < IP_GROUPS && group_of(address, i + length) == 0)
            length++;
        if (length > best) {
            best = length;
            *first = i;
        }
    }
    return best >= 2 ? best : 0;
}

static void format_v6(const struct ip_address *address, char out[IP_ADDRESS_TEXT_SIZE])
{
    size_t run_first = IP_GROUPS;
    size_t run_length = longest_zero_run(address, &run_first);
    size_t used = 0;
    bool separate = false;

    for (size_t i = 0; i < IP_GROUPS; i++) {
        int added;

        if (run_length > 0 && i == run_first) {
            added = snprintf(out + used, IP_ADDRESS_TEXT_SIZE - used, "::");
            i += run_length - 1;
        } else {
            added = snprintf(out + used, IP_ADDRESS_TEXT_SIZE - used, "%s%" PRIx32,
                             separate ? ":" : "", group_of(address, i));
        }
        separate = !(run_length > 0 && i == run_first + run_length - 1);
        used += (size_t)added;
    }
}

void ip_address_format(const struct ip_address *address, char out[IP_ADDRESS_TEXT_SIZE])
{
    const uint8_t *bytes = address->bytes;

    if (ip_address_is_v4(address))
        (void)snprintf(out, IP_ADDRESS_TEXT_SIZE, "%u.%u.%u.%u", bytes[12], bytes[13],
                       bytes[14], bytes[15]);
    else
        format_v6(address, out);
}

/* Reads one number of a dotted address: 0..255, no leading zero (which some read as
 * octal). Returns the text after it, NULL when it is none. */
static const char *parse_octet(const char *text, uint8_t *out)
{
    unsigned int value = 0;
    size_t digits = 0;

    while (text[digits] >= '0' && text[digits] <= '9' && digits < 3)
        value = value * 10 + (unsigned int)(text[digits++] - '0');
    if (digits == 0 || value > 255 || (digits > 1 && text[0] == '0'))
        return NULL;
    *out = (uint8_t)value;
    return text + digits;
}

/* All of `text` is a.b.c.d. */
static bool parse_v4(const char *text, uint8_t out[4])
{
    for (size_t i = 0; i < 4; i++) {
        text = parse_octet(text, &out[i]);
        if (!text || *text != (i < 3 ? '.' : '\0'))
            return false;
        text++;
    }
    return true;
}

static int digit_of(char c)
{
    return hex_digit(ascii_lower(c), 'a');
}

/* Reads one group of one to four hex digits into two bytes; the text after it, or NULL.
 */
static const char *parse_group(const char *text, uint8_t out[2])
{
    unsigned int value = 0;
    size_t digits = 0;

    while (digits < 4 && digit_of(text[digits]) >= 0)
        value = value << 4 | (unsigned int)digit_of(text[digits++]);
    if (digits == 0)
        return NULL;
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)(value & 0xFF);
    return text + digits;
}

/*
 * Reads groups separated by ':' until the end of the text or a "::", a dotted IPv4
 * address as the last four bytes included. Returns where it stopped, NULL when it is no
 * address.
 */
static const char *parse_groups(const char *text, uint8_t *out, size_t room, size_t *used)
{
    *used = 0;
    for (;;) {
        const char *rest;

        if (room - *used >= 4 && parse_v4(text, out + *used)) {
            *used += 4;
            return text + strlen(text);
        }
        if (room - *used < 2)
            return NULL;
        rest = parse_group(text, out + *used);
        if (!rest)
            return NULL;
        *used += 2;
        if (*rest == '\0' || (rest[0] == ':' && rest[1] == ':'))
            return rest;
        if (*rest != ':')
            return NULL;
        text = rest + 1;
    }
}

static bool parse_v6(const char *text, uint8_t out[16])
{
    uint8_t head[16] = { 0 };
    uint8_t tail[16] = { 0 };
    size_t head_used = 0;
    size_t tail_used = 0;

    if (strncmp(text, "::", 2) != 0) {
        text = parse_groups(text, head, sizeof head, &head_used);
        if (!text)
            return false;
        if (*text == '\0' && head_used != 16)
            return false;
    }
    if (*text != '\0') {
        text += 2;
        if (head_used > 14)
            return false; /* "::" stands for one group at least */
        if (*text != '\0') {
            text = parse_groups(text, tail, 14 - head_used, &tail_used);
            if (!text || *text != '\0')
                return false;
        }
    }
    memset(out, 0, 16);
    memcpy(out, head, head_used);
    memcpy(out + 16 - tail_used, tail, tail_used);
    return true;
}

bool ip_address_parse(const char *text, struct ip_address *out)
{
    uint8_t bytes[16];

    if (parse_v4(text, bytes))
        *out = ip_address_from_v4(bytes);
    else if (parse_v6(text, bytes))
        *out = ip_address_from_v6(bytes);
    else
        return false;
    return true;
}
