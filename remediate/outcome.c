/* SPDX-License-Identifier: MIT */
/* Exit codes and their words. */
#include "remediate/outcome.h"

#include <stdarg.h>
#include <stdio.h>

#include "checks/base/error.h"

const char *remediate_exit_name(enum remediate_exit code)
{
    switch (code) {
    case EXIT_DONE:
    case EXIT_REBOOT:
        return "done";
    case EXIT_NEEDED:
        return "needed";
    case EXIT_FAILED:
        return "failed";
    case EXIT_ERROR:
        return "error";
    case EXIT_REFUSED:
        return "refused";
    case EXIT_MANUAL:
        return "manual action needed";
    }
    return "error";
}

bool outcome_set(struct outcome *outcome, enum remediate_exit code, const char *format,
                 ...)
{
    char message[2 * ERR_TEXT_SIZE];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    outcome->code = code;
    text_cut(&outcome->message, 0);
    text_add_clean(&outcome->message, message, "");
    return code == EXIT_DONE;
}

void outcome_clear(struct outcome *outcome)
{
    text_clear(&outcome->message);
    text_clear(&outcome->details);
    *outcome = (struct outcome){ 0 };
}
