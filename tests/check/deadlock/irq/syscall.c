/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A system call and an initcall run in a task, with interrupts on; nothing interrupts the latter. */
#include "kernel.h"

struct ring {
	spinlock_t lock;
	int n;
};

static struct ring ring;

static irqreturn_t ring_irq_bad(int irq, void *data)
{
	spin_lock(&ring.lock); // step
	ring.n++;
	spin_unlock(&ring.lock);
	return IRQ_HANDLED;
}

long __do_sys_ring_count_bad(int by)
{
	spin_lock(&ring.lock); // finds deadlock/irq [error, high]: ring.lock is taken with interrupts on
	ring.n += by;
	spin_unlock(&ring.lock);
	return 0;
}

int ring_probe(void)
{
	return request_irq(1, ring_irq_bad, 0, "ring", &ring); // step
}

struct early_ring {
	spinlock_t lock;
	int n;
};

static struct early_ring early_ring;

static irqreturn_t early_ring_irq_ok(int irq, void *data)
{
	spin_lock(&early_ring.lock);
	early_ring.n++;
	spin_unlock(&early_ring.lock);
	return IRQ_HANDLED;
}

long __do_sys_early_ring_count_ok(int by)
{
	spin_lock_irq(&early_ring.lock);
	early_ring.n += by;
	spin_unlock_irq(&early_ring.lock);
	return 0;
}

static int __init early_ring_init_ok(void)
{
	spin_lock(&early_ring.lock);
	early_ring.n = 1;
	spin_unlock(&early_ring.lock);
	return request_irq(2, early_ring_irq_ok, 0, "early", &early_ring);
}

initcall_t __initcall__early_ring_init __attribute__((section(".initcall6.init"))) =
	early_ring_init_ok;
