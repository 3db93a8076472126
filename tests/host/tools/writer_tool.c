/* SPDX-License-Identifier: MIT */
/* The WRITE seam and the persistent configuration by command line, for tests of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks/host/linux/sysctl_config.h"
#include "checks/host/program.h"
#include "checks/model/policy.h"
#include "remediate/writer/setting_writer.h"
#include "remediate/writer/state_store.h"
#include "remediate/writer/system.h"
#include "tests/support/word.h"

enum { KEYS_MAX = 16 };

/* One way to call; `arguments` is how many words stand behind the command's. */
struct command {
    const char *name;
    int arguments; /* at least */
    const char *usage;
    bool (*run)(char **words, struct error *err);
};

static const char *code_name(enum error_code code)
{
    static const char *const names[] = { "none",    "malformed", "limit",
                                         "absent",  "denied",    "unsupported",
                                         "timeout", "memory",    "io" };

    return names[code];
}

static bool run_read(char **words, struct error *err)
{
    struct setting_writer writer = { 0 };
    struct text value = { 0 };
    size_t kind;
    bool present = false;
    bool ok;

    if (!word_number(change_kind_names, CHANGE_KIND_COUNT, words[0], &kind))
        return error_set(err, ERR_MALFORMED, "no kind '%s'", words[0]);
    ok = setting_writer_open(&writer, err) &&
         writer.ops->read(writer.self, (enum change_kind)kind, words[1], NULL, &present,
                          &value, err);
    if (ok)
        printf("%s%s\n", present ? "present " : "absent", text_string(&value));
    text_clear(&value);
    setting_writer_close(&writer);
    return ok;
}

static bool run_write(char **words, struct error *err)
{
    struct setting_writer writer = { 0 };
    size_t kind;
    bool ok;

    if (!word_number(change_kind_names, CHANGE_KIND_COUNT, words[0], &kind))
        return error_set(err, ERR_MALFORMED, "no kind '%s'", words[0]);
    ok = setting_writer_open(&writer, err) &&
         writer.ops->write(writer.self, (enum change_kind)kind, words[1], words[2], NULL,
                           err);
    setting_writer_close(&writer);
    return ok;
}

static bool run_inspect(char **words, struct error *err)
{
    struct state_store store = { 0 };
    bool recorded;
    bool ok;

    (void)words;
    ok = state_store_open(&store, err) && store.ops->inspect(store.self, &recorded, err);
    state_store_close(&store);
    return ok;
}

/* Holds the lock until standard input ends. */
static bool run_lock(char **words, struct error *err)
{
    struct state_store store = { 0 };
    bool ok;
    char byte;

    (void)words;
    ok = state_store_open(&store, err) && store.ops->lock(store.self, err);
    if (ok) {
        printf("locked %lu\n", system_pid());
        (void)fflush(stdout);
        while (read(STDIN_FILENO, &byte, 1) > 0)
            ;
        store.ops->unlock(store.self);
    }
    state_store_close(&store);
    return ok;
}

static bool run_journal(char **words, struct error *err)
{
    struct state_store store = { 0 };
    struct text journal = { 0 };
    bool ok;

    (void)words;
    ok = state_store_open(&store, err) &&
         store.ops->read_journal(store.self, &journal, err);
    if (ok)
        (void)fwrite(text_string(&journal), 1, journal.length, stdout);
    text_clear(&journal);
    state_store_close(&store);
    return ok;
}

/* append KEEP TEXT...: each TEXT behind the one before, with a newline. */
static bool run_append(char **words, struct error *err)
{
    size_t keep = strtoul(words[0], NULL, 10);
    struct state_store store = { 0 };
    bool ok = state_store_open(&store, err) && store.ops->lock(store.self, err);

    for (char **word = words + 1; ok && *word; word++) {
        struct text line = { 0 };

        text_addf(&line, "%s\n", *word);
        ok = store.ops->append_journal(store.self, keep, text_string(&line), line.length,
                                       err);
        keep += line.length;
        text_clear(&line);
    }
    state_store_close(&store);
    return ok;
}

static bool run_trusts(char **words, struct error *err)
{
    struct text bytes = { 0 };
    const bool ok = program_read_site_file(words[0], POLICY_FILE_MAX, &bytes, err);

    text_clear(&bytes);
    return ok;
}

static bool run_may_change(char **words, struct error *err)
{
    (void)words;
    return system_may_change(err);
}

static bool run_facts(char **words, struct error *err)
{
    const struct deadline none = { 0 }; /* of no meaning here */
    struct text user = { 0 };
    struct text why = { 0 };

    (void)words;
    (void)err;
    system_user(&none, &user);
    printf("user %s\n", text_string(&user));
    if (system_is_container(&why))
        printf("container %s\n", text_string(&why));
    text_clear(&user);
    text_clear(&why);
    return true;
}

static bool run_audit(char **words, struct error *err)
{
    (void)err;
    system_audit(strcmp(words[0], "failure") == 0, words[1]);
    return true;
}

