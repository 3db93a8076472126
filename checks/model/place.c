/* SPDX-License-Identifier: MIT */
/* The names of places, and what may be one. */
#include "checks/model/place.h"

#include <stdio.h>
#include <string.h>

#include "checks/base/ascii.h"

/* The keys of the registry whose values are settings, below this. */
#define SERVICES "SYSTEM\\CurrentControlSet\\Services\\"

static const char *const registry_keys[] = { "Tcpip\\Parameters", "Tcpip6\\Parameters" };

static bool is_word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-';
}

static bool has_only_word_characters(const char *text)
{
    while (is_word_character(*text))
        text++;
    return *text == '\0';
}

/* "net." and then words between single dots: no way out of /proc/sys/net. */
static bool is_sysctl_name(const char *name)
{
    size_t words = 1;

    if (strncmp(name, "net.", 4) != 0)
        return false;
    for (size_t i = 0; name[i] != '\0'; i++) {
        if (name[i] == '.') {
            words++;
            if (name[i + 1] == '.' || name[i + 1] == '\0')
                return false;
        } else if (!is_word_character(name[i])) {
            return false;
        }
    }
    return words >= 2;
}

static void locate_sysctl(const char *name, struct place *place)
{
    *place = (struct place){ .kind = PLACE_SYSCTL };
    (void)snprintf(place->path, sizeof place->path, "%s", name);
    for (char *c = place->path; *c != '\0'; c++)
        if (*c == '.')
            *c = '/';
}

/* The name of the value after "Tcpip\Parameters\" or "Tcpip6\Parameters\", else NULL. */
static const char *registry_value_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(registry_keys); i++) {
        const size_t length = strlen(registry_keys[i]);
        const char *value;

        if (strncmp(name, registry_keys[i], length) != 0 || name[length] != '\\')
            continue;
        value = name + length + 1;
        return *value && has_only_word_characters(value) ? value : NULL;
    }
    return NULL;
}

static void locate_registry(const char *name, const char *value, struct place *place)
{
    int key_length = (int)(value - name) - 1;

    *place = (struct place){ .kind = PLACE_REGISTRY };
    (void)snprintf(place->path, sizeof place->path, SERVICES "%.*s", key_length, name);
    (void)snprintf(place->value, sizeof place->value, "%s", value);
}

bool place_locate(const char *name, struct place *place, enum os_kind *os,
                  struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];
    const char *value;

    if (strlen(name) >= PLACE_PART_SIZE)
        return error_set(err, ERR_MALFORMED,
                         "the name of a setting has at most %d characters",
                         PLACE_PART_SIZE - 1);
    /* The program merges listeners into this list itself. */
    if (strcmp(name, "net.ipv4.ip_local_reserved_ports") == 0)
        return error_set(err, ERR_MALFORMED, "'%s' is a list of ports, not a number",
                         name);
    if (is_sysctl_name(name)) {
        locate_sysctl(name, place);
        *os = OS_LINUX;
        return true;
    }
    value = registry_value_name(name);
    if (value) {
        locate_registry(name, value, place);
        *os = OS_WINDOWS;
        return true;
    }
    return error_set(err, ERR_MALFORMED,
                     "'%s' is not a setting; expected a built-in name, a sysctl such as "
                     "'net.ipv4.tcp_rfc1337' or a registry value such as "
                     "'Tcpip\\Parameters\\KeepAliveTime'",
                     error_quote(name, quoted));
}

bool place_equal(const struct place *a, const struct place *b)
{
    if (a->kind != b->kind || a->kind == PLACE_DYNAMIC_RANGE)
        return false;
    if (a->kind == PLACE_SYSCTL)
        return strcmp(a->path, b->path) == 0;
    return ascii_same(a->path, b->path) && ascii_same(a->value, b->value);
}

/* Whether every name between the slashes is one of a sysctl: never "", "." or "..". */
static bool has_plain_names(const char *path)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_-.:@";

    for (;;) {
        const size_t length = strspn(path, allowed);

        if (length == 0 || *path == '.')
            return false;
        if (path[length] == '\0')
            return true;
        if (path[length] != '/')
            return false;
        path += length + 1;
    }
}

