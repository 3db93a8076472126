/* SPDX-License-Identifier: MIT */
/* Reads the product's JSON and compares it with what the tools said. */
#include "tests/windows-kit/lib/remedy_judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

/* NULL: *err is filled. New. */
static json_t *parse(const char *json, const char *what, struct error *err)
{
    json_error_t where;
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &where);

    if (!json_is_object(root)) {
        json_decref(root);
        (void)error_set(err, ERR_MALFORMED, "%s is no JSON: %s: '%.200s'", what,
                        root ? "no object" : where.text, json);
        return NULL;
    }
    return root;
}

static const char *string_of(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));

    return value ? value : "";
}

/* A value of a change as the tools would say it. */
static void value_words(const json_t *value, char out[REMEDY_VALUE_SIZE])
{
    if (json_is_integer(value))
        (void)snprintf(out, REMEDY_VALUE_SIZE, "%" PRId64,
                       (int64_t)json_integer_value(value));
    else if (json_is_string(value))
        (void)snprintf(out, REMEDY_VALUE_SIZE, "%.100s", json_string_value(value));
    else
        (void)snprintf(out, REMEDY_VALUE_SIZE, "absent");
}

/* The product tells a value of another type by its number and bytes, reg.exe by its name
 * and text: that it has one is all that can be compared. */
static bool same_value(const char *told, const char *tool)
{
    return strncmp(tool, "REG_", 4) == 0 ? strchr(told, ':') != NULL
                                         : strcmp(told, tool) == 0;
}

static size_t find_place(const char *name)
{
    size_t i = 0;

    while (i < REMEDY_PLACES && _stricmp(remedy_places[i].name, name) != 0)
        i++;
    return i;
}

/* One change of a plan or of a run: its place must hold `before`. */
static bool take_change(const json_t *change, const struct remedy_values *before,
                        struct remedy_plan *out, struct error *err)
{
    const char *name = string_of(change, "place");
    const size_t place = find_place(name);
    char from[REMEDY_VALUE_SIZE] = "";
    char to[REMEDY_VALUE_SIZE] = "";

    if (place == REMEDY_PLACES)
        return error_set(err, ERR_UNSUPPORTED,
                         "the site's policy asks for a change of '%s' too", name);
    value_words(json_object_get(change, "from"), from);
    value_words(json_object_get(change, "to"), to);
    if (!same_value(from, before->of[place]))
        return error_set(err, ERR_IO, "%s: said to be %s, Windows' own tool says %s",
                         name, from, before->of[place]);
    if (strcmp(from, to) == 0)
        return error_set(err, ERR_IO, "%s: a change from %s to %s", name, from, to);
    if (strcmp(out->after.of[place], before->of[place]) != 0)
        return error_set(err, ERR_IO, "%s is changed twice", name);
    memcpy(out->after.of[place], to, sizeof to);
    out->changes++;
    out->reboots += json_is_true(json_object_get(change, "reboot"));
    return true;
}

static bool take_changes(const json_t *owner, const struct remedy_values *before,
                         struct remedy_plan *out, struct error *err)
{
    const json_t *changes = json_object_get(owner, "changes");
    struct remedy_plan plan = { .after = *before };

    if (!json_is_array(changes))
        return error_set(err, ERR_MALFORMED, "no list of changes");
    for (size_t i = 0; i < json_array_size(changes); i++)
        if (!take_change(json_array_get(changes, i), before, &plan, err))
            return false;
    *out = plan;
    return true;
}

bool remedy_judge_plan(const char *json, const struct remedy_values *before,
                       struct remedy_plan *out, struct error *err)
{
    json_t *root = parse(json, "the plan", err);
    bool ok = root && take_changes(root, before, out, err);

    json_decref(root);
    return ok;
}

