/* SPDX-License-Identifier: MIT */
/* What cmdlets of NetTCPIP print through ConvertTo-Csv -NoTypeInformation: names of
 * properties and of enumerations, which no language changes. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_CSV_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_CSV_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "tests/windows-kit/lib/cross_rows.h"

/* Adds the rows of Get-NetTCPConnection (LocalPort, RemotePort, State). ERR_MALFORMED,
 * ERR_MEMORY, ERR_LIMIT. */
MUST_CHECK bool cross_csv_connections(const char *text, struct cross_rows *out,
                                      struct error *err);

/* Adds the rows of Get-NetUDPEndpoint (LocalPort). The same errors. */
MUST_CHECK bool cross_csv_endpoints(const char *text, struct cross_rows *out,
                                    struct error *err);

/*
 * Reads the range that the rows of Get-NetTCPSetting or Get-NetUDPSetting tell: columns
 * PREFIX + StartPort and PREFIX + NumberOfPorts, PREFIX "DynamicPortRange" or
 * "AutoReusePortRange". Templates without numbers, or with 0, have none; where they
 * differ the narrowest counts. Zeroed *out: none has one. ERR_MALFORMED.
 */
MUST_CHECK bool cross_csv_range(const char *text, const char *prefix,
                                struct port_range *out, struct error *err);

#endif
