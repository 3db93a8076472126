/* SPDX-License-Identifier: MIT */
/* An event of Windows as XML: EvtRender with EvtRenderEventXml (winevt.h). */
#ifndef CHECKS_DECODE_EVENT_XML_H
#define CHECKS_DECODE_EVENT_XML_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/tcpip_event.h"

/*
 * Reads provider, id and time of one event, of its part <System> alone: what the other
 * parts hold was written by others. ERR_MALFORMED, naming what is lacking or is not what
 * it should be; *out is then unchanged.
 */
MUST_CHECK bool event_xml_decode(const char *xml, struct tcpip_event *out,
                                 struct error *err);

#endif
