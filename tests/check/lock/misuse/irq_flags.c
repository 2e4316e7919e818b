/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flags that are saved, lost, mixed up; and interrupts that are switched on too early. */
#include "kernel.h"

struct port {
	spinlock_t a, b;
	unsigned long flags;
};

/* --- one variable for two --------------------------------------------------------------------- */

void one_variable_bad(struct port *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->a, flags); // step
	spin_lock_irqsave(&p->b, flags); // finds lock/misuse [error, high]: the flags that were saved first are lost
	spin_unlock_irqrestore(&p->b, flags);
	spin_unlock_irqrestore(&p->a, flags);
}

void two_variables_ok(struct port *p)
{
	unsigned long flags, inner;

	spin_lock_irqsave(&p->a, flags);
	spin_lock_irqsave(&p->b, inner);
	spin_unlock_irqrestore(&p->b, inner);
	spin_unlock_irqrestore(&p->a, flags);
}

/* One after the other, in a loop or not, is what it is for. */
void again_ok(struct port *p, int n)
{
	unsigned long flags;

	while (n--) {
		spin_lock_irqsave(&p->a, flags);
		spin_unlock_irqrestore(&p->a, flags);
	}
	spin_lock_irqsave(&p->b, flags);
	spin_unlock_irqrestore(&p->b, flags);
}

/* Somebody else keeps it. */
void kept_ok(struct port *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->a, flags);
	p->flags = flags;
	spin_lock_irqsave(&p->b, flags);
	spin_unlock_irqrestore(&p->b, flags);
	spin_unlock_irqrestore(&p->a, p->flags);
}

/* --- the wrong one ---------------------------------------------------------------------------- */

void wrong_variable_bad(struct port *p)
{
	unsigned long flags, inner;

	spin_lock_irqsave(&p->a, flags); // step
	spin_lock_irqsave(&p->b, inner);
	spin_unlock_irqrestore(&p->b, flags); // finds lock/misuse [error, high]: interrupts are switched on while p->a is held
	spin_unlock_irqrestore(&p->a, inner);
}

/* Given up in the order in which they were taken, and interrupts with the last one. */
void hand_over_ok(struct port *p)
{
	unsigned long flags, inner;

	spin_lock_irqsave(&p->a, flags);
	spin_lock_irqsave(&p->b, inner);
	spin_unlock_irqrestore(&p->a, inner);
	spin_unlock_irqrestore(&p->b, flags);
}

void hand_over_plain_ok(struct port *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->a, flags);
	spin_lock(&p->b);
	spin_unlock(&p->a);
	spin_unlock_irqrestore(&p->b, flags);
}

/* --- irq where irqsave is wanted -------------------------------------------------------------- */

void nested_irq_bad(struct port *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->a, flags); // step
	spin_lock_irq(&p->b);
	spin_unlock_irq(&p->b); // finds lock/misuse [error, high]: interrupts are switched on while p->a is held
	spin_unlock_irqrestore(&p->a, flags);
}

static void count_ok(struct port *p)
{
	spin_lock_irq(&p->b);
	spin_unlock_irq(&p->b);
}

void nested_call_bad(struct port *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->a, flags); // step
	count_ok(p); // finds lock/misuse [error, high]: interrupts are switched on while p->a is held
	spin_unlock_irqrestore(&p->a, flags);
}

void inside_save_bad(struct port *p)
{
	unsigned long flags;

	local_irq_save(flags);
	spin_lock_irq(&p->b);	// step
	spin_unlock_irq(&p->b); // finds lock/misuse [warning, medium]: the release of p->b switches interrupts on, which were off before
	p->flags = 0;
	local_irq_restore(flags);
}

void nested_ok(struct port *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->a, flags);
	spin_lock(&p->b);
	spin_unlock(&p->b);
	spin_unlock_irqrestore(&p->a, flags);
	count_ok(p);
}

/* Given up for a while, and taken again. */
void dropped_ok(struct port *p)
{
	spin_lock_irq(&p->a);
	spin_unlock_irq(&p->a);
	might_sleep();
	spin_lock_irq(&p->a);
	spin_unlock_irq(&p->a);
}

/* The same lock, by another call. */
spinlock_t *port_lock(struct port *p);

void by_result_ok(struct port *p)
{
	unsigned long flags;

	spin_lock_irqsave(port_lock(p), flags);
	spin_unlock_irqrestore(port_lock(p), flags);
}
