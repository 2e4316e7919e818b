/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether it waits, a request tells; who has none and gives NULL does not come there. */
#include "kernel.h"

struct request {
	int may_wait;
	int n;
};

struct item {
	spinlock_t lock;
	int state;
};

int item_state(struct item *i);

static void request_wait(struct request *r)
{
	if (r->may_wait)
		msleep(r->n); // step
}

static int item_check(struct item *i, struct request *r)
{
	int state = item_state(i);

	if (r == NULL) {
		if (state == 1)
			state = 2;
	}
	if (state == 1)
		request_wait(r);
	return state;
}

int item_show_ok(struct item *i)
{
	int state;

	spin_lock(&i->lock);
	state = item_check(i, NULL);
	spin_unlock(&i->lock);
	return state;
}

int item_get_bad(struct item *i, struct request *r)
{
	int state;

	spin_lock(&i->lock);
	state = item_check(i, r); // finds sleep/atomic: item_check() may sleep while item->lock
	spin_unlock(&i->lock);
	return state;
}
