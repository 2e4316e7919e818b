/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seed 001, iommu/s390: the list of devices of a domain under RCU, without a grace period before
 * the domain's tables and the entries go.
 *
 *   CPU0                               CPU1
 *                                      rcu_read_lock()
 *                                      list_for_each_entry_rcu(d, &domain->devices)
 *   detach: list_del_rcu(&d->entry)
 *           kfree(d)
 *                                      d->handle: freed memory
 */
#include "kernel.h"

struct domain {
	spinlock_t list_lock;
	struct list_head devices;
	unsigned long *table;
};

struct domain_device {
	struct list_head entry;
	u32 handle;
};

int domain_flush_ok(struct domain *domain)
{
	struct domain_device *d;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(d, &domain->devices, entry)
		sum += d->handle;
	rcu_read_unlock();
	return sum;
}

void domain_attach_ok(struct domain *domain, struct domain_device *d)
{
	spin_lock(&domain->list_lock);
	list_add_rcu(&d->entry, &domain->devices);
	spin_unlock(&domain->list_lock);
}

void domain_detach_bad(struct domain *domain, struct domain_device *d)
{
	spin_lock(&domain->list_lock);
	list_del_rcu(&d->entry); // step
	spin_unlock(&domain->list_lock);
	kfree(d); // finds rcu/free-before-gp [error, high]: d is freed with no grace period
}
