/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "*locked" says whether the caller has the lock, and a caller that gives no such place gets one of
 * its own, where it says yes.
 */
#include "kernel.h"

struct mm {
	struct rw_semaphore lock;
	int n;
};

static int get_pages_locked(struct mm *mm, int *locked)
{
	if (!*locked) {
		down_read(&mm->lock);
		*locked = 1;
	}
	mm->n++;
	return mm->n;
}

static int get_pages(struct mm *mm, int *locked)
{
	int own = 1;

	return get_pages_locked(mm, locked ? locked : &own);
}

void fault_ok(struct mm *mm)
{
	down_read(&mm->lock);
	get_pages(mm, NULL);
	up_read(&mm->lock);
}

void fault_told_ok(struct mm *mm)
{
	int locked = 1;

	down_read(&mm->lock);
	get_pages(mm, &locked);
	if (locked)
		up_read(&mm->lock);
}

struct space {
	struct rw_semaphore lock;
	int n;
};

static int space_pages_locked(struct space *s, int *locked)
{
	if (!*locked) {
		down_read(&s->lock); // step
		*locked = 1;
	}
	s->n++;
	return s->n;
}

static int space_pages(struct space *s, int *locked)
{
	int own = 0;

	return space_pages_locked(s, locked ? locked : &own); // step
}

void space_fault_bad(struct space *s)
{
	down_write(&s->lock); // step
	space_pages(s, NULL); // finds deadlock/self: lock
	up_write(&s->lock);
}
