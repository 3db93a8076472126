/* SPDX-License-Identifier: MIT */
/* Owners, looks and wider ranges are brought back as they were, and refused where they
 * contradict themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "checks/model/observation_json.h"
#include "tests/support/bench.h"

#define NAME_OF_40 "abcdefghijklmnopqrstuvwxyz.ABC-0:1/2@3_4"

/* Member by member, into zeroed memory: padding is compared too. */
static void given_owner(struct owner *owner, size_t i)
{
    owner->kind = (enum owner_kind)(i % OWNER_KIND_COUNT);
    if (owner->kind == OWNER_UNIT || owner->kind == OWNER_CONTAINER ||
        owner->kind == OWNER_POD)
        (void)snprintf(owner->name, sizeof owner->name, "%s", NAME_OF_40);
    (void)snprintf(owner->user, sizeof owner->user, "user-%zu", i);
    owner->person = i % 2 != 0;
    (void)snprintf(owner->program, sizeof owner->program, "?sd-pam?");
    owner->pid_count = (uint32_t)i % 6; /* more than there is room for, too */
    for (uint32_t j = 0; j < owner->pid_count && j < OWNER_PIDS_MAX; j++) {
        owner->pids[j].pid = UINT32_MAX - j;
        owner->pids[j].sockets = 7 - 2 * j;
    }
}

static void given_shares(struct owner_shares *shares, bool states)
{
    shares->count = OWNER_SHARES_MAX;
    shares->others = UINT32_MAX;
    shares->nobody = 1;
    for (uint32_t i = 0; i < OWNER_SHARES_MAX; i++) {
        shares->list[i].owner = OWNERS_MAX - 1 - i;
        shares->list[i].sockets = 100 - i;
        for (size_t state = 0; states && state < CONN_STATE_COUNT; state++)
            shares->list[i].states[state] = state == CONN_TIME_WAIT ? 0 : 3;
    }
}

static void given_look(struct observed_look *look)
{
    look->span_ms = 1000;
    look->closed = 1790;
    look->shortest_ms = 33;
    look->ports_first = 60;
    look->ports_last = 70;
    look->count = OWNER_SHARES_MAX;
    for (uint32_t i = 0; i < OWNER_SHARES_MAX; i++) {
        look->openers[i].owner = i;
        look->openers[i].opened = i == 0 ? 20 : 0;
    }
    (void)snprintf(look->unread, sizeof look->unread, "not permitted");
}

static void given_owners(struct observation *seen)
{
    struct observed_owners *owners = &seen->owners;

    owners->reading.known = true;
    owners->programs = true;
    owners->count = OWNERS_MAX;
    for (size_t i = 0; i < OWNERS_MAX; i++)
        given_owner(&owners->list[i], i);
    given_shares(&owners->tcp, true);
    given_shares(&owners->udp, false);
    (void)snprintf(owners->unread, sizeof owners->unread, "2 processes were not reached");
    given_look(&seen->look);
}

/* Destinations, as many as can have owners. */
static void given_destinations(struct observation *seen)
{
    seen->tcp.reading.known = true;
    seen->tcp.top_count = OWNED_DESTINATIONS_MAX;
    seen->tcp.destinations_seen = OWNED_DESTINATIONS_MAX;
    seen->owners.destination_count = OWNED_DESTINATIONS_MAX;
    for (size_t i = 0; i < OWNED_DESTINATIONS_MAX; i++) {
        struct destination *to = &seen->tcp.top[i];

        to->local = to->remote = ip_address_from_v4("\x0A\x00\x00\x01");
        to->remote_port = (uint16_t)(i + 1);
        to->sockets = 100;
        given_shares(&seen->owners.destinations[i], true);
    }
}

static void test_observation_json_brings_all_owners_back_to_the_byte(void **state)
{
    struct bench *bench = *state;

    given_owners(&bench->seen);
    given_destinations(&bench->seen);
    go_round(bench);

    assert_memory_equal(&bench->read, &bench->seen, sizeof bench->seen);
}

