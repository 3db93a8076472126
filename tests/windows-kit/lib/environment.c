/* SPDX-License-Identifier: MIT */
/* Setting and restoring variables of our environment. */
#include "tests/windows-kit/lib/environment.h"

#include <stdlib.h>

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"

/* A new string; NULL: there is none of this name, or no memory. */
static wchar_t *value_of(const wchar_t *name)
{
    const DWORD size = GetEnvironmentVariableW(name, NULL, 0);
    wchar_t *value = size > 0 ? calloc(size, sizeof *value) : NULL;

    if (value)
        (void)GetEnvironmentVariableW(name, value, size);
    return value;
}

static bool set_one(struct environment *before, const struct program_variable *variable,
                    struct error *err)
{
    wchar_t *name = win_text_to_wide(variable->name, err);
    wchar_t *value = name ? win_text_to_wide(variable->value, err) : NULL;
    bool ok = false;

    if (value) {
        before->values[before->count] = value_of(name);
        before->names[before->count++] = name;
        ok = SetEnvironmentVariableW(name, value) ||
             win_error_set(err, GetLastError(), "variable %s", variable->name);
    } else {
        free(name);
    }
    free(value);
    return ok;
}

bool environment_set(struct environment *before, const struct program_variable *variables,
                     size_t count, struct error *err)
{
    if (count > ENVIRONMENT_MAX)
        return error_set(err, ERR_LIMIT, "more than %d variables", ENVIRONMENT_MAX);
    for (size_t i = 0; i < count; i++)
        if (!set_one(before, &variables[i], err))
            return false;
    return true;
}

void environment_restore(struct environment *before)
{
    while (before->count > 0) {
        const size_t last = --before->count;

        (void)SetEnvironmentVariableW(before->names[last], before->values[last]);
        free(before->names[last]);
        free(before->values[last]);
    }
    *before = (struct environment){ 0 };
}
