/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must be so at the start must not be so at the end, in the words of one function: in between
 * a callee has changed it, and who comes back holds the lock.
 */
#include "kernel.h"

struct window {
	struct mutex lock;
	int start, len, users;
};

void find_window(struct window *w);

static inline int is_empty(struct window *w)
{
	return w->len == 0;
}

static void fill_locked(struct window *w)
{
	BUG_ON(!is_empty(w));
	mutex_lock(&w->lock);
	find_window(w);
	BUG_ON(is_empty(w));
}

int reserve_ok(struct window *w, int users)
{
	fill_locked(w);
	w->users += users;
	mutex_unlock(&w->lock);
	return 0;
}

int reserve_bad(struct window *w, int users)
{
	fill_locked(w); // step
	if (users < 0)
		return -EINVAL; // finds lock/imbalance: reserve_bad() returns with w->lock held
	w->users += users;
	mutex_unlock(&w->lock);
	return 0;
}
