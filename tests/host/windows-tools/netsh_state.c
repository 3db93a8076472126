/* SPDX-License-Identifier: MIT */
/* A netsh for Wine's system32 that remembers the dynamic ranges (Wine's own does
 * nothing). Not shipped. The directory NETSH_STATE keeps its memory, in files that a test
 * may write: ranges    lines "ipv4 tcp active 49152 16384"; a missing one is Windows'
 * default excluded  what `show excludedportrange` prints; missing = an empty table sets
 * how often `set` was called log       the arguments of each call, a line each
 * NETSH_STATE_MODE says how `set` behaves:
 *   works        sets both stores (default)
 *   lies         says Ok. and changes nothing
 *   active-only  says Ok. and forgets it with the next boot
 *   fails:N      complains on the N-th call and exits 1; works on the others
 *   hangs:N      never ends on the N-th call; works on the others
 *   slow         works; each call, of `show` too, takes two seconds
 * Syntax, texts and limits are those of Microsoft's "netsh interface" and KB929851.
 */
#include <fcntl.h>
#include <io.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/win.h"
#include "tests/host/windows-tools/turn.h"

enum { PATH_SIZE = 1024, FIRST_PORT = 49152, PORTS = 16384, SLOW_MS = 2000 };

enum store { ACTIVE = 0, PERSISTENT, STORE_COUNT };

static const char *const families[] = { "ipv4", "ipv6" };
static const char *const protocols[] = { "tcp", "udp" };
static const char *const stores[STORE_COUNT] = { "active", "persistent" };

struct range {
    unsigned int first;
    unsigned int ports;
};

/* [family][protocol][store] */
struct memory {
    struct range ranges[2][2][STORE_COUNT];
};

/* What is wanted. */
struct request {
    bool set;
    bool excluded; /* show excludedportrange */
    int family;
    int protocol;
    enum store store;
    struct range range;
};

static const char *variable(const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return value && *value ? value : otherwise;
}

static FILE *open_file(const char *name, const char *mode)
{
    char path[PATH_SIZE];

    (void)snprintf(path, sizeof path, "%s\\%s", variable("NETSH_STATE", "."), name);
    return fopen(path, mode);
}

