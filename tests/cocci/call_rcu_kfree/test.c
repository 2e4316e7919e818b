/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Callbacks that are kfree_rcu() written out. */
#include "more.h"

struct dev {
	struct rcu_head rcu;
	int *table;
};

struct job {
	int id;
	struct rcu_head head;
};

static void free_dev(struct rcu_head *head)
{
	kfree(container_of(head, struct dev, rcu));
}

static void free_job(struct rcu_head *head)
{
	struct job *j = container_of(head, struct job, head);

	kfree(j);
}

static void free_all(struct rcu_head *head)
{
	struct dev *d = container_of(head, struct dev, rcu);

	kfree(d->table);
	kfree(d);
}

void put_dev_bad(struct dev *d)
{
	call_rcu(&d->rcu, free_dev); // reports: free_dev() only frees; use kfree_rcu(..., rcu)
}

void put_job_bad(struct job *j)
{
	call_rcu_hurry(&j->head, free_job); // reports: free_job() only frees; use kfree_rcu(..., head)
}

void put_dev_ok(struct dev *d)
{
	kfree_rcu(d, rcu);
}

/* The callback does more. */
void put_all_ok(struct dev *d)
{
	call_rcu(&d->rcu, free_all);
}
