/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function unlinks, another frees; a third waits. */
#include "kernel.h"

struct peer {
	struct list_head entry;
	int *keys;
	int users;
};

static void peer_unlink_bad(struct peer *p)
{
	list_del_rcu(&p->entry); // step
}

static void peer_destroy_bad(struct peer *p)
{
	kfree(p->keys);
	kfree(p); // step
}

void peer_remove_bad(struct peer *p)
{
	peer_unlink_bad(p);  // step
	peer_destroy_bad(p); // finds rcu/free-before-gp: p is freed
}

static void peers_settle_ok(void)
{
	synchronize_rcu();
}

void peer_remove_ok(struct peer *p)
{
	peer_unlink_bad(p);
	peers_settle_ok();
	peer_destroy_bad(p);
}

static void peer_put_ok(struct peer *p)
{
	if (--p->users == 0)
		peer_destroy_bad(p);
}

/* Others may hold it: who frees it is not known here. */
void peer_release_ok(struct peer *p)
{
	peer_unlink_bad(p);
	peer_put_ok(p);
}

/* The test for nothing changes nothing. */
struct node {
	struct list_head entry;
	int key;
};

static void node_free(struct node *n)
{
	if (!n)
		return;
	kfree(n); // step
}

void node_remove_bad(struct node *n)
{
	list_del_rcu(&n->entry); // step
	node_free(n);		 // finds rcu/free-before-gp: n is freed
}

void node_remove_ok(struct node *n)
{
	list_del_rcu(&n->entry);
	synchronize_rcu();
	node_free(n);
}

/* Readers walk over one list of these, the others belong to who has the lock. */
struct address {
	struct list_head entry;
	int key;
};

struct endpoint {
	spinlock_t lock;
	struct list_head own, shared;
};

int endpoint_sum(struct endpoint *e)
{
	struct address *a;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(a, &e->shared, entry)
		sum += a->key;
	rcu_read_unlock();
	return sum;
}

void endpoint_add(struct endpoint *e, struct address *a, bool own)
{
	spin_lock(&e->lock);
	if (own)
		list_add_rcu(&a->entry, &e->own);
	else
		list_add_rcu(&a->entry, &e->shared);
	spin_unlock(&e->lock);
}

void endpoint_drop_bad(struct endpoint *e, struct address *a)
{
	spin_lock(&e->lock);
	list_del_rcu(&a->entry); // step
	kfree(a); // finds rcu/free-before-gp [warning, medium]: a is freed
	spin_unlock(&e->lock);
}
