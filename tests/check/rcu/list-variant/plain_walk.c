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

/* The reader is the caller's. */
static struct peer *peer_by_id_bad(struct list_head *peers, int id)
{
	struct peer *p;

	list_for_each_entry(p, peers, link) { // finds rcu/list-variant [warning, medium]: a plain iterator walks over struct peer.link
		if (p->id == id)
			return p;
	}
	return NULL;
}

bool peer_is_known(struct net *net, int id)
{
	bool is_known;

	rcu_read_lock();
	is_known = peer_by_id_bad(&net->peers, id); // step
	rcu_read_unlock();
	return is_known;
}

static struct peer *peer_by_id_ok(struct list_head *peers, int id)
{
	struct peer *p;

	list_for_each_entry(p, peers, link) {
		if (p->id == id)
			return p;
	}
	return NULL;
}

bool peer_is_known_ok(struct net *net, int id)
{
	bool is_known;

	spin_lock(&net->lock);
	is_known = peer_by_id_ok(&net->peers, id);
	spin_unlock(&net->lock);
	return is_known;
}
