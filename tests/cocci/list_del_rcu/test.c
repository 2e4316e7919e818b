/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reader stands on the element that is taken off.
 *
 *   CPU0 (reader)               CPU1
 *   e = first element
 *                               list_del(&e->node): e->node.next = LIST_POISON1
 *   e = e->node.next
 */
#include "more.h"

struct dev {
	struct list_head node;
	struct hlist_node hash;
	struct list_head busy;
	int id;
};

static LIST_HEAD(devices);
static spinlock_t devices_lock;

int find_ok(struct hlist_head *bucket, int id)
{
	struct dev *d;
	int found = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(d, &devices, node)
		found += d->id == id;
	hlist_for_each_entry_rcu(d, bucket, hash)
		found += d->id == id;
	rcu_read_unlock();
	return found;
}

void remove_bad(struct dev *d)
{
	spin_lock(&devices_lock);
	list_del(&d->node); // reports: the list of 'node' is traversed under RCU
	spin_unlock(&devices_lock);
	synchronize_rcu();
	kfree(d);
}

void unhash_bad(struct dev *old)
{
	spin_lock(&devices_lock);
	hlist_del(&old->hash); // reports: the list of 'hash' is traversed under RCU
	spin_unlock(&devices_lock);
}

void remove_ok(struct dev *d)
{
	spin_lock(&devices_lock);
	list_del_rcu(&d->node);
	spin_unlock(&devices_lock);
	synchronize_rcu();
	kfree(d);
}

/* Another member, whose list no reader traverses. */
void idle_ok(struct dev *d)
{
	list_del(&d->busy);
}

/* Moved to a private list after the grace period. */
void reuse_ok(struct dev *d)
{
	list_del_rcu(&d->node);
	synchronize_rcu();
	list_add(&d->node, &d->busy);
	list_del(&d->node);
}

void drain_ok(void)
{
	struct dev *d, *next;
	LIST_HEAD(gone);

	list_splice_init(&devices, &gone);
	synchronize_rcu();
	list_for_each_entry_safe(d, next, &gone, node) {
		list_del(&d->node);
		kfree(d);
	}
}

/* Another list, of elements that were on none. */
void drain_idle_ok(struct list_head *idle)
{
	struct dev *d, *next;

	spin_lock(&devices_lock);
	list_for_each_entry_safe(d, next, idle, node)
		list_del(&d->node);
	spin_unlock(&devices_lock);
}

void destroy_ok(struct dev *d)
{
	list_del(&d->node);
	kfree(d);
}
