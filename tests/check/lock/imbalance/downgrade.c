/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A callee makes the caller's lock one for reading, and gives it up as that if it is told to. */
#include "kernel.h"

struct map {
	struct rw_semaphore lock;
	int n;
};

int map_cut(struct map *m);

static void map_write_downgrade(struct map *m)
{
	m->n++;
	downgrade_write(&m->lock);
}

static int map_remove(struct map *m, bool unlock)
{
	if (!map_cut(m))
		return -ENOMEM;
	if (unlock)
		map_write_downgrade(m);
	m->n--;
	if (unlock)
		up_read(&m->lock);
	return 0;
}

int map_remove_all_ok(struct map *m)
{
	down_write(&m->lock);
	if (map_remove(m, true)) {
		up_write(&m->lock);
		return -EINVAL;
	}
	return 0;
}

int map_remove_one_ok(struct map *m)
{
	int error;

	down_write(&m->lock);
	error = map_remove(m, false);
	up_write(&m->lock);
	return error;
}

struct bad_map {
	struct rw_semaphore lock;
	int n;
};

static void bad_map_publish(struct bad_map *m)
{
	m->n++;
	downgrade_write(&m->lock);
}

void bad_map_add_bad(struct bad_map *m)
{
	down_write(&m->lock);
	bad_map_publish(m); // step
	up_write(&m->lock); // finds lock/imbalance: m->lock is released for writing but held for reading
}

struct good_map {
	struct rw_semaphore lock;
	int n;
};

static void good_map_publish(struct good_map *m)
{
	m->n++;
	downgrade_write(&m->lock);
}

void good_map_add_ok(struct good_map *m)
{
	down_write(&m->lock);
	good_map_publish(m);
	up_read(&m->lock);
}

/* Held for reading by the caller, and for a while for writing. */
struct dir {
	struct rw_semaphore lock;
	int n;
};

static int dir_walk_alone(struct dir *d)
{
	int error;

	up_read(&d->lock);
	error = down_write_killable(&d->lock);
	if (error) {
		down_read(&d->lock);
		return error;
	}
	d->n++;
	downgrade_write(&d->lock);
	return 0;
}

int dir_read_ok(struct dir *d)
{
	int error;

	down_read(&d->lock);
	error = dir_walk_alone(d);
	up_read(&d->lock);
	return error;
}
