/* SPDX-License-Identifier: MIT */
/* The WRITE seam of Windows by command line, for tests of it. Not shipped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/host/deadline.h"
#include "checks/host/program.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"
#include "checks/model/policy.h"
#include "remediate/writer/setting_writer.h"
#include "remediate/writer/state_store.h"
#include "remediate/writer/system.h"
#include "tests/support/word.h"

enum { LIMIT_MS = 20000 };

/* One way to call; `words` is how many stand behind the command's name, at least. */
struct command {
    const char *name;
    int words;
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

static bool parse_kind(const char *word, enum change_kind *out, struct error *err)
{
    size_t kind;

    if (!word_number(change_kind_names, CHANGE_KIND_COUNT, word, &kind))
        return error_set(err, ERR_MALFORMED, "no kind '%s'", word);
    *out = (enum change_kind)kind;
    return true;
}

/* A word behind the others: how many milliseconds there are. */
static struct deadline deadline_from(const char *word)
{
    uint32_t limit_ms = LIMIT_MS;
    struct error ignored = { 0 };

    if (word && !number_parse_u32(word, LIMIT_MS, &limit_ms, &ignored))
        limit_ms = 0;
    return deadline_in_ms(limit_ms);
}

static bool run_read(char **words, struct error *err)
{
    struct deadline deadline = deadline_from(words[2]);
    struct setting_writer writer = { 0 };
    struct text value = { 0 };
    enum change_kind kind;
    bool present = true;
    bool ok =
        parse_kind(words[0], &kind, err) && setting_writer_open(&writer, err) &&
        writer.ops->read(writer.self, kind, words[1], &deadline, &present, &value, err);

    if (ok)
        printf("%s%s\n", present ? "present " : "absent", text_string(&value));
    text_clear(&value);
    setting_writer_close(&writer);
    return ok;
}

static bool write_value(char **words, const char *value, const char *limit_ms,
                        struct error *err)
{
    struct deadline deadline = deadline_from(limit_ms);
    struct setting_writer writer = { 0 };
    enum change_kind kind;
    bool ok = parse_kind(words[0], &kind, err) && setting_writer_open(&writer, err) &&
              writer.ops->write(writer.self, kind, words[1], value, &deadline, err);