static int find_word(const char *const *words, int count, const char *word)
{
    for (int i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

static void recall(struct memory *memory)
{
    FILE *file = open_file("ranges", "rb");
    char family[8];
    char protocol[8];
    char store[16];
    struct range range;

    for (int i = 0; i < 2 * 2 * STORE_COUNT; i++)
        memory->ranges[i / 4][i / 2 % 2][i % 2] = (struct range){ FIRST_PORT, PORTS };
    if (!file)
        return;
    while (fscanf(file, "%7s %7s %15s %u %u", family, protocol, store, &range.first,
                  &range.ports) == 5) {
        int f = find_word(families, 2, family);
        int p = find_word(protocols, 2, protocol);
        int s = find_word(stores, STORE_COUNT, store);

        if (f >= 0 && p >= 0 && s >= 0)
            memory->ranges[f][p][s] = range;
    }
    (void)fclose(file);
}

static void remember(const struct memory *memory)
{
    FILE *file = open_file("ranges", "wb");

    if (!file)
        return;
    for (int i = 0; i < 2 * 2 * STORE_COUNT; i++) {
        const struct range *range = &memory->ranges[i / 4][i / 2 % 2][i % 2];

        (void)fprintf(file, "%s %s %s %u %u\n", families[i / 4], protocols[i / 2 % 2],
                      stores[i % 2], range->first, range->ports);
    }
    (void)fclose(file);
}

static void write_log(int argc, char **argv)
{
    HANDLE turn = turn_begin();
    FILE *log = open_file("log", "ab");

    for (int i = 1; log && i < argc; i++)
        (void)fprintf(log, "%s%s", argv[i], i + 1 < argc ? " " : "\n");
    if (log)
        (void)fclose(log);
    turn_end(turn);
}

/* Counts this call of `set`, from 1. */
static unsigned int count_set(void)
{
    FILE *file = open_file("sets", "rb");
    unsigned int count = 0;

    if (file) {
        if (fscanf(file, "%u", &count) != 1)
            count = 0;
        (void)fclose(file);
    }
    file = open_file("sets", "wb");
    if (file) {
        (void)fprintf(file, "%u\n", ++count);
        (void)fclose(file);
    }
    return count;
}

/* What stands behind "NAME=" in the argument; NULL for another one. */
static const char *value_of(const char *argument, const char *name)
{
    size_t length = strlen(name);

    return strncmp(argument, name, length) == 0 && argument[length] == '='
               ? argument + length + 1
               : NULL;
}

static bool parse_tag(const char *argument, struct request *out)
{
    const char *value;

    if ((value = value_of(argument, "protocol")) != NULL)
        return (out->protocol = find_word(protocols, 2, value)) >= 0;
    if ((value = value_of(argument, "store")) != NULL) {
        int store = find_word(stores, STORE_COUNT, value);

        out->store = store == PERSISTENT ? PERSISTENT : ACTIVE;
        return store >= 0;
    }
    if (out->set && (value = value_of(argument, "startport")) != NULL)
        return sscanf(value, "%u", &out->range.first) == 1;
    if (out->set && (value = value_of(argument, "numberofports")) != NULL)
        return sscanf(value, "%u", &out->range.ports) == 1;
    return false;
}

static bool parse(int argc, char **argv, struct request *out)
{
    if (argc < 6 || strcmp(argv[1], "interface") != 0)
        return false;
    *out = (struct request){ .protocol = -1 };
    out->set = strcmp(argv[3], "set") == 0;
    out->store = out->set ? PERSISTENT : ACTIVE;
    out->excluded = strcmp(argv[4], "excludedportrange") == 0;
    out->family = find_word(families, 2, argv[2]);
    if (!out->set && strcmp(argv[3], "show") != 0)
        return false;
    if (strcmp(argv[4], "dynamicportrange") != 0 && (out->set || !out->excluded))
        return false;
    for (int i = 5; i < argc; i++)
        if (!parse_tag(argv[i], out))
            return false;
    return out->family >= 0 && out->protocol >= 0;
}

static int complain(const char *words)
{
    printf("%s\r\n\r\n", words);
    return 1;
}

static int show_excluded(const struct request *request)
{
    FILE *file = open_file("excluded", "rb");
    int c;

    if (!file) {
        printf("\r\nProtocol %s Port Exclusion Ranges\r\n\r\n"
               "Start Port    End Port      \r\n"
               "----------    --------      \r\n\r\n"
               "* - Administered port exclusions.\r\n\r\n",
               protocols[request->protocol]);
        return 0;
    }
    while ((c = getc(file)) != EOF)
        putchar(c);
    (void)fclose(file);
    return 0;
}

static int show(const struct request *request)
{
    struct memory memory;
    const struct range *range;

    if (request->excluded)
        return show_excluded(request);
    recall(&memory);
    range = &memory.ranges[request->family][request->protocol][request->store];
    printf("\r\nProtocol %s Dynamic Port Range\r\n"
           "---------------------------------\r\n"
           "Start Port      : %u\r\n"
           "Number of Ports : %u\r\n\r\n",
           protocols[request->protocol], range->first, range->ports);
    return 0;
}

/* "fails:3" is this call's when `call` is 3. */
static bool is_turn(const char *mode, const char *word, unsigned int call)
{
    size_t length = strlen(word);

    return strncmp(mode, word, length) == 0 && mode[length] == ':' &&
           strtoul(mode + length + 1, NULL, 10) == call;
}

static int set(const struct request *request)
{
    const char *mode = variable("NETSH_STATE_MODE", "works");
    unsigned int call = count_set();
    struct memory memory;
    struct range *row;

    if (is_turn(mode, "hangs", call))
        Sleep(INFINITE);
    if (is_turn(mode, "fails", call))
        return complain("The requested operation requires elevation (Run as "
                        "administrator).");
    if (request->range.first < 1025 || request->range.ports < 255 ||
        request->range.first + request->range.ports > 65536)
        return complain("The parameter is incorrect.");
    recall(&memory);
    row = memory.ranges[request->family][request->protocol];
    if (strcmp(mode, "lies") != 0)
        row[ACTIVE] = request->range;
    if (strcmp(mode, "lies") != 0 && strcmp(mode, "active-only") != 0 &&
        request->store == PERSISTENT)
        row[PERSISTENT] = request->range;
    remember(&memory);
    puts("Ok.\r\n\r");
    return 0;
}

int main(int argc, char **argv)
{
    struct request request;

    (void)_setmode(_fileno(stdout), _O_BINARY); /* our line ends are CRLF already */
    write_log(argc, argv);
    if (strcmp(variable("NETSH_STATE_MODE", "works"), "slow") == 0)
        Sleep(SLOW_MS);
    if (!parse(argc, argv, &request))
        return complain("The following command was not found.");
    return request.set ? set(&request) : show(&request);
}
