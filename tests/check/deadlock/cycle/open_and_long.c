/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A call under a condition that nobody on the way is known to fulfil makes a circle a warning; over
 * many steps there are more who know better, and it is a note.
 */
#include "kernel.h"

struct near {
	struct mutex a, b;
	int ready;
};

static void near_take_a_bad(struct near *n)
{
	if (!n->ready)
		return;
	mutex_lock(&n->a); // finds deadlock/cycle [warning]: a -> b -> a
	mutex_unlock(&n->a);
}

void near_up(struct near *n)
{
	mutex_lock(&n->a);
	mutex_lock(&n->b);
	mutex_unlock(&n->b);
	mutex_unlock(&n->a);
}

void near_down_bad(struct near *n)
{
	mutex_lock(&n->b);
	near_take_a_bad(n); // step
	mutex_unlock(&n->b);
}

struct far {
	struct mutex c, d;
	int ready, level;
};

static void far_take_c(struct far *f)
{
	mutex_lock(&f->c); // finds deadlock/cycle [note]: c -> d -> c
	mutex_unlock(&f->c);
}

static void far_flush(struct far *f)
{
	if (f->ready)
		far_take_c(f);
}

static void far_write(struct far *f)
{
	f->level++;
	far_flush(f);
}

static void far_commit(struct far *f)
{
	f->level++;
	far_write(f);
}

static void far_sync(struct far *f)
{
	f->level++;
	far_commit(f);
}

static void far_take_d(struct far *f)
{
	mutex_lock(&f->d);
	mutex_unlock(&f->d);
}

static void far_begin(struct far *f)
{
	f->level++;
	far_take_d(f);
}

void far_up(struct far *f)
{
	mutex_lock(&f->c);
	far_begin(f);
	mutex_unlock(&f->c);
}

void far_down(struct far *f)
{
	mutex_lock(&f->d);
	far_sync(f);
	mutex_unlock(&f->d);
}
