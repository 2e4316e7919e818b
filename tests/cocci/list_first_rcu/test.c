/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list becomes empty between the test and the read.
 *
 *   CPU0 (reader)               CPU1
 *   !list_empty(): go on
 *                               list_del_rcu() of the last element
 *   first element = the head itself
 */
#include "more.h"

struct job {
	struct list_head node;
	int id;
};

int first_bad(struct list_head *jobs)
{
	struct job *j;
	int id;

	rcu_read_lock();
	if (list_empty(jobs)) {
		rcu_read_unlock();
		return 0;
	}
	j = list_first_entry_rcu(jobs, struct job, node); // reports: may be empty by now
	id = j->id;
	rcu_read_unlock();
	return id;
}

int some_bad(struct list_head *jobs)
{
	struct job *j;
	int id = 0;

	rcu_read_lock();
	if (!list_empty(jobs)) {
		j = list_first_entry_rcu(jobs, struct job, node); // reports: may be empty by now
		id = j->id;
	}
	rcu_read_unlock();
	return id;
}

int first_ok(struct list_head *jobs)
{
	struct job *j;
	int id;

	rcu_read_lock();
	j = list_first_or_null_rcu(jobs, struct job, node);
	id = j ? j->id : 0;
	rcu_read_unlock();
	return id;
}

int locked_ok(struct list_head *jobs, spinlock_t *lock)
{
	int id = 0;

	spin_lock(lock);
	if (!list_empty(jobs))
		id = list_first_entry_rcu(jobs, struct job, node)->id;
	spin_unlock(lock);
	return id;
}
