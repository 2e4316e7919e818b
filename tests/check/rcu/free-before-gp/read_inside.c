/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The old pointer was read inside a reader's section, to be copied, and goes after it. */
#include "kernel.h"

void *memcpy(void *to, const void *from, unsigned long n);

struct groups {
	void __rcu *__rcu *info;
	unsigned int size;
};

int groups_grow_bad(struct groups *g, unsigned int size)
{
	void **new, **old;

	new = kzalloc(size * sizeof(*new), GFP_KERNEL);
	if (!new)
		return -12;
	rcu_read_lock();
	old = rcu_dereference(g->info);
	if (old)
		memcpy(new, old, g->size * sizeof(*new));
	rcu_read_unlock();
	rcu_assign_pointer(g->info, new); // step
	g->size = size;
	if (old)
		kfree(old); // finds rcu/free-before-gp: is freed with no grace period
	return 0;
}

struct table {
	void __rcu *__rcu *info;
	struct rcu_head rcu;
	unsigned int size;
};

int table_grow_ok(struct table *t, unsigned int size)
{
	void **new, **old;

	new = kzalloc(size * sizeof(*new), GFP_KERNEL);
	if (!new)
		return -12;
	rcu_read_lock();
	old = rcu_dereference(t->info);
	if (old)
		memcpy(new, old, t->size * sizeof(*new));
	rcu_read_unlock();
	rcu_assign_pointer(t->info, new);
	t->size = size;
	synchronize_rcu();
	kfree(old);
	return 0;
}

/* It goes with the object that it is in, of which nobody knows any more. */
void table_destroy_ok(struct table *t)
{
	void **old = rcu_dereference_protected(t->info, 1);

	RCU_INIT_POINTER(t->info, NULL);
	kfree(old);
	kfree(t);
}
