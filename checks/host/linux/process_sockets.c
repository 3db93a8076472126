/* SPDX-License-Identifier: MIT */
/* The kernel makes an entry for each descriptor that it lists, so a list is read in small
 * pieces: a process may have a million of them. */
#include "checks/host/linux/process_sockets.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checks/base/number.h"
#include "checks/host/linux/capabilities.h"
#include "checks/host/linux/process_program.h"
#include "checks/host/program.h"
#include "checks/model/listener.h"

/* Descriptors of a process at the first look; processes that are looked at again; this
 * thread's time for both looks. */
enum {
    FIRST_LOOK = 256,
    AGAIN_MAX = 256,
    FIRST_CPU_NS = 100 * 1000 * 1000,
    AGAIN_CPU_NS = 60 * 1000 * 1000
};

/* Bytes of one piece of a list: some 170 entries. */
enum { PIECE_SIZE = 4096 };

/* A process with more descriptors than the first look takes. */
struct again {
    uint32_t pid;
    uint32_t hits;
    uint32_t tally;      /* of the most of these */
    int64_t descriptors; /* as far as the kernel (6.2) tells; else 0 */
};

/* One process while it is looked at: what it has of each tally. */
struct look {
    uint32_t pid;
    uint32_t links; /* looked at */
    uint32_t hits;
    int64_t descriptors;
    bool is_whole;
    bool failed; /* one could not be looked at, though it is there */
    uint32_t of[OWNER_KEYS_MAX];
    uint16_t touched[OWNER_KEYS_MAX];
    size_t touched_count;
};

struct search {
    const struct owner_census *census;
    const struct deadline *deadline;
    struct owner *named;
    struct process_sight *sight;
    int64_t end_cpu_ns;
    int proc;
    uint32_t *slots; /* owned; position among the inodes + 1, 0 = free */
    size_t slot_mask;
    unsigned char *found; /* owned; of each inode: a process has it */
    size_t left;          /* that no process was found to have */
    struct look look;
    struct again again[AGAIN_MAX];
    size_t again_count;
};

static size_t slot_of(const struct search *search, uint32_t inode)
{
    return (size_t)(((uint64_t)inode * UINT64_C(0x9E3779B97F4A7C15)) >> 20) &
           search->slot_mask;
}

static bool make_slots(struct search *search, struct error *err)
{
    const struct owner_census *census = search->census;
    size_t slots = 64;

    while (slots < 2 * census->inode_count)
        slots *= 2;
    search->slots = calloc(slots, sizeof *search->slots);
    search->found = calloc(census->inode_count, sizeof *search->found);
    if (!search->slots || !search->found)
        return error_set(err, ERR_MEMORY, "not enough memory for the sockets' programs");
    search->left = census->inode_count;
    search->slot_mask = slots - 1;
    for (size_t i = 0; i < census->inode_count; i++) {
        size_t at = slot_of(search, census->inodes[i].inode);

        while (search->slots[at] != 0)
            at = (at + 1) & search->slot_mask;
        search->slots[at] = (uint32_t)i + 1;
    }
    return true;
}

/* The tally of a socket; false when it is not looked for. */
static bool find_tally(struct search *search, uint32_t inode, uint32_t *tally)
{
    for (size_t at = slot_of(search, inode); search->slots[at] != 0;
         at = (at + 1) & search->slot_mask) {
        const size_t position = search->slots[at] - 1U;
        const struct owned_inode *found = &search->census->inodes[position];

        if (found->inode != inode)
            continue;
        search->left -= search->found[position] == 0;
        search->found[position] = 1;
        *tally = found->tally;
        return true;
    }
    return false;
}

/* "socket:[12345]": the lower 32 bits, which netlink tells. */
static bool take_inode(const char *link, uint32_t *inode)
{
    static const char start[] = "socket:[";
    uint64_t value = 0;

    if (strncmp(link, start, sizeof start - 1) != 0)
        return false;
    for (link += sizeof start - 1; *link >= '0' && *link <= '9'; link++)
        value = value * 10 + (uint64_t)(*link - '0');
    *inode = (uint32_t)value;
    return *link == ']';
}

