/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock that is given up on some of the ways to where the next one is taken: a warning. */
#include "kernel.h"

struct swap {
	struct mutex cache;
	struct mutex info;
	int n;
};

int swap_is_cached(struct swap *s);

void swap_split_bad(struct swap *s)
{
	if (swap_is_cached(s))
		mutex_lock(&s->cache); // step
	s->n++;
	if (swap_is_cached(s))
		mutex_unlock(&s->cache);
	mutex_lock(&s->info); // finds deadlock/cycle [warning, medium]: swap->cache
	mutex_unlock(&s->info);
} // finds lock/imbalance [warning, medium]: returns with s->cache held

void swap_free_ok(struct swap *s)
{
	mutex_lock(&s->info);  // step
	mutex_lock(&s->cache); // step
	mutex_unlock(&s->cache);
	mutex_unlock(&s->info);
}
