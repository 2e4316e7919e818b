/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock that callers hold, as an annotation says, is held by a function that nobody calls here. */
#include "kernel.h"

struct pool {
	spinlock_t lock, list;
	int n;
};

void pool_add_bad(struct pool *p) __must_hold(&p->lock);

void pool_add_bad(struct pool *p)
{
	spin_lock(&p->list); // finds deadlock/cycle: list -> lock -> list
	p->n++;
	spin_unlock(&p->list);
}

void pool_walk_bad(struct pool *p)
{
	spin_lock(&p->list); // step
	spin_lock(&p->lock); // step
	p->n--;
	spin_unlock(&p->lock);
	spin_unlock(&p->list);
}

/* Given up first. */
struct room {
	spinlock_t lock, list;
	int n;
};

void room_add_ok(struct room *r) __must_hold(&r->lock);

void room_add_ok(struct room *r)
{
	spin_unlock(&r->lock);
	spin_lock(&r->list);
	r->n++;
	spin_unlock(&r->list);
	spin_lock(&r->lock);
}

void room_walk_ok(struct room *r)
{
	spin_lock(&r->list);
	spin_lock(&r->lock);
	r->n--;
	spin_unlock(&r->lock);
	spin_unlock(&r->list);
}

/* The other order all over. */
struct hall {
	spinlock_t lock, list;
	int n;
};

void hall_add_ok(struct hall *h) __must_hold(&h->list);

void hall_add_ok(struct hall *h)
{
	spin_lock(&h->lock);
	h->n++;
	spin_unlock(&h->lock);
}

void hall_walk_ok(struct hall *h)
{
	spin_lock(&h->list);
	spin_lock(&h->lock);
	h->n--;
	spin_unlock(&h->lock);
	spin_unlock(&h->list);
}
