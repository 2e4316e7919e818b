/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq_usage_p.h - how each lock class is used: in interrupts, and where they are on
 *
 * lockdep's usage bits (kernel/locking/lockdep.c: mark_usage()), each with the place that shows it
 * best: the surest, then the one nearest to where the code is entered. Spinning locks only: one
 * that sleeps is not for interrupts at all, which is another finding.
 */
#ifndef LOCKGRAPH_CHECK_IRQ_USAGE_P_H
#define LOCKGRAPH_CHECK_IRQ_USAGE_P_H

#include "check/check_p.h"
#include "summary/context.h"

/* A longer chain, or one that goes astray for longer, is true of too few objects as a whole. */
#define MOST_CALLS 8
#define MOST_ASTRAY 2

/* What interrupts. */
enum irq_kind { IRQ_HARD, IRQ_SOFT, IRQ_RCU, IRQ_KINDS };

/* A place where a lock is taken, and how the code comes there. */
struct irq_use {
	bool exists;
	uint8_t confidence;
	uint8_t entered; /* enum situation of the function */
	uint32_t function;
	const struct held_lock *lock;	    /* in the function's terms */
	struct flow_point where;	    /* it is taken there, in the function */
	const struct exposure_event *event; /* held while they are switched on; or NULL */
	uint32_t way;			    /* into that situation of the function */
	uint32_t distance;
	uint32_t root;	  /* the entry's function */
	bool of_a_mode;	  /* an object tells that it is taken, and not one that sleeps */
	bool is_supposed; /* nobody in sight calls the root, and nothing shows that it is a task's */
	bool is_simulated; /* the function itself goes into the interrupt: lockdep's own tests */
};

/* [0]: exclusive, [1]: shared. */
struct irq_usage {
	uint32_t class_string;
	uint8_t subclass, kind;
	struct irq_use used_in[IRQ_KINDS][2];
	struct irq_use enabled[IRQ_KINDS][2]; /* that kind of interrupt can come then */
	bool reported;
};

struct irq_usages {
	GArray *all;	   /* struct irq_usage, by first sight */
	GHashTable *index; /* packed class and subclass -> index + 1 */
};

struct irq_usages irq_usages_find(const struct check_input *in);
void irq_usages_clear(struct irq_usages *usages);

/* The usage of a class, or NULL. */
struct irq_usage *irq_usage_of(const struct irq_usages *usages, uint32_t class_string,
			       uint32_t subclass);

/* The chain from an entry to the use, in the check's arena. */
struct finding_path irq_use_path(const struct check_input *in, const struct irq_usage *usage,
				 const struct irq_use *use, const char *how);

#endif
