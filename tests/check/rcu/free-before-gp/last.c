/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unlinked, then put: whoever drops the last reference frees at once.
 *
 *   CPU0                          CPU1
 *                                 rcu_read_lock()
 *                                 s = rcu_dereference(v->servers)
 *   rcu_assign_pointer(v->servers, new)
 *   put(old): 0, kfree(old)
 *                                 refcount_inc_not_zero(&s->usage)
 */
#include "kernel.h"

int kref_put(struct kref *kref, void (*release)(struct kref *kref));

struct servers {
	refcount_t usage;
	int n;
	struct rcu_head rcu;
};

struct volume {
	struct mutex lock;
	struct servers __rcu *servers;
};

static void servers_put(struct servers *s)
{
	if (s && refcount_dec_and_test(&s->usage))
		kfree(s); // step
}

int volume_count(struct volume *v)
{
	int n;

	rcu_read_lock();
	n = rcu_dereference(v->servers)->n;
	rcu_read_unlock();
	return n;
}

void volume_update_bad(struct volume *v, struct servers *new)
{
	struct servers *old;

	mutex_lock(&v->lock);
	old = rcu_replace_pointer(v->servers, new, lockdep_is_held(&v->lock)); // step
	mutex_unlock(&v->lock);
	servers_put(old); // finds rcu/free-before-gp [warning, medium]: old is freed with no grace period since it was unlinked, if that was its last reference
}

struct mirrors {
	refcount_t usage;
	int n;
	struct rcu_head rcu;
};

struct store {
	struct mutex lock;
	struct mirrors __rcu *mirrors;
};

static void mirrors_put_rcu(struct mirrors *m)
{
	if (m && refcount_dec_and_test(&m->usage))
		kfree_rcu(m, rcu);
}

static void mirrors_put(struct mirrors *m)
{
	if (m && refcount_dec_and_test(&m->usage))
		kfree(m);
}

void store_update_ok(struct store *s, struct mirrors *new)
{
	struct mirrors *old;

	mutex_lock(&s->lock);
	old = rcu_replace_pointer(s->mirrors, new, lockdep_is_held(&s->lock));
	mutex_unlock(&s->lock);
	mirrors_put_rcu(old);
}

void store_wait_ok(struct store *s, struct mirrors *new)
{
	struct mirrors *old;

	mutex_lock(&s->lock);
	old = rcu_replace_pointer(s->mirrors, new, lockdep_is_held(&s->lock));
	mutex_unlock(&s->lock);
	synchronize_rcu();
	mirrors_put(old);
}

/* Never published. */
void store_drop_ok(struct store *s, struct mirrors *new)
{
	if (!new->n)
		mirrors_put(new);
}

/* kref_put() calls what frees. */
struct session {
	struct list_head entry;
	struct kref ref;
	struct rcu_head rcu;
};

struct queue {
	struct list_head entry;
	struct kref ref;
	struct rcu_head rcu;
};

static DEFINE_SPINLOCK(table_lock);

static void session_release(struct kref *ref)
{
	kfree(container_of(ref, struct session, ref)); // step
}

void session_close_bad(struct session *s)
{
	spin_lock(&table_lock);
	list_del_rcu(&s->entry); // step
	spin_unlock(&table_lock);
	kref_put(&s->ref, session_release); // finds rcu/free-before-gp [warning, medium]: s is freed with no grace period since it was unlinked, if that was its last reference
}

static void queue_release(struct kref *ref)
{
	struct queue *q = container_of(ref, struct queue, ref);

	kfree_rcu(q, rcu);
}

void queue_close_ok(struct queue *q)
{
	spin_lock(&table_lock);
	list_del_rcu(&q->entry);
	spin_unlock(&table_lock);
	kref_put(&q->ref, queue_release);
}

void session_close_later_ok(struct session *s)
{
	spin_lock(&table_lock);
	list_del_rcu(&s->entry);
	spin_unlock(&table_lock);
	synchronize_rcu();
	kref_put(&s->ref, session_release);
}
