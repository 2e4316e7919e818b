/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A variable of the caller's says whether the lock is held, and the callee is given its address, as
 * in get_user_pages_remote().
 */
#include "kernel.h"

struct space {
	struct rw_semaphore lock;
	long pages;
};

static long pages_locked(struct space *s, int *locked)
{
	bool must_unlock = false;
	long n;

	if (!*locked) {
		down_write(&s->lock);
		must_unlock = true;
		*locked = 1;
	}
	n = s->pages++;
	if (must_unlock && *locked) {
		up_write(&s->lock);
		*locked = 0;
	}
	return n;
}

static long pages_range(struct space *s, int *locked)
{
	return pages_locked(s, locked);
}

long populate_ok(struct space *s)
{
	int locked = 1;
	long n;

	down_write(&s->lock);
	n = pages_range(s, &locked);
	up_write(&s->lock);
	return n;
}

struct space_bad {
	struct rw_semaphore lock;
	long pages;
};

static long pages_locked_bad(struct space_bad *s, int *locked)
{
	bool must_unlock = false;
	long n;

	if (!*locked) {
		down_write(&s->lock); // step
		must_unlock = true;
		*locked = 1;
	}
	n = s->pages++;
	if (must_unlock && *locked) {
		up_write(&s->lock);
		*locked = 0;
	}
	return n;
}

long populate_bad(struct space_bad *s)
{
	int locked = 0;
	long n;

	down_write(&s->lock);		   // step
	n = pages_locked_bad(s, &locked); // finds deadlock/self: lock is taken while the same task holds it
	up_write(&s->lock);
	return n;
}
