/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rcu_barrier_p.h - who waits until RCU callbacks have run */
#ifndef LOCKGRAPH_CHECK_RCU_BARRIER_P_H
#define LOCKGRAPH_CHECK_RCU_BARRIER_P_H

#include "check/check_p.h"

/* Whether the call is a barrier of the flavour, comes to one for certain, or may and it is near. */
bool rcu_may_be_barrier(const struct check_input *in, const struct call_event *event,
			const char *flavour);

#endif
