/* SPDX-License-Identifier: MIT */
/* Numbers in order of appearance: a hash could be guessed, there are few addresses. */
#include "checks/model/stand_ins.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/base/compiler.h"

static const char *const kind_words[NAMED_COUNT] = {
    [NAMED_HOST] = "host",           [NAMED_USER] = "user", [NAMED_UNIT] = "unit",
    [NAMED_CONTAINER] = "container", [NAMED_POD] = "pod",   [NAMED_PROGRAM] = "program",
    [NAMED_DEVICE] = "device",       [NAMED_FILE] = "file",
};

static bool begins(struct text_span span, const char *with)
{
    return strlen(with) <= span.length && memcmp(span.text, with, strlen(with)) == 0;
}

static bool ends(struct text_span span, const char *with)
{
    const size_t length = strlen(with);

    return length <= span.length &&
           memcmp(span.text + span.length - length, with, length) == 0;
}

/* Letters alike in both cases: Windows' names are. */
static bool is_begun_with(const char *text, struct text_span name)
{
    for (size_t i = 0; i < name.length; i++)
        if (ascii_lower(text[i]) != ascii_lower(name.text[i]))
            return false;
    return true;
}

static bool is_same(struct text_span a, struct text_span b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

/* From 1 on; 0: it is new, and there is no place for it. */
static size_t number_of(struct stand_in_names *names, struct text_span name)
{
    for (size_t i = 0; i < names->count; i++)
        if (is_same(names->of[i], name))
            return i + 1;
    if (names->count == STAND_INS_MAX)
        return 0;
    names->of[names->count++] = name;
    return names->count;
}

/* The directories that say nothing of their owner. */
static const char *directory_of(struct text_span file)
{
    static const char *const directories[] = {
        "/etc/sysctl.d/",     "/run/sysctl.d/", "/usr/local/lib/sysctl.d/",
        "/usr/lib/sysctl.d/", "/lib/sysctl.d/", "/etc/tuned/",
        "/usr/lib/tuned/"
    };

    for (size_t i = 0; i < ARRAY_COUNT(directories); i++)
        if (begins(file, directories[i]))
            return directories[i];
    return "";
}

static const char *before_number(enum named kind, struct text_span name)
{
    return kind == NAMED_FILE ? directory_of(name) : "";
}

static const char *behind_number(enum named kind, struct text_span name)
{
    if (kind != NAMED_UNIT)
        return "";
    return ends(name, ".service") ? ".service" : ends(name, ".scope") ? ".scope" : "";
}

void stand_in_span(struct stand_ins *known, enum named kind, struct text_span name,
                   char *out, size_t size)
{
    size_t number = number_of(&known->names[kind], name);

    if (kind == NAMED_HOST)
        number = 1;
    if (number == 0)
        (void)snprintf(out, size, "?");
    else
        (void)snprintf(out, size, "%s%s-%zu%s", before_number(kind, name),
                       kind_words[kind], number, behind_number(kind, name));
}

/* The label of a host that stands in texts alone; a number is no name. */
static void add_label(struct stand_ins *known, const char *host)
{
    const struct text_span label = { host, strcspn(host, ".") };

    for (size_t i = 0; i < label.length; i++)
        if (!strchr("0123456789", host[i])) {
            (void)number_of(&known->names[NAMED_HOST], label);
            return;
        }
}

void stand_in_name(struct stand_ins *known, enum named kind, const char *name, char *out,
                   size_t size)
{
    const bool stays = *name == '\0' || (kind == NAMED_DEVICE && strcmp(name, "lo") == 0);

    if (stays)
        (void)snprintf(out, size, "%s", name);
    else
        stand_in_span(known, kind, (struct text_span){ name, strlen(name) }, out, size);
    if (kind == NAMED_HOST)
        add_label(known, name);
}

static bool is_any(const struct ip_address *address)
{
    static const uint8_t none[4];
    static const struct ip_address any;

    return memcmp(address, &any, sizeof any) == 0 ||
           (ip_address_is_v4(address) && memcmp(address->bytes + 12, none, 4) == 0);
}

static bool is_link_local(const struct ip_address *address)
{
    return ip_address_is_v4(address)
               ? address->bytes[12] == 169 && address->bytes[13] == 254
               : address->bytes[0] == 0xFE && (address->bytes[1] & 0xC0) == 0x80;
}

/* The link-local ones of IPv6 are made of the card's own address. */
static bool address_stays(const struct ip_address *address)
{
    return is_any(address) || ip_address_is_loopback(address) ||
           (ip_address_is_v4(address) && is_link_local(address));
}

/* Addresses for documentation: RFC 5737, RFC 3849. */
static struct ip_address numbered(const struct ip_address *like, size_t number)
{
    const uint8_t v4[4] = { 192, 0, 2, (uint8_t)number };
    struct ip_address v6 = { { 0x20, 0x01, 0x0D, 0xB8 } };

    if (ip_address_is_v4(like))
        return ip_address_from_v4(v4);
    if (is_link_local(like))
        v6 = (struct ip_address){ { 0xFE, 0x80 } };
    v6.bytes[15] = (uint8_t)number;
    return v6;
}

struct ip_address stand_in_address(struct stand_ins *known,
                                   const struct ip_address *address)
{
    static const struct ip_address any;
    size_t at = 0;

    if (address_stays(address))
        return *address;
    while (at < known->address_count &&
           memcmp(&known->addresses[at], address, sizeof *address) != 0)
        at++;
    if (at == STAND_IN_ADDRESSES_MAX)
        return any;
    if (at == known->address_count)
        known->addresses[known->address_count++] = *address;
    return numbered(address, at + 1);
}

/* Whether a word ends before what follows, which may be the end of the text. */
static bool is_end(const char *behind)
{
    return strchr(" ,;:.)!?'\"", *behind) != NULL;
}

size_t stand_in_known(struct stand_ins *known, const char *text, char *out, size_t size)
{
    size_t longest = 0;

    for (int kind = 0; kind < NAMED_COUNT; kind++)
        for (size_t i = 0; i < known->names[kind].count; i++) {
            const struct text_span name = known->names[kind].of[i];

            if (name.length <= longest || !is_begun_with(text, name) ||
                !is_end(text + name.length))
                continue;
            longest = name.length;
            stand_in_span(known, (enum named)kind, name, out, size);
        }
    return longest;
}