static void test_observation_json_brings_an_exact_look_back_to_the_byte(void **state)
{
    struct bench *bench = *state;
    struct observed_look *look = &bench->seen.look;

    given_owners(&bench->seen);
    look->exact = true;
    look->shortest_ms = 0;
    look->opened = 21;
    look->failed = 7;
    memset(look->unread, 0, sizeof look->unread);
    go_round(bench);

    assert_memory_equal(&bench->read, &bench->seen, sizeof bench->seen);
}

/* Nobody has sockets: somebody looked all the same. */
static void test_observation_json_tells_nobody_from_not_looked(void **state)
{
    struct bench *bench = *state;

    bench->seen.owners.reading.known = true;
    bench->seen.tcp.reading.known = true;
    bench->seen.tcp.top_count = 1;
    bench->seen.tcp.destinations_seen = 1;
    bench->seen.tcp.top[0].sockets = 1;
    bench->seen.tcp.top[0].local = ip_address_from_v4("\x0A\x00\x00\x01");
    bench->seen.tcp.top[0].remote = ip_address_from_v4("\x0A\x00\x00\x02");
    bench->seen.owners.destination_count = 1;
    go_round(bench);

    assert_memory_equal(&bench->read, &bench->seen, sizeof bench->seen);
}

static void test_observation_json_brings_wider_ranges_back_to_the_byte(void **state)
{
    struct bench *bench = *state;
    struct observed_wider *wider = &bench->seen.wider[IP_PROTOCOL_UDP];

    wider->reading.known = true;
    wider->range.first = 10000;
    wider->range.last = 65535;
    wider->usable = 55333;
    wider->reserves = 203;
    wider->services = 193;
    wider->listeners = 10;
    wider->unprotected = 55333; /* all of them */
    wider->port_count = WIDER_PORTS_MAX;
    for (size_t i = 0; i < WIDER_PORTS_MAX; i++)
        wider->ports[i] = (uint16_t)(i == 0 ? 10000 : 65528 + i);
    (void)snprintf(bench->seen.wider[IP_PROTOCOL_TCP].reading.reason, ERR_TEXT_SIZE,
                   "the listeners were not read");
    go_round(bench);

    assert_memory_equal(&bench->read, &bench->seen, sizeof bench->seen);
}

static void test_observation_json_tells_why_there_are_no_owners(void **state)
{
    struct bench *bench = *state;

    (void)snprintf(bench->seen.owners.reading.reason, ERR_TEXT_SIZE, "no sock_diag");
    (void)snprintf(bench->seen.look.unread, OBSERVED_NOTE_SIZE, "there was no time");
    go_round(bench);

    assert_non_null(strstr(text_string(&bench->json),
                           "  \"owners\": {\n    \"unreadable\": \"no sock_diag\"\n"));
    assert_memory_equal(&bench->read, &bench->seen, sizeof bench->seen);
}

static void test_observation_from_json_takes_one_without_owners(void **state)
{
    struct bench *bench = *state;
    static const struct observed_owners no_owners;
    static const struct observed_look no_look;

    given_document(bench, "");
    read_document(bench);

    assert_memory_equal(&bench->read.owners, &no_owners, sizeof no_owners);
    assert_memory_equal(&bench->read.look, &no_look, sizeof no_look);
}

static void test_observation_to_json_stays_below_the_size_with_all_owners(void **state)
{
    struct bench *bench = *state;

    given_owners(&bench->seen);
    given_destinations(&bench->seen);
    go_round(bench);

    assert_in_range(bench->json.length, 20000, OBSERVATION_FILE_MAX / 8);
}

#define OWNERS(more)                                                                     \
    "\"owners\":{\"list\":[{\"kind\":\"user\",\"person\":true},{\"kind\":\"user\","      \
    "\"person\":true}]," more "\"programs\":false},"
#define AND_FAILED(number) ",\"failed\":" number
#define LOOK(exact, opened, openers)                                                     \
    OWNERS("")                                                                           \
    "\"look\":{\"span_ms\":9,\"exact\":" exact ",\"opened\":" opened                     \
    ",\"closed\":0,\"shortest_ms\":0,\"ports_first\":0,\"ports_last\":0,\"openers\":["   \
    "{\"owner\":0,\"opened\":3}" openers "]},"

