/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seed 001 as the discussion ended: an rcu_head in the domain, and call_rcu() with the rest of
 * what freeing a domain is. No caller waits, and no rcu_head is to be allocated.
 */
#include "kernel.h"

struct domain {
	spinlock_t list_lock;
	struct list_head devices;
	unsigned long *table;
	struct rcu_head rcu;
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

void domain_detach_ok(struct domain *domain, struct domain_device *d)
{
	spin_lock(&domain->list_lock);
	list_del_rcu(&d->entry);
	spin_unlock(&domain->list_lock);
}

static void domain_free_late_ok(struct rcu_head *head)
{
	struct domain *domain = container_of(head, struct domain, rcu);

	kfree(domain->table);
	kfree(domain);
}

void domain_free_ok(struct domain *domain)
{
	call_rcu(&domain->rcu, domain_free_late_ok);
}
