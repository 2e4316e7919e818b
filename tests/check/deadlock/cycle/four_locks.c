/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Four locks of four types, each function holds but one of them.
 *
 * // run: --max-cycle=4
 */
#include "kernel.h"

struct north {
	struct mutex north_lock;
};

struct east {
	spinlock_t east_lock;
};

struct south {
	rwlock_t south_lock;
};

struct west {
	struct rw_semaphore west_lock;
};

void to_east_bad(struct north *n, struct east *e)
{
	mutex_lock(&n->north_lock); // step
	spin_lock(&e->east_lock); // finds deadlock/cycle: north_lock -> east_lock -> south_lock -> west_lock
	spin_unlock(&e->east_lock);
	mutex_unlock(&n->north_lock);
}

void to_south_bad(struct east *e, struct south *s)
{
	spin_lock(&e->east_lock); // step
	write_lock(&s->south_lock); // step
	write_unlock(&s->south_lock);
	spin_unlock(&e->east_lock);
}

void to_west_bad(struct south *s, struct west *w)
{
	read_lock(&s->south_lock); // step
	down_write(&w->west_lock); // step // finds sleep/atomic
	up_write(&w->west_lock);
	read_unlock(&s->south_lock);
}

void to_north_bad(struct west *w, struct north *n)
{
	down_read(&w->west_lock); // step
	mutex_lock(&n->north_lock); // step
	mutex_unlock(&n->north_lock);
	up_read(&w->west_lock);
}

/* The last one keeps to the order of the others. */
struct spring {
	struct mutex spring_lock;
};

struct summer {
	spinlock_t summer_lock;
};

struct autumn {
	rwlock_t autumn_lock;
};

void to_summer_ok(struct spring *sp, struct summer *su)
{
	mutex_lock(&sp->spring_lock);
	spin_lock(&su->summer_lock);
	spin_unlock(&su->summer_lock);
	mutex_unlock(&sp->spring_lock);
}

void to_autumn_ok(struct summer *su, struct autumn *au)
{
	spin_lock(&su->summer_lock);
	write_lock(&au->autumn_lock);
	write_unlock(&au->autumn_lock);
	spin_unlock(&su->summer_lock);
}

void year_ok(struct spring *sp, struct autumn *au)
{
	mutex_lock(&sp->spring_lock);
	read_lock(&au->autumn_lock);
	read_unlock(&au->autumn_lock);
	mutex_unlock(&sp->spring_lock);
}
