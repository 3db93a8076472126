/* SPDX-License-Identifier: MIT */
/* Which pod a directory of /var/log/pods is of. */
#include "checks/decode/pod_directory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

#define UID  "6d8b1e2c-0a1b-4c3d-9e8f-001122334455"
#define HASH "6d8b1e2c0a1b4c3d9e8f001122334455"

static void test_pod_directory_decode_tells_pod_and_uid(void **state)
{
    static const struct {
        const char *name, *directory, *uid, *shown; /* "" = none */
    } rows[] = {
        { "pod", "default_web-7f9c_" UID, UID, "default/web-7f9c" },
        { "static pod", "kube-system_etcd-node1_" HASH, HASH, "kube-system/etcd-node1" },
        { "subdomain", "a_b.c.d_" UID, UID, "a/b.c.d" },
        { "foreign letters", "d\x1B_w\xC3\xBC b_" UID, UID, "d?/w???b" },
        { "empty", "", "", "" },
        { "hidden", ".", "", "" },
        { "no underscore", "web" UID, "", "" },
        { "one underscore", "web_" UID, "", "" },
        { "no namespace", "_web_" UID, "", "" },
        { "no pod", "default__" UID, "", "" },
        { "no uid", "default_web_", "", "" },
        { "short uid", "default_web_6d8b1e2c-0a1b-4c3d-9e8f-00112233445", "", "" },
        { "long uid", "default_web_" UID "6", "", "" },
        { "no hex", "default_web_6d8b1e2c-0a1b-4c3d-9e8f-00112233445g", "", "" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct pod_directory pod = { 0 };
        char shown[96] = "";

        if (pod_directory_decode(rows[i].directory, &pod))
            pod_directory_name(&pod, shown, sizeof shown);

        if (strcmp(pod.uid, rows[i].uid) != 0 || strcmp(shown, rows[i].shown) != 0)
            fail_msg("%s: '%s' '%s'", rows[i].name, pod.uid, shown);
    }
}

static void test_pod_directory_name_is_cut(void **state)
{
    static const struct {
        size_t size;
        const char *shown;
    } rows[] = {
        { 1, "" },       { 4, "abc" },      { 5, "abcd" },      { 6, "abcd/" },
        { 7, "abcd/e" }, { 9, "abcd/efg" }, { 10, "abcd/efg" },
    };
    struct pod_directory pod;
    (void)state;

    assert_true(pod_directory_decode("abcd_efg_" UID, &pod));
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char shown[16];

        pod_directory_name(&pod, shown, rows[i].size);
        assert_string_equal(shown, rows[i].shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pod_directory_decode_tells_pod_and_uid),
        cmocka_unit_test(test_pod_directory_name_is_cut),
    };

    return cmocka_run_group_tests_name("decode/pod_directory", tests, NULL, NULL);
}
