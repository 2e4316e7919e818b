/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects of a cache: whether it is SLAB_TYPESAFE_BY_RCU is not known, so it is a warning. */
#include "kernel.h"

struct peer {
	struct list_head entry;
};

static struct kmem_cache *peer_cache;

void peer_remove_bad(struct peer *p)
{
	list_del_rcu(&p->entry); // step
	kmem_cache_free(peer_cache, p); // finds rcu/free-before-gp [warning, medium]
}

void peer_remove_ok(struct peer *p)
{
	list_del_rcu(&p->entry);
	synchronize_rcu();
	kmem_cache_free(peer_cache, p);
}
