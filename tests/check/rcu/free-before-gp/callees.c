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
