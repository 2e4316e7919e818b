/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Item 9: an _rcu iterator with no reader around it, and with a condition of its own. */
#include "kernel.h"

struct peer {
	struct list_head link;
	int id;
};

struct net {
	struct list_head peers;
	struct mutex lock;
	spinlock_t spin;
	struct work_struct work;
};

static int peers_sum(struct net *net)
{
	struct peer *p;
	int sum = 0;

	list_for_each_entry_rcu(p, &net->peers, link) // finds rcu/reader-missing [error, high]: struct net.peers is read outside of any RCU reader
		sum += p->id;
	return sum;
}

static int peers_count(struct net *net)
{
	struct peer *p;
	int n = 0;

	list_for_each_entry_rcu(p, &net->peers, link, lockdep_is_held(&net->lock))
		n++;
	return n;
}

static void sum_bad(struct work_struct *work)
{
	peers_sum(container_of(work, struct net, work)); // step
}

static void sum_reader_ok(struct work_struct *work)
{
	guard(rcu)();
	peers_sum(container_of(work, struct net, work));
}

static void sum_spin_ok(struct work_struct *work)
{
	struct net *net = container_of(work, struct net, work);

	spin_lock(&net->spin);
	peers_sum(net);
	spin_unlock(&net->spin);
}

static void count_locked_ok(struct work_struct *work)
{
	struct net *net = container_of(work, struct net, work);

	mutex_lock(&net->lock);
	peers_count(net);
	mutex_unlock(&net->lock);
}

static irqreturn_t interrupt_ok(int irq, void *data)
{
	peers_sum(data);
	return IRQ_HANDLED;
}

/* Nobody is known to call it: its callers may be readers. */
int net_sum_ok(struct net *net)
{
	return peers_sum(net);
}

int net_start(struct net *net, int how)
{
	if (how == 0)
		INIT_WORK(&net->work, sum_bad);
	else if (how == 1)
		INIT_WORK(&net->work, sum_reader_ok);
	else if (how == 2)
		INIT_WORK(&net->work, sum_spin_ok);
	else
		INIT_WORK(&net->work, count_locked_ok);
	return request_irq(3, interrupt_ok, 0, "net", net);
}
