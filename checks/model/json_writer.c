/* SPDX-License-Identifier: MIT */
/* One way to put what may fail to be made, and to print it. */
#include "checks/model/json_writer.h"

#include "checks/base/text.h"
#include "checks/model/setting.h"
#include "checks/model/utc_time.h"

/* Instead of json_dumps(), which succeeds with a piece missing when memory runs out
 * inside a key and is there again after it (Jansson 2.14: dump_string's result is
 * dropped). */
static int add_piece(const char *bytes, size_t length, void *out)
{
    struct text *text = out;

    text_add_bytes(text, bytes, length);
    return text->failed ? -1 : 0;
}

void json_text_add(const json_t *value, size_t flags, struct text *out)
{
    if (!value || json_dump_callback(value, add_piece, out, flags) != 0)
        out->failed = true;
}

void json_put(json_t *object, const char *key, json_t *value, bool *ok)
{
    if (json_object_set_new(object, key, value) != 0)
        *ok = false;
}

void json_put_number(json_t *object, const char *key, uint64_t number, bool *ok)
{
    json_int_t shown = number > INT64_MAX ? INT64_MAX : (json_int_t)number;

    json_put(object, key, json_integer(shown), ok);
}

void json_put_clean(json_t *object, const char *key, const char *foreign, bool *ok)
{
    json_put(object, key, json_clean(foreign), ok);
}

void json_put_time(json_t *object, const char *key, int64_t time_s, bool *ok)
{
    json_put(object, key, json_time(time_s), ok);
}

json_t *json_clean(const char *foreign)
{
    struct text clean = { 0 };
    json_t *string = NULL;

    text_add_clean(&clean, foreign, "");
    if (!clean.failed)
        string = json_string(text_string(&clean));
    text_clear(&clean);
    return string;
}

json_t *json_time(int64_t time_s)
{
    char text[UTC_TIME_TEXT_SIZE];

    utc_time_format(time_s, text);
    return json_string(text);
}

json_t *json_setting_value(const struct setting_value *value)
{
    char range[PORT_RANGE_TEXT_SIZE];

    if (value->kind == SETTING_NUMBER)
        return json_integer(value->number);
    port_range_format(value->range, range);
    return json_string(range);
}
