/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory says whether the lock is held, and a call in between may have changed that, or not: a note.
 * A return that does not ask is no such thing.
 */
#include "kernel.h"

struct dio {
	struct rw_semaphore lock;
	int flags, size;
};

void dio_send(struct dio *d);

/* Found equal, as nothing else is known of it. */
int dio_read_ok(struct dio *d)
{
	if (d->flags & 1)
		down_write(&d->lock);
	dio_send(d);
	if (d->flags & 1)
		up_write(&d->lock);
	return d->size;
}

struct bio {
	struct rw_semaphore lock;
	int flags, size;
};

int bio_send(struct bio *b);
void bio_begin(struct bio *b);

int bio_read_bad(struct bio *b)
{
	int error;

	if (b->flags & 1)
		down_write(&b->lock);
	bio_begin(b);
	error = bio_send(b);
	if (error)
		return error; // finds lock/imbalance [warning, medium]: lock
	if (b->flags & 1)
		up_write(&b->lock);
	return 0;
}

/* A mark in memory says that the lock is held. */
struct chunk {
	struct mutex mutex;
	bool removing;
	int n;
};

int chunk_remove(struct chunk *c);
int chunk_free(struct chunk *c);

int chunk_end_ok(struct chunk *c)
{
	int error;

	c->removing = true;
	mutex_lock(&c->mutex);
	error = chunk_remove(c);
	if (error)
		goto out;
	mutex_unlock(&c->mutex);
	c->removing = false;
	error = chunk_free(c);
out:
	if (c->removing) {
		mutex_unlock(&c->mutex);
		c->removing = false;
	}
	return error; // wrongly lock/imbalance [note, medium]: mutex
}

/* What a branch does with the lock held, and then leaves the function, is no such mark. */
struct part {
	struct mutex mutex;
	int busy, n;
};

int part_remove(struct part *p);

int part_end_bad(struct part *p)
{
	int error = -EBUSY;

	mutex_lock(&p->mutex);
	if (p->busy) {
		mutex_unlock(&p->mutex);
		goto out;
	}
	error = part_remove(p);
	if (error)
		goto out;
	p->n++;
	mutex_unlock(&p->mutex);
out:
	return error; // finds lock/imbalance [warning, medium]: mutex
}
