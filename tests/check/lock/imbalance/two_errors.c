/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of two errors that are asked for one by one it is known, where the ways meet, that it is one. */
#include "kernel.h"

#define EDQUOT 122
#define ENOSPC 28

struct account {
	struct mutex lock;
	int used;
};

void reclaim(struct account *a);

static int book(struct account *a, int pages)
{
	return a->used + pages > 100 ? -ENOSPC : 0;
}

/* Zero with the lock held, or an error. */
static int account_begin_ok(struct account *a, int pages)
{
	bool retried = false;
	int error;

retry:
	mutex_lock(&a->lock);
	error = book(a, pages);
	if ((error == -EDQUOT || error == -ENOSPC) && !retried) {
		mutex_unlock(&a->lock);
		reclaim(a);
		retried = true;
		goto retry;
	}
	if (error)
		goto out_unlock;
	return 0;
out_unlock:
	mutex_unlock(&a->lock);
	return error;
}

int account_use_bad(struct account *a, int pages)
{
	int error = account_begin_ok(a, pages); // step

	if (error)
		return error;
	if (a->used < 0)
		return -EINVAL; // finds lock/imbalance: returns with a->lock held
	a->used += pages;
	mutex_unlock(&a->lock);
	return 0;
}

int account_use_ok(struct account *a, int pages)
{
	int error = account_begin_ok(a, pages);

	if (error)
		return error;
	if (a->used >= 0)
		a->used += pages;
	else
		error = -EINVAL;
	mutex_unlock(&a->lock);
	return error;
}
