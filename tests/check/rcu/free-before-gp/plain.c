/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list_del() of an element that readers walk to, and kfree(): two mistakes. The one is
 * rcu/list-variant, the other is not mended by list_del_rcu().
 */
#include "kernel.h"

struct job {
	struct list_head entry;
	int key;
	struct rcu_head rcu;
};

static LIST_HEAD(jobs);
static DEFINE_SPINLOCK(jobs_lock);

int jobs_sum(void)
{
	struct job *j;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(j, &jobs, entry) // step
		sum += j->key;
	rcu_read_unlock();
	return sum;
}

void job_add(struct job *j)
{
	spin_lock(&jobs_lock);
	list_add_rcu(&j->entry, &jobs);
	spin_unlock(&jobs_lock);
}

void job_remove_bad(struct job *j)
{
	spin_lock(&jobs_lock);
	list_del(&j->entry); // finds rcu/list-variant: list_del() on struct job.entry
	spin_unlock(&jobs_lock);
	kfree(j); // finds rcu/free-before-gp [warning, medium]: j is freed with no grace period since it was unlinked
}

/* Who is right about the grace period has one thing left to mend. */
void job_remove_later_bad(struct job *j)
{
	spin_lock(&jobs_lock);
	list_del(&j->entry); // finds rcu/list-variant: list_del() on struct job.entry
	spin_unlock(&jobs_lock);
	kfree_rcu(j, rcu);
}

/* No reader walks over these. */
struct task {
	struct list_head entry;
	int key;
};

static LIST_HEAD(tasks);

void task_add(struct task *t)
{
	spin_lock(&jobs_lock);
	list_add_rcu(&t->entry, &tasks);
	spin_unlock(&jobs_lock);
}

void task_remove_ok(struct task *t)
{
	spin_lock(&jobs_lock);
	list_del(&t->entry);
	spin_unlock(&jobs_lock);
	kfree(t);
}

/* By the same link it may be in a list that no reader knows of. */
struct page_map {
	struct list_head entry;
	int key;
};

static LIST_HEAD(maps);
static LIST_HEAD(idle);

int maps_sum(void)
{
	struct page_map *m;
	int sum = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(m, &maps, entry)
		sum += m->key;
	rcu_read_unlock();
	return sum;
}

void map_add(struct page_map *m, int how)
{
	spin_lock(&jobs_lock);
	if (how)
		list_add_rcu(&m->entry, &maps);
	else
		list_add(&m->entry, &idle);
	spin_unlock(&jobs_lock);
}

void map_remove_ok(struct page_map *m)
{
	spin_lock(&jobs_lock);
	list_del(&m->entry);
	spin_unlock(&jobs_lock);
	kfree(m);
}
