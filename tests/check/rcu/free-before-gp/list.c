/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An element of a list that is walked under RCU is freed as soon as it is out of the list.
 *
 *   CPU0                          CPU1
 *                                 rcu_read_lock()
 *                                 list_for_each_entry_rcu(): at p
 *   list_del_rcu(&p->entry)
 *   kfree(p)
 *                                 reads p->key
 */
#include "kernel.h"

struct peer {
	struct list_head entry;
	int key;
	struct rcu_head rcu;
};

static LIST_HEAD(peers);
static DEFINE_SPINLOCK(peers_lock);

void peer_remove_bad(struct peer *p)
{
	spin_lock(&peers_lock);
	list_del_rcu(&p->entry); // step
	spin_unlock(&peers_lock);
	kfree(p); // finds rcu/free-before-gp [error, high]: p is freed with no grace period
}

void peer_remove_wait_ok(struct peer *p)
{
	spin_lock(&peers_lock);
	list_del_rcu(&p->entry);
	spin_unlock(&peers_lock);
	synchronize_rcu();
	kfree(p);
}

void peer_remove_later_ok(struct peer *p)
{
	spin_lock(&peers_lock);
	list_del_rcu(&p->entry);
	spin_unlock(&peers_lock);
	kfree_rcu(p, rcu);
}

static void peer_free_ok(struct rcu_head *head)
{
	kfree(container_of(head, struct peer, rcu));
}

void peer_remove_callback_ok(struct peer *p)
{
	list_del_rcu(&p->entry);
	call_rcu(&p->rcu, peer_free_ok);
}

/* Never published. */
int peer_add_ok(struct peer *p)
{
	if (p->key < 0) {
		kfree(p);
		return -EINVAL;
	}
	spin_lock(&peers_lock);
	list_add_rcu(&p->entry, &peers);
	spin_unlock(&peers_lock);
	return 0;
}

/* The wait is before the unlinking. */
void peer_early_bad(struct peer *p)
{
	synchronize_rcu();
	list_del_rcu(&p->entry); // step
	kfree(p);		 // finds rcu/free-before-gp: p is freed with no grace period
}

void peer_queue_early_bad(struct peer *p)
{
	call_rcu(&p->rcu, peer_free_ok); // step
	list_del_rcu(&p->entry); // finds rcu/free-before-gp: before it is unlinked: readers still find it
}

void peer_freed_twice_bad(struct peer *p)
{
	list_del_rcu(&p->entry);
	kfree_rcu(p, rcu); // step
	kfree(p);	   // finds rcu/free-before-gp: while it is queued
}
