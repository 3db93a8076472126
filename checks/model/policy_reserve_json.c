/* SPDX-License-Identifier: MIT */
/* Ports and users of a policy file: strictly read, since what is left out here is handed
 * out to clients later. */
#include "checks/model/policy_parts_json.h"

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

static bool read_ports(const struct json_reader *place, void *out, struct error *err)
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
    *(struct port_set *)out = ports;
    return true;
}

static const struct json_kind kind_ports = { .schema = "string", .read = read_ports };

/* Who adds and drops a port cannot mean both. */
static bool check_both(const struct json_reader *place, const void *in, struct error *err)
{
    const struct policy_reserve *reserve = in;

    for (uint32_t port = 1; port <= UINT16_MAX; port++)
        if (port_set_has(&reserve->add, (uint16_t)port) &&
            port_set_has(&reserve->drop, (uint16_t)port))
            return json_reader_fail_of(place, "drop", err,
                                       "port %" PRIu32 " is in \"add\" as well", port);
    return true;
}

static const char *const node_ports_names[] = {
    [POLICY_NODE_PORTS_AUTO] = "auto",
    [POLICY_NODE_PORTS_ALWAYS] = "always",
    [POLICY_NODE_PORTS_NEVER] = "never",
};

static const struct json_field fields[] = {
    { "add", FIELD_CUSTOM(policy_reserve, add, kind_ports), FIELD_OPTIONAL },
    { "drop", FIELD_CUSTOM(policy_reserve, drop, kind_ports), FIELD_OPTIONAL },
    { "built_in", FIELD_VALUE(policy_reserve, built_in), FIELD_OPTIONAL },
    { "node_ports", FIELD_WORD(policy_reserve, node_ports, node_ports_names),
      .expected = "expected \"auto\", \"always\" or \"never\"",
      .flags = JSON_FLAG_OPTIONAL | JSON_FLAG_ANY_TYPE },
};
const struct json_table policy_reserve_table = { JSON_ROWS(fields), .check = check_both };

/* A name that useradd and the directory services of this world make. */
static bool is_user_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz"
                                  "0123456789._-";

    return name[0] != '\0' && name[0] != '-' && strlen(name) < POLICY_USER_SIZE &&
           name[strspn(name, allowed)] == '\0';
}

static bool read_user(const struct json_reader *place, void *out, struct error *err)
{
    struct policy_user user = { 0 };
    const char *name = json_string_value(place->value);
    int64_t uid = 0;

    /* UINT32_MAX means "no user" to the kernel. */
    if (!name && !json_is_integer(place->value))
        return json_reader_fail(place, err, "expected the number or the name of a user");
    if (!name && !json_reader_integer(place, 0, UINT32_MAX - 1, &uid, err))
        return false;
    if (name && !is_user_name(name))
        return json_reader_fail(place, err,
                                "a user's name has 1 to %d letters, digits, '.', '_' and "
                                "'-', and does not begin with '-'",
                                POLICY_USER_SIZE - 1);
    if (name && name[strspn(name, "0123456789")] == '\0')
        return json_reader_fail(place, err, "the number of a user stands without quotes");
    user.uid = (uint32_t)uid;
    (void)snprintf(user.name, sizeof user.name, "%s", name ? name : "");
    *(struct policy_user *)out = user;
    return true;
}

const struct json_kind kind_policy_user = { .read = read_user };
