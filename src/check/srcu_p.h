/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * srcu_p.h - the srcu_structs of a program and what is done with each
 *
 * An srcu_struct is named as a lock class is: "struct kvm.srcu", or the variable. One that a helper
 * gets through a parameter counts for the helper's callers. Collected once for all checks of SRCU.
 */
#ifndef LOCKGRAPH_CHECK_SRCU_P_H
#define LOCKGRAPH_CHECK_SRCU_P_H

#include "check/chain_p.h"

/* A call with a role that names an srcu_struct. */
struct domain_site {
	uint32_t function;
	const struct call_event *event;
	const struct role *role; /* of the function called, or of one that it hands the domain to */
	uint32_t class_string;
};

/* struct domain_site, those whose class is known. Free with g_array_unref(). */
GArray *domain_sites(const struct check_input *in);

#endif
