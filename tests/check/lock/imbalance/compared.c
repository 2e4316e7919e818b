/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a trylock says is kept as "ret = trylock(l) != 0", as mmap_read_trylock() does. */
#include "kernel.h"

struct space {
	struct rw_semaphore lock;
	int n;
};

static bool space_trylock(struct space *s)
{
	bool ret;

	ret = down_read_trylock(&s->lock) != 0;
	return ret;
}

static bool space_busy(struct space *s)
{
	bool failed = !down_read_trylock(&s->lock);

	return failed;
}

bool reap_ok(struct space *s)
{
	bool ret = true;

	if (!space_trylock(s))
		return false;
	if (!s->n)
		goto out;
	ret = s->n > 3;
out:
	up_read(&s->lock);
	return ret;
}

bool count_ok(struct space *s)
{
	bool ret = true;

	if (space_busy(s))
		return false;
	if (s->n)
		ret = s->n > 3;
	up_read(&s->lock);
	return ret;
}

bool reap_bad(struct space *s)
{
	bool ret = true;

	if (!space_trylock(s)) // step
		return false;
	if (!s->n)
		return false; // finds lock/imbalance: returns with s->lock held
	ret = s->n > 3;
	up_read(&s->lock);
	return ret; // step
}
