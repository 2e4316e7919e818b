/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lock functions for readers, or told by the result, marked for Linux 7.0's context analysis. */
#include "kernel.h"

struct index {
	struct rw_semaphore sem;
	int n;
};

static void index_read_begin_ok(struct index *i) __acquires_shared(&i->sem);

static void index_read_begin_ok(struct index *i)
{
	down_read(&i->sem);
}

static void index_read_end_ok(struct index *i) __releases_shared(&i->sem);

static void index_read_end_ok(struct index *i)
{
	up_read(&i->sem);
}

static bool index_try_read_ok(struct index *i) __cond_acquires_shared(true, &i->sem);

static bool index_try_read_ok(struct index *i)
{
	return down_read_trylock(&i->sem);
}

static int index_count_ok(struct index *i) __must_hold_shared(&i->sem);

static int index_count_ok(struct index *i)
{
	return i->n;
}

int index_read_bad(struct index *i)
{
	int n;

	index_read_begin_ok(i); // step
	n = index_count_ok(i);
	if (!n)
		return -ENOENT; // finds lock/imbalance: returns with i->sem held
	index_read_end_ok(i);
	return n;
}

int index_read_ok(struct index *i)
{
	int n;

	index_read_begin_ok(i);
	n = index_count_ok(i);
	index_read_end_ok(i);
	return n ? n : -ENOENT;
}

int index_try_bad(struct index *i)
{
	int n;

	if (!index_try_read_ok(i)) // step
		return -EBUSY;
	n = index_count_ok(i);
	if (!n)
		return -ENOENT; // finds lock/imbalance: returns with i->sem held
	index_read_end_ok(i);
	return n;
}

int index_try_ok(struct index *i)
{
	int n;

	if (!index_try_read_ok(i))
		return -EBUSY;
	n = index_count_ok(i);
	index_read_end_ok(i);
	return n;
}

int index_mode_bad(struct index *i)
{
	down_write(&i->sem); // step
	i->n++;
	index_read_end_ok(i); // finds lock/imbalance
	return 0;
}

int index_mode_ok(struct index *i)
{
	down_write(&i->sem);
	i->n++;
	downgrade_write(&i->sem);
	index_read_end_ok(i);
	return 0;
}
