/* SPDX-License-Identifier: MIT */
/* Finding and reading the policy. */
#include "checks/host/site_policy.h"

#include "checks/host/program.h"

static bool policy_path(const char *given, struct text *out, struct error *err)
{
    if (!given)
        return program_site_policy_path(out, err);
    text_add(out, given);
    return text_ok(out, err);
}

/* What is told apart: no file where none was named, which is no error. */
enum finding { FOUND_NOTHING = 0, FOUND_FILE, FOUND_ERROR };

static enum finding read_policy(const char *given, const char *path, struct text *bytes,
                                struct error *err)
{
    struct error failure = { 0 };
    bool ok = given ? program_read_own_file(path, POLICY_FILE_MAX, bytes, &failure)
                    : program_read_site_file(path, POLICY_FILE_MAX, bytes, &failure);

    if (ok)
        return FOUND_FILE;
    if (!given && failure.code == ERR_ABSENT)
        return FOUND_NOTHING;
    (void)error_set(err, failure.code, "policy: %s", failure.message);
    return FOUND_ERROR;
}

typedef bool apply_policy(struct policy *policy, const char *bytes, size_t length,
                          struct error *err);

static bool load(const char *given, apply_policy *apply, struct policy *policy,
                 struct text *source, struct error *err)
{
    struct text path = { 0 };
    struct text bytes = { 0 };
    enum finding found = FOUND_ERROR;
    bool ok;

    policy_init(policy);
    if (policy_path(given, &path, err))
        found = read_policy(given, text_string(&path), &bytes, err);
    ok = found == FOUND_NOTHING ||
         (found == FOUND_FILE && (apply(policy, text_string(&bytes), bytes.length, err) ||
                                  error_prefix(err, "policy %s", text_string(&path))));
    text_add(source, found == FOUND_NOTHING ? "built-in" : text_string(&path));
    text_clear(&path);
    text_clear(&bytes);
    return ok && text_ok(source, err);
}

bool site_policy_load(const char *given, struct policy *policy, struct text *source,
                      struct error *err)
{
    return load(given, policy_apply_json, policy, source, err);
}

bool site_policy_load_to_look(const char *given, struct policy *policy,
                              struct text *source, struct error *err)
{
    struct error why = { 0 };

    if (load(given, policy_apply_newer_json, policy, source, &why))
        return true;
    if (given || why.code == ERR_MEMORY)
        return error_set(err, why.code, "%s", why.message);
    policy_init_without_site(policy, why.message);
    text_cut(source, 0);
    text_add(source, "built-in");
    return text_ok(source, err);
}
