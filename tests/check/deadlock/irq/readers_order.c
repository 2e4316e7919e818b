/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two readers do not wait for each other, but both for a writer who holds one and wants the other.
 *
 *   CPU0                              CPU1
 *   read_lock(&r->table)  irqs on     write_lock_irq(&r->ring)
 *   <interrupt>                       write_lock(&r->table)     waits for CPU0
 *     read_lock(&r->ring)  waits for CPU1
 */
#include "kernel.h"

struct file;
struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

struct ring {
	rwlock_t ring, table;
};

static struct ring ring;

static irqreturn_t ring_irq_bad(int irq, void *data)
{
	read_lock(&ring.ring); // step
	read_unlock(&ring.ring);
	return IRQ_HANDLED;
}

static long ring_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	write_lock_irq(&ring.ring); // step
	write_lock(&ring.table);    // step
	write_unlock(&ring.table);
	write_unlock_irq(&ring.ring);
	read_lock(&ring.table); // finds deadlock/irq [error, high]: ring.ring, which a hardirq takes, is held while ring.table
	read_unlock(&ring.table);
	return 0;
}

const struct file_operations ring_fops = { .unlocked_ioctl = ring_ioctl_bad };

int ring_probe(void)
{
	rwlock_init(&ring.ring);
	rwlock_init(&ring.table);
	return request_irq(1, ring_irq_bad, 0, "ring", &ring);
}

/* Who holds the outer one reads it only: the interrupt's reader does not wait for that. */
struct loop {
	rwlock_t ring, table;
};

static struct loop loop;

static irqreturn_t loop_irq_ok(int irq, void *data)
{
	read_lock(&loop.ring);
	read_unlock(&loop.ring);
	return IRQ_HANDLED;
}

static long loop_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	read_lock_irq(&loop.ring);
	write_lock(&loop.table);
	write_unlock(&loop.table);
	read_unlock_irq(&loop.ring);
	read_lock(&loop.table);
	read_unlock(&loop.table);
	return 0;
}

const struct file_operations loop_fops = { .unlocked_ioctl = loop_ioctl_ok };

int loop_probe_ok(void)
{
	rwlock_init(&loop.ring);
	rwlock_init(&loop.table);
	return request_irq(1, loop_irq_ok, 0, "loop", &loop);
}
