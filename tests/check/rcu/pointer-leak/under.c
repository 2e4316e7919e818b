/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule tells that requests are made with the updaters' lock held; whoever calls them here, one
 * way with and one without it, knows by the request which one it is.
 */
// run: --rules=check/rcu/pointer-leak/under.json
#include "kernel.h"

static DEFINE_MUTEX(routes_mutex);

struct route {
	struct list_head node;
	int id, hops;
};

struct routes {
	struct list_head all;
};

struct request_ops {
	int (*get)(struct routes *routes, int id);
	int (*peek)(struct routes *routes, int id);
};

static struct route *route_find(struct routes *routes, int id)
{
	struct route *r;

	list_for_each_entry_rcu(r, &routes->all, node)
		if (r->id == id)
			return r;
	return NULL;
}

static int get_ok(struct routes *routes, int id)
{
	struct route *r;

	rcu_read_lock();
	r = route_find(routes, id);
	rcu_read_unlock();
	return r ? r->hops : 0;
}

static int peek_bad(struct routes *routes, int id)
{
	struct route *r;

	rcu_read_lock();
	r = route_find(routes, id);
	rcu_read_unlock();
	return r ? r->hops : 0; // finds rcu/pointer-leak [warning, medium]: r is used
}

const struct request_ops request_ops = { .get = get_ok, .peek = peek_bad };

int request_ok(const struct request_ops *ops, struct routes *routes, int id, bool is_locked)
{
	int n;

	if (is_locked)
		return ops->get(routes, id) + ops->peek(routes, id);
	mutex_lock(&routes_mutex);
	n = ops->get(routes, id) + ops->peek(routes, id);
	mutex_unlock(&routes_mutex);
	return n;
}

void route_del_ok(struct route *r)
{
	mutex_lock(&routes_mutex);
	list_del_rcu(&r->node);
	mutex_unlock(&routes_mutex);
	synchronize_rcu();
}
