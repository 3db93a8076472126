/* SPDX-License-Identifier: MIT */
/* What stays of a line of text, and what stands in for the rest. */
#include "checks/model/stand_in_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

struct row {
    const char *text;
    const char *expected;
};

static const struct row rows[] = {
    { "", "" },
    { "   ", "   " },
    { "netlink refused (Operation not permitted): cannot read /proc/net/tcp: "
      "Permission denied",
      "netlink refused (Operation not permitted): cannot read /proc/net/tcp: "
      "Permission denied" },
    { "cannot read /proc/sys/net/ipv4/tcp_tw_reuse: Permission denied",
      "cannot read /proc/sys/net/ipv4/tcp_tw_reuse: Permission denied" },
    { "cannot read /proc/sys/net/netfilter/nf_conntrack_max: Permission denied",
      "cannot read /proc/sys/net/netfilter/nf_conntrack_max: Permission denied" },
    { "/proc/net/stat/nf_conntrack: no line of numbers",
      "/proc/net/stat/nf_conntrack: no line of numbers" },
    { "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_port_range" },
    { "WMI root\\StandardCimv2: no such namespace (0x8004100E); netsh answered nothing",
      "WMI root\\StandardCimv2: no such namespace (0x8004100E); netsh answered nothing" },
    { "bind() to port 0, 90% of IPv4, can't", "bind() to port 0, 90% of IPv4, can't" },
    { "--range", "--range" },
    /* Names that are known, in any case of the letters. */
    { "web1 and (WEB1): web1.example.org", "host-1 and (host-1): host-1" },
    { "Alice runs alice-sync, not alice", "user-1 runs alice-sync, not user-1" },
    { "q, qq", "user-3, qq" },
    { "blice Alicia al", "blice Alicia al" },
    { "svc.service, shop.service!", "unit-1.service, ?!" },
    { "My Program has 1000 sockets; 1000", "program-1 has 1000 sockets; 1000" },
    { "enp3s0 is down", "device-1 is down" },
    /* Names that nobody knows. */
    { "db7 db.example.org bob@db o'neil|x", "? ? ? ?" },
    { "Zugriff verweigert f\xC3\xBCr M\xC3\xBCller", "Zugriff verweigert ? ?" },
    { "C:\\Users\\Bob\\x.conf: denied", "?: denied" },
    { "unexpected 'Bob and his dog' in 'x'", "unexpected ? in ?" },
    { "\"Bob", "?" },
    { "set '' by me and you", "set ? by me and you" },
    { "a 0123456789.123456789.123456789.123456789.123456789 b", "a ? b" },
    { "'Bob and", "?" },
    /* Addresses: two are known, equal ones stay equal. */
    { "10.0.0.5, 10.0.0.5 and 10.0.0.6.", "192.0.2.1, 192.0.2.1 and 192.0.2.3." },
    { "2001:db8:5::5 ::ffff:10.0.0.5 fe80::aa", "2001:db8::2 192.0.2.1 fe80::3" },
    { "127.0.0.53 ::1 :: 0.0.0.0 169.254.169.254",
      "127.0.0.53 ::1 :: 0.0.0.0 169.254.169.254" },
    { "10.0.0.5:443 [2001:db8::1]:443 00:11:22:33:44:55", "? ? ?" },
    /* Files. */
    { "/etc/sysctl.d/99-bank.conf:7: the kernel refuses '1 2 x': not a number",
      "/etc/sysctl.d/file-1:7: the kernel refuses ?: not a number" },
    { "cannot read /srv/bob x/y.conf: denied", "cannot read file-2: denied" },
    { "/srv/bob x", "file-2 x" },
    { "/srv/bob:12: refused /srv/bob /srv/bo:", "file-2:12: refused file-2 file-3:" },
    { "/srv/a:b", "file-2?" },
    { "'/srv/a b'c' d' 'e", "? ? ?" },
    { "/etc/sysctl.d/a b.conf:12: refused", "/etc/sysctl.d/file-2:12: refused" },
};