bool remedy_judge_headline(const char *output, const char *command,
                           const struct remedy_plan *plan, bool reboot,
                           char out[REMEDY_RUN_SIZE], struct error *err)
{
    char begin[128];
    const char *end = reboot ? "), waiting for a reboot" : ")";
    const size_t length = strcspn(output, "\r\n");
    size_t id;

    (void)snprintf(begin, sizeof begin, "%s DONE: %zu change%s made and verified (run ",
                   command, plan->changes, plan->changes == 1 ? "" : "s");
    id = strncmp(output, begin, strlen(begin)) == 0
             ? strspn(output + strlen(begin), "0123456789TZ-")
             : 0;
    if (id == 0 || id >= REMEDY_RUN_SIZE || length != strlen(begin) + id + strlen(end) ||
        strncmp(output + strlen(begin) + id, end, strlen(end)) != 0)
        return error_set(err, ERR_IO, "'%.*s', expected '%sID%s'",
                         (int)(length < 300 ? length : 300), output, begin, end);
    (void)snprintf(out, REMEDY_RUN_SIZE, "%.*s", (int)id, output + strlen(begin));
    return true;
}

/* Ports of the narrower range of a protocol; 0 where one is not known. */
static uint32_t narrower(const struct remedy_values *values, const char *protocol)
{
    uint32_t least = UINT32_MAX;

    for (size_t i = 0; i < REMEDY_PLACES; i++) {
        unsigned int first = 1;
        unsigned int last = 0;

        if (!remedy_places[i].protocol ||
            strcmp(remedy_places[i].protocol, protocol) != 0)
            continue;
        if (sscanf(values->of[i], "%5u-%5u", &first, &last) != 2 || last < first)
            return 0;
        if (last - first + 1 < least)
            least = last - first + 1;
    }
    return least;
}

bool remedy_judge_gain(const char *output, const struct remedy_values *before,
                       const struct remedy_plan *plan, struct error *err)
{
    static const char *const protocols[][2] = { { "tcp", "usable TCP ports " },
                                                { "udp", "usable UDP ports " } };

    for (size_t i = 0; i < ARRAY_COUNT(protocols); i++) {
        const uint32_t from = narrower(before, protocols[i][0]);
        const uint32_t to = narrower(&plan->after, protocols[i][0]);
        const char *line = strstr(output, protocols[i][1]);
        unsigned int told_from = 0;
        unsigned int told_to = 0;

        if (from == 0 || to <= from)
            continue;
        if (!line || sscanf(line + strlen(protocols[i][1]), " %6u -> %6u", &told_from,
                            &told_to) != 2)
            return error_set(err, ERR_IO, "no line '%s'", protocols[i][1]);
        if (told_to <= told_from || told_to - told_from > to - from)
            return error_set(err, ERR_IO, "%s%u -> %u, where the range is %u ports wider",
                             protocols[i][1], told_from, told_to, to - from);
    }
    return true;
}

/* A run that changed something, and whose values nobody has restored. */
static bool holds(const json_t *run)
{
    static const char *const outcomes[] = { "open", "applied", "incomplete" };

    if (json_is_true(json_object_get(run, "undone")) || string_of(run, "undoes")[0])
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(outcomes); i++)
        if (strcmp(outcomes[i], string_of(run, "outcome")) == 0)
            return true;
    return false;
}

/* NULL: *err is filled. Borrowed. */
static const json_t *runs_of(const json_t *root, struct error *err)
{
    const json_t *runs = json_object_get(root, "runs");

    if (json_is_array(runs))
        return runs;
    (void)error_set(err, ERR_MALFORMED, "no list of runs: %.300s",
                    string_of(root, "message"));
    return NULL;
}

bool remedy_judge_open_run(const char *json, char out[REMEDY_RUN_SIZE], struct error *err)
{
    json_t *root = parse(json, "the history", err);
    const json_t *runs = root ? runs_of(root, err) : NULL;

    out[0] = '\0';
    for (size_t i = 0; i < json_array_size(runs) && !out[0]; i++)
        if (holds(json_array_get(runs, i)))
            (void)snprintf(out, REMEDY_RUN_SIZE, "%.60s",
                           string_of(json_array_get(runs, i), "id"));
    json_decref(root);
    return runs != NULL;
}

