/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An SRCU index that an object keeps: who has the object gives the reader up, sooner or later. */
#include "kernel.h"

struct volume {
	struct srcu_struct barrier;
	struct mutex busy;
	int state;
};

struct walk {
	struct volume *v;
	bool in_reader;
	int index;
};

struct walk *walk_alloc(struct volume *v);
void walk_free(struct walk *w);
int walk_step(struct walk *w);

/* The reader lasts as long as the walk, unless that lets it go earlier. */
static struct walk *walk_get(struct volume *v)
{
	struct walk *w = walk_alloc(v);

	w->v = v;
	w->index = srcu_read_lock(&v->barrier);
	w->in_reader = true;
	return w;
}

static void walk_put(struct walk *w)
{
	struct volume *v = w->v;

	if (w->in_reader)
		srcu_read_unlock(&v->barrier, w->index);
	walk_free(w);
}

int volume_walk_ok(struct volume *v)
{
	struct walk *w = walk_get(v);
	int err = walk_step(w);

	walk_put(w);
	return err;
}

/* An index of the function's own is given up by the function. */
struct disk {
	struct srcu_struct barrier;
};

int disk_step(struct disk *d);

int disk_walk_bad(struct disk *d)
{
	int index = srcu_read_lock(&d->barrier);

	if (disk_step(d) < 0)
		return -5; // finds lock/imbalance: disk_walk_bad() returns with
	srcu_read_unlock(&d->barrier, index);
	return 0;
}

/* So is one that the caller's object keeps, for the length of the call. */
struct cpu {
	struct disk *d;
	int index;
};

int cpu_run_bad(struct cpu *c)
{
	c->index = srcu_read_lock(&c->d->barrier);
	if (disk_step(c->d) < 0)
		return -5; // finds lock/imbalance: cpu_run_bad() returns with
	srcu_read_unlock(&c->d->barrier, c->index);
	return 0;
}

int cpu_run_ok(struct cpu *c)
{
	int err;

	c->index = srcu_read_lock(&c->d->barrier);
	err = disk_step(c->d);
	srcu_read_unlock(&c->d->barrier, c->index);
	return err;
}
