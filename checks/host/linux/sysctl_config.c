/* SPDX-License-Identifier: MIT */
/* The precedence of sysctl.d(5) between files, as systemd-sysctl reads them. */
#include "checks/host/linux/sysctl_config.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "checks/base/text.h"
#include "checks/decode/sysctl_conf.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/sysctl_rules.h"
#include "checks/host/linux/tuned_profile.h"

static const char sysctl_conf[] = "/etc/sysctl.conf";

/* Earlier ones hide files of later ones. On most systems the last is the one before. */
static const char *const boot_directories[] = {
    "/etc/sysctl.d",     "/run/sysctl.d", "/usr/local/lib/sysctl.d",
    "/usr/lib/sysctl.d", "/lib/sysctl.d", NULL,
};

/* The other way round than at boot (tuned 2.20 to 2.26, plugins/plugin_sysctl.py). */
static const char *const tuned_directories[] = { "/run/sysctl.d", "/etc/sysctl.d", NULL };

struct file_list {
    char *paths[SYSCTL_CONFIG_FILES_MAX]; /* owned */
    size_t count;
    bool hidden; /* files whose names begin with a dot, too */
};

static const char *base_name(const char *path)
{
    return strrchr(path, '/') + 1;
}

/* tuned reads hidden files too. */
static bool is_configuration(const struct dirent *entry, bool hidden)
{
    const size_t length = strlen(entry->d_name);

    return (hidden || entry->d_name[0] != '.') && length >= 5 &&
           strcmp(entry->d_name + length - 5, ".conf") == 0 &&
           (entry->d_type == DT_REG || entry->d_type == DT_LNK ||
            entry->d_type == DT_UNKNOWN);
}

static bool is_hidden(const struct file_list *files, const char *name)
{
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(base_name(files->paths[i]), name) == 0)
            return true;
    return false;
}

static bool add_file(struct file_list *files, const char *directory, const char *name,
                     struct error *err)
{
    struct text path = { 0 };

    if (is_hidden(files, name))
        return true;
    if (files->count == SYSCTL_CONFIG_FILES_MAX)
        return error_set(err, ERR_LIMIT,
                         "'%s' and similar directories have more than %d files",
                         directory, SYSCTL_CONFIG_FILES_MAX);
    text_addf(&path, "%s/%s", directory, name);
    if (!text_ok(&path, err))
        return false;
    files->paths[files->count++] = path.data;
    return true;
}

static bool list_directory(const char *root, const char *directory,
                           struct file_list *files, struct error *err)
{
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof path, "%s%s", root, directory);
    DIR *listing = NULL;
    struct dirent *entry;
    bool ok = true;

    errno = ENAMETOOLONG;
    if (length >= 0 && (size_t)length < sizeof path)
        listing = opendir(path);
    if (!listing)
        return errno == ENOENT || errno == ENOTDIR ||
               linux_error_set(err, errno, "cannot list '%s'", directory);
    errno = 0;
    while (ok && (entry = readdir(listing)) != NULL) {
        if (is_configuration(entry, files->hidden))
            ok = add_file(files, directory, entry->d_name, err);
        errno = 0;
    }
    if (ok && errno != 0)
        ok = linux_error_set(err, errno, "cannot list '%s'", directory);
    (void)closedir(listing);
    return ok;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(base_name(*(char *const *)a), base_name(*(char *const *)b));
}

static void clear_files(struct file_list *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    files->count = 0;
}

static bool list_files(const char *root, const char *const *directories,
                       struct file_list *files, struct error *err)
{
    clear_files(files);
    for (size_t i = 0; directories[i]; i++)
        if (!list_directory(root, directories[i], files, err))
            return false;
    qsort((void *)files->paths, files->count, sizeof files->paths[0], compare_names);
    return true;
}

static bool read_file(const char *root, const char *path, struct sysctl_rules *rules,
                      struct config_file *file, struct error *err)
{
    struct text contents = { 0 };
    struct error unread = { 0 };
    bool ok = config_file_read(root, path, file, &contents, err);

