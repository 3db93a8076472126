/* SPDX-License-Identifier: MIT */
/* Beyond tcp_max_tw_buckets the kernel keeps no TIME_WAIT: then closes look like none. */
#include "checks/host/observe_closings.h"

#include <string.h>

#define NAME "tcp_max_tw_buckets"

static const struct observed_setting *find_setting(const struct observation *seen)
{
    for (size_t i = 0; i < seen->setting_count; i++)
        if (strcmp(seen->settings[i].name, NAME) == 0)
            return &seen->settings[i];
    return NULL;
}

void observe_closings_limit(struct observer *observer)
{
    static const struct place place = { .kind = PLACE_SYSCTL, .path = "net/ipv4/" NAME };
    const struct host *host = observer->host;
    struct observed_closings *closings = &observer->seen->tcp.closings;
    const struct observed_setting *setting = find_setting(observer->seen);
    struct observed_setting read = { .name = NAME };

    if (!closings->known || observer->seen->tcp.time_wait == 0)
        return;
    if (!setting) {
        host->ops->read_setting(host->self, &place, SETTING_NUMBER,
                                &observer->request->deadline, &read);
        setting = &read;
    }
    if (setting->presence == SETTING_SET && setting->value.kind == SETTING_NUMBER &&
        setting->value.number > 0)
        closings->limit = setting->value.number < UINT32_MAX
                              ? (uint32_t)setting->value.number
                              : UINT32_MAX;
}