static bool judge_run(const json_t *run, bool undone, const struct remedy_values *before,
                      const struct remedy_plan *plan, struct error *err)
{
    struct remedy_plan told = { 0 };
    struct text differ = { 0 };
    const char *outcome = string_of(run, "outcome");
    const bool is_undone = json_is_true(json_object_get(run, "undone"));
    bool ok;

    if (strcmp(outcome, "applied") != 0 || is_undone != undone)
        return error_set(err, ERR_IO, "outcome '%s', %s, expected applied, %s", outcome,
                         is_undone ? "undone" : "not undone",
                         undone ? "undone" : "not undone");
    if (!take_changes(run, before, &told, err))
        return false;
    ok = remedy_values_same(&plan->after, &told.after, &differ) ||
         error_set(err, ERR_IO, "%s", text_string(&differ));
    text_clear(&differ);
    return ok;
}

/* The run of that id; NULL: *err is filled. Borrowed. */
static const json_t *find_run(const json_t *root, const char *id, struct error *err)
{
    const json_t *runs = runs_of(root, err);

    if (!runs)
        return NULL;
    for (size_t i = 0; i < json_array_size(runs); i++)
        if (strcmp(string_of(json_array_get(runs, i), "id"), id) == 0)
            return json_array_get(runs, i);
    (void)error_set(err, ERR_IO, "no run '%s'", id);
    return NULL;
}

bool remedy_judge_history(const char *json, const char *id, bool undone,
                          const struct remedy_values *before,
                          const struct remedy_plan *plan, struct error *err)
{
    json_t *root = parse(json, "the history", err);
    const json_t *run = root ? find_run(root, id, err) : NULL;
    bool ok = run && judge_run(run, undone, before, plan, err);

    json_decref(root);
    return ok;
}

bool remedy_judge_run(const char *json, const char *id,
                      const struct remedy_values *before, struct remedy_plan *out,
                      struct error *err)
{
    json_t *root = parse(json, "the history", err);
    const json_t *run = root ? find_run(root, id, err) : NULL;
    bool ok = run && take_changes(run, before, out, err);

    json_decref(root);
    return ok;
}

/* Whether the plan changed the registry value of that name. */
static bool was_written(const char *name, const struct remedy_values *before,
                        const struct remedy_plan *plan)
{
    for (size_t i = 0; i < REMEDY_PLACES; i++)
        if (remedy_places[i].value && strcmp(remedy_places[i].value, name) == 0)
            return strcmp(before->of[i], plan->after.of[i]) != 0;
    return false;
}

/* How many of the plan's values may wait. */
static size_t count_written(const struct remedy_values *before,
                            const struct remedy_plan *plan)
{
    size_t count = 0;

    for (size_t i = 0; i < REMEDY_PLACES; i++)
        count += remedy_places[i].value && strcmp(before->of[i], plan->after.of[i]) != 0;
    return count;
}

bool remedy_judge_waiting(const char *json, bool waiting,
                          const struct remedy_values *before,
                          const struct remedy_plan *plan, struct error *err)
{
    json_t *root = parse(json, "its answer", err);
    const json_t *settings = json_object_get(root, "settings");
    const size_t wanted = waiting ? count_written(before, plan) : 0;
    size_t found = 0;
    bool ok = root && (json_is_array(settings) ||
                       error_set(err, ERR_MALFORMED, "no list of settings"));

    for (size_t i = 0; ok && i < json_array_size(settings); i++) {
        const json_t *setting = json_array_get(settings, i);
        const char *name = string_of(setting, "name");

        if (!string_of(setting, "waiting_since")[0])
            continue;
        found++;
        if (!waiting || !was_written(name, before, plan))
            ok = error_set(err, ERR_IO, "%s is said to wait for a reboot", name);
    }
    if (ok && found != wanted)
        ok = error_set(err, ERR_IO, "%zu settings wait for a reboot, expected %zu", found,
                       wanted);
    json_decref(root);
    return ok;
}
