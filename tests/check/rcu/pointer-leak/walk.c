/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An element that is found in a section and used after it. */
#include "kernel.h"

struct peer {
	struct list_head list;
	struct hlist_node node;
	int id, count;
	struct kref ref;
};

struct net {
	struct list_head peers;
	struct hlist_head table;
};

static struct peer *find_peer(struct net *net, int id)
{
	struct peer *p;

	list_for_each_entry_rcu(p, &net->peers, list)
		if (p->id == id)
			return p;
	return NULL;
}

int peer_count_bad(struct net *net, int id)
{
	struct peer *p;

	rcu_read_lock();
	p = find_peer(net, id); // step
	rcu_read_unlock();
	return p ? p->count : 0; // finds rcu/pointer-leak [error, high]: p is used
}

int peer_count_ok(struct net *net, int id)
{
	struct peer *p;
	int count;

	rcu_read_lock();
	p = find_peer(net, id);
	count = p ? p->count : 0;
	rcu_read_unlock();
	return count;
}

int peer_first_bad(struct net *net, int id)
{
	struct peer *p, *found = NULL;

	rcu_read_lock();
	hlist_for_each_entry_rcu(p, &net->table, node) {
		if (p->id != id)
			continue;
		found = p;
		break;
	}
	rcu_read_unlock();
	if (!found)
		return 0;
	return found->count; // finds rcu/pointer-leak [error, high]: found is used
}

static bool peer_get(struct peer *p)
{
	return kref_get_unless_zero(&p->ref);
}

int peer_first_ok(struct net *net, int id)
{
	struct peer *p, *found = NULL;

	rcu_read_lock();
	hlist_for_each_entry_rcu(p, &net->table, node) {
		if (p->id != id || !peer_get(p))
			continue;
		found = p;
		break;
	}
	rcu_read_unlock();
	if (!found)
		return 0;
	return found->count;
}
