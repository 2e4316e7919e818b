/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bit in each bucket is a lock, and lockdep is told of it by a map of the table's own: one lock,
 * not two that are taken in both orders where a second bucket is locked inside a first.
 */
#include "kernel.h"

void bit_spin_lock(int bit, unsigned long *addr);
void bit_spin_unlock(int bit, unsigned long *addr);

struct table {
	int n;
	struct lockdep_map dep_map;
	unsigned long buckets[8];
};

static void bucket_lock(struct table *t, unsigned long *bucket)
{
	bit_spin_lock(0, bucket);
	lock_map_acquire(&t->dep_map);
}

static void bucket_lock_nested(struct table *t, unsigned long *bucket)
{
	bit_spin_lock(0, bucket);
	lock_acquire(&t->dep_map, 1, 0, 0, 1, NULL, 0);
}

static void bucket_unlock(struct table *t, unsigned long *bucket)
{
	lock_release(&t->dep_map, 0);
	bit_spin_unlock(0, bucket);
}

void rehash_ok(struct table *t, struct table *to, int i, int j)
{
	bucket_lock(t, &t->buckets[i]);
	bucket_lock_nested(to, &to->buckets[j]);
	to->n++;
	bucket_unlock(to, &to->buckets[j]);
	bucket_unlock(t, &t->buckets[i]);
}

/* A map that stands for something else is a lock of its own. */
struct work_table {
	unsigned long bits;
	int n;
};

struct queue {
	struct lockdep_map map;
	int n;
};

void queue_bad(struct work_table *t, struct queue *q)
{
	bit_spin_lock(0, &t->bits); // step
	lock_map_acquire(&q->map);  // finds deadlock/cycle: queue->map
	q->n++;
	lock_release(&q->map, 0);
	bit_spin_unlock(0, &t->bits);
}

void run_bad(struct work_table *t, struct queue *q)
{
	lock_map_acquire(&q->map);  // step
	bit_spin_lock(0, &t->bits); // step
	t->n++;
	bit_spin_unlock(0, &t->bits);
	lock_release(&q->map, 0);
}
