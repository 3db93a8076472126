/* SPDX-License-Identifier: MIT */
/* What the WRITE seam on Linux has beside setting_writer.h. */
#ifndef REMEDIATE_WRITER_LINUX_LINUX_SETTING_WRITER_H
#define REMEDIATE_WRITER_LINUX_LINUX_SETTING_WRITER_H

/* Takes away what killed runs left behind. The caller holds the lock: no other run has
 * such a file under way. */
void setting_writer_clean(void);

#endif
