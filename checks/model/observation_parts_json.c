/* SPDX-License-Identifier: MIT */
/* What destinations and questions have in common. */
#include "checks/model/observation_parts_json.h"

#include <string.h>

static bool read_address(const struct json_reader *place, void *out, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];
    const char *text = NULL;

    if (!json_reader_string(place, &text, err))
        return false;
    return ip_address_parse(text, out) ||
           json_reader_fail(place, err, "'%s' is not an IP address",
                            error_quote(text, quoted));
}

static json_t *write_address(struct json_writer *writer, const void *in)
{
    char text[IP_ADDRESS_TEXT_SIZE];

    (void)writer;
    ip_address_format(in, text);
    return json_string(text);
}

const struct json_kind kind_address = { .schema = "string", read_address, write_address };

/* The number of the device of that name: one that is known, or the next. */
static bool add_device(const struct json_reader *place, struct observed_tcp *tcp,
                       struct observed_device *device, struct error *err)
{
    for (size_t i = 0; i < tcp->device_count && device->index == 0; i++)
        if (strcmp(tcp->devices[i].name, device->name) == 0)
            device->index = tcp->devices[i].index;
    if (device->index != 0)
        return true;
    if (tcp->device_count == OBSERVED_DESTINATIONS_MAX)
        return json_reader_limit(place, err, "more than %d devices",
                                 OBSERVED_DESTINATIONS_MAX);
    device->index = (uint32_t)tcp->device_count + 1;
    tcp->devices[tcp->device_count++] = *device;
    return true;
}

static bool read_device(const struct json_reader *place, void *out, struct error *err)
{
    static const struct json_field name = { .size = OBSERVED_DEVICE_SIZE,
                                            .expected = "a name" };
    struct observation *seen = json_reader_root(place);
    struct observed_device device = { 0 };
    struct json_reader line = *place;

    line.field = &name;
    if (!kind_line.read(&line, device.name, err) ||
        !add_device(place, &seen->tcp, &device, err))
        return false;
    *(uint32_t *)out = device.index;
    return true;
}

static json_t *write_device(struct json_writer *writer, const void *in)
{
    return json_clean(observation_device(writer->root, *(const uint32_t *)in));
}

/* One whose name is not known is left out, too. */
static bool is_none_device(const struct json_writer *writer, const void *in)
{
    const char *name = observation_device(writer->root, *(const uint32_t *)in);

    return name[0] == '\0' || strcmp(name, "?") == 0;
}

const struct json_kind kind_device = {
    .schema = "string", read_device, write_device, is_none_device
};
