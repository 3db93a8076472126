/* SPDX-License-Identifier: MIT */
/* What the tallies' owners are called is known: tallies become shares. */
#include <string.h>

#include "checks/model/owner_census.h"

enum { NOBODY = UINT16_MAX };

/* The tallies of one owner are a group, known by the position of its first tally. */
struct groups {
    const struct owner_census *census;
    const struct owner *named;
    uint16_t of[OWNER_KEYS_MAX];     /* tally -> group; NOBODY */
    uint16_t listed[OWNER_KEYS_MAX]; /* group -> position in out->list + 1; 0 = none */
    struct observed_owners *out;
};

/* What is counted together: all TCP, all UDP, or a destination, from 0 on. */
enum { ALL_TCP = -2, ALL_UDP = -1 };

static bool has_user(const struct owner *owner)
{
    return owner->user[0] != '\0';
}

/* A program of Windows has neither user nor name; a person's is another one than an
 * installed one of the same name. */
static bool is_same(const struct owner *a, const struct owner *b)
{
    if (a->kind != b->kind || strcmp(a->name, b->name) != 0 ||
        strcmp(a->user, b->user) != 0)
        return false;
    return a->name[0] != '\0' || has_user(a) ||
           (strcmp(a->program, b->program) == 0 && a->person == b->person);
}

/* Whether `b` may be `a`, whose user is not told. */
static bool is_same_unit(const struct owner *a, const struct owner *b)
{
    return a->name[0] != '\0' && !has_user(a) && a->kind == b->kind &&
           strcmp(a->name, b->name) == 0;
}

/* Nobody has its sockets open, and their control group names nobody. */
static bool is_nobody(const struct owner_key *key, const struct owner *named)
{
    return key->pid == 0 && named->kind == OWNER_USER && !has_user(named);
}

/* The first tally of the same owner. */
static uint16_t first_of(const struct groups *groups, size_t tally)
{
    const struct owner *owner = &groups->named[tally];

    if (is_nobody(&groups->census->tallies[tally].key, owner))
        return NOBODY;
    for (size_t i = 0; i < tally; i++)
        if (groups->of[i] == i && is_same(&groups->named[i], owner))
            return (uint16_t)i;
    return (uint16_t)tally;
}

/* Sockets of a unit whose user is not told are those of its first user. */
static void give_users(struct groups *groups)
{
    const size_t count = groups->census->count;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count && groups->of[i] == i; j++)
            if (groups->of[j] == j && has_user(&groups->named[j]) &&
                is_same_unit(&groups->named[i], &groups->named[j]))
                groups->of[i] = (uint16_t)j;
}

static void make_groups(struct groups *groups)
{
    for (size_t i = 0; i < groups->census->count; i++)
        groups->of[i] = first_of(groups, i);
    give_users(groups);
    /* who followed such a unit goes where it went */
    for (size_t i = 0; i < groups->census->count; i++)
        if (groups->of[i] != NOBODY)
            groups->of[i] = groups->of[groups->of[i]];
}

static void merge(struct owner *into, const struct owner *from)
{
    const size_t known =
        from->pid_count < OWNER_PIDS_MAX ? from->pid_count : OWNER_PIDS_MAX;

    if (!has_user(into))
        memcpy(into->user, from->user, sizeof into->user);
    if (into->program[0] == '\0')
        memcpy(into->program, from->program, sizeof into->program);
    into->person = into->person || from->person;
    for (size_t i = 0; i < known; i++)
        owner_add_pid(into, from->pids[i], i == 0 ? from->program : NULL);
    into->pid_count += from->pid_count - (uint32_t)known;
}

/* Lists a group's owner; false when the list is full. */
static bool list_group(struct groups *groups, uint16_t group)
{
    struct observed_owners *out = groups->out;
    struct owner *owner;

    if (groups->listed[group] != 0)
        return true;
    if (out->count == OWNERS_MAX)
        return false;
    owner = &out->list[out->count++];
    *owner = groups->named[group];
    for (size_t i = group + 1U; i < groups->census->count; i++)
        if (groups->of[i] == group)
            merge(owner, &groups->named[i]);
    /* a unit's tally without a user may come before its group's */
    for (size_t i = 0; i < group; i++)
        if (groups->of[i] == group)
            merge(owner, &groups->named[i]);
    groups->listed[group] = (uint16_t)out->count;
    return true;
}

/* The counts by state of a thing; NULL for UDP, which has none. */
static const uint32_t *states_of(const struct owner_tally *tally, int thing)
{
    if (thing == ALL_UDP)
        return NULL;
    return thing == ALL_TCP ? tally->tcp : tally->to[thing];
}

