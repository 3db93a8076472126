/* SPDX-License-Identifier: MIT */
/* The tables of Windows' IP Helper API, those of bound endpoints among them. The last
 * byte chooses the layout and the row that stops the visit. */
#include <stdlib.h>

#include "checks/decode/mib_table.h"
#include "tests/fuzz/lib/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t choice = fuzz_last_byte(data, &size);
    enum mib_layout layout = (enum mib_layout)(choice % MIB_LAYOUT_COUNT);
    struct fuzz_rows rows = { .stop_at = choice >> 5 };
    struct error err = { 0 };
    void *copy = fuzz_copy(data, size);
    bool ok = mib_table_visit(layout, copy, size, fuzz_visit, &rows, &err);

    (void)fuzz_outcome(ok, &err);
    FUZZ_MUST(ok || rows.count == 0);
    FUZZ_MUST(rows.stop_at == 0 || rows.count <= rows.stop_at);
    FUZZ_MUST(rows.count * 8 <= size);
    free(copy);
    return 0;
}
