/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * With --isolate, functions that nobody calls share nothing: two of them make no circle, one of
 * them with what it calls does.
 *
 * // run: --isolate
 */
#include "kernel.h"

struct dev {
	struct mutex a, b;
};

static void backward_bad(struct dev *d)
{
	mutex_lock(&d->b);
	mutex_lock(&d->a); // finds deadlock/cycle: a -> b -> a
	mutex_unlock(&d->a);
	mutex_unlock(&d->b);
}

void both_bad(struct dev *d)
{
	mutex_lock(&d->a);
	mutex_lock(&d->b); // step
	mutex_unlock(&d->b);
	mutex_unlock(&d->a);
	backward_bad(d);
}

struct dev_ok {
	struct mutex a, b;
};

void forward_ok(struct dev_ok *d)
{
	mutex_lock(&d->a);
	mutex_lock(&d->b);
	mutex_unlock(&d->b);
	mutex_unlock(&d->a);
}

void backward_ok(struct dev_ok *d)
{
	mutex_lock(&d->b);
	mutex_lock(&d->a);
	mutex_unlock(&d->a);
	mutex_unlock(&d->b);
}