bool place_sysctl_in_reach(const char *path)
{
    static const char *const trees[] = { "net/ipv4/", "net/ipv6/", "net/core/" };
    bool known = false;

    for (size_t i = 0; i < ARRAY_COUNT(trees); i++)
        known = known || strncmp(path, trees[i], strlen(trees[i])) == 0;
    return known && strlen(path) <= PLACE_SYSCTL_MAX && has_plain_names(path);
}

void place_sysctl_key(const char *path, char out[PLACE_PART_SIZE])
{
    (void)snprintf(out, PLACE_PART_SIZE, "%s", path);
    for (char *c = out; *c; c++)
        if (*c == '/')
            *c = '.';
}

void place_registry_name(const struct place *place, char out[PLACE_NAME_SIZE])
{
    (void)snprintf(out, PLACE_NAME_SIZE, "%s\\%s", place->path, place->value);
}

/* What follows "SYSTEM\...\Services\KEY\"; NULL when the name does not begin so. */
static const char *after_key(const char *name, const char *key)
{
    const char *rest = ascii_after(name, SERVICES);

    rest = rest ? ascii_after(rest, key) : NULL;
    return rest && *rest == '\\' ? rest + 1 : NULL;
}

static bool is_value_name(const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length >= PLACE_PART_SIZE)
        return false;
    for (size_t i = 0; i < length; i++)
        if (name[i] < ' ' || name[i] > '~' || name[i] == '\\')
            return false;
    return true;
}

bool place_registry_parse(const char *name, struct place *out, struct error *err)
{
    char quote[ERR_QUOTE_SIZE];

    for (size_t i = 0; i < ARRAY_COUNT(registry_keys); i++) {
        const char *value = after_key(name, registry_keys[i]);

        if (!value || !is_value_name(value))
            continue;
        *out = (struct place){ .kind = PLACE_REGISTRY };
        (void)snprintf(out->path, sizeof out->path, SERVICES "%s", registry_keys[i]);
        (void)snprintf(out->value, sizeof out->value, "%s", value);
        return true;
    }
    return error_set(err, ERR_UNSUPPORTED,
                     "'%s' is not a value of Tcpip\\Parameters or Tcpip6\\Parameters, "
                     "the only keys that this program changes",
                     error_quote(name, quote));
}

static const char *const range_names[IP_PROTOCOL_COUNT][IP_FAMILY_COUNT] = {
    [IP_PROTOCOL_TCP] = { "tcp/ipv4", "tcp/ipv6" },
    [IP_PROTOCOL_UDP] = { "udp/ipv4", "udp/ipv6" },
};

const char *place_protocol_word(enum ip_protocol protocol)
{
    return protocol == IP_PROTOCOL_TCP ? "tcp" : "udp";
}

const char *place_protocol_name(enum ip_protocol protocol)
{
    return protocol == IP_PROTOCOL_TCP ? "TCP" : "UDP";
}

const char *place_family_word(enum ip_family family)
{
    return family == IP_FAMILY_V4 ? "ipv4" : "ipv6";
}

const char *place_family_name(enum ip_family family)
{
    return family == IP_FAMILY_V4 ? "IPv4" : "IPv6";
}

const char *place_range_name(enum ip_protocol protocol, enum ip_family family)
{
    return range_names[protocol][family];
}

bool place_range_parse(const char *name, enum ip_protocol *protocol,
                       enum ip_family *family, struct error *err)
{
    char quote[ERR_QUOTE_SIZE];

    for (int p = 0; p < IP_PROTOCOL_COUNT; p++)
        for (int f = 0; f < IP_FAMILY_COUNT; f++)
            if (strcmp(range_names[p][f], name) == 0) {
                *protocol = (enum ip_protocol)p;
                *family = (enum ip_family)f;
                return true;
            }
    return error_set(err, ERR_ABSENT,
                     "there is no dynamic range '%s': expected tcp/ipv4, tcp/ipv6, "
                     "udp/ipv4 or udp/ipv6",
                     error_quote(name, quote));
}