static void test_stand_in_text_keeps_plain_words_alone(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct stand_ins known = { 0 };
        const struct ip_address first = ip_address_from_v4("\x0A\x00\x00\x05");
        struct ip_address second;
        char out[200];

        stand_in_name(&known, NAMED_HOST, "web1.example.org", out, sizeof out);
        stand_in_name(&known, NAMED_USER, "alice", out, sizeof out);
        stand_in_name(&known, NAMED_USER, "1000", out, sizeof out);
        stand_in_name(&known, NAMED_USER, "q", out, sizeof out);
        stand_in_name(&known, NAMED_UNIT, "svc.service", out, sizeof out);
        stand_in_name(&known, NAMED_PROGRAM, "my program", out, sizeof out);
        stand_in_name(&known, NAMED_DEVICE, "enp3s0", out, sizeof out);
        stand_in_name(&known, NAMED_FILE, "/etc/sysctl.d/99-bank.conf", out, sizeof out);
        (void)stand_in_address(&known, &first);
        assert_true(ip_address_parse("2001:db8:5::5", &second));
        (void)stand_in_address(&known, &second);
        stand_in_text(&known, rows[i].text, out, sizeof out);

        if (strcmp(out, rows[i].expected) != 0)
            fail_msg("'%s' became '%s', expected '%s'", rows[i].text, out,
                     rows[i].expected);
    }
}

/* What stands before the first dot is a name too, unless it is a number. */
static void test_stand_in_name_of_a_host_has_a_label(void **state)
{
    struct stand_ins known = { 0 };
    char out[64];
    (void)state;

    stand_in_name(&known, NAMED_HOST, "w1.example.org", out, sizeof out);
    assert_string_equal(out, "host-1");
    stand_in_text(&known, "w1 w1.example.org example", out, sizeof out);
    assert_string_equal(out, "host-1 host-1 example");
    known = (struct stand_ins){ 0 };
    stand_in_name(&known, NAMED_HOST, "10.0.0.5", out, sizeof out);
    assert_string_equal(out, "host-1");
    stand_in_text(&known, "10 of 10.0.0.5", out, sizeof out);
    assert_string_equal(out, "10 of host-1");
}

static void test_stand_in_name_of_a_unit_keeps_its_kind(void **state)
{
    struct stand_ins known = { 0 };
    char out[64];
    (void)state;

    stand_in_name(&known, NAMED_UNIT, ".service", out, sizeof out);
    assert_string_equal(out, "unit-1.service");
    stand_in_name(&known, NAMED_UNIT, "a.scope", out, sizeof out);
    assert_string_equal(out, "unit-2.scope");
    stand_in_name(&known, NAMED_UNIT, "Dnscache/RpcSs", out, sizeof out);
    assert_string_equal(out, "unit-3");
    stand_in_name(&known, NAMED_FILE, "/etc/sysctl.d/", out, sizeof out);
    assert_string_equal(out, "/etc/sysctl.d/file-1");
}

static void test_stand_in_text_is_cut_to_its_room(void **state)
{
    struct stand_ins known = { 0 };
    char out[8] = "zzzzzzz";
    (void)state;

    stand_in_text(&known, "cannot read it", out, sizeof out);

    assert_string_equal(out, "cannot ");
}

static void test_stand_in_text_has_no_number_for_too_many_files(void **state)
{
    static char texts[STAND_INS_MAX + 1][16];
    struct stand_ins known = { 0 };
    char out[64];
    (void)state;

    for (int i = 0; i <= STAND_INS_MAX; i++) {
        texts[i][0] = '/';
        texts[i][1] = (char)('a' + i / 26);
        texts[i][2] = (char)('a' + i % 26);
        stand_in_text(&known, texts[i], out, sizeof out);
    }

    assert_string_equal(out, "?");
    stand_in_text(&known, texts[STAND_INS_MAX - 1], out, sizeof out);
    assert_string_equal(out, "file-192");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stand_in_text_keeps_plain_words_alone),
        cmocka_unit_test(test_stand_in_name_of_a_host_has_a_label),
        cmocka_unit_test(test_stand_in_name_of_a_unit_keeps_its_kind),
        cmocka_unit_test(test_stand_in_text_is_cut_to_its_room),
        cmocka_unit_test(test_stand_in_text_has_no_number_for_too_many_files),
    };

    return cmocka_run_group_tests_name("model/stand_in_text", tests, NULL, NULL);
}
