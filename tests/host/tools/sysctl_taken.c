/* SPDX-License-Identifier: MIT */
/* Writes texts to the kernel and asks the decoder what it makes of them: standard input
 * has a line "KEY BEFORE|TEXT" for each, with \n, \t, \v, \r and \xHH in TEXT. Prints the
 * lines on which the two differ, and how many there were; in a network namespace of its
 * own, whose settings it changes. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "checks/base/text.h"
#include "checks/decode/sysctl_text.h"
#include "checks/decode/sysctl_value.h"
#include "checks/model/place.h"
#include "checks/model/setting.h"

enum { LINE_SIZE = 4096 };

/* What a key holds, as text that can be compared. */
struct held {
    int64_t number;
    struct port_range range;
    struct port_set list;
};

static void fail(const char *what, const char *subject)
{
    (void)fprintf(stderr, "sysctl_taken: %s '%s': %s\n", what, subject, strerror(errno));
    exit(2);
}

static void unescape(char *text)
{
    char *to = text;

    for (const char *at = text; *at; at++) {
        if (*at != '\\') {
            *to++ = *at;
            continue;
        }
        at++;
        if (*at == 'x') {
            const char digits[] = { at[1], at[2], '\0' };

            *to++ = (char)strtol(digits, NULL, 16);
            at += 2;
        } else {
            *to++ = *at == 'n' ? '\n' : *at == 't' ? '\t' : *at == 'v' ? '\v' : '\r';
        }
    }
    *to = '\0';
}

/* As stdio does: what a short write left is written too. False: refused. */
static bool write_key(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    size_t left = strlen(text);
    bool ok = true;

    if (fd < 0)
        fail("open", path);
    while (ok && left > 0) {
        const ssize_t done = write(fd, text, left);

        ok = done > 0;
        if (!ok && errno != EINVAL)
            fail("write", path);
        text += ok ? done : 0;
        left -= ok ? (size_t)done : 0;
    }
    (void)close(fd);
    return ok;
}

static bool is_range(const char *key)
{
    return strcmp(key, PLACE_PORT_RANGE) == 0;
}

static bool is_list(const char *key)
{
    return strcmp(key, PLACE_RESERVED_PORTS) == 0;
}

static void read_key(const char *path, const char *key, struct held *out)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    char text[LINE_SIZE] = "";
    struct error err = { 0 };
    bool ok;

    if (fd < 0 || read(fd, text, sizeof text - 1) < 0)
        fail("read", path);
    (void)close(fd);
    ok = is_range(key)  ? sysctl_text_port_range(text, &out->range, &err)
         : is_list(key) ? sysctl_text_port_list(text, &out->list, &err)
                        : sysctl_text_number(text, &out->number, &err);
    if (!ok)
        fail(err.message, path);
}

static bool decide(const char *key, const char *text, struct held *held,
                   struct error *err)
{
    struct os_version kernel = { 0 };
    struct sysctl_limits limits;
    struct utsname name;

    if (is_range(key))
        return sysctl_take_port_range(text, 1024, &held->range, err);
    if (is_list(key))
        return sysctl_take_port_list(text, &held->list, err);
    if (uname(&name) == 0)
        kernel = linux_release_decode(name.release);
    limits = sysctl_limits_of(key, &kernel);
    return sysctl_take_number(text, &limits, &held->number, err);
}

/* Whether kernel and decoder agree; prints the line where they do not. */
static bool try_line(const char *key, const char *before, const char *shown, char *text)
{
    char path[LINE_SIZE + sizeof "/proc/sys/"];
    struct held real = { 0 };
    struct held said = { 0 };
    struct error err = { 0 };
    bool taken;
    bool decided;

    (void)snprintf(path, sizeof path, "/proc/sys/%s", key);
    if (!write_key(path, before))
        fail("refused", before);
    read_key(path, key, &said);
    unescape(text);
    taken = write_key(path, text);
    read_key(path, key, &real);
    decided = decide(key, text, &said, &err);
    if (taken == decided && memcmp(&real, &said, sizeof real) == 0)
        return true;
    printf("%s = '%s': the kernel %s, the decoder %s (%s)\n", key, shown,
           taken ? "takes it" : "refuses it", decided ? "takes it" : "refuses it",
           taken == decided ? "they mean different values" : err.message);
    return false;
}

int main(void)
{
    static char line[LINE_SIZE];
    size_t texts = 0;
    size_t wrong = 0;

    while (fgets(line, sizeof line, stdin)) {
        char *before = strchr(line, ' ');
        char *text = strchr(line, '|');
        char shown[LINE_SIZE];

        line[strcspn(line, "\n")] = '\0';
        if (!before || !text || text < before) {
            (void)fprintf(stderr, "sysctl_taken: not KEY BEFORE|TEXT: '%s'\n", line);
            return 2;
        }
        *before++ = '\0';
        *text++ = '\0';
        (void)snprintf(shown, sizeof shown, "%.*s", LINE_SIZE - 1, text);
        texts++;
        wrong += !try_line(line, before, shown, text);
    }
    printf("%zu texts, %zu differ\n", texts, wrong);
    return wrong > 0;
}
