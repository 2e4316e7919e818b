/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers of an rwlock_t recurse in interrupts; a writer waits for the reader it interrupted. */
#include "kernel.h"

struct file;
struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

struct names {
	rwlock_t lock;
};

static struct names names;

static irqreturn_t names_irq_bad(int irq, void *data)
{
	write_lock(&names.lock); // step
	write_unlock(&names.lock);
	return IRQ_HANDLED;
}

static long names_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	read_lock(&names.lock); // finds deadlock/irq [error, high]: names.lock is taken with interrupts on
	read_unlock(&names.lock);
	return 0;
}

const struct file_operations names_fops = { .unlocked_ioctl = names_ioctl_bad };

int names_probe(void)
{
	rwlock_init(&names.lock);
	return request_irq(1, names_irq_bad, 0, "names", &names);
}

/* The interrupt reads, who reads elsewhere may leave it on; who writes switches it off. */
struct rules {
	rwlock_t lock;
};

static struct rules rules;

static irqreturn_t rules_irq_ok(int irq, void *data)
{
	read_lock(&rules.lock);
	read_unlock(&rules.lock);
	return IRQ_HANDLED;
}

static long rules_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	read_lock(&rules.lock);
	read_unlock(&rules.lock);
	write_lock_irq(&rules.lock);
	write_unlock_irq(&rules.lock);
	return 0;
}

const struct file_operations rules_fops = { .unlocked_ioctl = rules_ioctl_ok };

int rules_probe_ok(void)
{
	rwlock_init(&rules.lock);
	return request_irq(1, rules_irq_ok, 0, "rules", &rules);
}
