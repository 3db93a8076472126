/* SPDX-License-Identifier: MIT */
/* Owning changes, turning them round, and telling whether two values mean the same. */
#include "checks/model/change.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/text.h"
#include "checks/base/utf8.h"
#include "checks/model/port_range.h"

const char *const change_kind_names[CHANGE_KIND_COUNT] = {
    [CHANGE_SYSCTL] = "sysctl",
    [CHANGE_FILE] = "file",
    [CHANGE_REGISTRY] = "registry",
    [CHANGE_DYNAMIC_RANGE] = "dynamic_range",
};

/* A copy of at most `most` bytes; NULL stays NULL. */
static bool copy(const char *from, size_t most, char **out, struct error *err)
{
    if (!from)
        return true;
    if (strlen(from) > most)
        return error_set(err, ERR_LIMIT,
                         "a change with %zu bytes, at most %zu are possible",
                         strlen(from), most);
    *out = text_copy(from);
    return *out || error_set(err, ERR_MEMORY, "not enough memory for a change");
}

bool change_make(const struct change *from, struct change *out, struct error *err)
{
    struct change made = { .kind = from->kind, .reboot = from->reboot };

    if (copy(from->setting, CHANGE_PLACE_MAX, &made.setting, err) &&
        copy(from->place, CHANGE_PLACE_MAX, &made.place, err) &&
        copy(from->from, CHANGE_VALUE_MAX, &made.from, err) &&
        copy(from->to, CHANGE_VALUE_MAX, &made.to, err)) {
        *out = made;
        return true;
    }
    change_clear(&made);
    return false;
}

bool change_reverse(const struct change *change, struct change *out, struct error *err)
{
    struct change turned = *change;

    turned.from = change->to;
    turned.to = change->from;
    return change_make(&turned, out, err);
}

const char *change_place_name(const struct change *change, char out[CHANGE_NAME_SIZE])
{
    size_t length;

    (void)snprintf(out, CHANGE_NAME_SIZE, "%s", change->place);
    length = strlen(out);
    if (length == CHANGE_NAME_SIZE - 1)
        out[utf8_cut(out, length)] = '\0';
    for (char *c = out; change->kind == CHANGE_SYSCTL && *c; c++)
        if (*c == '/')
            *c = '.';
        else if (*c == '.')
            *c = '/';
    (void)utf8_make_printable(out, strlen(out), false);
    return out;
}

const char *change_value_words(const char *value)
{
    if (!value)
        return "absent";
    return *value ? value : "none";
}

bool change_same_place(const struct change *a, const struct change *b)
{
    return a->kind == b->kind && strcmp(a->place, b->place) == 0;
}

bool change_place_is_new(const struct change *changes, size_t number)
{
    for (size_t i = 0; i < number; i++)
        if (change_same_place(&changes[i], &changes[number]))
            return false;
    return true;
}

void change_clear(struct change *change)
{
    free(change->setting);
    free(change->place);
    free(change->from);
    free(change->to);
    *change = (struct change){ 0 };
}

static const char blanks[] = " \t\r\n";

/* The kernel puts TABs between numbers and ends with a newline (proc_dointvec). It never
 * prints leading zeros, and reads them as octal: equal numbers are equal words. */
static bool same_words(const char *a, const char *b)
{
    for (;;) {
        size_t length;

        a += strspn(a, blanks);
        b += strspn(b, blanks);
        length = strcspn(a, blanks);
        if (length != strcspn(b, blanks) || memcmp(a, b, length) != 0)
            return false;
        if (length == 0)
            return true;
        a += length;
        b += length;
    }
}

/* The kernel sorts a list of ports and joins neighbours (proc_do_large_bitmap), so lists
 * are compared as what they contain. */
static bool same_ports(const char *a, const char *b)
{
    struct port_set first;
    struct port_set second;

    return port_list_parse(a, &first, NULL) && port_list_parse(b, &second, NULL) &&
           memcmp(&first, &second, sizeof first) == 0;
}

bool change_same_value(enum change_kind kind, const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    if (strcmp(a, b) == 0)
        return true;
    return kind == CHANGE_SYSCTL && (same_words(a, b) || same_ports(a, b));
}
