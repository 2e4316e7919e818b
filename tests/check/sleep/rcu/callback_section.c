/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A callback begins a reader's section, and who has given it to a walk ends it. It looks as if that
 * function gave its callers' section up on some of its ways, as shrink_dcache_parent() does.
 */
#include "kernel.h"

struct entry {
	struct list_head list;
	int busy;
};

struct tree {
	struct mutex lock;
	struct list_head entries;
};

struct victim {
	struct entry *entry;
};

void tree_walk(struct tree *t, struct victim *v,
	       void (*each)(struct victim *v, struct entry *e));

static void select_one(struct victim *v, struct entry *e)
{
	if (!e->busy && !v->entry) {
		rcu_read_lock();
		v->entry = e;
	}
}

void entry_kill(struct entry *e);

static void tree_prune(struct tree *t)
{
	struct victim v = { 0 };

	tree_walk(t, &v, select_one);
	if (v.entry) {
		entry_kill(v.entry);
		rcu_read_unlock();
	}
}

void tree_close_bad(struct tree *t)
{
	rcu_read_lock();
	tree_prune(t);
	mutex_lock(&t->lock); // finds sleep/rcu [warning, medium]
	mutex_unlock(&t->lock);
	rcu_read_unlock();
}

void tree_close_ok(struct tree *t)
{
	rcu_read_lock();
	tree_prune(t);
	rcu_read_unlock();
	mutex_lock(&t->lock);
	mutex_unlock(&t->lock);
}

/* The result tells that the section has ended. */
static bool entry_leave(struct entry *e)
{
	if (!e->busy)
		return false;
	rcu_read_unlock();
	return true;
}

void entry_close_ok(struct tree *t, struct entry *e)
{
	rcu_read_lock();
	if (!entry_leave(e)) {
		rcu_read_unlock();
		return;
	}
	mutex_lock(&t->lock);
	mutex_unlock(&t->lock);
}
