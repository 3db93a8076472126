/* SPDX-License-Identifier: MIT */
/* Reading a sysctl back: what was changed must be seen, whatever memory is left then. */
#include "remediate/writer/setting_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

static struct text value;
static struct rlimit before;

static struct setting_writer writer;

static int open_writer(void **state)
{
    (void)state;
    return setting_writer_open(&writer, NULL) ? 0 : -1;
}

static int clear(void **state)
{
    (void)state;
    setting_writer_close(&writer);
    text_clear(&value);
    return 0;
}

static bool read_sysctl(const char *place, bool *present, struct error *err)
{
    return writer.ops->read(writer.self, CHANGE_SYSCTL, place, NULL, present, &value,
                            err);
}

/* From now on the process gets no more memory of the system: what is left of the heap
 * has to do. */
static void forbid_memory(void)
{
    struct rlimit limit;

    text_add(&value, "the heap exists"); /* and text that fits needs no more of it */
    text_cut(&value, 0);
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    limit = before;
    limit.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
}

static void allow_memory(void)
{
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
}

/* valgrind needs memory of its own in this process. */
static bool is_under_valgrind(void)
{
    const char *preloaded = getenv("LD_PRELOAD");

    return preloaded && strstr(preloaded, "vgpreload");
}

static void test_setting_writer_read_needs_no_memory_but_for_the_value(void **state)
{
    struct error err = { 0 };
    bool present = false;
    bool ok;
    (void)state;

    if (is_under_valgrind())
        skip();
    forbid_memory();
    ok = read_sysctl("net/ipv4/ip_local_port_range", &present, &err);
    allow_memory();

    if (!ok)
        fail_msg("%s", err.message);

    assert_true(present);
    assert_non_null(strchr(text_string(&value), ' '));
}

static void test_setting_writer_read_finds_what_is_absent(void **state)
{
    struct error err = { 0 };
    bool present = true;
    (void)state;

    assert_true(read_sysctl("net/ipv4/no_such_key", &present, &err));

    assert_false(present);
    assert_int_equal(value.length, 0);
}

static void test_setting_writer_read_reads_nothing_out_of_reach(void **state)
{
    struct error err = { 0 };
    bool present = true;
    (void)state;

    assert_false(read_sysctl("kernel/ostype", &present, &err));

    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_true(present);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_setting_writer_read_needs_no_memory_but_for_the_value, open_writer,
            clear),
        cmocka_unit_test_setup_teardown(test_setting_writer_read_finds_what_is_absent,
                                        open_writer, clear),
        cmocka_unit_test_setup_teardown(
            test_setting_writer_read_reads_nothing_out_of_reach, open_writer, clear),
    };

    return cmocka_run_group_tests_name("writer/linux_setting_writer", tests, NULL, NULL);
}
