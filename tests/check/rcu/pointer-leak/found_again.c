/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock is taken too late, but then the pointer is looked up once more. */
#include "kernel.h"

struct system {
	int (*call)(int n);
	int n;
};

struct table {
	struct system __rcu *system;
	struct mutex lock;
};

int system_find(struct system *s, int n);

int request_ok(struct table *t, int n)
{
	struct system *s;
	int result = -EAGAIN;

	rcu_read_lock();
	s = rcu_dereference(t->system);
	if (!s) {
		rcu_read_unlock();
		return -EINVAL;
	}
	rcu_read_unlock();
	mutex_lock(&t->lock);
	if (rcu_dereference_protected(t->system, lockdep_is_held(&t->lock)) == s)
		result = s->n;
	mutex_unlock(&t->lock);
	return result;
}

int request_bad(struct table *t, int n)
{
	struct system *s;
	int result;

	rcu_read_lock();
	s = rcu_dereference(t->system);
	if (!s) {
		rcu_read_unlock();
		return -EINVAL;
	}
	rcu_read_unlock();
	mutex_lock(&t->lock);
	result = s->n; // finds rcu/pointer-leak: s is used
	mutex_unlock(&t->lock);
	return result;
}
