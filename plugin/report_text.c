/* SPDX-License-Identifier: MIT */
/* The Monitoring Plugins text: one line with perfdata, and more lines under -v. */
#include "plugin/report.h"

#include <string.h>

#include "plugin/report_details.h"
#include "plugin/report_summary.h"

/* Below this much text the thresholds in the perfdata are worth less than words. */
enum { SUMMARY_ROOM_MIN = 160 };

static const char perfdata_mark[] = " | ";
static const char shortened[] = "(shortened)\n";

/* Where something was not read the line says why, and has all the room there is. */
static size_t words_room(const struct report *report, size_t room)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const struct result *result = &report->verdict->results[i];

        if (result->judged && !result->measure.known)
            return room;
    }
    return room < REPORT_WORDS_MAX ? room : REPORT_WORDS_MAX;
}

static void add_first_line(const struct report *report, const struct report *told,
                           struct text *out)
{
    struct text perfdata = { 0 };
    const size_t mark = strlen(perfdata_mark);

    report_perfdata(report, true, &perfdata);
    if (SUMMARY_ROOM_MIN + mark + perfdata.length > REPORT_FIRST_LINE_MAX) {
        text_cut(&perfdata, 0);
        report_perfdata(report, false, &perfdata);
    }
    if (perfdata.length == 0) {
        report_summary(report, words_room(told, REPORT_FIRST_LINE_MAX), out);
    } else {
        report_summary(report,
                       words_room(told, REPORT_FIRST_LINE_MAX - mark - perfdata.length),
                       out);
        text_add(out, perfdata_mark);
        text_add(out, text_string(&perfdata));
    }
    text_add(out, "\n");
    out->failed = out->failed || perfdata.failed;
    text_clear(&perfdata);
}

/* Drops whole lines from the end of what was added at `start`. */
static void drop_lines(struct text *out, size_t start)
{
    size_t length;

    if (out->length - start <= REPORT_TEXT_MAX - REPORT_RUNBOOK_MAX)
        return;
    length = start + REPORT_TEXT_MAX - REPORT_RUNBOOK_MAX - strlen(shortened);
    while (out->data[length - 1] != '\n')
        length--;
    text_cut(out, length);
    text_add(out, shortened);
}

bool report_text(const struct report *report, struct text *out, struct error *err)
{
    const struct report *told = report->worst ? report->worst : report;
    size_t start = out->length;

    add_first_line(report, told, out);
    if (report->verbosity > 0)
        report_details(told, out);
    drop_lines(out, start);
    if (report->verbosity > 0)
        report_runbook(told, out);
    return text_ok(out, err);
}
