/* SPDX-License-Identifier: MIT */
/* Numbers -> what is worth asking the system. */
#ifndef CHECKS_MODEL_ASK_PLAN_H
#define CHECKS_MODEL_ASK_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "checks/model/observation.h"

/*
 * Fills asked->asks with what is to be asked, the most telling first, every answer
 * ASK_UNKNOWN; `metrics` are bits 1 << metric_id. By numbers alone: Linux from 40 % of
 * destination_usage, 90 % of port_usage or of udp_port_usage; Windows from 90 % of either
 * port usage. When there is nothing to ask for a metric that could be asked for,
 * asked->not_asked says why.
 */
void ask_plan(const struct observation *seen, uint32_t metrics,
              struct observed_asks *asked);

#endif
