/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A function that gives the caller's lock up with the caller's flags, in a loop in which it takes
 * locks with the same variable: interrupts are on again behind it.
 */
#include "kernel.h"

struct cpu {
	raw_spinlock_t list_lock;
	int n;
};

struct source {
	raw_spinlock_t lock;
	struct cpu *cpu, *target;
	int pending;
};

struct cpu *find_cpu(struct source *s);

static bool queue_unlock(struct source *s, unsigned long flags)
{
	struct cpu *cpu;

retry:
	cpu = find_cpu(s);
	if (s->cpu || !cpu) {
		raw_spin_unlock_irqrestore(&s->lock, flags);
		return false;
	}
	raw_spin_unlock_irqrestore(&s->lock, flags);

	raw_spin_lock_irqsave(&cpu->list_lock, flags);
	raw_spin_lock(&s->lock);
	if (s->cpu || cpu != find_cpu(s)) {
		raw_spin_unlock(&s->lock);
		raw_spin_unlock_irqrestore(&cpu->list_lock, flags);

		raw_spin_lock_irqsave(&s->lock, flags);
		goto retry;
	}
	s->cpu = cpu;
	raw_spin_unlock(&s->lock);
	raw_spin_unlock_irqrestore(&cpu->list_lock, flags);
	return true;
}

void sync_pending_ok(struct source *s)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&s->lock, flags);
	s->pending = 1;
	queue_unlock(s, flags);
	msleep(1);
}

void sync_pending_bad(struct source *s)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&s->lock, flags);
	s->pending = 1;
	msleep(1); // finds sleep/atomic
	queue_unlock(s, flags);
}
