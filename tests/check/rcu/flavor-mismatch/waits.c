/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers of one flavour, and a wait for those of another: nobody waits for the readers. */
#include "kernel.h"

struct conf {
	struct rcu_head rcu;
	struct list_head link;
	int n;
};

struct box {
	struct srcu_struct srcu, other;
	struct mutex lock;
	struct conf __rcu *conf;
};

int box_read(struct box *b)
{
	int index = srcu_read_lock(&b->srcu), n;

	n = srcu_dereference(b->conf, &b->srcu)->n; // step
	srcu_read_unlock(&b->srcu, index);
	return n;
}

void box_set_bad(struct box *b, struct conf *conf)
{
	struct conf *old;

	mutex_lock(&b->lock);
	old = rcu_replace_pointer(b->conf, conf, lockdep_is_held(&b->lock)); // step
	mutex_unlock(&b->lock);
	synchronize_rcu(); // finds rcu/flavor-mismatch [error, high]: box->conf is read in sections of box->srcu, but synchronize_rcu() waits for those of RCU
	kfree(old);
}

void box_swap_bad(struct box *b, struct conf *conf)
{
	struct conf *old;

	mutex_lock(&b->lock);
	old = rcu_replace_pointer(b->conf, conf, lockdep_is_held(&b->lock));
	mutex_unlock(&b->lock);
	synchronize_srcu(&b->other); // finds rcu/flavor-mismatch: box->conf is read in sections of box->srcu, but synchronize_srcu() waits for those of
	kfree(old);
}

struct tin {
	struct srcu_struct srcu;
	struct mutex lock;
	struct conf __rcu *conf, __rcu *plain;
};

int tin_read_ok(struct tin *t)
{
	int index = srcu_read_lock(&t->srcu), n;

	n = srcu_dereference(t->conf, &t->srcu)->n;
	srcu_read_unlock(&t->srcu, index);
	rcu_read_lock();
	n += rcu_dereference(t->plain)->n;
	rcu_read_unlock();
	return n;
}

void tin_set_ok(struct tin *t, struct conf *conf)
{
	struct conf *old;

	mutex_lock(&t->lock);
	old = rcu_replace_pointer(t->conf, conf, lockdep_is_held(&t->lock));
	mutex_unlock(&t->lock);
	synchronize_srcu(&t->srcu);
	kfree(old);
}

void tin_set_plain_ok(struct tin *t, struct conf *conf)
{
	struct conf *old;

	mutex_lock(&t->lock);
	old = rcu_replace_pointer(t->plain, conf, lockdep_is_held(&t->lock));
	mutex_unlock(&t->lock);
	kfree_rcu(old, rcu);
}
