/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rcu_leak_p.h - pointers that outlive the section they were read in
 *
 * Per function, over its variables: which of them hold a pointer that was read in a reader's
 * section, whether that section has ended, and whether something else keeps the object since.
 * Callees come first: what they do to their parameters, and that they return such a pointer, is
 * known then. Knows no path conditions but a pointer's own test for NULL.
 */
#ifndef LOCKGRAPH_CHECK_RCU_LEAK_P_H
#define LOCKGRAPH_CHECK_RCU_LEAK_P_H

#include "check/check_p.h"
#include "check/rcu_p.h"

/* The higher counts where paths meet. */
enum leak_stage {
	LEAK_NONE,
	LEAK_CALLERS, /* read in a section that the callers have opened, if anybody */
	LEAK_INSIDE,  /* its section is open */
	LEAK_AFTER,   /* its section has ended */
	LEAK_SAFE,    /* a reference or a lock keeps the object */
	LEAK_MADE,    /* a function made it of such a pointer: a reference to it may keep that */
};

/* A variable, or a call's result, that holds such a pointer. */
struct leak_entry {
	term_id key;
	uint8_t stage;	 /* enum leak_stage */
	bool is_element; /* found on a list by walking over it */
	struct flow_point read, end;
};

/* A use of such a pointer after its section. */
struct leak {
	uint32_t function;
	struct leak_entry entry;
	struct flow_point where;
	bool is_returned;
};

/* What functions do to objects that their parameters point to: a bit per parameter. */
struct leak_summary {
	uint32_t takes;	  /* a reference or a lock, on some way */
	uint32_t follows; /* reads what is there */
	uint32_t drops;	  /* gives a reference back, or the memory */
	bool returns;	  /* a pointer read in a section of the callers' */
};

struct leak_search {
	const struct check_input *in;
	const struct rcu_sites *sites;
	struct leak_summary *summaries; /* per function */
	GArray *leaks;			/* struct leak */
	GHashTable *under; /* function + 1 -> class of a lock held when it is entered */
};

/* Finds the leaks of all functions, callees first. */
void leak_find_all(struct leak_search *search);

#endif
