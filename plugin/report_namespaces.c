/* SPDX-License-Identifier: MIT */
/* The perfdata and the table of all namespaces. */
#include "plugin/report_namespaces.h"

#include "checks/base/number.h"
#include "checks/base/text_table.h"
#include "plugin/namespace_words.h"

enum { ROWS_SHOWN = 10 };

void report_namespaces_perfdata(const struct report *report, struct text *out)
{
    const struct namespaces_verdict *all = report->namespaces;
    char percent[8];

    if (!all)
        return;
    if (all->usage.known) {
        number_format_percent(all->usage.part, all->usage.whole, percent);
        text_addf(out, "%sworst_namespace_usage=%s%%;;;0;100", out->length > 0 ? " " : "",
                  percent);
    }
    text_addf(out, "%snamespaces=%zu;;;0", out->length > 0 ? " " : "", all->count);
    if (namespaces_verdict_is_whole(all))
        text_addf(out, " namespaces_over=%zu;;;0", all->over);
}

static void add_row(const struct report *report, size_t at, struct text_table *table)
{
    const struct namespace_result *result = &report->namespaces->results[at];
    struct text cell = { 0 };

    namespace_words_at(report, at, &cell);
    text_table_take(table, &cell);
    text_table_add(table, result->judged ? check_state_names[result->state] : "-");
    namespace_words_usage(result, &cell);
    text_table_take(table, &cell);
    namespace_words_ports(result, &cell);
    text_table_take(table, &cell);
    namespace_words_more(report, at, &cell);
    text_table_take(table, &cell);
}

void report_namespaces_table(const struct report *report, struct text *out)
{
    static const char *const words[] = { "namespace", "state", "used", "ports", "" };
    size_t rows[NAMESPACE_ROWS_MAX];
    size_t count;
    struct text_table table = { .columns = ARRAY_COUNT(words),
                                .width = REPORT_COLUMNS,
                                .to_right = { [2] = true } };

    if (!report->namespaces)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        text_table_add(&table, words[i]);
    count = namespace_words_rows(report, rows);
    for (size_t i = 0; i < count && i < ROWS_SHOWN; i++)
        add_row(report, rows[i], &table);
    text_add(out, "\n");
    text_table_print(&table, out);
    if (count > ROWS_SHOWN)
        text_addf(out, "and %zu more\n", count - ROWS_SHOWN);
}
