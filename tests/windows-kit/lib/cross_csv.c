/* SPDX-License-Identifier: MIT */
/* Columns are found by their names, values are checked. */
#include "tests/windows-kit/lib/cross_csv.h"

#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"
#include "tests/windows-kit/lib/cross_lines.h"

enum {
    FIELDS_MAX = 16, /* we ask for no more columns */
    NAME_SIZE = 64
};

/* A table being read. */
struct csv {
    struct cross_lines lines;
    char names[FIELDS_MAX][NAME_SIZE];
    size_t width;
    char *fields[FIELDS_MAX]; /* of the last line; borrowed from `lines` */
};

/* Ends a field in place, whether it is quoted or not. Returns where the next one begins;
 * NULL: it was the last. */
static char *take_field(char *at, char **field)
{
    const bool is_quoted = *at == '"';
    char *end;

    at += is_quoted;
    *field = at;
    end = at + strcspn(at, is_quoted ? "\"" : ",");
    at = end + (is_quoted && *end == '"');
    at = *at == ',' ? at + 1 : NULL;
    *end = '\0';
    return at;
}

static size_t split_fields(char *line, char **fields)
{
    size_t count = 0;

    for (char *at = line; at && count < FIELDS_MAX; count++)
        at = take_field(at, &fields[count]);
    return count;
}

/* Which field a name has; FIELDS_MAX and ERR_MALFORMED: none. */
static size_t column(const struct csv *csv, const char *name, struct error *err)
{
    for (size_t i = 0; i < csv->width; i++)
        if (strcmp(csv->names[i], name) == 0)
            return i;
    (void)error_set(err, ERR_MALFORMED, "no column %s", name);
    return FIELDS_MAX;
}

/* The names are in the first line that has this one: PowerShell prints warnings, too. */
static bool csv_open(struct csv *csv, const char *text, const char *name, size_t *at,
                     struct error *err)
{
    csv->lines.rest = text;
    while (cross_next_line(&csv->lines)) {
        csv->width = split_fields(csv->lines.line, csv->fields);
        for (size_t i = 0; i < csv->width; i++)
            (void)snprintf(csv->names[i], sizeof csv->names[i], "%s", csv->fields[i]);
        *at = column(csv, name, NULL);
        if (*at < FIELDS_MAX)
            return true;
    }
    return error_set(err, ERR_MALFORMED, "no column %s", name);
}

/* Reads the next line; *ok is false when it has another number of fields. */
static bool csv_next(struct csv *csv, bool *ok, struct error *err)
{
    size_t count;

    if (!*ok || !cross_next_line(&csv->lines))
        return false;
    count = split_fields(csv->lines.line, csv->fields);
    *ok = count == csv->width ||
          error_set(err, ERR_MALFORMED, "a row of %zu fields below %zu names", count,
                    csv->width);
    return *ok;
}

static bool read_port(const char *field, uint16_t *out, struct error *err)
{
    uint32_t port = 0;

    if (!number_parse_u32(field, UINT16_MAX, &port, err))
        return false;
    *out = (uint16_t)port;
    return true;
}

/* The enumeration State of Get-NetTCPConnection (its page at Microsoft), with the numbers
 * that it stands for (MSFT_NetTCPConnection): a PowerShell may print either. */
static const struct {
    const char *name;
    const char *number;
    enum conn_state state;
} states[] = {
    { "Closed", "1", CONN_CLOSED },           { "Listen", "2", CONN_LISTEN },
    { "SynSent", "3", CONN_SYN_SENT },        { "SynReceived", "4", CONN_SYN_RECEIVED },
    { "Established", "5", CONN_ESTABLISHED }, { "FinWait1", "6", CONN_FIN_WAIT_1 },
    { "FinWait2", "7", CONN_FIN_WAIT_2 },     { "CloseWait", "8", CONN_CLOSE_WAIT },
    { "Closing", "9", CONN_CLOSING },         { "LastAck", "10", CONN_LAST_ACK },
    { "TimeWait", "11", CONN_TIME_WAIT },     { "DeleteTCB", "12", CONN_CLOSED },
    { "Bound", "100", CONN_BOUND },
};

static bool read_state(const char *field, enum conn_state *out, struct error *err)
{
    for (size_t i = 0; i < ARRAY_COUNT(states); i++)
        if (strcmp(field, states[i].name) == 0 || strcmp(field, states[i].number) == 0) {
            *out = states[i].state;
            return true;
        }
    return error_set(err, ERR_MALFORMED, "a state '%.40s'", field);
}

bool cross_csv_connections(const char *text, struct cross_rows *out, struct error *err)
{
    struct csv csv = { 0 };
    size_t local = 0;
    size_t remote;
    size_t state;
    bool ok = csv_open(&csv, text, "LocalPort", &local, err) &&
              (remote = column(&csv, "RemotePort", err)) < FIELDS_MAX &&
              (state = column(&csv, "State", err)) < FIELDS_MAX;

    while (ok && csv_next(&csv, &ok, err)) {
        struct cross_row row = { 0 };

        ok = read_port(csv.fields[local], &row.local_port, err) &&
             read_port(csv.fields[remote], &row.remote_port, err) &&
             read_state(csv.fields[state], &row.state, err) &&
             cross_rows_add(out, &row, err);
    }
    return ok;
}

bool cross_csv_endpoints(const char *text, struct cross_rows *out, struct error *err)
{
    struct csv csv = { 0 };
    size_t local = 0;
    bool ok = csv_open(&csv, text, "LocalPort", &local, err);

    while (ok && csv_next(&csv, &ok, err)) {
        struct cross_row row = { .is_udp = true };

        ok = read_port(csv.fields[local], &row.local_port, err) &&
             cross_rows_add(out, &row, err);
    }
    return ok;
}

/* A template's numbers; the template "Automatic" has none. */
static bool read_range(const char *first, const char *count, struct port_range *out,
                       struct error *err)
{
    uint32_t start = 0;
    uint32_t number = 0;

    *out = (struct port_range){ 0 };
    if (!*first || !*count)
        return true;
    if (!number_parse_u32(first, UINT16_MAX, &start, err) ||
        !number_parse_u32(count, UINT16_MAX, &number, err))
        return false;
    if (start + number > UINT16_MAX + 1)
        return error_set(err, ERR_MALFORMED, "%s ports from %s", count, first);
    if (start != 0 && number != 0)
        *out = (struct port_range){ (uint16_t)start, (uint16_t)(start + number - 1) };
    return true;
}

bool cross_csv_range(const char *text, const char *prefix, struct port_range *out,
                     struct error *err)
{
    char names[2][NAME_SIZE];
    struct port_range narrowest = { 0 };
    struct csv csv = { 0 };
    size_t first = 0;
    size_t count;
    bool ok;

    (void)snprintf(names[0], sizeof names[0], "%sStartPort", prefix);
    (void)snprintf(names[1], sizeof names[1], "%sNumberOfPorts", prefix);
    ok = csv_open(&csv, text, names[0], &first, err) &&
         (count = column(&csv, names[1], err)) < FIELDS_MAX;
    while (ok && csv_next(&csv, &ok, err)) {
        struct port_range range;

        ok = read_range(csv.fields[first], csv.fields[count], &range, err);
        if (ok && range.first != 0 &&
            (narrowest.first == 0 || port_range_size(range) < port_range_size(narrowest)))
            narrowest = range;
    }
    if (ok)
        *out = narrowest;
    return ok;
}
