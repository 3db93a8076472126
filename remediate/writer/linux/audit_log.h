/* SPDX-License-Identifier: MIT */
/* The way to the system's log; system_audit writes to it. */
#ifndef REMEDIATE_WRITER_LINUX_AUDIT_LOG_H
#define REMEDIATE_WRITER_LINUX_AUDIT_LOG_H

/* Connects to the log, if it is there: to be called before rights are given up. From then
 * on a log that takes streams can no longer be reached anew. */
void audit_log_prepare(void);

#endif