static void count_link(struct search *search, const char *link)
{
    struct look *look = &search->look;
    uint32_t inode = 0;
    uint32_t tally = 0;

    if (!take_inode(link, &inode) || !find_tally(search, inode, &tally))
        return;
    if (look->of[tally] == 0)
        look->touched[look->touched_count++] = (uint16_t)tally;
    look->of[tally]++;
    look->hits++;
}

/* linux/dirent.h: struct linux_dirent64 { u64 ino; s64 off; u16 length; u8 type; char
 * name[]; } */
enum { ENTRY_LENGTH_AT = 16, ENTRY_NAME_AT = 19 };

/* Counts the descriptors of one piece of a list. */
static void count_piece(struct search *search, int fd, const char *piece, size_t length)
{
    char link[64];

    for (size_t at = 0; at + ENTRY_NAME_AT < length;) {
        uint16_t size;
        ssize_t got;

        memcpy(&size, piece + at + ENTRY_LENGTH_AT, sizeof size);
        if (piece[at + ENTRY_NAME_AT] != '.') {
            search->look.links++;
            got = readlinkat(fd, piece + at + ENTRY_NAME_AT, link, sizeof link - 1);
            link[got > 0 ? got : 0] = '\0';
            count_link(search, link);
            if (got < 0 && errno != ENOENT && errno != ESRCH)
                search->look.failed = true;
        }
        at += size > 0 ? size : length;
    }
}

static bool has_time(const struct search *search)
{
    return !deadline_passed(search->deadline) &&
           program_thread_cpu_ns() < search->end_cpu_ns;
}

/* Counts up to `most` descriptors, a few more. */
static void count_list(struct search *search, int fd, uint32_t most)
{
    static char piece[PIECE_SIZE];
    struct look *look = &search->look;
    long got = 1;

    while (got > 0 && look->links < most && has_time(search)) {
        got = syscall(SYS_getdents64, fd, piece, sizeof piece);
        if (got > 0)
            count_piece(search, fd, piece, (size_t)got);
    }
    look->is_whole = got == 0 && !look->failed;
}

static void start_look(struct look *look, uint32_t pid)
{
    for (size_t i = 0; i < look->touched_count; i++)
        look->of[look->touched[i]] = 0;
    look->touched_count = 0;
    look->pid = pid;
    look->links = look->hits = 0;
    look->descriptors = 0;
    look->is_whole = true;
    look->failed = false;
}

/* A process that is gone meanwhile has nothing. */
static void look_at(struct search *search, uint32_t pid, uint32_t most)
{
    char path[32];
    struct stat status;
    int fd;

    start_look(&search->look, pid);
    (void)snprintf(path, sizeof path, "%u/fd", (unsigned int)pid);
    fd = openat(search->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        search->sight->denied += errno != ENOENT && errno != ESRCH;
        return;
    }
    count_list(search, fd, most);
    if (!search->look.is_whole && fstat(fd, &status) == 0)
        search->look.descriptors = status.st_size;
    (void)close(fd);
}

static void read_program(const struct search *search, uint32_t pid,
                         char program[OWNER_NAME_SIZE])
{
    char digits[16];

    (void)snprintf(digits, sizeof digits, "%u", (unsigned int)pid);
    process_program(search->proc, digits, program);
}

/* What was seen of the process goes to its owners. */
static void keep(struct search *search)
{
    const struct look *look = &search->look;
    char program[OWNER_NAME_SIZE];

    if (look->touched_count == 0)
        return;
    read_program(search, look->pid, program);
    for (size_t i = 0; i < look->touched_count; i++) {
        const uint16_t tally = look->touched[i];
        const struct owner_pid pid = { .pid = look->pid,
                                       .sockets = look->is_whole ? look->of[tally] : 0 };

        owner_add_pid(&search->named[tally], pid, program);
    }
}

