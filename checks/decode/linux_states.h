/* SPDX-License-Identifier: MIT */
/* Numbers of the Linux kernel that both of its socket listings share. */
#ifndef CHECKS_DECODE_LINUX_STATES_H
#define CHECKS_DECODE_LINUX_STATES_H

#include <stdint.h>

#include "checks/model/socket_row.h"

/* Age of a TIME_WAIT socket whose timer has `left_ms` to go; 0 when that is too much. */
static inline uint32_t time_wait_age_ms(uint32_t left_ms)
{
    const uint32_t length_ms =
        60000; /* TCP_TIMEWAIT_LEN, include/net/tcp.h: no setting */

    return left_ms < length_ms ? length_ms - left_ms : 0;
}

/* From include/net/tcp_states.h, where 12 is NEW_SYN_RECV; CONN_UNKNOWN for any other. */
static inline enum conn_state linux_conn_state(uint8_t state)
{
    static const uint8_t known[16] = {
        [1] = CONN_ESTABLISHED, [2] = CONN_SYN_SENT,   [3] = CONN_SYN_RECEIVED,
        [4] = CONN_FIN_WAIT_1,  [5] = CONN_FIN_WAIT_2, [6] = CONN_TIME_WAIT,
        [7] = CONN_CLOSED,      [8] = CONN_CLOSE_WAIT, [9] = CONN_LAST_ACK,
        [10] = CONN_LISTEN,     [11] = CONN_CLOSING,   [12] = CONN_SYN_RECEIVED,
    };

    return state < sizeof known ? (enum conn_state)known[state] : CONN_UNKNOWN;
}

#endif
