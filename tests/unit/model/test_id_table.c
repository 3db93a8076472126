/* SPDX-License-Identifier: MIT */
/* Positions of numbers, until the table is full. */
#include "checks/model/id_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_id_table_find_gives_positions_in_order(void **state)
{
    struct id_table table = { 0 };
    (void)state;

    assert_true(id_table_make(&table, 4, NULL));

    assert_int_equal(id_table_find(&table, UINT64_MAX), 0);
    assert_int_equal(id_table_find(&table, 0), 1);
    assert_int_equal(id_table_find(&table, UINT64_MAX), 0);
    assert_int_equal(id_table_find(&table, 0), 1);
    assert_int_equal(table.count, 2);
    assert_true(table.ids[0] == UINT64_MAX);
    id_table_clear(&table);
    id_table_clear(&table);
}

static void test_id_table_find_when_it_is_full(void **state)
{
    struct id_table table = { 0 };
    (void)state;

    assert_true(id_table_make(&table, 1024, NULL));
    for (uint32_t i = 0; i < 1024; i++)
        assert_int_equal(id_table_find(&table, (uint64_t)i << 32), i);

    assert_int_equal(id_table_find(&table, 1), ID_TABLE_NONE);
    assert_int_equal(id_table_find(&table, UINT64_C(1023) << 32), 1023);
    assert_int_equal(table.count, 1024);
    id_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_id_table_find_gives_positions_in_order),
        cmocka_unit_test(test_id_table_find_when_it_is_full),
    };

    return cmocka_run_group_tests_name("model/id_table", tests, NULL, NULL);
}
