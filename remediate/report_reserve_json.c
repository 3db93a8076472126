/* SPDX-License-Identifier: MIT */
/* One object for each row. */
#include "remediate/report_reserve_json.h"

#include "checks/model/json.h"

static json_t *new_row(const struct plan_reservation *row)
{
    json_t *object = json_object();
    bool ok = object != NULL;

    json_put(object, "kind", json_string(plan_reservation_name(row->kind)), &ok);
    json_put_clean(object, "ports", row->ports, &ok);
    json_put_number(object, "count", row->count, &ok);
    json_put(object, "added", json_boolean(row->added), &ok);
    json_put_clean(object, "why", row->why, &ok);
    if (ok)
        return object;
    json_decref(object);
    return NULL;
}

json_t *remediate_reserve_json(const struct plan_reserve *reserve)
{
    json_t *object = json_object();
    json_t *rows = json_array();
    bool ok = object != NULL && rows != NULL;

    for (size_t i = 0; ok && i < reserve->rows.count; i++)
        ok = json_array_append_new(rows, new_row(&reserve->rows.rows[i])) == 0;
    json_put(object, "limit", reserve->limit ? json_clean(reserve->limit) : json_null(),
             &ok);
    json_put(object, "rows", rows, &ok);
    if (ok)
        return object;
    json_decref(object);
    return NULL;
}