#define NO_LOOK(members)                                                                 \
    "\"look\":{\"span_ms\":0,\"exact\":false" members ",\"openers\":[]},"
#define ZERO(key)    ",\"" key "\":0"
#define ONE(key)     ",\"" key "\":1"
#define SEES_NOTHING "look.span_ms: 0, but a look of no time sees nothing"

static const struct bad_part bad_parts[] = {
    { "closed in no time",
      NO_LOOK(ZERO("opened") ZERO("failed") ONE("closed") ZERO("shortest_ms")
                  ZERO("ports_first") ZERO("ports_last")),
      SEES_NOTHING },
    { "lived in no time",
      NO_LOOK(ZERO("opened") ZERO("failed") ZERO("closed") ONE("shortest_ms")
                  ZERO("ports_first") ZERO("ports_last")),
      SEES_NOTHING },
    { "ports at the first look of none",
      NO_LOOK(ZERO("opened") ZERO("failed") ZERO("closed") ZERO("shortest_ms")
                  ONE("ports_first") ZERO("ports_last")),
      SEES_NOTHING },
    { "ports at the last look of none",
      NO_LOOK(ZERO("opened") ZERO("failed") ZERO("closed") ZERO("shortest_ms")
                  ZERO("ports_first") ONE("ports_last")),
      SEES_NOTHING },
    { "another opener twice",
      LOOK("false", "0" AND_FAILED("0"),
           ",{\"owner\":1,\"opened\":2},{\"owner\":1,\"opened\":2}"),
      "look.openers[2].owner: the same as openers[1]" },
    { "fewer opened than by its openers",
      LOOK("true", "5" AND_FAILED("0"), ",{\"owner\":1,\"opened\":3}"),
      "look.opened: 5 is below the 6 of openers" },
    { "opened without having counted", LOOK("false", "3" AND_FAILED("0"), ""),
      "look.opened: expected 0 unless exact" },
    { "failed without having counted", LOOK("false", "0" AND_FAILED("1"), ""),
      "look.failed: expected 0 unless exact" },
    { "an opener twice",
      LOOK("false", "0" AND_FAILED("0"), ",{\"owner\":0,\"opened\":3}"),
      "look.openers[1].owner: the same as openers[0]" },
    { "an opener who opened more",
      LOOK("false", "0" AND_FAILED("0"), ",{\"owner\":1,\"opened\":4}"),
      "look.openers[1]: opened more than the one before; expected the one who opened "
      "most first" },
    { "an opener that is not listed",
      LOOK("false", "0" AND_FAILED("0"), ",{\"owner\":2,\"opened\":1}"),
      "look.openers[1].owner: 2 is none of the 2 of owners.list" },
    { "destinations with owners, and no TCP",
      OWNERS("\"destinations\":[{\"shares\":[],\"others\":0,\"nobody\":0}],"),
      "owners.destinations: the number of entries, 1, is above the 0 of "
      "tcp.destinations" },
};

static void test_observation_from_json_refuses_looks_that_contradict_owners(void **state)
{
    expect_refused(*state, bad_parts, ARRAY_COUNT(bad_parts));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_bench, free_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_observation_json_brings_all_owners_back_to_the_byte),
        TEST(test_observation_json_brings_an_exact_look_back_to_the_byte),
        TEST(test_observation_json_tells_nobody_from_not_looked),
        TEST(test_observation_json_brings_wider_ranges_back_to_the_byte),
        TEST(test_observation_json_tells_why_there_are_no_owners),
        TEST(test_observation_from_json_takes_one_without_owners),
        TEST(test_observation_to_json_stays_below_the_size_with_all_owners),
        TEST(test_observation_from_json_refuses_looks_that_contradict_owners),
    };

    return cmocka_run_group_tests_name("model/observation_owners_json", tests, NULL,
                                       NULL);
}
