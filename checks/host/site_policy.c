/* SPDX-License-Identifier: MIT */
/* Finding and reading the policy. */
#include "checks/host/site_policy.h"

#include "checks/host/program.h"

bool site_policy_path(const char *given, struct text *out, struct error *err)
{
    if (!given)
        return program_site_policy_path(out, err);
    text_add(out, given);
    return text_ok(out, err);
}

bool site_policy_load(const char *given, struct policy *policy, struct text *source,
                      struct error *err)
{
    struct text path = { 0 };
    struct text bytes = { 0 };
    struct error failure = { 0 };
    bool (*read)(const char *, size_t, struct text *, struct error *);
    bool ok = false;

    policy_init(policy);
    if (!site_policy_path(given, &path, err))
        goto cleanup;
    read = given ? program_read_file : program_read_site_file;
    if (!read(text_string(&path), POLICY_FILE_MAX, &bytes, &failure)) {
        ok = failure.code == ERR_ABSENT && !given;
        text_add(source, ok ? "built-in" : text_string(&path));
        if (!ok)
            (void)error_set(err, failure.code, "policy: %s", failure.message);
        goto cleanup;
    }
    text_add(source, text_string(&path));
    ok = policy_apply_json(policy, text_string(&bytes), bytes.length, err) ||
         error_prefix(err, "policy %s", text_string(&path));
cleanup:
    text_clear(&path);
    text_clear(&bytes);
    return ok;
}
