/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec.h - in which execution context code runs
 *
 * A situation is one combination of what is running (task, softirq, RCU callback, hardirq, NMI)
 * with what is switched off. A function can be entered in several: a set of them, exec_set. At a
 * point inside it, struct exec_context tells what has changed since the entry, and in which of the
 * situations of the entry the point is reached at all ("if (in_interrupt()) return;" leaves the
 * tasks). exec_now() makes of both the situations at that point.
 *
 * Spinning locks switch preemption off, too: they are in the set of held locks and not counted
 * again here. Knows nothing of how functions are entered: see summary/context.h.
 * (include/linux/preempt.h, include/linux/irqflags.h)
 */
#ifndef LOCKGRAPH_FLOW_EXEC_H
#define LOCKGRAPH_FLOW_EXEC_H

#include "program/program.h"

#include <stdbool.h>
#include <stdint.h>

enum exec_level { EXEC_TASK, EXEC_SOFTIRQ, EXEC_RCU, EXEC_HARDIRQ, EXEC_NMI };

/* What interrupts are, said relative to the function's entry. */
enum irq_state { IRQS_AS_AT_ENTRY, IRQS_OFF, IRQS_ON };

/* Where in a function: a step, or a block's end when step is at its n_steps. */
struct flow_point {
	uint32_t block;
	uint32_t step;
};

static inline bool flow_point_is(struct flow_point a, struct flow_point b)
{
	return a.block == b.block && a.step == b.step;
}

/* Blocks are numbered in reverse postorder: what has a lower number comes before, or may. */
static inline bool flow_point_is_before(struct flow_point a, struct flow_point b)
{
	return a.block != b.block ? a.block < b.block : a.step < b.step;
}

/* Where something was switched off: a step, or a call there of a function that returned so. */
struct exec_site {
	struct flow_point where;
	uint32_t callee; /* or PROGRAM_NONE */
};

struct exec_context {
	exec_set entry; /* the point is reached only when the function was entered in one of them */
	/*
	 * The part of @entry that is left once everything on the way that sleeps was allowed to;
	 * all of it where nothing would be left. What could come here otherwise is wrong before.
	 */
	exec_set likely;
	uint8_t irqs; /* enum irq_state; where unknown flags were restored, as at entry: */
	bool guessed;
	/* Switched off here, minus switched on, explicitly: locks that spin count by being held. */
	int8_t bh, preempt;
	int8_t hardirq, softirq; /* entered here, minus left */
	bool threaded;		 /* that hardirq is a thread on PREEMPT_RT */
	int8_t pagefault; /* pagefault_disable(): copies from and to user space do not sleep */
	term_id flags;	  /* the same as @irqs; or the value that irqrestore was given */
	struct exec_site irqs_site;    /* where irqs is IRQS_OFF */
	struct exec_site bh_site;      /* where bh > 0: the outermost */
	struct exec_site preempt_site; /* where preempt > 0 */
};

enum exec_level situation_level(enum situation situation);
bool situation_irqs_off(enum situation situation);
bool situation_bh_off(enum situation situation);      /* by count; not: is a softirq */
bool situation_preempt_off(enum situation situation); /* by count */

/* May sleep: a task with nothing off. */
bool situation_may_sleep(enum situation situation);

/* "a task with interrupts off" */
const char *situation_text(enum situation situation);

/*
 * The situations at a point with context @exec in a function entered in one of @entered;
 * @spinning: with a lock held that spins, so that preemption is off. Empty if the point is not
 * reached then.
 */
exec_set exec_now(exec_set entered, const struct exec_context *exec, bool spinning);

/* Whether anything is switched on or off, or what callers have saved is restored, on the way. */
bool exec_context_changes(const struct exec_context *exec);

/* What one of the situations is at that point. */
enum situation exec_now_one(enum situation entered, const struct exec_context *exec, bool spinning);

#endif
