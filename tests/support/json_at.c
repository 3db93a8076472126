/* SPDX-License-Identifier: MIT */
/* A path through a JSON document. */
#include "tests/support/json_at.h"

#include <stddef.h>
#include <string.h>

const char *json_at(const json_t *root, const char *path)
{
    static char shown[2048];
    const json_t *place = root;
    char key[64];
    size_t length;

    while (place && *path) {
        length = strcspn(path, ".");
        memcpy(key, path, length);
        key[length] = '\0';
        path += length + (path[length] == '.');
        if (json_is_array(place))
            place = json_array_get(place, (size_t)(key[0] - '0'));
        else
            place = json_object_get(place, key);
    }
    length = place ? json_dumpb(place, shown, sizeof shown - 1,
                                JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15))
                   : 0;
    shown[length] = '\0';
    return shown;
}
