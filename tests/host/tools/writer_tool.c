/* SPDX-License-Identifier: MIT */
/* The WRITE seam and the persistent configuration by command line, for tests of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks/host/linux/sysctl_config.h"
#include "remediate/writer/setting_writer.h"
#include "remediate/writer/state_store.h"
#include "remediate/writer/system.h"

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
    enum change_kind kind;
    bool present = false;
    bool ok;

    if (!change_kind_from_name(words[0], &kind))
        return error_set(err, ERR_MALFORMED, "no kind '%s'", words[0]);
    ok = setting_writer_open(&writer, err) &&
         writer.ops->read(writer.self, kind, words[1], NULL, &present, &value, err);
    if (ok)
        printf("%s%s\n", present ? "present " : "absent", text_string(&value));
    text_clear(&value);
    setting_writer_close(&writer);
    return ok;
}

static bool run_write(char **words, struct error *err)
{
    struct setting_writer writer = { 0 };
    enum change_kind kind;
    bool ok;

    if (!change_kind_from_name(words[0], &kind))
        return error_set(err, ERR_MALFORMED, "no kind '%s'", words[0]);
    ok = setting_writer_open(&writer, err) &&
         writer.ops->write(writer.self, kind, words[1], words[2], NULL, err);
    setting_writer_close(&writer);
    return ok;
}

static bool run_inspect(char **words, struct error *err)
{
    struct state_store store = { 0 };
    bool ok;

    (void)words;
    ok = state_store_open(&store, err) && store.ops->inspect(store.self, err);
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
    return state_store_trusts(words[0], err);
}

static bool run_may_change(char **words, struct error *err)
{
    (void)words;
    return system_may_change(err);
}

static bool run_facts(char **words, struct error *err)
{
    struct text user = { 0 };
    struct text why = { 0 };

    (void)words;
    (void)err;
    system_user(&user);
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
                         const struct sysctl_source *source)
{
    if (source->value)
        printf("%s %s %s:%lu %s\n", key, name, source->file, (unsigned long)source->line,
               source->value);
}

/* config ROOT KEY... */
static bool run_config(char **words, struct error *err)
{
    struct sysctl_configured found[KEYS_MAX] = { 0 };
    size_t count = 0;

    while (count < KEYS_MAX && words[1 + count])
        count++;
    if (!sysctl_config_read(words[0], (const char *const *)(words + 1), count, found,
                            err))
        return false;
    for (size_t i = 0; i < count; i++) {
        print_source(words[1 + i], "boot", &found[i].boot);
        print_source(words[1 + i], "sysctl.conf", &found[i].sysctl_conf);
        print_source(words[1 + i], "tuned", &found[i].tuned);
        sysctl_configured_clear(&found[i]);
    }
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
