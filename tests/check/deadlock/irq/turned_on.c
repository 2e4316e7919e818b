/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts are switched on while a lock is held that was taken with them off. */
#include "kernel.h"

struct file;
struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

struct port {
	spinlock_t lock;
};

static struct port port;

static irqreturn_t port_irq_bad(int irq, void *data)
{
	spin_lock(&port.lock); // step
	spin_unlock(&port.lock);
	return IRQ_HANDLED;
}

static long port_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	local_irq_disable();
	spin_lock(&port.lock); // step
	local_irq_enable(); // finds deadlock/irq [error, high]: port.lock is held with interrupts on here, and taken by a hardirq
	spin_unlock(&port.lock);
	return 0;
}

const struct file_operations port_fops = { .unlocked_ioctl = port_ioctl_bad };

int port_probe(void)
{
	spin_lock_init(&port.lock);
	return request_irq(1, port_irq_bad, 0, "port", &port);
}

/* So does a function that is called, and that is right where interrupts were on. */
struct link {
	spinlock_t lock, stats;
};

static struct link link;

static irqreturn_t link_irq_bad(int irq, void *data)
{
	spin_lock(&link.lock); // step
	spin_unlock(&link.lock);
	return IRQ_HANDLED;
}

static void link_count_ok(struct link *l)
{
	spin_lock_irq(&l->stats);
	spin_unlock_irq(&l->stats);
}

static long link_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	local_irq_disable();
	spin_lock(&link.lock); // step
	link_count_ok(&link); // finds deadlock/irq [error, high]: link.lock is held with interrupts on here
	spin_unlock(&link.lock);
	local_irq_enable();
	return 0;
}

const struct file_operations link_fops = { .unlocked_ioctl = link_ioctl_bad };

int link_probe(void)
{
	spin_lock_init(&link.lock);
	spin_lock_init(&link.stats);
	return request_irq(1, link_irq_bad, 0, "link", &link);
}

/* They are switched on when the lock is given up, and as they were before, inside. */
struct dock {
	spinlock_t lock, stats;
};

static struct dock dock;

static irqreturn_t dock_irq_ok(int irq, void *data)
{
	spin_lock(&dock.lock);
	spin_unlock(&dock.lock);
	return IRQ_HANDLED;
}

static void dock_count_ok(struct dock *d)
{
	unsigned long flags;

	spin_lock_irqsave(&d->stats, flags);
	spin_unlock_irqrestore(&d->stats, flags);
}

static long dock_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	local_irq_disable();
	spin_lock(&dock.lock);
	dock_count_ok(&dock);
	spin_unlock(&dock.lock);
	local_irq_enable();
	return 0;
}

const struct file_operations dock_fops = { .unlocked_ioctl = dock_ioctl_ok };

int dock_probe_ok(void)
{
	spin_lock_init(&dock.lock);
	spin_lock_init(&dock.stats);
	return request_irq(1, dock_irq_ok, 0, "dock", &dock);
}

/* A lock that is taken, and given up, only where there is a need for it. */
struct cpu {
	spinlock_t queue_lock;
	int offloaded;
};

static struct cpu cpu;

static irqreturn_t cpu_irq_ok(int irq, void *data)
{
	spin_lock(&cpu.queue_lock);
	spin_unlock(&cpu.queue_lock);
	return IRQ_HANDLED;
}

int is_offloaded(struct cpu *c);
int queue_is_offloaded(struct cpu *c); /* the same, and warns of what is wrong */

static void queue_unlock_irqrestore(struct cpu *c, unsigned long flags)
{
	if (queue_is_offloaded(c))
		spin_unlock_irqrestore(&c->queue_lock, flags);
	else
		local_irq_restore(flags);
}

static long cpu_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	unsigned long flags;

	if (!is_offloaded(&cpu))
		local_irq_save(flags);
	else
		spin_lock_irqsave(&cpu.queue_lock, flags);
	lockdep_assert_held(&cpu.queue_lock);
	queue_unlock_irqrestore(&cpu, flags);
	return 0;
}

const struct file_operations cpu_fops = { .unlocked_ioctl = cpu_ioctl_ok };

int cpu_probe(void)
{
	spin_lock_init(&cpu.queue_lock);
	return request_irq(1, cpu_irq_ok, 0, "cpu", &cpu);
}
