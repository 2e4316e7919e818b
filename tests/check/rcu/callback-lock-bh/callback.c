/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An RCU callback runs in a softirq: it takes the lock that it may have interrupted.
 *
 *   CPU0
 *   spin_lock(&cache->lock)     softirqs on
 *   <RCU softirq>
 *     spin_lock(&cache->lock)   for ever
 */
#include "kernel.h"

struct file;
struct file_operations {
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

struct cache {
	spinlock_t lock;
	int n;
};

struct entry {
	struct cache *cache;
	struct rcu_head rcu;
};

static struct cache cache;

static void entry_free_bad(struct rcu_head *head)
{
	struct entry *e = container_of(head, struct entry, rcu);

	spin_lock(&e->cache->lock); // step
	e->cache->n--;
	spin_unlock(&e->cache->lock);
	kfree(e);
}

static long cache_ioctl_bad(struct file *file, unsigned int cmd, unsigned long arg)
{
	spin_lock(&cache.lock); // finds rcu/callback-lock-bh [error, high]: cache.lock is taken with softirqs on
	cache.n++;
	spin_unlock(&cache.lock);
	return 0;
}

const struct file_operations cache_fops = { .unlocked_ioctl = cache_ioctl_bad };

void entry_put(struct entry *e)
{
	spin_lock_init(&cache.lock);
	call_rcu(&e->rcu, entry_free_bad); // step
}

/* Softirqs are off elsewhere. */
struct store {
	spinlock_t lock;
	int n;
};

struct item {
	struct store *store;
	struct rcu_head rcu;
};

static struct store store;

static void item_free_ok(struct rcu_head *head)
{
	struct item *i = container_of(head, struct item, rcu);

	spin_lock(&i->store->lock);
	i->store->n--;
	spin_unlock(&i->store->lock);
	kfree(i);
}

static long store_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	spin_lock_bh(&store.lock);
	store.n++;
	spin_unlock_bh(&store.lock);
	return 0;
}

const struct file_operations store_fops = { .unlocked_ioctl = store_ioctl_ok };

void item_put_ok(struct item *i)
{
	spin_lock_init(&store.lock);
	call_rcu(&i->rcu, item_free_ok);
}
