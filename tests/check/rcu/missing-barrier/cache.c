/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cache goes while objects of it wait for the end of a grace period.
 *
 *   CPU0                              CPU1 (softirq)
 *   call_rcu(&f->rcu, file_free)
 *   kmem_cache_destroy(files)
 *                                     file_free(): kmem_cache_free(files, f)
 */
#include "kernel.h"

struct file_entry {
	struct rcu_head rcu;
};

static struct kmem_cache *files, *closed, *plain;

static void file_free(struct rcu_head *head)
{
	kmem_cache_free(files, container_of(head, struct file_entry, rcu)); // step
}

void file_put(struct file_entry *f)
{
	call_rcu(&f->rcu, file_free); // step
}

void files_shutdown_bad(void)
{
	kmem_cache_destroy(files); // finds rcu/missing-barrier [warning, medium]: files is destroyed before
}

static void closed_free(struct rcu_head *head)
{
	kmem_cache_free(closed, container_of(head, struct file_entry, rcu));
}

void closed_put(struct file_entry *f)
{
	call_rcu(&f->rcu, closed_free);
}

static void closed_wait(void)
{
	rcu_barrier();
}

void closed_shutdown_ok(void)
{
	closed_wait();
	kmem_cache_destroy(closed);
}

/* Whoever calls it has waited. */
static void closed_drop_ok(void)
{
	kmem_cache_destroy(closed);
}

void closed_exit_ok(void)
{
	rcu_barrier();
	closed_drop_ok();
}

/* Nothing is queued for this one. */
void plain_put(struct file_entry *f)
{
	kmem_cache_free(plain, f);
}

void plain_shutdown_ok(void)
{
	kmem_cache_destroy(plain);
}

/* Each protocol has its own, and its module stays while there are objects. */
struct protocol {
	struct kmem_cache *cache;
};

struct endpoint {
	struct protocol *protocol;
	struct rcu_head rcu;
};

static void endpoint_free(struct rcu_head *head)
{
	struct endpoint *e = container_of(head, struct endpoint, rcu);

	kmem_cache_free(e->protocol->cache, e);
}

void endpoint_put(struct endpoint *e)
{
	call_rcu(&e->rcu, endpoint_free);
}

void protocol_unregister_ok(struct protocol *p)
{
	kmem_cache_destroy(p->cache);
}
