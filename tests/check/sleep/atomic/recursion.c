/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flags are saved and restored by two functions that lead to themselves again, as those of a
 * runqueue do: they complain, a console prints that, and somebody is woken up for it.
 */
#include "kernel.h"

struct rq {
	int n;
};

struct rq_flags {
	unsigned long flags;
};

void rq_complain(struct rq *rq);

void rq_unlock(struct rq *rq, struct rq_flags *rf)
{
	rq_complain(rq);
	local_irq_restore(rf->flags);
}

static void rq_lock(struct rq *rq, struct rq_flags *rf)
{
	local_irq_save(rf->flags);
	rq_complain(rq);
}

static void rq_wake(struct rq *rq)
{
	struct rq_flags rf;

	rq_lock(rq, &rf);
	rq->n++;
	rq_unlock(rq, &rf);
}

void rq_complain(struct rq *rq)
{
	if (rq->n > 1)
		rq_wake(rq);
}

void after_ok(struct rq *rq)
{
	rq_wake(rq);
	msleep(1);
}

void inside_bad(struct rq *rq)
{
	struct rq_flags rf;

	rq_lock(rq, &rf);
	msleep(1); // finds sleep/atomic: msleep() may sleep with interrupts off
	rq_unlock(rq, &rf);
}
