/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock that an interrupt takes is held while one is taken that is held with interrupts on.
 *
 *   CPU0                              CPU1
 *   spin_lock(&r->table)  irqs on     spin_lock_irq(&r->ring)
 *   <interrupt>                       spin_lock(&r->table)     waits for CPU0
 *     spin_lock(&r->ring)  waits for CPU1
 */
#include "kernel.h"

struct file;
struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

struct ring {
	spinlock_t ring, table;
};

static struct ring ring;

static irqreturn_t ring_irq_bad(int irq, void *data)
{
	spin_lock(&ring.ring); // step
	spin_unlock(&ring.ring);
	return IRQ_HANDLED;
}

static void ring_grow_bad(struct ring *r)
{
	spin_lock_irq(&r->ring);
	spin_lock(&r->table); // step
	spin_unlock(&r->table);
	spin_unlock_irq(&r->ring);
}

static long ring_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	ring_grow_bad(&ring);
	spin_lock(&ring.table); // finds deadlock/irq [error, high]: ring.ring, which a hardirq
				// takes, is held while ring.table
	spin_unlock(&ring.table);
	return 0;
}

const struct file_operations ring_fops = { .unlocked_ioctl = ring_ioctl_bad };

int ring_probe(void)
{
	spin_lock_init(&ring.ring);
	spin_lock_init(&ring.table);
	return request_irq(1, ring_irq_bad, 0, "ring", &ring);
}

/* The inner lock is only ever taken with interrupts off. */
struct loop {
	spinlock_t ring, table;
};

static struct loop loop;

static irqreturn_t loop_irq_ok(int irq, void *data)
{
	spin_lock(&loop.ring);
	spin_unlock(&loop.ring);
	return IRQ_HANDLED;
}

static long loop_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	unsigned long flags;

	spin_lock_irq(&loop.ring);
	spin_lock(&loop.table);
	spin_unlock(&loop.table);
	spin_unlock_irq(&loop.ring);
	local_irq_save(flags);
	spin_lock(&loop.table);
	spin_unlock(&loop.table);
	local_irq_restore(flags);
	return 0;
}

const struct file_operations loop_fops = { .unlocked_ioctl = loop_ioctl_ok };

int loop_probe_ok(void)
{
	spin_lock_init(&loop.ring);
	spin_lock_init(&loop.table);
	return request_irq(1, loop_irq_ok, 0, "loop", &loop);
}

/*
 * Over a third lock, and a call that is made under a condition which nobody on the way is known to
 * fulfil.
 */
struct tape {
	spinlock_t ring, middle, table;
	int wanted;
};

static struct tape tape;

static irqreturn_t tape_irq_bad(int irq, void *data)
{
	spin_lock(&tape.ring); // step
	spin_unlock(&tape.ring);
	return IRQ_HANDLED;
}

static void tape_extend(struct tape *t)
{
	spin_lock(&t->table); // step
	spin_unlock(&t->table);
}

static void tape_grow(struct tape *t, int mode)
{
	if (mode && t->wanted)
		tape_extend(t); // step
}

static void tape_turn_bad(struct tape *t)
{
	spin_lock_irq(&t->ring); // step
	spin_lock(&t->middle);	 // step
	spin_unlock(&t->middle);
	spin_unlock_irq(&t->ring);
}

static long tape_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	tape_turn_bad(&tape);
	spin_lock_irq(&tape.middle); // step
	tape_grow(&tape, (int)arg);
	spin_unlock_irq(&tape.middle);
	spin_lock(&tape.table); // finds deadlock/irq [warning, medium]: tape.ring, which a hardirq
				// takes, is held while tape.table
	spin_unlock(&tape.table);
	return 0;
}

const struct file_operations tape_fops = { .unlocked_ioctl = tape_ioctl_bad };

int tape_probe(void)
{
	spin_lock_init(&tape.ring);
	spin_lock_init(&tape.middle);
	spin_lock_init(&tape.table);
	return request_irq(2, tape_irq_bad, 0, "tape", &tape);
}
