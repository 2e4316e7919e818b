/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A loop that takes out the one it was looking for is left there: others are still readers. */
#include "kernel.h"

struct tap {
	struct list_head list;
	int id;
};

struct tap_net {
	struct mutex lock;
	struct list_head taps;
};

static void deliver(struct tap_net *net)
{
	struct tap *t;

	list_for_each_entry_rcu(t, &net->taps, list) // step
		t->id++;
}

void taps_deliver(struct tap_net *net)
{
	rcu_read_lock();
	deliver(net);
	rcu_read_unlock();
}

void tap_add(struct tap_net *net, struct tap *t)
{
	mutex_lock(&net->lock);
	list_add_rcu(&t->list, &net->taps);
	mutex_unlock(&net->lock);
}

int tap_remove_bad(struct tap_net *net, struct tap *wanted)
{
	struct tap *t;
	int found = 0;

	mutex_lock(&net->lock);
	list_for_each_entry(t, &net->taps, list) {
		if (t == wanted) {
			list_del(&wanted->list); // finds rcu/list-variant [warning, high]: list_del() on struct tap.list
			found = 1;
			goto out;
		}
	}
out:
	mutex_unlock(&net->lock);
	return found;
}

int tap_remove_ok(struct tap_net *net, struct tap *wanted)
{
	struct tap *t;
	int found = 0;

	mutex_lock(&net->lock);
	list_for_each_entry(t, &net->taps, list) {
		if (t == wanted) {
			list_del_rcu(&wanted->list);
			found = 1;
			goto out;
		}
	}
out:
	mutex_unlock(&net->lock);
	return found;
}

/* A list of elements of a list: its head is a local variable's, too. */
struct conn {
	struct list_head list;
	struct list_head chans;
};

struct chan {
	struct list_head list;
	int n;
};

struct conn_hash {
	struct list_head conns;
};

void chan_add(struct conn *conn, struct chan *chan)
{
	list_add_rcu(&chan->list, &conn->chans);
}

int chans_sum(struct conn_hash *hash)
{
	struct conn *conn;
	struct chan *chan;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(conn, &hash->conns, list) {
		list_for_each_entry_rcu(chan, &conn->chans, list) // step
			sum += chan->n;
	}
	rcu_read_unlock();
	return sum;
}

void chan_del_bad(struct chan *chan)
{
	list_del(&chan->list); // finds rcu/list-variant [warning, high]: list_del() on struct chan.list
	synchronize_rcu();
	kfree(chan);
}

void chan_del_ok(struct chan *chan)
{
	list_del_rcu(&chan->list);
	synchronize_rcu();
	kfree(chan);
}
