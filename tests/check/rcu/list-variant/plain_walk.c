/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plain iterator in a reader, over a list that updaters change meanwhile. */
#include "kernel.h"

struct peer {
	struct list_head link;
	int id;
};

struct net {
	spinlock_t lock;
	struct list_head peers;
};

void peer_add(struct net *net, struct peer *p)
{
	spin_lock(&net->lock);
	list_add_rcu(&p->link, &net->peers); // step
	spin_unlock(&net->lock);
}

int peers_sum_bad(struct net *net)
{
	struct peer *p;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry(p, &net->peers, link) // finds rcu/list-variant [warning, medium]: a plain iterator walks over struct peer.link
		sum += p->id;
	rcu_read_unlock();
	return sum;
}

int peers_sum_ok(struct net *net)
{
	struct peer *p;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(p, &net->peers, link)
		sum += p->id;
	rcu_read_unlock();
	return sum;
}

int peers_sum_locked_ok(struct net *net)
{
	struct peer *p;
	int sum = 0;

	rcu_read_lock();
	spin_lock(&net->lock);
	list_for_each_entry(p, &net->peers, link)
		sum += p->id;
	spin_unlock(&net->lock);
	rcu_read_unlock();
	return sum;
}
