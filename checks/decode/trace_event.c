/* SPDX-License-Identifier: MIT */
/* Lines "field:__u16 dport;  offset:26;  size:2;  signed:0;" of the file, and bytes at
 * these offsets. */
#include "checks/decode/trace_event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"

/* include/net/tcp_states.h */
enum { STATE_SYN_SENT = 2, STATE_CLOSE = 7 };

/* An event has some 80 bytes, and two of its fields may have moved. */
enum { OFFSET_MAX = 4096 };

struct field {
    const char *name;
    uint32_t size;
    size_t at; /* in struct trace_fields */
};

static const struct field fields_needed[] = {
    { "oldstate", 4, offsetof(struct trace_fields, old_state) },
    { "newstate", 4, offsetof(struct trace_fields, new_state) },
    { "sport", 2, offsetof(struct trace_fields, local_port) },
    { "dport", 2, offsetof(struct trace_fields, remote_port) },
    { "saddr_v6", 16, offsetof(struct trace_fields, local) },
    { "daddr_v6", 16, offsetof(struct trace_fields, remote) },
};

/* The number behind `key` in a line; false when there is none. */
static bool number_behind(const char *line, size_t length, const char *key, uint32_t max,
                          uint32_t *out)
{
    const size_t size = strlen(key);
    char word[12];

    for (size_t i = 0; i + size < length; i++) {
        if (strncmp(line + i, key, size) != 0)
            continue;
        (void)snprintf(word, sizeof word, "%.*s",
                       (int)strspn(line + i + size, "0123456789"), line + i + size);
        return number_parse_u32(word, max, out, NULL);
    }
    return false;
}

/* Whether the line declares a field of this name: "field:TYPE NAME;" or "NAME[16];". */
static bool declares(const char *line, size_t length, const char *name)
{
    const char *end = memchr(line, ';', length);
    const size_t size = strlen(name);

    if (strncmp(line, "field:", sizeof "field:" - 1) != 0 || !end)
        return false;
    for (const char *at = line; at + size <= end; at++)
        if (at > line && at[-1] == ' ' && strncmp(at, name, size) == 0 &&
            (at[size] == ';' || at[size] == '['))
            return true;
    return false;
}

static bool find_field(const char *format, const struct field *field, uint32_t *offset)
{
    const char *line = format;
    uint32_t size;

    while (*line) {
        const size_t length = strcspn(line, "\n");
        const char *first = line + strspn(line, " \t");
        const size_t rest = first < line + length ? (size_t)(line + length - first) : 0;

        if (declares(first, rest, field->name))
            return number_behind(first, rest, "offset:", OFFSET_MAX, offset) &&
                   number_behind(first, rest, "size:", OFFSET_MAX, &size) &&
                   size == field->size;
        line += length;
        line += *line == '\n';
    }
    return false;
}

bool trace_fields_decode(const char *format, struct trace_fields *out, struct error *err)
{
    struct trace_fields found = { 0 };
    const char *id = strstr(format, "ID: ");

    if (!id || !number_behind(id, strcspn(id, "\n"), "ID: ", UINT32_MAX, &found.id))
        return error_set(err, ERR_MALFORMED, "the tracepoint's format has no ID");
    for (size_t i = 0; i < ARRAY_COUNT(fields_needed); i++) {
        const struct field *field = &fields_needed[i];
        uint32_t offset;

        if (!find_field(format, field, &offset))
            return error_set(err, ERR_MALFORMED,
                             "the tracepoint's format has no field %s of %" PRIu32
                             " bytes",
                             field->name, field->size);
        memcpy((char *)&found + field->at, &offset, sizeof offset);
    }
    *out = found;
    return true;
}

static uint32_t load_u32(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value); /* a trace is in host byte order */
    return value;
}

static uint16_t load_u16(const uint8_t *at)
{
    uint16_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

/* A socket that finds no port goes back from SYN_SENT to CLOSE and has none; one that was
 * refused by its peer has one. */
static enum trace_kind kind_of(const struct trace_fields *fields, const uint8_t *bytes)
{
    const uint32_t old_state = load_u32(bytes + fields->old_state);
    const uint32_t new_state = load_u32(bytes + fields->new_state);

    if (new_state == STATE_SYN_SENT)
        return TRACE_CONNECT;
    return new_state == STATE_CLOSE && old_state == STATE_SYN_SENT &&
                   load_u16(bytes + fields->local_port) == 0
               ? TRACE_NO_PORT
               : TRACE_OTHER;
}

bool trace_event_decode(const struct trace_fields *fields, const uint8_t *bytes,
                        size_t length, struct trace_event *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(fields_needed); i++) {
        uint32_t offset;

        memcpy(&offset, (const char *)fields + fields_needed[i].at, sizeof offset);
        if (offset > length || length - offset < fields_needed[i].size)
            return false;
    }
    *out = (struct trace_event){ .kind = kind_of(fields, bytes),
                                 .local = ip_address_from_v6(bytes + fields->local),
                                 .remote = ip_address_from_v6(bytes + fields->remote),
                                 .remote_port = load_u16(bytes + fields->remote_port) };
    return true;
}

void trace_filter(const struct destination *to, bool address, char out[TRACE_FILTER_SIZE])
{
    char only[40] = "";

    if (address && ip_address_is_v4(&to->remote))
        (void)snprintf(only, sizeof only, " && daddr == 0x%08" PRIx32,
                       load_u32(to->remote.bytes + 12));
    (void)snprintf(out, TRACE_FILTER_SIZE,
                   "(newstate == %d || (newstate == %d && oldstate == %d && "
                   "sport == 0)) && dport == %u%s",
                   STATE_SYN_SENT, STATE_CLOSE, STATE_SYN_SENT,
                   (unsigned int)to->remote_port, only);
}
