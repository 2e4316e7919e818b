/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A header's function reads for whoever calls it: each of those needs a reader of its own. */
#include "kernel.h"

struct link {
	possible_net_t net;
	struct work_struct up, down, notify;
};

void net_send(struct net *net);

static void up_bad(struct work_struct *work)
{
	struct link *l = container_of(work, struct link, up);

	net_send(read_pnet_rcu(&l->net)); // finds rcu/reader-missing [error, high]: up_bad() comes here so
}

static void link_down(struct link *l)
{
	net_send(read_pnet_rcu(&l->net)); // finds rcu/reader-missing [error, high]: down_bad() comes here so
}

static void down_bad(struct work_struct *work)
{
	link_down(container_of(work, struct link, down)); // step
}

static void notify_ok(struct work_struct *work)
{
	struct link *l = container_of(work, struct link, notify);

	rcu_read_lock();
	net_send(read_pnet_rcu(&l->net));
	rcu_read_unlock();
}

void link_start(struct link *l)
{
	INIT_WORK(&l->up, up_bad);
	INIT_WORK(&l->down, down_bad);
	INIT_WORK(&l->notify, notify_ok);
}
