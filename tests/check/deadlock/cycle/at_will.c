/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lock functions that take one of two locks, or none, as the object has it: what one of them has
 * taken the other gives up, though nothing that callers see tells that it does.
 */
#include "kernel.h"

struct area {
	struct rw_semaphore *shared;
	struct rw_semaphore sem;
	unsigned long flags;
};

struct table {
	struct mutex lock;
	int n;
};

bool is_shared(struct area *a);
bool is_private(struct area *a);
bool try_again(struct area *a);

static void area_lock(struct area *a)
{
	if (is_shared(a))
		down_read(a->shared);
	else if (is_private(a))
		down_read(&a->sem);
}

static void area_unlock(struct area *a)
{
	if (is_shared(a))
		up_read(a->shared);
	else if (is_private(a))
		up_read(&a->sem);
}

void fault_ok(struct area *a, struct table *t)
{
	mutex_lock(&t->lock);
	area_lock(a);
	while (try_again(a)) {
		area_unlock(a);
		mutex_unlock(&t->lock);
		mutex_lock(&t->lock);
		area_lock(a);
	}
	area_unlock(a);
	mutex_unlock(&t->lock);
}

struct area_bad {
	struct rw_semaphore *shared;
	struct rw_semaphore sem;
	unsigned long flags;
};

struct table_bad {
	struct mutex lock;
	int n;
};

bool is_shared_bad(struct area_bad *a);
bool try_again_bad(struct area_bad *a);

static void take_area(struct area_bad *a)
{
	if (!is_shared_bad(a))
		down_read(&a->sem); // finds deadlock/cycle [error, high]: sem
}

static void drop_area(struct area_bad *a)
{
	if (!is_shared_bad(a))
		up_read(&a->sem);
}

void fault_bad(struct area_bad *a, struct table_bad *t)
{
	mutex_lock(&t->lock); // step
	take_area(a);     // step
	while (try_again_bad(a)) {
		mutex_unlock(&t->lock);
		mutex_lock(&t->lock); // step
	}
	drop_area(a);
	mutex_unlock(&t->lock);
}

/* A callee gives the caller's lock up for a while, at will: what it takes then is a guess. */
struct cow_table {
	struct mutex lock;
	int n;
};

struct cow_area {
	struct rw_semaphore sem;
};

bool cow_is_shared(struct cow_area *a);

static void cow_lock(struct cow_area *a)
{
	if (!cow_is_shared(a))
		down_read(&a->sem); // wrongly deadlock/cycle [warning, medium]: sem
}

static void cow_unlock(struct cow_area *a)
{
	if (!cow_is_shared(a))
		up_read(&a->sem);
}

static void cow(struct cow_area *a, struct cow_table *t)
{
	cow_unlock(a);
	mutex_unlock(&t->lock);
	mutex_lock(&t->lock);
	cow_lock(a);
}

void cow_fault_ok(struct cow_area *a, struct cow_table *t)
{
	mutex_lock(&t->lock);
	cow_lock(a);
	cow(a, t);
	cow_unlock(a);
	mutex_unlock(&t->lock);
}