static uint32_t sockets_of(const struct owner_tally *tally, int thing)
{
    const uint32_t *states = states_of(tally, thing);
    uint32_t sockets = 0;

    for (size_t i = 0; states && i < CONN_STATE_COUNT; i++)
        sockets += states[i];
    return states ? sockets : tally->udp;
}

static void fill_share(const struct groups *groups, uint16_t group, int thing,
                       struct owner_share *share)
{
    share->owner = groups->listed[group] - 1U;
    for (size_t i = 0; i < groups->census->count; i++) {
        const struct owner_tally *tally = &groups->census->tallies[i];
        const uint32_t *states = states_of(tally, thing);

        if (groups->of[i] != group)
            continue;
        share->sockets += sockets_of(tally, thing);
        for (size_t j = 0; states && j < CONN_STATE_COUNT; j++)
            share->states[j] += states[j];
    }
}

/* The group that has most; the first one of equals. */
static uint16_t largest(const uint32_t *sockets, size_t count)
{
    size_t most = 0;

    for (size_t i = 1; i < count; i++)
        if (sockets[i] > sockets[most])
            most = i;
    return (uint16_t)most;
}

static void share_out(struct groups *groups, int thing, struct owner_shares *out)
{
    const struct owner_census *census = groups->census;
    uint32_t sockets[OWNER_KEYS_MAX] = { 0 };

    out->others = sockets_of(&census->others, thing);
    out->nobody = sockets_of(&census->nobody, thing);
    for (size_t i = 0; i < census->count; i++) {
        const uint32_t more = sockets_of(&census->tallies[i], thing);

        if (groups->of[i] == NOBODY)
            out->nobody += more;
        else
            sockets[groups->of[i]] += more;
    }
    for (;;) {
        const uint16_t group = largest(sockets, census->count);

        if (sockets[group] == 0)
            return;
        if (out->count < OWNER_SHARES_MAX && list_group(groups, group))
            fill_share(groups, group, thing, &out->list[out->count++]);
        else
            out->others += sockets[group];
        sockets[group] = 0;
    }
}

void owner_census_settle(const struct owner_census *census, const struct owner *named,
                         struct observed_owners *out)
{
    struct groups groups = { .census = census, .named = named, .out = out };

    make_groups(&groups);
    share_out(&groups, ALL_TCP, &out->tcp);
    share_out(&groups, ALL_UDP, &out->udp);
    out->destination_count = census->to_count;
    for (size_t i = 0; i < census->to_count; i++)
        share_out(&groups, (int)i, &out->destinations[i]);
}

/* Where the owner stands in the list, whose end he takes when he is new; OWNERS_MAX when
 * there is no place. A unit whose user was not told gets him. */
static size_t find_listed(struct observed_owners *out, const struct owner *owner)
{
    for (size_t i = 0; i < out->count; i++) {
        struct owner *listed = &out->list[i];

        if (is_same_unit(listed, owner) && has_user(owner)) {
            memcpy(listed->user, owner->user, sizeof listed->user);
            listed->person = owner->person;
            return i;
        }
        if (is_same(listed, owner) || is_same_unit(owner, listed))
            return i;
    }
    if (out->count == OWNERS_MAX)
        return OWNERS_MAX;
    out->list[out->count] = *owner;
    return out->count++;
}

/* Adds an opener where he belongs: most first. */
static void add_opener(struct observed_look *look, struct observed_opener added)
{
    size_t at = 0;

    while (at < look->count && look->openers[at].owner != added.owner)
        at++;
    if (at < look->count)
        added.opened += look->openers[at].opened;
    else
        look->count++;
    for (; at > 0 && look->openers[at - 1].opened < added.opened; at--)
        look->openers[at] = look->openers[at - 1];
    look->openers[at] = added;
}

/* An orphan of no unit, which a look saw by chance, says nothing. */
static bool says_nothing(const struct observed_opener *opener, const struct owner *owner)
{
    return opener->opened == 0 && owner->kind == OWNER_USER && !has_user(owner) &&
           owner->program[0] == '\0';
}

void owner_census_settle_look(const struct owner *named, struct observed_owners *out,
                              struct observed_look *look)
{
    const struct observed_look before = *look;

    look->count = 0;
    for (size_t i = 0; i < before.count; i++) {
        const struct observed_opener *opener = &before.openers[i];
        const struct owner *owner = &named[opener->owner];
        const size_t at =
            says_nothing(opener, owner) ? OWNERS_MAX : find_listed(out, owner);

        if (at < OWNERS_MAX)
            add_opener(look, (struct observed_opener){ .owner = (uint32_t)at,
                                                       .opened = opener->opened });
    }
}
