/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The link of an element that readers may be at is made new before they have gone.
 *
 *   CPU0 (reader, at h)            CPU1
 *                                  list_del_rcu(&h->list)
 *                                  INIT_LIST_HEAD(&h->list): h->list.next = &h->list
 *   h = h->list.next: h, for ever
 */
#include "kernel.h"

struct handler {
	struct list_head list;
	int key;
};

static LIST_HEAD(handlers);
static DEFINE_SPINLOCK(handlers_lock);

int handlers_find(int key)
{
	struct handler *h;
	int found = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(h, &handlers, list)
		found |= h->key == key;
	rcu_read_unlock();
	return found;
}

void handler_unregister_bad(struct handler *h)
{
	spin_lock(&handlers_lock);
	list_del_rcu(&h->list); // step
	INIT_LIST_HEAD(&h->list); // finds rcu/list-variant [warning, high]: INIT_LIST_HEAD() on struct handler.list with no grace period
	spin_unlock(&handlers_lock);
	synchronize_rcu();
}

void handler_unregister_ok(struct handler *h)
{
	spin_lock(&handlers_lock);
	list_del_rcu(&h->list);
	spin_unlock(&handlers_lock);
	synchronize_rcu();
	INIT_LIST_HEAD(&h->list);
}
