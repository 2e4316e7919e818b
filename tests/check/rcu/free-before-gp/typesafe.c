/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readers of objects from a SLAB_TYPESAFE_BY_RCU cache know that the object may be another one by
 * now, and look again once they have a reference: it may be freed at once.
 */
#include "kernel.h"

struct flow {
	spinlock_t *lock;
	struct hlist_node node;
};

struct route {
	spinlock_t *lock;
	struct hlist_node node;
};

static struct kmem_cache *flow_cache, *route_cache;

int caches_init(void)
{
	flow_cache = kmem_cache_create("flow", sizeof(struct flow), 0,
				       SLAB_TYPESAFE_BY_RCU | SLAB_HWCACHE_ALIGN, NULL);
	route_cache =
		kmem_cache_create("route", sizeof(struct route), 0, SLAB_HWCACHE_ALIGN, NULL);
	return flow_cache && route_cache ? 0 : -12;
}

void flow_free_ok(struct flow *f)
{
	spin_lock(f->lock);
	hlist_del_rcu(&f->node);
	spin_unlock(f->lock);
	kmem_cache_free(flow_cache, f);
}

void route_free_bad(struct route *r)
{
	spin_lock(r->lock);
	hlist_del_rcu(&r->node); // step
	spin_unlock(r->lock);
	kmem_cache_free(route_cache, r); // finds rcu/free-before-gp [error, high]
}
