/* SPDX-License-Identifier: MIT */
/* A report of the check under a fault beside the one without. */
#include "tests/windows-kit/lib/fault_verdict.h"

#include <string.h>

enum { EXIT_OK = 0, EXIT_UNKNOWN = 3 };

static const char no_cause[] = "PORTS UNKNOWN: ";

json_t *fault_verdict_read(const char *output)
{
    json_t *report = json_loads(output, 0, NULL);

    (void)json_object_del(report, "time");
    (void)json_object_del(report, "cost");
    return report;
}

static bool wrong(struct text *why, const char *words, const char *what)
{
    text_addf(why, "%s %s", words, what);
    return false;
}

static const char *string_of(const json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));

    return string ? string : "";
}

static bool unknown_holds(json_t *report, struct text *why)
{
    json_t *metrics = json_object_get(report, "metrics");
    const char *name;
    json_t *metric;

    json_object_foreach(metrics, name, metric)
    {
        if (!json_is_number(json_object_get(metric, "value")) &&
            string_of(metric, "reason")[0] == '\0')
            return wrong(why, "UNKNOWN, and without a reason unread:", name);
    }
    return strlen(string_of(report, "summary")) > sizeof no_cause - 1 ||
           wrong(why, "UNKNOWN without a cause:", string_of(report, "summary"));
}

static bool numbers_hold(json_t *good, const json_t *report, struct text *why)
{
    const json_t *now = json_object_get(report, "metrics");
    json_t *metrics = json_object_get(good, "metrics");
    const char *name;
    json_t *metric;

    json_object_foreach(metrics, name, metric)
    {
        if (!json_equal(json_object_get(metric, "value"),
                        json_object_get(json_object_get(now, name), "value")))
            return wrong(why,
                         "a verdict, and another value than without the fault:", name);
    }
    return true;
}

/* What is known of destinations besides whose their sockets are; new. */
static json_t *without_owners(const json_t *destinations)
{
    json_t *copy = json_deep_copy(destinations);
    json_t *one;
    size_t i;

    json_array_foreach(copy, i, one)
    {
        (void)json_object_del(one, "owners");
    }
    return copy;
}

static bool same_but_owners(const char *key, json_t *good, json_t *report)
{
    json_t *left = without_owners(good);
    json_t *right = without_owners(report);
    const bool same = json_equal(left, right);

    json_decref(left);
    json_decref(right);
    return (strcmp(key, "destinations") == 0 && same) || strcmp(key, "owners") == 0 ||
           strcmp(key, "owners_unread") == 0;
}

/* Whether the report says that it does not know whose the sockets are. */
static bool tells_owners(const json_t *good, const json_t *report)
{
    const json_t *unread = json_object_get(report, "owners_unread");

    return unread && !json_is_null(unread) &&
           !json_equal(unread, json_object_get(good, "owners_unread"));
}

static bool rest_holds(json_t *good, json_t *report, struct text *why)
{
    const char *key;
    json_t *value;

    if (json_array_size(json_object_get(report, "notes")) >
        json_array_size(json_object_get(good, "notes")))
        return true;
    json_object_foreach(good, key, value)
    {
        json_t *now = json_object_get(report, key);

        if (!json_equal(value, now) &&
            !(tells_owners(good, report) && same_but_owners(key, value, now)))
            return wrong(why, "OK, and no note says why this differs:", key);
    }
    return true;
}

bool fault_verdict_holds(const json_t *good, const json_t *report, uint32_t exit_code,
                         struct text *why)
{
    json_t *whole = json_deep_copy(good);
    json_t *now = json_deep_copy(report);
    const json_t *told = json_object_get(now, "exit_code");
    bool holds = false;

    if (!json_is_object(now))
        text_add(why, "no report in JSON");
    else if (!json_is_integer(told) || json_integer_value(told) != exit_code)
        text_addf(why, "it says %s and exits with %u", string_of(now, "state"),
                  exit_code);
    else if (exit_code == EXIT_UNKNOWN)
        holds = unknown_holds(now, why);
    else if (exit_code != EXIT_OK)
        text_addf(why, "exit code %u: %s", exit_code, string_of(now, "summary"));
    else
        holds = numbers_hold(whole, now, why) && rest_holds(whole, now, why);
    json_decref(whole);
    json_decref(now);
    return holds;
}
