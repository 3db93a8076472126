/* SPDX-License-Identifier: MIT */
/* Lines of the classic text format of Prometheus. */
#include "plugin/prometheus_lines.h"

#include <inttypes.h>

#include "checks/base/number.h"

static void begin(struct text *out, const char *name, const char *help, const char *type)
{
    text_addf(out,
              "# HELP " PROMETHEUS_PREFIX "%s %s\n# TYPE " PROMETHEUS_PREFIX "%s %s\n",
              name, help, name, type);
}

void prometheus_begin(struct text *out, const char *name, const char *help)
{
    begin(out, name, help, "gauge");
}

void prometheus_label(struct text *out, const char *name, const char *value)
{
    struct text clean = { 0 };

    text_add_clean(&clean, value, "");
    text_addf(out, "%s=\"", name);
    for (const char *c = text_string(&clean); *c; c++) {
        if (*c == '\\' || *c == '"')
            text_add(out, "\\");
        text_add_bytes(out, c, 1);
    }
    text_add(out, "\"");
    out->failed = out->failed || clean.failed;
    text_clear(&clean);
}

void prometheus_optional_label(struct text *out, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    text_add(out, ",");
    prometheus_label(out, name, value);
}

void prometheus_value(struct text *out, double value)
{
    char text[NUMBER_TEXT_SIZE];

    number_format_double(value, text);
    text_addf(out, " %s\n", text);
}

void prometheus_gauge(struct text *out, const char *name, const char *help, double value)
{
    prometheus_begin(out, name, help);
    text_addf(out, PROMETHEUS_PREFIX "%s", name);
    prometheus_value(out, value);
}

void prometheus_counter(struct text *out, const char *name, const char *help,
                        uint64_t value)
{
    begin(out, name, help, "counter");
    text_addf(out, PROMETHEUS_PREFIX "%s %" PRIu64 "\n", name, value);
}

void prometheus_sample(struct text *out, const char *name, const char *label,
                       const char *label_value, double value)
{
    text_addf(out, PROMETHEUS_PREFIX "%s{", name);
    prometheus_label(out, label, label_value);
    text_add(out, "}");
    prometheus_value(out, value);
}
