/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who waits for a file is woken by whom the file's driver likes: by interrupts, too. */
#include "kernel.h"

struct wait_entry {
	int (*func)(struct wait_entry *entry);
};

void init_waitqueue_func_entry(struct wait_entry *entry, int (*func)(struct wait_entry *entry));

struct irqfd {
	struct srcu_struct irqs;
	struct wait_entry wait;
	int route;
};

static int irqfd_wakeup_bad(struct wait_entry *entry)
{
	struct irqfd *irqfd = container_of(entry, struct irqfd, wait);
	int index = srcu_read_lock(&irqfd->irqs); // step

	srcu_read_unlock(&irqfd->irqs, index);
	return 0;
}

int irqfd_route_bad(struct irqfd *irqfd)
{
	int index = srcu_read_lock(&irqfd->irqs); // finds rcu/srcu-irq [note, medium]: by tasks and by interrupts
	int route = irqfd->route;

	srcu_read_unlock(&irqfd->irqs, index);
	return route;
}

void irqfd_assign(struct irqfd *irqfd)
{
	init_srcu_struct(&irqfd->irqs);
	init_waitqueue_func_entry(&irqfd->wait, irqfd_wakeup_bad);
}

void irqfd_release(struct irqfd *irqfd)
{
	cleanup_srcu_struct(&irqfd->irqs);
}

/* Only the work that the wake function starts reads: tasks do. */
struct workfd {
	struct srcu_struct irqs;
	struct wait_entry wait;
	struct work_struct work;
	int route;
};

static void workfd_inject_ok(struct work_struct *work)
{
	struct workfd *workfd = container_of(work, struct workfd, work);
	int index = srcu_read_lock(&workfd->irqs);

	workfd->route++;
	srcu_read_unlock(&workfd->irqs, index);
}

static int workfd_wakeup_ok(struct wait_entry *entry)
{
	schedule_work(&container_of(entry, struct workfd, wait)->work);
	return 0;
}

void workfd_assign(struct workfd *workfd)
{
	init_srcu_struct(&workfd->irqs);
	INIT_WORK(&workfd->work, workfd_inject_ok);
	init_waitqueue_func_entry(&workfd->wait, workfd_wakeup_ok);
}

void workfd_release(struct workfd *workfd)
{
	cancel_work_sync(&workfd->work);
	cleanup_srcu_struct(&workfd->irqs);
}