    setting_writer_close(&writer);
    return ok;
}

static bool run_write(char **words, struct error *err)
{
    return write_value(words, words[2], words[3], err);
}

static bool run_remove(char **words, struct error *err)
{
    return write_value(words, NULL, words[2], err);
}

static bool run_inspect(char **words, struct error *err)
{
    struct state_store store = { 0 };
    bool recorded;
    bool ok =
        state_store_open(&store, err) && store.ops->inspect(store.self, &recorded, err);

    (void)words;
    state_store_close(&store);
    return ok;
}

/* Holds the lock until standard input ends. */
static bool run_lock(char **words, struct error *err)
{
    struct state_store store = { 0 };
    bool ok = state_store_open(&store, err) && store.ops->lock(store.self, err);

    (void)words;
    if (ok) {
        printf("locked %lu\n", system_pid());
        (void)fflush(stdout);
        while (getchar() != EOF)
            ;
        store.ops->unlock(store.self);
    }
    state_store_close(&store);
    return ok;
}

/* Locks, unlocks and locks again in one process. */
static bool run_relock(char **words, struct error *err)
{
    struct state_store store = { 0 };
    bool ok = state_store_open(&store, err) && store.ops->lock(store.self, err);

    (void)words;
    if (ok) {
        store.ops->unlock(store.self);
        ok = store.ops->lock(store.self, err);
    }
    state_store_close(&store);
    return ok;
}

static bool run_journal(char **words, struct error *err)
{
    struct state_store store = { 0 };
    struct text journal = { 0 };
    bool ok = state_store_open(&store, err) &&
              store.ops->read_journal(store.self, &journal, err);

    (void)words;
    if (ok)
        (void)fwrite(text_string(&journal), 1, journal.length, stdout);
    text_clear(&journal);
    state_store_close(&store);
    return ok;
}

static bool append(const struct state_store *store, char **words, struct error *err)
{
    size_t keep = strtoul(words[0], NULL, 10);
    bool ok = true;

    for (char **word = words + 1; ok && *word; word++) {
        struct text line = { 0 };

        text_addf(&line, "%s\n", *word);
        ok = store->ops->append_journal(store->self, keep, text_string(&line),
                                        line.length, err);
        keep += line.length;
        text_clear(&line);
    }
    return ok;
}

/* append KEEP TEXT...: each TEXT behind the one before, with a newline. */
static bool run_append(char **words, struct error *err)
{
    struct state_store store = { 0 };
    bool ok = state_store_open(&store, err) && store.ops->lock(store.self, err) &&
              append(&store, words, err);

    state_store_close(&store);
    return ok;
}

/* Whether somebody who may only read the journal gets it for himself alone. */
static bool can_grab_journal(struct error *err)
{
    struct text path = { 0 };
    wchar_t *wide = NULL;
    HANDLE grabbed = INVALID_HANDLE_VALUE;

    if (program_journal_path(&path, err))
        wide = win_text_to_wide(text_string(&path), err);
    if (wide)
        grabbed = CreateFileW(wide, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    free(wide);
    text_clear(&path);
    if (grabbed == INVALID_HANDLE_VALUE)
        return false;
    (void)CloseHandle(grabbed);
    return true;
}

/* append-and-grab KEEP TEXT: "held" when nobody gets the journal between two records,
 * then "free" when the run is over. */
static bool run_append_and_grab(char **words, struct error *err)
{
    struct state_store store = { 0 };
    bool ok = state_store_open(&store, err) && store.ops->lock(store.self, err) &&
              append(&store, words, err);

    if (ok)
        puts(can_grab_journal(err) ? "grabbed" : "held");
    state_store_close(&store);
    if (ok)
        puts(can_grab_journal(err) ? "free" : "kept");
    return ok;
}

static bool run_append_unlocked(char **words, struct error *err)
{
    struct state_store store = { 0 };
    bool ok = state_store_open(&store, err) && append(&store, words, err);

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
    const struct deadline deadline = deadline_in_ms(LIMIT_MS);
    struct text user = { 0 };
    struct text why = { 0 };

    (void)words;
    (void)err;
    system_user(&deadline, &user);
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

/* A socket of ours on a free port of 127.0.0.1, which ends with the process. */
static bool take_port(enum ip_protocol protocol, uint16_t *port, struct error *err)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    char hops[sizeof(int)];
    int hops_size = sizeof hops;
    int size = sizeof address;
    bool is_tcp = protocol == IP_PROTOCOL_TCP;
    WSADATA data;
    SOCKET taken;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return error_set(err, ERR_IO, "no sockets");
    taken = socket(AF_INET, is_tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (taken == INVALID_SOCKET ||
        bind(taken, (struct sockaddr *)&address, sizeof address) != 0 ||
        (is_tcp && listen(taken, 1) != 0) ||
        getsockname(taken, (struct sockaddr *)&address, &size) != 0)
        return error_set(err, ERR_IO, "no socket");
    /* Wine hands a process its own sockets only when it asks for something like this, and
     * shows an owner only then. */
    (void)getsockopt(taken, IPPROTO_IP, IP_TTL, hops, &hops_size);
    *port = ntohs(address.sin_port);
    return true;
}

/* owner tcp|udp: who has a port of ours; "pid OURS" in place of our own pid. */
static bool run_owner(char **words, struct error *err)
{
    enum ip_protocol protocol =
        strcmp(words[0], "tcp") == 0 ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP;
    struct text owner = { 0 };
    struct text ours = { 0 };
    uint16_t port = 0;
    bool ok = take_port(protocol, &port, err);

    if (ok) {
        system_port_owner(protocol, port, &owner);
        text_addf(&ours, "writer_tool.exe, pid %lu", system_pid());
        printf("%s\n", strcmp(text_string(&owner), text_string(&ours)) == 0
                           ? "writer_tool.exe, pid OURS"
                           : text_string(&owner));
    }
    text_clear(&ours);
    text_clear(&owner);
    return ok;
}

/* owner-of tcp|udp PORT: who has another's port. */
static bool run_owner_of(char **words, struct error *err)
{
    struct text owner = { 0 };
    uint32_t port = 0;
    bool ok = number_parse_u32(words[1], UINT16_MAX, &port, err);

    if (ok) {
        system_port_owner(strcmp(words[0], "tcp") == 0 ? IP_PROTOCOL_TCP
                                                       : IP_PROTOCOL_UDP,
                          (uint16_t)port, &owner);
        printf("'%s'\n", text_string(&owner));
    }
    text_clear(&owner);
    return ok;
}

static const struct command commands[] = {
    { "read", 2, "KIND PLACE [MS]", run_read },
    { "write", 3, "KIND PLACE VALUE [MS]", run_write },
    { "remove", 2, "KIND PLACE [MS]", run_remove },
    { "inspect", 0, "", run_inspect },
    { "lock", 0, "", run_lock },
    { "relock", 0, "", run_relock },
    { "journal", 0, "", run_journal },
    { "append", 2, "KEEP TEXT...", run_append },
    { "append-and-grab", 2, "KEEP TEXT", run_append_and_grab },
    { "append-unlocked", 2, "KEEP TEXT...", run_append_unlocked },
    { "trusts", 1, "PATH", run_trusts },
    { "may-change", 0, "", run_may_change },
    { "facts", 0, "", run_facts },
    { "audit", 2, "ok|failure LINE", run_audit },
    { "owner", 1, "tcp|udp", run_owner },
    { "owner-of", 2, "tcp|udp PORT", run_owner_of },
};

static const struct command *find_command(int argc, char **argv)
{
    for (size_t i = 0; i < ARRAY_COUNT(commands) && argc > 1; i++)
        if (strcmp(commands[i].name, argv[1]) == 0 && argc - 2 >= commands[i].words)
            return &commands[i];
    return NULL;
}

int main(int argc, char **argv)
{
    const struct command *command;
    struct error err = { 0 };

    if (!program_start(&argc, &argv, &err)) {
        printf("%s\n", err.message);
        return 3;
    }
    command = find_command(argc, argv);
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
