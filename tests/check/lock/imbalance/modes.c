/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Released in another way than it was taken, released twice. */
#include "kernel.h"

struct map {
	struct rw_semaphore sem;
	rwlock_t lock;
	struct mutex mutex;
	int pages;
};

void read_bad(struct map *m)
{
	down_write(&m->sem); // step
	m->pages++;
	up_read(&m->sem); // finds lock/imbalance
}

void write_bad(struct map *m)
{
	read_lock(&m->lock); // step
	m->pages++;
	write_unlock(&m->lock); // finds lock/imbalance
}

void both_ok(struct map *m)
{
	down_write(&m->sem);
	m->pages++;
	up_write(&m->sem);
	read_lock(&m->lock);
	m->pages++;
	read_unlock(&m->lock);
}

void downgrade_ok(struct map *m)
{
	down_write(&m->sem);
	m->pages++;
	downgrade_write(&m->sem);
	up_read(&m->sem);
}

int twice_bad(struct map *m)
{
	mutex_lock(&m->mutex);
	if (!m->pages)
		mutex_unlock(&m->mutex);
	m->pages++;
	mutex_unlock(&m->mutex); // finds lock/imbalance
	return 0;
}

int once_ok(struct map *m)
{
	mutex_lock(&m->mutex);
	if (!m->pages) {
		mutex_unlock(&m->mutex);
		return -ENOENT;
	}
	m->pages++;
	mutex_unlock(&m->mutex);
	return 0;
}

/* The reader or the writer, as asked, both times. */
void any_ok(struct map *m, bool write)
{
	if (write)
		down_write(&m->sem);
	else
		down_read(&m->sem);
	m->pages++;
	if (write)
		up_write(&m->sem);
	else
		up_read(&m->sem);
}

/* might_lock(), and who could not take it: lockdep is told no mode when it ends. */
struct notifier {
	struct rw_semaphore sem;
	int n;
};

void insert_ok(struct notifier *n)
{
	lock_acquire(&n->sem.dep_map, 0, 0, 0, 1, NULL, 0);
	lock_release(&n->sem.dep_map, 0);
	n->n++;
}
