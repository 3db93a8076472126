/* SPDX-License-Identifier: MIT */
/* Events of Windows as XML that may be given away. */
#ifndef TESTS_WINDOWS_KIT_LIB_EVENT_XML_H
#define TESTS_WINDOWS_KIT_LIB_EVENT_XML_H

#include "checks/base/text.h"

/* Adds an event as EvtRender prints it, without the names of its computer and its user:
 * "computer" and the SID of nobody, S-1-0-0. All else stays as it is. */
void event_xml_hide(const char *xml, struct text *out);

#endif
