/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An element that readers may see before its fields.
 *
 *   CPU0                        CPU1 (reader)
 *   d->id = 1
 *   list_add(&d->node, ...)
 *                               sees the element, not yet its id
 */
#include "more.h"

struct dev {
	struct list_head node;
	struct hlist_node hash;
	int id;
};

static LIST_HEAD(devices);
static LIST_HEAD(idle);
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

void insert_bad(struct dev *d)
{
	d->id = 1;
	spin_lock(&devices_lock);
	list_add(&d->node, &devices); // reports: the list of 'node' is traversed under RCU
	spin_unlock(&devices_lock);
}

void append_bad(struct dev *d)
{
	d->id = 2;
	spin_lock(&devices_lock);
	list_add_tail(&d->node, &devices); // reports: the list of 'node' is traversed under RCU
	spin_unlock(&devices_lock);
}

void hash_bad(struct dev *d, struct hlist_head *bucket)
{
	d->id = 3;
	spin_lock(&devices_lock);
	hlist_add_head(&d->hash, bucket); // reports: the list of 'hash' is traversed under RCU
	spin_unlock(&devices_lock);
}

void insert_ok(struct dev *d)
{
	d->id = 1;
	spin_lock(&devices_lock);
	list_add_rcu(&d->node, &devices);
	spin_unlock(&devices_lock);
}

/* A list of its own, which no reader knows. */
void collect_ok(struct dev *d)
{
	LIST_HEAD(gone);

	list_add(&d->node, &gone);
	kfree(list_first_entry(&gone, struct dev, node));
}

/* A list of the same elements that no reader traverses. */
void rest_ok(struct dev *d)
{
	spin_lock(&devices_lock);
	list_add(&d->node, &idle);
	spin_unlock(&devices_lock);
}

/* No reader can be there yet. */
void fill_ok(struct dev *all, int n)
{
	for (int i = 0; i < n; i++)
		list_add_tail(&all[i].node, &devices);
}
