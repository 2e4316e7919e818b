/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same rcu_head is queued twice on a path: the list of callbacks is damaged. */
#include "kernel.h"

struct peer {
	struct list_head entry;
	struct rcu_head rcu, late;
};

static void peer_free_ok(struct rcu_head *head)
{
	kfree(container_of(head, struct peer, rcu));
}

static void peer_settle_ok(struct rcu_head *head)
{
}

void peer_remove_bad(struct peer *p, bool forced)
{
	list_del_rcu(&p->entry);
	if (forced)
		call_rcu(&p->rcu, peer_free_ok); // step
	call_rcu(&p->rcu, peer_free_ok); // finds lock/misuse [error, high]: is queued again
}

static void peer_release_bad(struct peer *p)
{
	call_rcu(&p->rcu, peer_free_ok); // step
}

void peer_drop_bad(struct peer *p)
{
	peer_release_bad(p);		 // step
	call_rcu(&p->rcu, peer_free_ok); // finds lock/misuse
}

void peer_remove_ok(struct peer *p, bool forced)
{
	list_del_rcu(&p->entry);
	if (forced)
		call_rcu(&p->rcu, peer_free_ok);
	else
		call_rcu(&p->rcu, peer_settle_ok);
}

/* Two heads. */
void peer_two_ok(struct peer *p)
{
	call_rcu(&p->late, peer_settle_ok);
	call_rcu(&p->rcu, peer_free_ok);
}

void peers_remove_ok(struct list_head *peers)
{
	while (!list_empty(peers)) {
		struct peer *p = list_first_entry(peers, struct peer, entry);

		list_del_rcu(&p->entry);
		call_rcu(&p->rcu, peer_free_ok);
	}
}
