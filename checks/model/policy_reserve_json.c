/* SPDX-License-Identifier: MIT */
/* Ports and users of a policy file: strictly read, since what is left out here is handed
 * out to clients later. */
#include "checks/model/policy_reserve_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"

/* No port or range is longer. */
enum { WORD_SIZE = 16 };

static bool refuse_word(const char *word, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];

    return error_set(err, ERR_MALFORMED, "'%s' is neither a port nor FIRST-LAST",
                     error_quote(word, quoted));
}

/* "8443" or "9000-9010". */
static bool parse_word(const char *word, struct port_range *out, struct error *err)
{
    uint32_t port;

    if (strchr(word, '-'))
        return port_range_parse(word, out, err);
    if (word[strspn(word, "0123456789")] != '\0')
        return refuse_word(word, err);
    if (!number_parse_u32(word, UINT16_MAX, &port, err))
        return false;
    if (port == 0)
        return error_set(err, ERR_MALFORMED, "'%s' is no port, expected 1 to %d", word,
                         UINT16_MAX);
    *out = (struct port_range){ .first = (uint16_t)port, .last = (uint16_t)port };
    return true;
}

/* The entry at *at, without the blanks around it; *at goes behind its comma. */
static bool take_word(const char **at, struct port_range *out, struct error *err)
{
    const char *start = *at + strspn(*at, " ");
    const char *end = start + strcspn(start, ",");
    char word[WORD_SIZE];
    size_t length = (size_t)(end - start);

    while (length > 0 && start[length - 1] == ' ')
        length--;
    if (length == 0)
        return error_set(err, ERR_MALFORMED, "an entry of the list is empty");
    if (length >= sizeof word)
        return refuse_word(start, err);
    memcpy(word, start, length);
    word[length] = '\0';
    *at = *end ? end + 1 : end;
    if (*end && end[1] == '\0')
        return error_set(err, ERR_MALFORMED, "an entry of the list is empty");
    return parse_word(word, out, err);
}

static bool decode_ports(const struct json_reader *place, struct port_set *out,
                         struct error *err)
{
    struct port_set ports = { 0 };
    struct error why = { 0 };
    const char *text;

    if (!json_is_string(place->value))
        return json_reader_fail(place, err,
                                "expected ports in a string, such as \"8443,9000-9010\"");
    for (text = json_string_value(place->value); *text;) {
        struct port_range range = { 0 };

        if (!take_word(&text, &range, &why))
            return json_reader_fail(place, err, "%s", why.message);
        port_set_add_range(&ports, range);
    }
    *out = ports;
    return true;
}

static bool decode_node_ports(const struct json_reader *place,
                              enum policy_node_ports *out, struct error *err)
{
    static const char *const words[] = {
        [POLICY_NODE_PORTS_AUTO] = "auto",
        [POLICY_NODE_PORTS_ALWAYS] = "always",
        [POLICY_NODE_PORTS_NEVER] = "never",
    };
    const char *word =
        json_is_string(place->value) ? json_string_value(place->value) : "";

    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (strcmp(word, words[i]) == 0) {
            *out = (enum policy_node_ports)i;
            return true;
        }
    return json_reader_fail(place, err, "expected \"auto\", \"always\" or \"never\"");
}

/* Who adds and drops a port cannot mean both. */
static bool check_both(const struct json_reader *place,
                       const struct policy_reserve *reserve, struct error *err)
{
    struct json_reader member;

    for (uint32_t port = 1; port <= UINT16_MAX; port++)
        if (port_set_has(&reserve->add, (uint16_t)port) &&
            port_set_has(&reserve->drop, (uint16_t)port)) {
            (void)json_reader_member(place, "drop", &member);
            return json_reader_fail(&member, err,
                                    "port %" PRIu32 " is in \"add\" as well", port);
        }
    return true;
}

bool policy_reserve_from_json(const struct json_reader *place,
                              struct policy_reserve *reserve, struct error *err)
{
    static const char *const keys[] = { "add", "drop", "built_in", "node_ports", NULL };
    struct json_reader member;

    if (!json_reader_object(place, keys, sizeof keys[0], ARRAY_COUNT(keys) - 1, err))
        return false;
    if (json_reader_member(place, "add", &member) &&
        !decode_ports(&member, &reserve->add, err))
        return false;
    if (json_reader_member(place, "drop", &member) &&
        !decode_ports(&member, &reserve->drop, err))
        return false;
    if (json_reader_member(place, "built_in", &member) &&
        !json_reader_boolean(&member, &reserve->built_in, err))
        return false;
    if (json_reader_member(place, "node_ports", &member) &&
        !decode_node_ports(&member, &reserve->node_ports, err))
        return false;
    return check_both(place, reserve, err);
}

/* A name that useradd and the directory services of this world make. */
static bool is_user_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz"
                                  "0123456789._-";

    return name[0] != '\0' && name[0] != '-' && strlen(name) < POLICY_USER_SIZE &&
           name[strspn(name, allowed)] == '\0';
}

static bool decode_user(const struct json_reader *place, struct policy_user *out,
                        struct error *err)
{
    const char *name = json_string_value(place->value);
    int64_t uid = 0;

    *out = (struct policy_user){ 0 };
    if (!name) {
        /* UINT32_MAX means "no user" to the kernel. */
        if (!json_is_integer(place->value))
            return json_reader_fail(place, err,
                                    "expected the number or the name of a user");
        if (!json_reader_integer(place, 0, UINT32_MAX - 1, &uid, err))
            return false;
        out->uid = (uint32_t)uid;
        return true;
    }
    if (!is_user_name(name))
        return json_reader_fail(place, err,
                                "a user's name has 1 to %d letters, digits, '.', '_' and "
                                "'-', and does not begin with '-'",
                                POLICY_USER_SIZE - 1);
    if (name[strspn(name, "0123456789")] == '\0')
        return json_reader_fail(place, err, "the number of a user stands without quotes");
    (void)snprintf(out->name, sizeof out->name, "%s", name);
    return true;
}

bool policy_reserve_users_from_json(const struct json_reader *place,
                                    struct policy_reserve *reserve, struct error *err)
{
    if (!json_reader_array(place, POLICY_USERS_MAX, err))
        return false;
    reserve->user_count = json_array_size(place->value);
    for (size_t i = 0; i < reserve->user_count; i++) {
        const struct json_reader user = json_reader_item(place, i);

        if (!decode_user(&user, &reserve->users[i], err))
            return false;
    }
    return true;
}