static void print_source(const char *key, const char *name,
                         const struct sysctl_write *source)
{
    if (source)
        printf("%s %s %s:%lu %s\n", key, name, source->file, (unsigned long)source->line,
               source->value);
}

/* What each kind of writer writes last. */
static void print_last(const struct sysctl_config *config, bool systemd,
                       const struct sysctl_writes *writes)
{
    static const char *const names[] = { [SYSCTL_BOOT] = "boot",
                                         [SYSCTL_CONF] = "sysctl.conf",
                                         [SYSCTL_TUNED] = "tuned",
                                         [SYSCTL_REAPPLIED] = "reapplied" };

    for (size_t key = 0; key < config->count; key++)
        for (size_t by = 0; by < ARRAY_COUNT(names); by++)
            if ((by == SYSCTL_CONF) != systemd)
                print_source(config->keys[key], names[by],
                             sysctl_writes_last(writes, key, (enum sysctl_writer)by));
}

/* config ROOT KEY...: as systemd reads it, and sysctl.conf as procps does. */
static bool run_config(char **words, struct error *err)
{
    struct sysctl_config config = { .root = words[0],
                                    .keys = (const char *const *)(words + 1) };

    while (config.count < KEYS_MAX && words[1 + config.count])
        config.count++;
    for (int systemd = 1; systemd >= 0; systemd--) {
        struct sysctl_writes writes = { 0 };

        config.systemd = systemd;
        if (!sysctl_config_read(&config, &writes, err))
            return false;
        print_last(&config, systemd, &writes);
        sysctl_writes_clear(&writes);
    }
    return true;
}

/* played ROOT systemd|procps KEY...: what the kernel makes of all the writes. Ranges and
 * lists are known by their keys. */
static bool run_played(char **words, struct error *err)
{
    static const struct os_version kernel = { .major = 6, .minor = 18 };
    struct sysctl_at_boot keys[KEYS_MAX] = { 0 };
    struct sysctl_writes writes = { 0 };
    struct sysctl_config config = { .root = words[0],
                                    .systemd = strcmp(words[1], "systemd") == 0,
                                    .keys = (const char *const *)(words + 2) };

    for (; config.count < KEYS_MAX && words[2 + config.count]; config.count++) {
        const char *key = words[2 + config.count];

        keys[config.count].key = key;
        keys[config.count].kind = strcmp(key, PLACE_PORT_RANGE) == 0 ? SYSCTL_PORT_RANGE
                                  : strcmp(key, PLACE_RESERVED_PORTS) == 0
                                      ? SYSCTL_PORT_LIST
                                      : SYSCTL_NUMBER;
    }
    if (!sysctl_config_read(&config, &writes, err))
        return false;
    sysctl_boot_play(&writes, &kernel, keys, config.count);
    for (size_t i = 0; i < config.count; i++) {
        printf("%s ", keys[i].key);
        if (keys[i].boot == BOOT_SET && keys[i].kind == SYSCTL_NUMBER)
            printf("%lld", (long long)keys[i].number);
        else if (keys[i].boot == BOOT_SET && keys[i].kind == SYSCTL_PORT_RANGE)
            printf("%d-%d", keys[i].range.first, keys[i].range.last);
        else
            printf("%s", keys[i].boot == BOOT_UNSET ? "unset"
                         : keys[i].boot == BOOT_SET ? keys[i].source->value
                                                    : "unknown");
        printf("%s%s%s%s\n", keys[i].source ? " " : "",
               keys[i].source ? keys[i].source->file : "",
               keys[i].refused[0] ? " - " : "", keys[i].refused);
    }
    sysctl_writes_clear(&writes);
    return true;
}

static const struct command commands[] = {
    { "read", 2, "KIND PLACE", run_read },
    { "write", 2, "KIND PLACE [VALUE]", run_write },
    { "inspect", 0, "", run_inspect },
    { "lock", 0, "", run_lock },
    { "journal", 0, "", run_journal },
    { "append", 2, "KEEP TEXT...", run_append },
    { "trusts", 1, "PATH", run_trusts },
    { "may-change", 0, "", run_may_change },
    { "facts", 0, "", run_facts },
    { "audit", 2, "ok|failure LINE", run_audit },
    { "config", 1, "ROOT KEY...", run_config },
    { "played", 2, "ROOT systemd|procps KEY...", run_played },
};

static const struct command *find_command(int argc, char **argv)
{
    for (size_t i = 0; i < ARRAY_COUNT(commands) && argc > 1; i++)
        if (strcmp(commands[i].name, argv[1]) == 0 && argc - 2 >= commands[i].arguments)
            return &commands[i];
    return NULL;
}

int main(int argc, char **argv)
{
    const struct command *command = find_command(argc, argv);
    struct error err = { 0 };

    if (!command) {
        for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
            (void)fprintf(stderr, "writer_tool %s %s\n", commands[i].name,
                          commands[i].usage);
        return 2;
    }
    if (command->run(argv + 2, &err))
        return 0;
    printf("%s: %s\n", code_name(err.code), err.message);
    return 1;
}
