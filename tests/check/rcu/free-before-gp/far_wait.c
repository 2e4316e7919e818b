/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Callers far away have waited for readers of something else, before the element was unlinked. */
#include "kernel.h"

struct rule {
	struct list_head list;
	struct rcu_head rcu;
};

static LIST_HEAD(rules);
static DEFINE_SPINLOCK(rules_lock);
static int *policy;

static void rules_flush_bad(void)
{
	struct rule *r, *next;

	spin_lock(&rules_lock);
	list_for_each_entry_safe(r, next, &rules, list) {
		list_del_rcu(&r->list);
		kfree(r); // finds rcu/free-before-gp [error, high]: r is freed with no grace period
	}
	spin_unlock(&rules_lock);
}

static void caches_flush_ok(int event)
{
	if (event)
		rules_flush_bad();
}

static void events_tell_ok(int event)
{
	caches_flush_ok(event);
}

static void policy_notify_ok(void)
{
	events_tell_ok(1);
}

void policy_commit_ok(int *new)
{
	int *old = policy;

	policy = new;
	synchronize_rcu();
	kfree(old);
	policy_notify_ok();
}

struct entry {
	struct list_head list;
	struct rcu_head rcu;
};

struct entries {
	struct list_head all;
	spinlock_t lock;
};

/* Nobody comes to the entries any more. */
static void entries_free_ok(struct entries *e)
{
	struct entry *entry, *next;

	spin_lock(&e->lock);
	list_for_each_entry_safe(entry, next, &e->all, list) {
		list_del_rcu(&entry->list);
		kfree(entry);
	}
	spin_unlock(&e->lock);
}

void entries_end_ok(struct entries **where)
{
	struct entries *e = *where;

	*where = NULL;
	synchronize_rcu();
	entries_free_ok(e);
	kfree(e);
}
