/* SPDX-License-Identifier: MIT */
/* By the place of columns, and by the few words that are known. */
#include "tests/windows-kit/lib/cross_netstat.h"

#include <stdio.h>
#include <string.h>

#include "tests/windows-kit/lib/cross_lines.h"

/* Of MIB_TCP_STATE (tcpmib.h) as netstat prints them. English Windows 10 and Server, and
 * the French one, whose words are these too (a log of "Connexions actives" in a public
 * course); German: a log of "Aktive Verbindungen" of a Windows 7 in a public report. */
static const struct {
    const char *word;
    enum conn_state state;
} words[] = {
    { "LISTENING", CONN_LISTEN },
    { "ESTABLISHED", CONN_ESTABLISHED },
    { "SYN_SENT", CONN_SYN_SENT },
    { "SYN_RECEIVED", CONN_SYN_RECEIVED },
    { "FIN_WAIT_1", CONN_FIN_WAIT_1 },
    { "FIN_WAIT_2", CONN_FIN_WAIT_2 },
    { "TIME_WAIT", CONN_TIME_WAIT },
    { "CLOSE_WAIT", CONN_CLOSE_WAIT },
    { "LAST_ACK", CONN_LAST_ACK },
    { "CLOSING", CONN_CLOSING },
    { "CLOSED", CONN_CLOSED },
    { "DELETE_TCB", CONN_CLOSED },
    { "BOUND", CONN_BOUND },
    { "HERGESTELLT", CONN_ESTABLISHED },
    { "WARTEND", CONN_TIME_WAIT },
    { "SCHLIESSEN_WARTEN", CONN_CLOSE_WAIT },
    { "SYN_GESENDET", CONN_SYN_SENT },
    { "FIN_WARTEN_1", CONN_FIN_WAIT_1 },
    { "FIN_WARTEN_2", CONN_FIN_WAIT_2 },
};

/* "ABHÖREN", whatever the code page makes of its fourth letter. */
static bool is_german_listener(const char *word)
{
    const size_t length = strlen(word);

    return (length == 7 || length == 8) && strncmp(word, "ABH", 3) == 0 &&
           strcmp(word + length - 3, "REN") == 0;
}

static enum conn_state state_of(const char *word)
{
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (strcmp(word, words[i].word) == 0)
            return words[i].state;
    return is_german_listener(word) ? CONN_LISTEN : CONN_UNKNOWN;
}

/* Cuts the process off the end of "TIME_WAIT       0"; a state may have blanks. */
static void cut_process(char *state)
{
    char *blank = strrchr(state, ' ');
    size_t length;

    if (blank && blank[1] && strspn(blank + 1, "0123456789") == strlen(blank + 1))
        *blank = '\0';
    for (length = strlen(state); length > 0 && state[length - 1] == ' '; length--)
        state[length - 1] = '\0';
}

enum { COLUMN_PROTOCOL = 0, COLUMN_LOCAL, COLUMN_REMOTE, COLUMN_STATE, COLUMN_COUNT };

static bool add_row(char **columns, size_t count, struct cross_rows *out,
                    struct error *err)
{
    struct cross_row row = { .is_udp = strcmp(columns[COLUMN_PROTOCOL], "UDP") == 0 };

    if (count <= COLUMN_REMOTE || (!row.is_udp && count <= COLUMN_STATE) ||
        !cross_rows_port(columns[COLUMN_LOCAL], &row.local_port) ||
        !cross_rows_port(columns[COLUMN_REMOTE], &row.remote_port))
        return error_set(err, ERR_MALFORMED,
                         "netstat's row %zu is no row of its table: '%s %s'",
                         out->count + 1, columns[COLUMN_PROTOCOL],
                         count > COLUMN_LOCAL ? columns[COLUMN_LOCAL] : "");
    if (columns[COLUMN_LOCAL][0] == '[')
        out->has_v6[row.is_udp ? IP_PROTOCOL_UDP : IP_PROTOCOL_TCP] = true;
    if (!row.is_udp) {
        cut_process(columns[COLUMN_STATE]);
        row.state = state_of(columns[COLUMN_STATE]);
        if (row.state == CONN_UNKNOWN && !out->unknown_word[0])
            (void)snprintf(out->unknown_word, sizeof out->unknown_word, "%s",
                           columns[COLUMN_STATE]);
    }
    return cross_rows_add(out, &row, err);
}

bool cross_netstat_parse(const char *text, struct cross_rows *out, struct error *err)
{
    struct cross_lines lines = { .rest = text };
    char *columns[COLUMN_COUNT];

    while (cross_next_line(&lines)) {
        const size_t count = cross_split(lines.line, columns, COLUMN_COUNT);

        if (strcmp(columns[COLUMN_PROTOCOL], "TCP") != 0 &&
            strcmp(columns[COLUMN_PROTOCOL], "UDP") != 0)
            continue;
        if (!add_row(columns, count, out, err))
            return false;
    }
    return out->count > 0 || error_set(err, ERR_MALFORMED, "netstat lists no socket");
}
