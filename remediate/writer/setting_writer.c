/* SPDX-License-Identifier: MIT */
/* What every backend of the WRITE seam shares. */
#include "remediate/writer/setting_writer.h"

void setting_writer_close(struct setting_writer *writer)
{
    if (writer->ops)
        writer->ops->close(writer->self);
    *writer = (struct setting_writer){ 0 };
}
