/* SPDX-License-Identifier: MIT */
/* What a real Windows says, kept as fixtures that the tests read: raw bytes, each read
 * again by the decoder that it is for. */
#ifndef TESTS_WINDOWS_KIT_LIB_RECORD_H
#define TESTS_WINDOWS_KIT_LIB_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/stand_ins.h"

/* Room for the name of a file in a record, "netsh/ipv4-dynamicportrange-tcp.txt". */
enum { RECORD_NAME_SIZE = 96 };

/* A directory of fixtures that is being filled; the path, UTF-8, is borrowed. */
struct record {
    const char *directory;
    struct stand_ins known; /* an address is the same one in every table */
};

/* Makes the directory, and those in it. ERR_IO. */
MUST_CHECK bool record_open(struct record *record, const char *directory,
                            struct error *err);

/* Prints the path of a file, cut to its size. */
void record_path(const struct record *record, const char *name, char *out, size_t size);

/*
 * Writes a file of the record as it is, and reads it again into *again (zeroed; the
 * caller clears it): what is decoded is what the next developer will have. False, after a
 * line "not ok", when one of the two failed or the bytes are others.
 */
MUST_CHECK bool record_keep(const struct record *record, const char *name,
                            const struct text *bytes, struct text *again);

/* The version of Wine, where this is no Windows; NULL: it is one. */
const char *record_wine_version(void);

/* Each of these keeps one kind of thing, and says a line for each file: "ok" when the
 * decoders read it, with a note of what they read, "skip" when this Windows does not
 * tell it. */

/* Every question that both programs ask netsh: netsh/FAMILY-WHAT-PROTOCOL.txt, what is
 * stored for the next boot with "-persistent". */
void record_netsh(struct record *record);

/* The templates of WMI: wmi/MSFT_NetTCPSetting.txt and wmi/MSFT_NetUDPSetting.txt. */
void record_wmi(struct record *record);

/* registry/values.txt: the values of Tcpip\Parameters and Tcpip6\Parameters. */
void record_registry(struct record *record);

/* The socket tables, and the bound ports: mib/tcp4.bin, ...; with stand-ins for
 * addresses. */
void record_tables(struct record *record);

/* events/ID-NUMBER.xml: the newest events of Tcpip in the log System that tell of used-up
 * ports. */
void record_events(struct record *record);

/* observation.json: what `CHECK -o observation --anonymize` prints. */
void record_observation(struct record *record, const char *check);

/* SOURCE: on which Windows, when and by what all this was recorded. */
void record_source(struct record *record);

#endif
