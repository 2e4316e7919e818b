/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seed 001, iommu/s390, as it was first proposed: detaching waits for a grace period. Right, but
 * "several domains that have to be detached sequentially and with grace periods > 1s you can reach
 * multiple seconds to complete something like a close() system call". And what the discussion came
 * to, with the mistake that is easily made then: a callback that sleeps.
 */
#include "kernel.h"

struct file {
	void *private_data;
};

struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*release)(struct file *file);
};

struct domain {
	spinlock_t list_lock;
	struct mutex table_lock;
	struct list_head devices;
	unsigned long *table;
	struct rcu_head rcu;
};

struct domain_device {
	struct list_head entry;
	u32 handle;
};

struct container {
	struct domain *domains[4];
};

static void domain_detach(struct domain *domain, struct domain_device *d)
{
	spin_lock(&domain->list_lock);
	list_del_rcu(&d->entry);
	spin_unlock(&domain->list_lock);
	synchronize_rcu(); // step
	kfree(d);
}

static void domain_free(struct domain *domain)
{
	synchronize_rcu();
	kfree(domain->table);
	kfree(domain);
}

static long vfio_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct container *c = file->private_data;

	domain_detach(c->domains[0], (struct domain_device *)arg); // finds rcu/gp-wait-latency: vfio_ioctl_bad(), an ioctl
	return 0;
}

static void container_free(struct container *c)
{
	for (int i = 0; i < 4; i++)
		domain_free(c->domains[i]); // finds rcu/gp-wait-loop: once for each turn of a loop
}

static int vfio_release_bad(struct file *file)
{
	container_free(file->private_data); // finds rcu/gp-wait-latency: a close
	return 0;
}

const struct file_operations vfio_ops = {
	.unlocked_ioctl = vfio_ioctl_bad,
	.release = vfio_release_bad,
};

static void domain_free_late_bad(struct rcu_head *head)
{
	struct domain *domain = container_of(head, struct domain, rcu);

	mutex_lock(&domain->table_lock); // finds rcu/callback-blocks
	kfree(domain->table);
	mutex_unlock(&domain->table_lock);
	kfree(domain);
}

void domain_put(struct domain *domain)
{
	call_rcu(&domain->rcu, domain_free_late_bad);
}
