/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The second acquisition depends on what memory holds, of which the caller knows nothing: it may
 * know more than it shows, so that is a warning. Where it is known to happen, it is an error.
 */
#include "kernel.h"

struct family {
	struct mutex lock;
	bool parallel;
	int n;
};

static void dump(struct family *f)
{
	if (!f->parallel)
		mutex_lock(&f->lock); // step
	f->n++;
	if (!f->parallel)
		mutex_unlock(&f->lock);
}

void rcv_perhaps_bad(struct family *f)
{
	mutex_lock(&f->lock); // step
	dump(f);	      // finds deadlock/self [warning, medium]: lock is taken while
	mutex_unlock(&f->lock);
}

struct group {
	struct mutex lock;
	bool parallel;
	int n;
};

static void dump_group(struct group *g)
{
	if (!g->parallel)
		mutex_lock(&g->lock); // step
	g->n++;
	if (!g->parallel)
		mutex_unlock(&g->lock);
}

void rcv_certain_bad(struct group *g)
{
	mutex_lock(&g->lock); // step
	if (!g->parallel)
		dump_group(g); // finds deadlock/self [error, high]: lock is taken while
	mutex_unlock(&g->lock);
}

void rcv_other_ok(struct group *g)
{
	mutex_lock(&g->lock);
	if (g->parallel)
		dump_group(g);
	mutex_unlock(&g->lock);
}

static DEFINE_MUTEX(rtnl);

static void destroy(struct family *f, bool rtnl_held)
{
	bool take = !rtnl_held && !f->parallel;

	if (take)
		mutex_lock(&rtnl); // step
	f->n++;
	if (take)
		mutex_unlock(&rtnl);
}

void new_filter_bad(struct family *f)
{
	mutex_lock(&rtnl); // step
	destroy(f, false); // finds deadlock/self [warning, medium]: rtnl
	mutex_unlock(&rtnl);
}