/* More hits, then more descriptors. */
static int compare(const void *a, const void *b)
{
    const struct again *left = a;
    const struct again *right = b;

    if (left->hits != right->hits)
        return left->hits < right->hits ? 1 : -1;
    return (left->descriptors < right->descriptors) -
           (left->descriptors > right->descriptors);
}

/* The tally of which the process has most. */
static uint32_t largest(const struct look *look)
{
    uint32_t tally = 0;

    for (size_t i = 0; i < look->touched_count; i++)
        if (look->of[look->touched[i]] > look->of[tally])
            tally = look->touched[i];
    return tally;
}

/* That it has some is known, and not how many. */
static void keep_uncounted(struct search *search, const struct again *again)
{
    char program[OWNER_NAME_SIZE];

    search->sight->in_part++;
    if (again->hits == 0)
        return;
    read_program(search, again->pid, program);
    owner_add_pid(&search->named[again->tally], (struct owner_pid){ again->pid, 0 },
                  program);
}

static void keep_for_later(struct search *search)
{
    const struct look *look = &search->look;
    const struct again again = { look->pid, look->hits, largest(look),
                                 look->descriptors };

    if (search->again_count < AGAIN_MAX)
        search->again[search->again_count++] = again;
    else
        keep_uncounted(search, &again);
}

static void look_at_all(struct search *search, DIR *processes)
{
    const struct dirent *entry;
    uint32_t pid;

    while ((entry = readdir(processes)) != NULL) {
        if (!number_parse_u32(entry->d_name, UINT32_MAX, &pid, NULL))
            continue;
        if (!has_time(search)) {
            search->sight->out_of_time = true;
            return;
        }
        search->sight->processes++;
        look_at(search, pid, FIRST_LOOK);
        if (search->look.is_whole)
            keep(search);
        else
            keep_for_later(search);
    }
}

/* From the start of each list: a process opens and closes meanwhile. When all sockets
 * were found, who had none so far is not looked at any more. */
static void look_again(struct search *search)
{
    search->end_cpu_ns = program_thread_cpu_ns() + AGAIN_CPU_NS;
    if (search->again_count > 0)
        qsort(search->again, search->again_count, sizeof search->again[0], compare);
    for (size_t i = 0; i < search->again_count; i++) {
        const struct again *again = &search->again[i];

        if (again->hits == 0 && search->left == 0)
            return;
        if (!has_time(search)) {
            keep_uncounted(search, again);
            continue;
        }
        look_at(search, again->pid, UINT32_MAX);
        search->sight->in_part += !search->look.is_whole;
        keep(search);
    }
}

/* What the kernel asks of who looks at the descriptors of others. */
static bool is_permitted(void)
{
    return capabilities_have(UINT32_C(1) << CAP_SYS_PTRACE | UINT32_C(1)
                                                                 << CAP_DAC_READ_SEARCH);
}

bool process_sockets_find(const struct owner_census *census,
                          const struct deadline *deadline, struct owner *named,
                          struct process_sight *sight, struct error *err)
{
    static struct search search;
    DIR *processes;
    bool ok;

    *sight = (struct process_sight){ .permitted = is_permitted() };
    if (!sight->permitted || census->inode_count == 0)
        return true;
    search = (struct search){ .census = census,
                              .deadline = deadline,
                              .named = named,
                              .sight = sight,
                              .end_cpu_ns = program_thread_cpu_ns() + FIRST_CPU_NS };
    ok = make_slots(&search, err);
    processes = ok ? opendir("/proc") : NULL;
    if (processes) {
        search.proc = dirfd(processes);
        look_at_all(&search, processes);
        look_again(&search);
        (void)closedir(processes);
    }
    sight->unlisted = !processes;
    free(search.slots);
    free(search.found);
    return ok;
}