    rules->file = path;
    if (ok && !sysctl_conf_read(text_string(&contents), contents.length, sysctl_rules_add,
                                rules, &unread)) {
        ok = rules->too_many ? error_set(err, ERR_LIMIT, "'%s': more than %d patterns",
                                         path, SYSCTL_RULES_MAX)
                             : error_set(err, unread.code, "%s", unread.message);
    }
    text_clear(&contents);
    return ok;
}

/* Whether `file` is the one that stands at /etc/sysctl.conf. */
static bool is_sysctl_conf(const char *root, const struct config_file *file)
{
    char path[PATH_MAX];
    struct stat status;

    (void)snprintf(path, sizeof path, "%s%s", root, sysctl_conf);
    return file->present && stat(path, &status) == 0 && status.st_dev == file->device &&
           status.st_ino == file->inode;
}

static bool is_left_out(const struct sysctl_config *config, const char *path)
{
    return config->without && strcmp(config->without, path) == 0;
}

/* All files of the directories; tells whether /etc/sysctl.conf was among them. */
static bool read_files(const struct sysctl_config *config, const struct file_list *files,
                       struct sysctl_rules *rules, bool *had_sysctl_conf,
                       struct error *err)
{
    const char *root = config->root;

    *had_sysctl_conf = false;
    for (size_t i = 0; i < files->count; i++) {
        struct config_file file;

        if (is_left_out(config, files->paths[i]))
            continue;
        if (!read_file(root, files->paths[i], rules, &file, err))
            return false;
        *had_sysctl_conf = *had_sysctl_conf || is_sysctl_conf(root, &file);
    }
    return true;
}

/* One reading of all configuration. */
struct config_reading {
    const struct sysctl_config *config;
    struct file_list files;
    struct sysctl_rules rules;
    struct sysctl_writes *out;
};

/* The files of these directories, and /etc/sysctl.conf where `conf` says so and it is
 * none of them: who reads it, reads it last. */
static bool read_all(struct config_reading *reading, const char *const *directories,
                     bool conf, bool *had_conf, struct error *err)
{
    const char *root = reading->config->root;
    struct config_file file;

    sysctl_rules_clear(&reading->rules);
    if (!list_files(root, directories, &reading->files, err) ||
        !read_files(reading->config, &reading->files, &reading->rules, had_conf, err))
        return false;
    return !conf || read_file(root, sysctl_conf, &reading->rules, &file, err);
}

/* systemd-sysctl never reads /etc/sysctl.conf by that name. */
static bool read_boot(struct config_reading *reading, struct error *err)
{
    const char *root = reading->config->root;
    struct config_file file;
    bool had_conf;

    reading->rules.every = !reading->config->systemd;
    if (!read_all(reading, boot_directories, false, &had_conf, err) ||
        !sysctl_rules_carry_out(&reading->rules, SYSCTL_BOOT, reading->out, err))
        return false;
    if (had_conf || reading->config->systemd)
        return true;
    sysctl_rules_clear(&reading->rules);
    return read_file(root, sysctl_conf, &reading->rules, &file, err) &&
           sysctl_rules_carry_out(&reading->rules, SYSCTL_CONF, reading->out, err);
}

/* tuned takes each line as it comes: a pattern or a dash is part of a name that no key
 * has. */
static bool reapply(struct config_reading *reading, struct error *err)
{
    bool had_conf;

    reading->rules.every = true;
    reading->rules.literal = true;
    reading->files.hidden = true;
    return read_all(reading, tuned_directories, true, &had_conf, err) &&
           sysctl_rules_carry_out(&reading->rules, SYSCTL_REAPPLIED, reading->out, err);
}

bool sysctl_config_read(const struct sysctl_config *config, struct sysctl_writes *out,
                        struct error *err)
{
    struct config_reading *reading = calloc(1, sizeof *reading);
    bool ok;

    if (!reading)
        return error_set(err, ERR_MEMORY, "out of memory");
    reading->config = config;
    reading->out = out;
    reading->rules.keys = config->keys;
    reading->rules.key_count = config->count;
    ok = read_boot(reading, err) && tuned_profile_read(config, out, err) &&
         (!out->tuned_reapplies || reapply(reading, err));
    sysctl_rules_clear(&reading->rules);
    clear_files(&reading->files);
    free(reading);
    if (!ok)
        sysctl_writes_clear(out);
    return ok;
}
