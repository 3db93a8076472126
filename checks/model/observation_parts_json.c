/* SPDX-License-Identifier: MIT */
/* What destinations and questions have in common. */
#include "checks/model/observation_parts_json.h"

#include <string.h>

void observation_put_address(json_t *object, const char *key,
                             const struct ip_address *address, bool *ok)
{
    char text[IP_ADDRESS_TEXT_SIZE];

    ip_address_format(address, text);
    json_put(object, key, json_string(text), ok);
}

void observation_put_device(json_t *object, const struct observed_tcp *tcp,
                            uint32_t index, bool *ok)
{
    for (size_t i = 0; index != 0 && i < tcp->device_count; i++)
        if (tcp->devices[i].index == index)
            json_put_clean(object, "device", tcp->devices[i].name, ok);
}

bool observation_address_of(const struct json_reader *place, const char *key,
                            struct ip_address *out, struct error *err)
{
    struct json_reader member;
    char quoted[ERR_QUOTE_SIZE];
    const char *text = NULL;

    if (!json_reader_required(place, key, &member, err) ||
        !json_reader_string(&member, &text, err))
        return false;
    if (!ip_address_parse(text, out))
        return json_reader_fail(&member, err, "'%s' is not an IP address",
                                error_quote(text, quoted));
    return true;
}

bool observation_device_of(const struct json_reader *place, struct observed_tcp *tcp,
                           uint32_t *index, struct error *err)
{
    struct json_reader member;
    struct observed_device device = { 0 };

    *index = 0;
    if (!json_reader_member(place, "device", &member))
        return true;
    if (!json_reader_line(&member, device.name, sizeof device.name, err))
        return false;
    if (device.name[0] == '\0')
        return json_reader_fail(&member, err, "expected a name, not an empty string");
    for (size_t i = 0; i < tcp->device_count && *index == 0; i++)
        if (strcmp(tcp->devices[i].name, device.name) == 0)
            *index = tcp->devices[i].index;
    if (*index != 0)
        return true;
    if (tcp->device_count == OBSERVED_DESTINATIONS_MAX)
        return json_reader_limit(&member, err, "more than %d devices",
                                 OBSERVED_DESTINATIONS_MAX);
    device.index = (uint32_t)tcp->device_count + 1;
    *index = device.index;
    tcp->devices[tcp->device_count++] = device;
    return true;
}
