/* SPDX-License-Identifier: MIT */
/* Finding and reading the policy. */
#include "checks/host/site_policy.h"

#include <string.h>

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

typedef bool read_file(const char *path, size_t limit, struct text *out,
                       struct error *err);

/* Judges and reads in one: there is no moment in which the file could be exchanged. */
static bool read_for_change(const char *path, size_t limit, struct text *out,
                            struct error *err)
{
    if (strcmp(path, "-") == 0)
        return error_set(err, ERR_DENIED,
                         "standard input has no owner that can be checked; to make "
                         "changes, use a file");
    return program_read_site_file(path, limit, out, err);
}

static enum finding read_policy(const char *given, const char *path, read_file *read,
                                struct text *bytes, struct error *err)
{
    struct error failure = { 0 };

    if (read(path, POLICY_FILE_MAX, bytes, &failure))
        return FOUND_FILE;
    if (!given && failure.code == ERR_ABSENT)
        return FOUND_NOTHING;
    (void)error_set(err, failure.code, "policy: %s", failure.message);
    return FOUND_ERROR;
}

typedef bool apply_policy(struct policy *policy, const char *bytes, size_t length,
                          struct error *err);

/* Who reads the file, and what is made of its content. */
struct manner {
    read_file *read;
    apply_policy *apply;
};

static bool load(const char *given, const struct manner *manner, struct policy *policy,
                 struct text *source, struct error *err)
{
    struct text path = { 0 };
    struct text bytes = { 0 };
    enum finding found = FOUND_ERROR;
    bool ok;

    policy_init(policy);
    if (policy_path(given, &path, err))
        found = read_policy(given, text_string(&path), manner->read, &bytes, err);
    ok = found == FOUND_NOTHING ||
         (found == FOUND_FILE &&
          (manner->apply(policy, text_string(&bytes), bytes.length, err) ||
           error_prefix(err, "policy %s", text_string(&path))));
    text_add(source, found == FOUND_NOTHING ? "built-in" : text_string(&path));
    text_clear(&path);
    text_clear(&bytes);
    return ok && text_ok(source, err);
}

bool site_policy_load(const char *given, bool changes, struct policy *policy,
                      struct text *source, struct error *err)
{
    const struct manner manner = {
        changes ? read_for_change
        : given ? program_read_own_file
                : program_read_site_file,
        policy_apply_json,
    };

    return load(given, &manner, policy, source, err);
}

bool site_policy_load_to_look(const char *given, struct policy *policy,
                              struct text *source, struct error *err)
{
    const struct manner manner = {
        given ? program_read_own_file : program_read_site_file,
        policy_apply_newer_json,
    };
    struct error why = { 0 };

    if (load(given, &manner, policy, source, &why))
        return true;
    if (given || why.code == ERR_MEMORY)
        return error_set(err, why.code, "%s", why.message);
    policy_init_without_site(policy, why.message);
    text_cut(source, 0);
    text_add(source, "built-in");
    return text_ok(source, err);
}
