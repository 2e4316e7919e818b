/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Item 9: list_first_or_null_rcu(), list_next_or_null_rcu() and the iterators that go on from an
 * element ask for no reader at run time. Without one and without the updaters' lock they are as
 * wrong.
 */
#include "kernel.h"

struct peer {
	struct list_head link;
	struct hlist_node node;
	int id;
};

struct net {
	struct list_head peers;
	struct hlist_head hash;
	spinlock_t lock;
	struct mutex other;
	struct work_struct work;
};

static void peer_add(struct net *net, struct peer *p)
{
	spin_lock(&net->lock);
	list_add_rcu(&p->link, &net->peers);
	hlist_add_head_rcu(&p->node, &net->hash);
	spin_unlock(&net->lock);
}

static void peer_del(struct net *net, struct peer *p)
{
	spin_lock(&net->lock);
	list_del_rcu(&p->link);
	hlist_del_rcu(&p->node);
	spin_unlock(&net->lock);
	synchronize_rcu();
}

static int first_id(struct net *net)
{
	struct peer *p = list_first_or_null_rcu(&net->peers, struct peer, link); // finds rcu/reader-missing [error, high]: struct net.peers is read outside of any RCU reader

	return p ? p->id : 0;
}

static int next_id(struct net *net, struct peer *from)
{
	struct peer *p = from;

	list_for_each_entry_continue_rcu(p, &net->peers, link) // finds rcu/reader-missing [error, high]: struct net.peers is read outside of any RCU reader
		return p->id;
	return 0;
}

static int hash_next(struct peer *p)
{
	int sum = 0;

	hlist_for_each_entry_continue_rcu(p, node) // finds rcu/reader-missing [error, high]: struct peer.node is read outside of any RCU reader
		sum += p->id;
	return sum;
}

/* list_first_entry_or_null() is for who holds the lock; what lock that is, is not asked here. */
static int plain_first(struct net *net)
{
	struct peer *p = list_first_entry_or_null(&net->peers, struct peer, link);

	return p ? p->id : 0;
}

static void first_bad(struct work_struct *work)
{
	first_id(container_of(work, struct net, work)); // step
}

static void next_bad(struct work_struct *work)
{
	struct net *net = container_of(work, struct net, work);

	next_id(net, container_of(work, struct peer, id)); // step
}

static void hash_bad(struct work_struct *work)
{
	hash_next(container_of(work, struct peer, id)); // step
}

static void reader_ok(struct work_struct *work)
{
	struct net *net = container_of(work, struct net, work);

	rcu_read_lock();
	first_id(net);
	next_id(net, container_of(work, struct peer, id));
	rcu_read_unlock();
}

static void locked_ok(struct work_struct *work)
{
	struct net *net = container_of(work, struct net, work);

	spin_lock(&net->lock);
	hash_next(container_of(work, struct peer, id));
	first_id(net);
	spin_unlock(&net->lock);
}

static void plain_ok(struct work_struct *work)
{
	plain_first(container_of(work, struct net, work));
}

/* Nothing is ever changed here with readers in mind. */
struct cell {
	struct list_head link;
	int id;
};

struct row {
	struct list_head cells;
	struct work_struct work;
};

static void cells_ok(struct work_struct *work)
{
	struct row *row = container_of(work, struct row, work);
	struct cell *c = list_first_or_null_rcu(&row->cells, struct cell, link);

	if (c)
		c->id++;
}

void row_start(struct row *row)
{
	INIT_WORK(&row->work, cells_ok);
}

int net_start(struct net *net, struct peer *p, int how)
{
	peer_add(net, p);
	if (how == 0)
		INIT_WORK(&net->work, first_bad);
	else if (how == 1)
		INIT_WORK(&net->work, next_bad);
	else if (how == 2)
		INIT_WORK(&net->work, hash_bad);
	else if (how == 3)
		INIT_WORK(&net->work, reader_ok);
	else if (how == 4)
		INIT_WORK(&net->work, plain_ok);
	else
		INIT_WORK(&net->work, locked_ok);
	peer_del(net, p);
	return 0;
}
