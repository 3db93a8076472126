/* SPDX-License-Identifier: MIT */
/* /etc/passwd: name:password:uid:gid:... (man 5 passwd). */
#include "checks/host/linux/user_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/host/linux/linux_file.h"
#include "checks/model/listener.h"

static const char path[] = "/etc/passwd";

/* The third field of a line; false when it is no number. */
static bool take_uid(const char *line, size_t length, uint32_t *out)
{
    const char *end = line + length;
    const char *password = memchr(line, ':', length);
    const char *uid = password && password + 1 < end
                          ? memchr(password + 1, ':', (size_t)(end - password - 1))
                          : NULL;
    char digits[11] = "";
    size_t count = 0;

    if (!uid)
        return false;
    for (uid++; uid < end && *uid != ':' && count + 1 < sizeof digits; uid++)
        digits[count++] = *uid;
    digits[count] = '\0';
    return count > 0 && (uid == end || *uid == ':') &&
           number_parse_u32(digits, UINT32_MAX - 1, out, NULL);
}

static bool find_uid(const char *users, const char *name, uint32_t *out)
{
    const size_t length = strlen(name);

    while (*users) {
        const size_t line = strcspn(users, "\n");

        if (line > length && memcmp(users, name, length) == 0 && users[length] == ':' &&
            take_uid(users, line, out))
            return true;
        users += line + (users[line] != '\0');
    }
    return false;
}

static bool has_names(const struct policy_reserve *trust)
{
    for (size_t i = 0; i < trust->user_count; i++)
        if (trust->users[i].name[0] != '\0')
            return true;
    return false;
}

void user_names_trust(const struct policy_reserve *trust, struct host_listeners *out)
{
    struct listener_table *table = &out->table;
    struct config_file file = { 0 };
    struct text users = { 0 };
    struct error err = { 0 };
    bool ok = !has_names(trust) || config_file_read("", path, &file, &users, &err);

    for (size_t i = 0; i < trust->user_count; i++) {
        const struct policy_user *user = &trust->users[i];
        uint32_t uid = user->uid;

        if (user->name[0] != '\0' && !ok)
            host_listeners_note(out, "reserve_users: '%s' is not trusted: %.100s",
                                user->name, err.message);
        else if (user->name[0] != '\0' &&
                 !find_uid(text_string(&users), user->name, &uid))
            host_listeners_note(out, "reserve_users: there is no user '%s' in %s",
                                user->name, path);
        else
            table->trusted[table->trusted_count++] = uid;
    }
    text_clear(&users);
}

/* What the kernel says where a user has no number: not told, or of another namespace. */
enum { OVERFLOW_UID = 65534 };

bool user_is_person(uint32_t uid)
{
    return uid >= LISTENER_FIRST_USER && uid != OVERFLOW_UID && uid != UINT32_MAX;
}

/* Names those users whom this line is of. */
static void take_name(const char *line, size_t length, struct user_name *users,
                      size_t count)
{
    const char *end = memchr(line, ':', length);
    uint32_t uid = 0;

    if (!end || end == line || !take_uid(line, length, &uid))
        return;
    for (size_t i = 0; i < count; i++)
        if (users[i].uid == uid && users[i].name[0] == '\0')
            unit_name_clean(line, (size_t)(end - line), users[i].name);
}

bool user_names_find(struct user_name *users, size_t count, struct error *err)
{
    struct config_file file = { 0 };
    struct text text = { 0 };
    const bool ok = config_file_read("", path, &file, &text, err);

    for (size_t i = 0; i < count; i++)
        users[i].name[0] = '\0';
    for (const char *at = text_string(&text); ok && *at;) {
        const size_t length = strcspn(at, "\n");

        take_name(at, length, users, count);
        at += length + (at[length] != '\0');
    }
    text_clear(&text);
    for (size_t i = 0; i < count; i++)
        if (users[i].name[0] == '\0')
            (void)snprintf(users[i].name, sizeof users[i].name, "%" PRIu32, users[i].uid);
    return ok;
}
