/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers that nest: in a fair lock a writer may come to wait between the two. */
#include "kernel.h"

struct map {
	struct rw_semaphore sem;
	rwlock_t lock;
	struct srcu_struct srcu;
	int pages;
};

static int count_bad(struct map *m)
{
	int pages;

	down_read(&m->sem); // step
	pages = m->pages;
	up_read(&m->sem);
	return pages;
}

int walk_bad(struct map *m)
{
	int pages;

	down_read(&m->sem);   // step
	pages = count_bad(m); // finds deadlock/self [warning, medium]
	up_read(&m->sem);
	return pages;
}

void upgrade_bad(struct map *m)
{
	down_read(&m->sem); // step
	if (!m->pages)
		down_write(&m->sem); // finds deadlock/self [error, high]
	m->pages++;
	up_read(&m->sem);
}

/* Those of RCU and SRCU may nest. */
int nested_ok(struct map *m)
{
	int outer = srcu_read_lock(&m->srcu);
	int inner = srcu_read_lock(&m->srcu);
	int pages;

	rcu_read_lock();
	rcu_read_lock();
	pages = m->pages;
	rcu_read_unlock();
	rcu_read_unlock();
	srcu_read_unlock(&m->srcu, inner);
	srcu_read_unlock(&m->srcu, outer);
	return pages;
}

void downgrade_ok(struct map *m)
{
	down_write(&m->sem);
	m->pages++;
	downgrade_write(&m->sem);
	m->pages--;
	up_read(&m->sem);
}

int one_by_one_ok(struct map *m)
{
	int pages;

	read_lock(&m->lock);
	pages = m->pages;
	read_unlock(&m->lock);
	read_lock(&m->lock);
	pages += m->pages;
	read_unlock(&m->lock);
	return pages;
}
