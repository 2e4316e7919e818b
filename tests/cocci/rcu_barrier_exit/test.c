/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module goes while its callback is queued. */
#include "more.h"

struct dev {
	struct rcu_head rcu;
	int *table;
};

static struct kmem_cache *cache;

static void free_dev(struct rcu_head *head)
{
	struct dev *d = container_of(head, struct dev, rcu);

	kfree(d->table);
	kfree(d);
}

void put_dev_bad(struct dev *d)
{
	call_rcu(&d->rcu, free_dev); // reports: example_exit() has no rcu_barrier()
}

void put_dev_ok(struct dev *d)
{
	kfree_rcu(d, rcu);
}

static void __exit example_exit(void)
{
	use(0);
	kmem_cache_destroy(cache);
}
module_exit(example_exit);
