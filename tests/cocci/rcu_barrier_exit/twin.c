/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module waits for its callbacks. */
#include "more.h"

struct dev {
	struct rcu_head rcu;
	int *table;
};

static void free_dev(struct rcu_head *head)
{
	struct dev *d = container_of(head, struct dev, rcu);

	kfree(d->table);
	kfree(d);
}

void put_dev_ok(struct dev *d)
{
	call_rcu(&d->rcu, free_dev);
}

static void __exit example_exit(void)
{
	use(0);
	rcu_barrier();
}
module_exit(example_exit);
