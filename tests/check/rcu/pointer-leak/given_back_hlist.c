/* SPDX-License-Identifier: GPL-2.0-or-later */
/* As given_back.c; what hlist walks find goes through variables of the iterator. */
#include "kernel.h"

struct info {
	struct hlist_node list;
	struct kref ref;
	int index;
};

struct neigh {
	struct hlist_head infos;
	spinlock_t lock;
};

int kref_put(struct kref *kref, void (*release)(struct kref *kref));

static void info_release(struct kref *ref)
{
	kfree(container_of(ref, struct info, ref));
}

static void info_put(struct info *i)
{
	if (!i)
		return;
	kref_put(&i->ref, info_release);
}

struct info *info_get_bad(struct neigh *n, int index)
{
	struct info *found = NULL, *i;

	rcu_read_lock();
	hlist_for_each_entry_rcu(i, &n->infos, list) {
		if (i->index != index)
			continue;
		found = i;
		break;
	}
	rcu_read_unlock();
	return found; // finds rcu/pointer-leak [warning]: is returned after the RCU section
}

struct info *info_new(struct neigh *n, int index)
{
	struct info *i;

	spin_lock_bh(&n->lock);
	i = info_get_bad(n, index);
	if (i)
		goto out;
	i = kzalloc(sizeof(*i), GFP_ATOMIC);
	if (!i)
		goto out;
	hlist_add_head_rcu(&i->list, &n->infos);
out:
	spin_unlock_bh(&n->lock);
	return i;
}

int info_index(struct neigh *n, int index)
{
	struct info *i = info_get_bad(n, index);
	int result = -1;

	if (!i)
		return -1;
	result = i->index;
	info_put(i);
	return result;
}

struct route {
	struct hlist_node list;
	struct kref ref;
	int index;
};

struct hop {
	struct hlist_head routes;
};

static void route_release(struct kref *ref)
{
	kfree(container_of(ref, struct route, ref));
}

static void route_put(struct route *r)
{
	if (r)
		kref_put(&r->ref, route_release);
}

struct route *route_get_ok(struct hop *hop, int index)
{
	struct route *found = NULL, *r;

	rcu_read_lock();
	hlist_for_each_entry_rcu(r, &hop->routes, list) {
		if (r->index != index || !kref_get_unless_zero(&r->ref))
			continue;
		found = r;
		break;
	}
	rcu_read_unlock();
	return found;
}

int route_index(struct hop *hop, int index)
{
	struct route *r = route_get_ok(hop, index);
	int result = r ? r->index : -1;

	route_put(r);
	return result;
}
