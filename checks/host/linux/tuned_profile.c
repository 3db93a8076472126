/* SPDX-License-Identifier: MIT */
/* Profiles of tuned: own directories of the site first, includes before the includer. */
#include "checks/host/linux/tuned_profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/base/text.h"
#include "checks/decode/sysctl_conf.h"
#include "checks/decode/tuned_conf.h"
#include "checks/host/linux/linux_file.h"

/* A profile that includes itself must end somewhere. */
enum { DEPTH_MAX = 8, PROFILES_MAX = 64, NAME_SIZE = 128, PATH_SIZE = 256 };

static const char separators[] = " \t\n\r,;";

struct search {
    const struct sysctl_config *config;
    struct sysctl_writes *out;
    bool sets_sysctls;       /* any of them, whether asked for or not */
    char path[PATH_SIZE];    /* of the profile that is read */
    char section[NAME_SIZE]; /* that is one of sysctls by its "type=" */
    char *includes;          /* owned; of the profile that is read */
    size_t profiles;         /* read so far */
};

static bool load(struct search *search, const char *name, int depth, struct error *err);

/* Loads every profile of a list of names. */
static bool load_all(struct search *search, const char *names, int depth,
                     struct error *err)
{
    while (*(names += strspn(names, separators))) {
        const size_t length = strcspn(names, separators);
        const size_t optional = *names == '-'; /* "-name": may be missing */
        char name[NAME_SIZE];

        (void)snprintf(name, sizeof name, "%.*s", (int)(length - optional),
                       names + optional);
        if (length - optional < sizeof name && !load(search, name, depth, err))
            return false;
        names += length;
    }
    return true;
}

static bool take_includes(void *context, const struct tuned_conf_line *line)
{
    struct search *search = context;
    char *copy;

    if (strcmp(line->section, "main") != 0 || strcmp(line->name, "include") != 0)
        return true;
    copy = text_copy(line->value);
    free(search->includes);
    search->includes = copy;
    return copy != NULL;
}

static bool is_about_sysctls(struct search *search, const struct tuned_conf_line *line)
{
    if (strcmp(line->name, "type") == 0 && strcmp(line->value, "sysctl") == 0)
        (void)snprintf(search->section, sizeof search->section, "%s", line->section);
    return strcmp(line->section, "sysctl") == 0 ||
           (*line->section && strcmp(line->section, search->section) == 0);
}

static bool take_sysctls(void *context, const struct tuned_conf_line *line)
{
    struct search *search = context;
    char *key;
    bool ok = true;

    if (!is_about_sysctls(search, line))
        return true;
    key = text_copy(line->name);
    if (!key)
        return false;
    search->sets_sysctls = true;
    sysctl_conf_normalise_key(key);
    for (size_t i = 0; i < search->config->count && ok; i++)
        if (strcmp(key, search->config->keys[i]) == 0)
            ok = sysctl_writes_add(search->out,
                                   &(struct sysctl_write){ .key = i,
                                                           .by = SYSCTL_TUNED,
                                                           .value = (char *)line->value,
                                                           .file = search->path,
                                                           .line = line->number },
                                   NULL);
    free(key);
    return ok;
}

/* Finds and reads the profile; leaves its path in search->path. */
static bool read_profile(struct search *search, const char *name, bool *present,
                         struct text *contents, struct error *err)
{
    static const char *const directories[] = { "/etc/tuned/profiles", "/etc/tuned",
                                               "/usr/lib/tuned/profiles",
                                               "/usr/lib/tuned" };
    struct config_file file = { 0 };

    for (size_t i = 0; i < ARRAY_COUNT(directories) && !file.present; i++) {
        (void)snprintf(search->path, sizeof search->path, "%s/%s/tuned.conf",
                       directories[i], name);
        if (!config_file_read(search->config->root, search->path, &file, contents, err))
            return false;
    }
    *present = file.present;
    return true;
}

/* What a profile includes comes first, so that its own lines have the last word. */
static bool load_included(struct search *search, const struct text *contents, int depth,
                          struct error *err)
{
    char path[PATH_SIZE];
    char *includes;
    bool ok;

    ok = tuned_conf_read(text_string(contents), contents->length, take_includes, search,
                         err);
    includes = search->includes;
    search->includes = NULL;
    memcpy(path, search->path, sizeof path);
    if (ok && includes)
        ok = load_all(search, includes, depth + 1, err);
    memcpy(search->path, path, sizeof path);
    free(includes);
    return ok;
}

static bool load(struct search *search, const char *name, int depth, struct error *err)
{
    struct text contents = { 0 };
    bool present = false;
    bool ok;

    if (depth > DEPTH_MAX || ++search->profiles > PROFILES_MAX || *name == '.' ||
        strchr(name, '/'))
        return true;
    ok = read_profile(search, name, &present, &contents, err);
    if (ok && present) {
        ok = load_included(search, &contents, depth, err);
        *search->section = '\0';
        ok = ok && tuned_conf_read(text_string(&contents), contents.length, take_sysctls,
                                   search, err);
    }
    text_clear(&contents);
    return ok;
}

/* The spellings of configparser's getboolean. Another one stops tuned, and with it the
 * profile: then the system's files hold as well. */
static bool take_reapply(void *context, const struct tuned_conf_line *line)
{
    static const char *const no[] = { "0", "no", "false", "off" };
    bool *reapplies = context;

    if (*line->section || strcmp(line->name, "reapply_sysctl") != 0)
        return true;
    *reapplies = true;
    for (size_t i = 0; i < ARRAY_COUNT(no); i++)
        *reapplies = *reapplies && !ascii_same(line->value, no[i]);
    return true;
}

static bool read_reapply(const char *root, bool *reapplies, struct error *err)
{
    static const char path[] = "/etc/tuned/tuned-main.conf";
    struct config_file file;
    struct text contents = { 0 };
    bool ok = config_file_read(root, path, &file, &contents, err);

    *reapplies = true;
    ok = ok && tuned_conf_read(text_string(&contents), contents.length, take_reapply,
                               reapplies, err);
    text_clear(&contents);
    return ok;
}

bool tuned_profile_read(const struct sysctl_config *config, struct sysctl_writes *out,
                        struct error *err)
{
    struct search search = { .config = config, .out = out };
    struct config_file file;
    struct text active = { 0 };
    bool ok = config_file_read(config->root, "/etc/tuned/active_profile", &file, &active,
                               err) &&
              load_all(&search, text_string(&active), 0, err);

    if (ok && search.sets_sysctls)
        ok = read_reapply(config->root, &out->tuned_reapplies, err);
    text_clear(&active);
    free(search.includes);
    return ok;
}
