/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who only tries does not wait; but what is taken after a successful try is waited for. */
#include "kernel.h"

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
	if (mutex_trylock(&d->a))
		mutex_unlock(&d->a);
	mutex_unlock(&d->b);
}

struct dev {
	struct mutex a, b;
};

void forward_bad(struct dev *d)
{
	mutex_lock(&d->a);
	mutex_lock(&d->b); // finds deadlock/cycle: a -> b -> a
	mutex_unlock(&d->b);
	mutex_unlock(&d->a);
}

void backward_bad(struct dev *d)
{
	if (!mutex_trylock(&d->b)) // step
		return;
	mutex_lock(&d->a); // step
	mutex_unlock(&d->a);
	mutex_unlock(&d->b);
}
